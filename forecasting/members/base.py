"""What every forecaster offers, so that they can be judged side by side and combined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from forecasting.panel import Panel
from forecasting.series import Bools, Floats

Rows = NDArray[np.int64]
LEVELS: tuple[float, ...] = tuple(round(0.05 * k, 2) for k in range(1, 20))
# How much of the distribution each level stands for: their weighted sum is the mean, tails included.
LEVEL_SHARES = np.array([0.075, *[0.05] * 17, 0.075])


@dataclass(frozen=True)
class Predicted:
    """Forecasts of several series.

    Attributes:
        quantiles: shape (rows, horizon, len(LEVELS)), units a period, ascending, >= 0.
        mean: shape (rows, horizon), units a period, >= 0: totals add up means, not medians.
    """

    quantiles: Floats
    mean: Floats

    @classmethod
    def of_quantiles(cls, quantiles: Floats) -> Predicted:
        """Return sorted, non-negative quantiles with the mean that they imply."""
        ordered = np.maximum(np.sort(quantiles, axis=-1), 0.0)
        return cls(ordered, ordered @ LEVEL_SHARES)


class Fitted(Protocol):
    """A forecaster whose parameters are settled."""

    def predict(self, panel: Panel, rows: Rows, origin: int, horizon: int) -> Predicted:
        """Forecast the periods `origin` … `origin + horizon - 1` of the panel's rows.

        Args:
            panel: demand before column `origin` may be read, and what is known ahead: calendar, price, promotions.
            rows: positions in the panel; every one of them is served.
            origin: the first column to forecast.
            horizon: periods.
        """
        ...


@runtime_checkable
class Updatable(Fitted, Protocol):
    """A fitted forecaster that learns new periods without being trained anew."""

    def update(self, panel: Panel, end: int) -> Fitted:
        """Return the forecaster that has also seen the columns before `end`."""
        ...


class Member(Protocol):
    """A forecaster by name."""

    @property
    def name(self) -> str:
        """What it goes by in weights and reports."""
        ...

    def serves(self, panel: Panel, rows: Rows, origin: int) -> Bools:
        """Return for which rows there is history enough before `origin`; shape (rows,)."""
        ...

    def fit(self, panel: Panel, end: int) -> Fitted:
        """Settle the parameters on the columns before `end` and nothing later."""
        ...
