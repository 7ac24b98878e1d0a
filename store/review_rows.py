"""What reviews are filtered by, as columns in memory, in the order in which the index numbers them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.database import Store
from store.vector_cache import searchable_text

_ORDER = "ORDER BY ds NULLS LAST, review_id"
_UNKNOWN = -1
_DAY_ZERO = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class ReviewFilter:
    """Which reviews may be found; what is None does not narrow. An unknown value matches no filter.

    Args:
        product_id: only reviews of this product.
        start: first day, inclusive.
        end: last day, inclusive.
        min_rating: fewest stars.
        max_rating: most stars.
        language: "en" or "zh", as it was noticed at import.
    """

    product_id: str | None = None
    start: date | None = None
    end: date | None = None
    min_rating: int | None = None
    max_rating: int | None = None
    language: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether every review may be found."""
        return self == ReviewFilter()


class ReviewRows:
    """The columns of a store's reviews, oldest first; about 150 bytes a review.

    Args:
        store: whose reviews they are.
    """

    def __init__(self, store: Store) -> None:
        columns = (
            "review_id, flags, coalesce(product_id, '') AS product_id, coalesce(language, '') AS language,"
            f" coalesce(rating, {_UNKNOWN})::INTEGER AS rating,"
            f" coalesce(date_diff('day', DATE '1970-01-01', ds) + {_DAY_ZERO}, {_UNKNOWN})::INTEGER AS day"
        )
        found = store.cursor().sql(f"SELECT {columns} FROM reviews {_ORDER}").to_arrow_table()
        self.ids: list[str] = found["review_id"].to_pylist()
        self._flags = found["flags"].combine_chunks()
        self._products = found["product_id"].combine_chunks().dictionary_encode()
        self._languages = found["language"].combine_chunks().dictionary_encode()
        self._ratings: NDArray[np.int32] = found["rating"].to_numpy()
        self._days: NDArray[np.int32] = found["day"].to_numpy()

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The number of each review."""
        return {review_id: row for row, review_id in enumerate(self.ids)}

    @property
    def products(self) -> list[str]:
        """The product that each review is about."""
        return list(self._products.to_pylist())

    @property
    def languages(self) -> list[str]:
        """Each review's language, "" where none was noticed."""
        return list(self._languages.to_pylist())

    def flags(self, row: int) -> tuple[str, ...]:
        """Return what was noticed about a review at import."""
        return tuple(self._flags[row].as_py() or ())

    def matching(self, wanted: ReviewFilter) -> NDArray[np.bool_]:
        """Return which reviews a filter lets through, shape (n,)."""
        matches = np.ones(len(self), dtype=bool)
        if wanted.product_id is not None:
            matches &= _equals(self._products, wanted.product_id)
        if wanted.language is not None:
            matches &= _equals(self._languages, wanted.language)
        if wanted.start is not None:
            matches &= self._days >= wanted.start.toordinal()
        if wanted.end is not None:
            matches &= (self._days <= wanted.end.toordinal()) & (self._days != _UNKNOWN)
        if wanted.min_rating is not None:
            matches &= self._ratings >= wanted.min_rating
        if wanted.max_rating is not None:
            matches &= (self._ratings <= wanted.max_rating) & (self._ratings != _UNKNOWN)
        return matches


def read_texts(store: Store) -> list[str]:
    """Return title and text of every review, in the order of `ReviewRows`."""
    rows = store.cursor().execute(f"SELECT title, text FROM reviews {_ORDER}").fetchall()
    return [searchable_text(*row) for row in rows]


def _equals(column: Any, value: str) -> NDArray[np.bool_]:
    values = column.dictionary.to_pylist()
    code = values.index(value) if value in values else _UNKNOWN
    equal: NDArray[np.bool_] = column.indices.to_numpy() == code
    return equal
