"""A forecast as it is handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecasting.backtest import Backtest
from forecasting.errors import HorizonOutOfRange
from forecasting.series import Days, Floats

Verdict = Literal["beats_naive", "no_better_than_naive", "too_little_history"]


@dataclass(frozen=True)
class MemberForecast:
    """One member's own forecast; mean and each quantile have shape (horizon,), units a day."""

    mean: Floats
    quantiles: dict[float, Floats]


@dataclass(frozen=True)
class Forecast:
    """Daily demand of one product.

    Attributes:
        unique_id: the product.
        dates: shape (horizon,), datetime64[D], the days after the last sales day.
        mean: shape (horizon,), units a day.
        quantiles: levels .025 .1 .25 .5 .75 .9 .975, each shape (horizon,).
        paths: shape (n_paths, horizon), joint sample paths, >= 0.
        weights: share of each member ("seasonal_naive", "mean", "drift", "arima", "lstm"); sums to 1.
        members: each member's own forecast and intervals, whether it carries weight or not.
        backtest: None where the history is too short for one.
        verdict: what the backtest says.
        history_days: days with a usable record.
        recent_daily_mean: mean demand of the last 28 days (fewer where there are fewer), closed days apart.
        notes: codes: "stockouts_corrected", "gaps_filled", "negatives_clipped", "closed_weekdays",
            "lstm_not_trained", "arima_rejected", "no_sales_recorded".
    """

    unique_id: str
    dates: Days
    mean: Floats
    quantiles: dict[float, Floats]
    paths: Floats
    weights: dict[str, float]
    members: dict[str, MemberForecast]
    backtest: Backtest | None
    verdict: Verdict
    history_days: int
    recent_daily_mean: float
    notes: tuple[str, ...]

    @property
    def horizon_days(self) -> int:
        """Days forecast."""
        return len(self.mean)

    @property
    def total_mean(self) -> float:
        """Expected units over the whole horizon."""
        return float(self.mean.sum())

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
