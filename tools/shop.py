"""The session's context: one merchant's store with its forecaster and review index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.product_meaning import MOST_PRODUCTS, MeaningIndex
from tools.products import Catalogue

if TYPE_CHECKING:
    from forecasting.engine import ForecastEngine
    from serving.embedder import Embedder
    from store.database import Store
    from store.forecasts import Forecasts
    from store.review_index import ReviewIndex
    from store.track_records import TrackRecords

# A store without a single sale has no clock; its tools only ever answer "no sales yet", dated like this.
NO_SALES_DAY = date(1970, 1, 1)
MODELS_FOLDER = "models"
# Raised when forecasts of the same sales come out otherwise: what the older engine made is made again.
ENGINE_VERSION = "2"
# Days whose forecasts tell whether intervals hold of late; before them was another season.
MOST_HELD = 20


@dataclass
class Shop:
    """What every tool is handed first, by the session and never by the model.

    The panel, the forecaster and the review index are made when first asked for and kept.

    Args:
        store: the merchant's open store.
        embedder: turns texts into vectors; None where reviews are not searched and new products do not borrow from
            those that are like them.
    """

    store: Store
    embedder: Embedder | None = None

    @property
    def as_of(self) -> date:
        """The last day with sales: the data's own today."""
        return self.store.info.as_of or NO_SALES_DAY

    @property
    def first_day(self) -> date:
        """The first day with sales."""
        return self.store.info.first_day or NO_SALES_DAY

    @property
    def has_sales(self) -> bool:
        """Whether anything was ever sold."""
        return self.store.info.as_of is not None

    @property
    def currency(self) -> str:
        """ISO code of the money in the store; a fact's unit."""
        return self.store.info.currency

    @property
    def is_synthetic(self) -> bool:
        """Whether the store was generated: shown wherever its numbers are."""
        return self.store.info.kind == "synthetic"

    @cached_property
    def catalogue(self) -> Catalogue:
        """The store's products."""
        return Catalogue(self.store.products())

    @cached_property
    def meanings(self) -> MeaningIndex | None:
        """The catalogue by meaning; None without an embedder, or where there are too many titles to read."""
        if self.embedder is None or not 0 < len(self.catalogue.products) <= MOST_PRODUCTS:
            return None
        return MeaningIndex(self.catalogue, self.embedder)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """Daily sales of every product, `Store.daily_sales()`."""
        return self.store.daily_sales()

    @cached_property
    def engine(self) -> ForecastEngine:
        """The forecaster over the panel; it loads what was trained and trains nothing by itself."""
        from forecasting.engine import ForecastEngine

        return ForecastEngine(
            self.panel,
            Path(self.store.folder) / MODELS_FOLDER,
            self.store.data_version(),
            describe=self._describe if self.embedder else None,
            held=self.track_records.held(ENGINE_VERSION, MOST_HELD),
        )

    @cached_property
    def forecasts(self) -> Forecasts:
        """The forecasts that the store keeps."""
        from store.forecasts import Forecasts

        return Forecasts(self.store)

    @cached_property
    def track_records(self) -> TrackRecords:
        """How the store's forecasts turned out."""
        from store.track_records import TrackRecords

        return TrackRecords(self.store)

    @cached_property
    def reviews(self) -> ReviewIndex | None:
        """The review index; None when the store has no reviews or the session no embedder."""
        if self.embedder is None or not self.store.info.review_count:
            return None
        from serving.embedder import review_embedder
        from store.review_index import ReviewIndex

        return ReviewIndex(self.store, review_embedder(self.embedder))

    def series(self, product_id: str) -> pd.DataFrame:
        """Return one product's rows of the panel, oldest first; none for an unknown product."""
        return self.panel.iloc[self._rows.get(product_id, np.array([], dtype=np.intp))]

    def _describe(self, product_ids: Sequence[str]) -> NDArray[np.float64]:
        """Return vectors of what products are called and what they are, shape (n, dimensions)."""
        assert self.embedder is not None, "nothing describes products without an embedder"
        texts = [self._description(product_id) for product_id in product_ids]
        return self.embedder.embed_passages(texts).astype(np.float64)

    def _description(self, product_id: str) -> str:
        product = self.catalogue.get(product_id)
        if product is None:
            return product_id
        parts = (product.title, product.title_zh, product.category, product.category_zh)
        return " · ".join(part for part in parts if part)

    @cached_property
    def _rows(self) -> dict[str, np.ndarray]:
        groups = self.panel.groupby("unique_id", sort=False, observed=True).indices
        return {str(key): np.asarray(rows) for key, rows in groups.items()}


def open_shop(store_name: str, embedder: Embedder | None, home: Path | None = None) -> Shop:
    """Open a store and wrap it for the tools.

    Args:
        store_name: the merchant's store.
        embedder: for review search and new products' likes; None leaves both out.
        home: base folder instead of `SHOPCAST_HOME`.

    Raises:
        StoreError: the store is missing, locked by another process, or unreadable.
    """
    from store.database import Store

    return Shop(Store.open(store_name, home=home), embedder)
