"""A forecast as it is handed out, with what the backtest says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.errors import HorizonOutOfRange
from forecasting.members.base import LEVELS
from forecasting.series import Days, Floats

Verdict = Literal["beats_naive", "no_better_than_naive", "too_little_history"]


@dataclass(frozen=True)
class Backtest:
    """How forecasts of the product turned out that were made from earlier origins, as if nothing later were known.

    Attributes:
        origins: from how many days it was forecast.
        horizon_days: how far each time.
        weeks: whole weeks that were judged, over all origins.
        error: mean absolute error of a week's total, units.
        naive_error: the same of repeating the last week before the origin.
        coverage80: share of the judged days inside the interval from 10% to 90%.
    """

    origins: int
    horizon_days: int
    weeks: int
    error: float
    naive_error: float
    coverage80: float


@dataclass(frozen=True)
class Forecast:
    """Daily demand of one product.

    Attributes:
        unique_id: the product.
        dates: shape (horizon,), datetime64[D], the days after the last sales day.
        mean: shape (horizon,), units a day.
        quantiles: shape (horizon, len(LEVELS)), units a day, ascending.
        paths: shape (n_paths, horizon), joint sample paths, >= 0.
        weights: share of each member; sums to 1.
        backtest: None where the history is too short for one.
        verdict: what the backtest says.
        history_days: days with a usable record.
        recent_daily_mean: mean demand of the last 28 days (fewer where there are fewer), closed days apart.
        notes: codes: "stockouts_corrected", "gaps_filled", "closed_weekdays", "not_trained", "no_sales_recorded".
        corrected_days: days out of stock whose demand was estimated.
        corrected_units: units that the estimate adds to what was sold on them.
        borrowed_from: products whose history stands in for one that this product does not have yet.
    """

    unique_id: str
    dates: Days
    mean: Floats
    quantiles: Floats
    paths: Floats
    weights: dict[str, float]
    backtest: Backtest | None
    verdict: Verdict
    history_days: int
    recent_daily_mean: float
    notes: tuple[str, ...]
    corrected_days: int = 0
    corrected_units: float = 0.0
    borrowed_from: tuple[str, ...] = ()

    @property
    def horizon_days(self) -> int:
        """Days forecast."""
        return len(self.mean)

    @property
    def total_mean(self) -> float:
        """Expected units over the whole horizon."""
        return float(self.mean.sum())

    def daily_quantile(self, level: float) -> Floats:
        """Return a quantile of each day, shape (horizon,): one of LEVELS, or from the paths beyond them."""
        if level in LEVELS:
            return np.asarray(self.quantiles[:, LEVELS.index(level)])
        drawn = np.quantile(self.paths, level, axis=0)
        # Paths are stretched to fit the total: drawn tails must not end up inside of the levels known.
        low, high = self.quantiles[:, 0], self.quantiles[:, -1]
        return np.asarray(np.minimum(drawn, low) if level < LEVELS[0] else np.maximum(drawn, high))

    def total_quantile(self, level: float, days: int | None = None) -> float:
        """Return a quantile of the total of the first `days` (all by default), from the joint paths.

        Raises:
            ValueError: level outside 0..1.
            HorizonOutOfRange: days below 1 or beyond the forecast's horizon.
        """
        if not 0.0 <= level <= 1.0:
            raise ValueError(f"level {level!r} is not between 0 and 1")
        span = self.horizon_days if days is None else days
        if not 1 <= span <= self.horizon_days:
            raise HorizonOutOfRange(span)
        return float(np.quantile(self.paths[:, :span].sum(axis=1), level))
