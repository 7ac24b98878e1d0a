"""Which products need an analogue's history, and who of a store may lend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from forecasting.analogues import AnaloguePool, Borrowed, Newcomer, TooFewAnalogues
from forecasting.errors import NoHistory
from forecasting.panel import Panel
from forecasting.series import Floats

# Below four weeks a product's own sales say less of its level than its likes do.
LEAST_OWN_DAYS = 28
# Reading titles takes milliseconds each: of more products than this, every so many-th lends.
MOST_READ = 1000

Describe = Callable[[Sequence[str]], Floats]


class Newcomers:
    """Forecasts for products of a store that have hardly sold yet.

    Args:
        panel: the store's series.
        describe: vectors of products' titles and categories, shape (n, d), for their ids.
    """

    def __init__(self, panel: Panel, describe: Describe) -> None:
        self._panel, self._describe = panel, describe
        self._pool: AnaloguePool | None = None

    def borrow(self, unique_id: str, row: int | None, horizon: int) -> Borrowed:
        """Forecast a product from its likes and what it sold so far.

        Args:
            unique_id: the product.
            row: of the panel; None where it has none.
            horizon: days.

        Raises:
            NoHistory: nobody has sold long enough to lend.
        """
        if self._pool is None:
            self._pool = self._open(unique_id)
        price, demand = np.nan, np.zeros(0)
        if row is not None:
            prices = self._panel.price[row, : self._panel.periods]
            known = np.flatnonzero(np.isfinite(prices))
            price = float(prices[known[-1]]) if len(known) else np.nan
            demand = self._panel.demand[row, self._panel.first[row] : self._panel.ends[row]]
        vector = self._describe([unique_id])[0]
        return self._pool.borrow(Newcomer(vector, price, demand), horizon)

    def _open(self, unique_id: str) -> AnaloguePool:
        every = np.arange(len(self._panel.unique_ids))
        settled = np.flatnonzero(self._panel.history(every, self._panel.periods) >= LEAST_OWN_DAYS)
        rows = settled[:: max(1, -(-len(settled) // MOST_READ))]
        lenders = self._panel.take(rows)
        try:
            return AnaloguePool(lenders, self._describe(lenders.unique_ids), lenders.periods)
        except TooFewAnalogues as error:
            raise NoHistory(unique_id) from error
