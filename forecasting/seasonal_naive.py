"""Seasonal naive: each day sells what the same weekday sold last; the yardstick for every other member."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.series import WEEK, DemandSeries, Floats


@dataclass(frozen=True)
class SeasonalNaiveFit:
    """Nothing to learn: the series is the model."""

    series: DemandSeries

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return the last week repeated; with less than a week of history, the last day."""
        period = WEEK if origin >= WEEK else 1
        last = self.series.demand[origin - period : origin]
        return np.resize(last, horizon_days)


class SeasonalNaive:
    """Repeats the last week (Hyndman & Athanasopoulos, FPP3, section 5.2)."""

    name = "seasonal_naive"

    def fit(self, series: DemandSeries, fitted_through: int) -> SeasonalNaiveFit:
        """Return the forecaster; there are no parameters."""
        return SeasonalNaiveFit(series)
