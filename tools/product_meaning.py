"""Products by what a name means: "bunny plushie" is the plush rabbit, 小音响 the speaker, though no word is shared.

Asked only for names that no spelling explains, and believed only where one good stands out from all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from serving.embedder import Embedder
    from tools.products import Catalogue

# Reading the titles takes 5 ms each: beyond this the first such name would cost a quarter of a minute.
MOST_PRODUCTS = 1_000
# In standard deviations over the catalogue's goods. Of 25 names that share no spelling with their product these let
# 21 through, of 20 goods that the shop lacks none.
STANDS_OUT, AHEAD_OF_NEXT = 4.8, 1.4
LEAST_TO_OFFER = 3.0
# Cosine by which one variant's title must be nearer than its sibling's.
VARIANT_AHEAD = 0.01


@dataclass(frozen=True)
class Nearest:
    """The good that a name comes nearest to.

    Args:
        variants: its products' ids, the nearest first.
        is_clear: whether the good stands out.
        is_one: whether the first variant does among its siblings.
        is_worth_offering: whether it may be what was meant.
    """

    variants: tuple[str, ...]
    is_clear: bool
    is_one: bool
    is_worth_offering: bool


class MeaningIndex:
    """The titles of a catalogue as vectors, made when first asked.

    Args:
        catalogue: at most MOST_PRODUCTS products.
        embedder: the same for titles and names.
    """

    def __init__(self, catalogue: Catalogue, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._embedder = embedder

    @cached_property
    def _titles(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the positions of the products and their titles' vectors, a row for each title."""
        named = [
            (place, title)
            for place, product in enumerate(self._catalogue.products)
            for title in (product.title, product.title_zh)
            if title
        ]
        return np.array([place for place, _ in named]), self._embedder.embed_passages([t for _, t in named])

    @cached_property
    def _goods(self) -> NDArray[np.int64]:
        """Return each product's good, as the position of the good's first variant."""
        return np.array(
            [
                min([place, *self._places(self._catalogue.siblings(product.product_id))])
                for place, product in enumerate(self._catalogue.products)
            ]
        )

    def warm(self) -> None:
        """Read the titles now."""
        _ = self._titles, self._goods

    def nearest(self, said: str) -> Nearest:
        """Return the good that a name comes nearest to."""
        places, vectors = self._titles
        by_product = np.full(len(self._catalogue.products), -1.0)
        np.maximum.at(by_product, places, vectors @ self._embedder.embed_query(said))
        goods, of_good = np.unique(self._goods, return_inverse=True)
        by_good = np.full(len(goods), -1.0)
        np.maximum.at(by_good, of_good, by_product)
        first, second = (*np.sort(by_good)[::-1], -1.0)[:2]
        deviation = max(float(by_good.std()), 1e-9)
        height, lead = (first - by_good.mean()) / deviation, (first - second) / deviation
        own = np.flatnonzero(of_good == int(by_good.argmax()))
        own = own[np.argsort(-by_product[own])]
        return Nearest(
            variants=self._ids(own),
            is_clear=bool(height >= STANDS_OUT and lead >= AHEAD_OF_NEXT),
            is_one=len(own) == 1 or bool(by_product[own[0]] - by_product[own[1]] >= VARIANT_AHEAD),
            is_worth_offering=bool(height >= LEAST_TO_OFFER),
        )

    def _ids(self, places: Sequence[int] | NDArray[np.int64]) -> tuple[str, ...]:
        return tuple(self._catalogue.products[place].product_id for place in places)

    def _places(self, ids: Sequence[str]) -> list[int]:
        return [self._catalogue.place_of(product_id) for product_id in ids]
