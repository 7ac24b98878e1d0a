"""Rolling origins: what each member would have said in the last weeks, and how far off it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.combination import NAIVE, blend, combine_weights
from forecasting.series import Bools, DemandSeries, Floats

ORIGINS = 5
HORIZON_DAYS = 14
STEP_DAYS = 7
# On less than two months, shorter and closer windows still give at least three origins.
SHORT_HISTORY_DAYS = 63
SHORT_HORIZON_DAYS = 7
SHORT_STEP_DAYS = 3
LEAST_TRAINING_DAYS = 7


@dataclass(frozen=True)
class Backtest:
    """How the members did on the last weeks, seasonal naive included.

    Attributes:
        origins: how many days the forecasters were set back to.
        horizon_days: how far each then looked ahead.
        errors: mean absolute error in units a day, by member and "combination"; the combination at each
            origin uses the weights earned at the other origins.
        naive_error: seasonal naive's entry of `errors`.
        total_errors: mean absolute error of the horizon's total, in units, same keys.
        coverage80: share of days that fell inside the 80% interval.
        coverage95: the same for 95%.
        scored_days: days that were judged.
    """

    origins: int
    horizon_days: int
    errors: dict[str, float]
    naive_error: float
    total_errors: dict[str, float]
    coverage80: float
    coverage95: float
    scored_days: int


@dataclass(frozen=True)
class Trial:
    """The members' predictions at the rolling origins.

    Attributes:
        origins: lengths of the history known at each origin, ascending.
        actual: shape (origins, horizon_days), units a day.
        is_scored: same shape, days that count.
        predictions: by member, same shape.
    """

    origins: tuple[int, ...]
    actual: Floats
    is_scored: Bools
    predictions: dict[str, Floats]

    @property
    def horizon_days(self) -> int:
        """Days that each origin looks ahead."""
        return int(self.actual.shape[1])


def rolling_origins(days: int) -> tuple[tuple[int, ...], int]:
    """Return the origins (ascending history lengths) and the horizon for a series of `days`."""
    is_short = days < SHORT_HISTORY_DAYS
    horizon = SHORT_HORIZON_DAYS if is_short else HORIZON_DAYS
    step = SHORT_STEP_DAYS if is_short else STEP_DAYS
    origins = [days - horizon - step * k for k in range(ORIGINS)]
    return tuple(sorted(origin for origin in origins if origin >= LEAST_TRAINING_DAYS)), horizon


def actuals(series: DemandSeries, origins: tuple[int, ...], horizon_days: int) -> tuple[Floats, Bools]:
    """Return what came after each origin and which of its days count; both shape (origins, horizon_days)."""
    index = np.array(origins)[:, None] + np.arange(horizon_days)
    return series.demand[index], series.is_scored[index]


def absolute_errors(trial: Trial) -> dict[str, Floats]:
    """Return each member's mean absolute error at each origin, shape (origins,); NaN where no day counts."""
    return {name: _daily_error(trial, predicted) for name, predicted in trial.predictions.items()}


def _daily_error(trial: Trial, predicted: Floats) -> Floats:
    counted = trial.is_scored.sum(axis=1)
    misses = np.where(trial.is_scored, np.abs(predicted - trial.actual), 0.0).sum(axis=1)
    return np.asarray(np.divide(misses, counted, out=np.full(len(counted), np.nan), where=counted > 0))


def pooled_error(errors: Floats) -> float:
    """Return the mean over the origins that count; 0.0 where none does."""
    usable = errors[~np.isnan(errors)]
    return float(usable.mean()) if len(usable) else 0.0


def learn_weights(trial: Trial, without: int | None = None) -> dict[str, float]:
    """Return the members' weights from all origins, or from all but the origin at index `without`."""
    keep = [k for k in range(len(trial.origins)) if k != without] or [0]
    errors = absolute_errors(trial)
    return combine_weights({name: pooled_error(by_origin[keep]) for name, by_origin in errors.items()})


def combination_path(trial: Trial) -> Floats:
    """Return the combination at each origin, weighed by the other origins; shape (origins, horizon_days)."""
    rows = []
    for k in range(len(trial.origins)):
        weights = learn_weights(trial, without=k)
        rows.append(blend({name: predicted[k] for name, predicted in trial.predictions.items()}, weights))
    return np.array(rows)


def score(trial: Trial, carried: Floats, coverage: tuple[float, float]) -> Backtest:
    """Sum the trial up.

    Args:
        trial: the members' predictions.
        carried: the combination's predictions, shape (origins, horizon_days).
        coverage: observed shares of the 80% and the 95% interval.
    """
    everything = {**trial.predictions, "combination": carried}
    daily = {name: pooled_error(_daily_error(trial, predicted)) for name, predicted in everything.items()}
    totals = {name: _total_error(trial, predicted) for name, predicted in everything.items()}
    return Backtest(
        origins=len(trial.origins),
        horizon_days=trial.horizon_days,
        errors=daily,
        naive_error=daily[NAIVE],
        total_errors=totals,
        coverage80=coverage[0],
        coverage95=coverage[1],
        scored_days=int(trial.is_scored.sum()),
    )


def _total_error(trial: Trial, predicted: Floats) -> float:
    misses = np.where(trial.is_scored, predicted - trial.actual, 0.0).sum(axis=1)
    return float(np.abs(misses).mean())
