"""How the combined forecast did at earlier origins, product by product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.forecast import Backtest
from forecasting.members.base import LEVELS
from forecasting.panel import Panel
from forecasting.series import WEEK, Bools, Floats
from forecasting.trials import Trial

LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)
# A hair's breadth outside is inside: quantiles are averages, sales are counts.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Backtests:
    """The backtests of n series; see `forecasting.forecast.Backtest` for what the columns mean.

    Attributes:
        horizon: periods ahead of each origin; 0 where none was tried.
        origins: shape (n,).
        weeks: shape (n,).
        error: shape (n,), units a week; NaN where no week was judged.
        naive_error: shape (n,), units a week.
        coverage80: shape (n,), NaN where no day counted.
    """

    horizon: int
    origins: NDArray[np.int64]
    weeks: NDArray[np.int64]
    error: Floats
    naive_error: Floats
    coverage80: Floats

    def of(self, row: int) -> Backtest | None:
        """Return one series' backtest; None where not one week of it could be judged."""
        if not self.weeks[row]:
            return None
        return Backtest(
            int(self.origins[row]),
            self.horizon,
            int(self.weeks[row]),
            float(self.error[row]),
            float(self.naive_error[row]),
            float(self.coverage80[row]),
        )

    def take(self, rows: NDArray[np.int64]) -> Backtests:
        """Return those of some series; a row of -1 has none."""
        known = rows >= 0

        def column(values: np.ndarray) -> np.ndarray:
            return np.asarray(np.where(known, values[rows], np.zeros_like(values[:1])))

        return Backtests(
            self.horizon,
            column(self.origins),
            column(self.weeks),
            column(self.error),
            column(self.naive_error),
            column(self.coverage80),
        )


def judge(
    panel: Panel, trials: Sequence[Trial], means: Sequence[Floats], quantiles: Sequence[Floats]
) -> Backtests:
    """Hold forecasts of the trials against what sold.

    Args:
        panel: that the trials were made on.
        trials: oldest first.
        means: of the combined forecast at each trial, shape (n, horizon).
        quantiles: its corrected quantiles, shape (n, horizon, levels).
    """
    series, span = len(panel.unique_ids), WEEK if panel.frequency == "D" else 1
    origins, weeks, inside, scored = (np.zeros(series, dtype=np.int64) for _ in range(4))
    error, naive_error, every = np.zeros(series), np.zeros(series), np.arange(series)
    for trial, mean, said in zip(trials, means, quantiles, strict=True):
        known = panel.history(every, trial.origin) >= span
        is_scored = trial.is_scored & known[:, None]
        shut = panel.is_shut(every, trial.origin, trial.origin + trial.actual.shape[1])
        actual, is_whole = _by_week(trial.actual, is_scored | shut, span)
        last = panel.demand[:, max(trial.origin - span, 0) : trial.origin].sum(axis=1)
        is_judged = is_whole & (known & is_scored.any(axis=1))[:, None]
        forecast, _ = _by_week(mean, is_scored, span)
        origins += is_judged.any(axis=1)
        weeks += is_judged.sum(axis=1)
        error += np.where(is_judged, np.abs(forecast - actual), 0.0).sum(axis=1)
        naive_error += np.where(is_judged, np.abs(last[:, None] - actual), 0.0).sum(axis=1)
        hit = (trial.actual >= said[..., LOW] - TOLERANCE) & (trial.actual <= said[..., HIGH] + TOLERANCE)
        inside += (hit & is_scored).sum(axis=1)
        scored += is_scored.sum(axis=1)
    horizon = trials[0].actual.shape[1] if trials else 0
    return Backtests(
        horizon, origins, weeks, _share(error, weeks), _share(naive_error, weeks), _share(inside, scored)
    )


def _by_week(values: Floats, usable: Bools, span: int) -> tuple[Floats, Bools]:
    """Return the totals of whole weeks and whether all of their days are usable; shape (n, weeks) each."""
    weeks = values.shape[1] // span
    shape = (len(values), weeks, span)
    cut = weeks * span
    is_whole: Bools = np.asarray(usable[:, :cut].reshape(shape).all(axis=2))
    return values[:, :cut].reshape(shape).sum(axis=2), is_whole


def _share(above: np.ndarray, below: np.ndarray) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
