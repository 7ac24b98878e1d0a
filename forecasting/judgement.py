"""Fit every member to one product, try them on rolling origins, and settle who carries the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting import backtest as trials
from forecasting.backtest import Backtest, Trial
from forecasting.combination import NAIVE
from forecasting.error_pool import ErrorPool
from forecasting.fallback import choose_fallback
from forecasting.forecast import Verdict
from forecasting.intervals import sample_paths, spread
from forecasting.member import Fitted, Member, MemberUnavailable
from forecasting.series import DemandSeries, Floats

# Three weeks: the least that lets a weekly pattern be judged at three origins.
LEAST_HISTORY_DAYS = 21
# The backtest's few weeks count as much as this many days at which the store's own errors are right.
WIDENING_PRIOR_DAYS = 70
WIDENING_LIMITS = (0.8, 1.5)
# With next to no history the level itself is unknown.
SHORT_HISTORY_WIDENING_DAYS = 7.0


@dataclass(frozen=True)
class Judged:
    """A product's fitted members and what the backtest says of them, whatever the horizon.

    Attributes:
        fitted: the members that can forecast this product, by name.
        weights: who carries the forecast; sums to 1.
        widening: factor on past errors that the backtest calls for, by member and "combination".
        notes: codes for the reader.
    """

    series: DemandSeries
    fitted: dict[str, Fitted]
    weights: dict[str, float]
    backtest: Backtest | None
    verdict: Verdict
    widening: dict[str, float]
    notes: tuple[str, ...]


def judge(series: DemandSeries, members: Sequence[Member], pool: ErrorPool, seed: int) -> Judged:
    """Return the fitted members and their weights.

    Args:
        series: the product.
        members: seasonal naive among them.
        pool: past errors for the intervals' coverage.
        seed: of the sample paths.
    """
    if series.history_days < LEAST_HISTORY_DAYS:
        return _judge_short(series)
    origins, horizon = trials.rolling_origins(series.days)
    fitted, notes = _fit(series, members, origins[0])
    actual, is_scored = trials.actuals(series, origins, horizon)
    predictions = {
        name: np.array([_predict(series, fit, origin, horizon) for origin in origins])
        for name, fit in fitted.items()
    }
    trial = Trial(origins, actual, is_scored, predictions)
    weights, carried = trials.learn_weights(trial), trials.combination_path(trial)
    result = trials.score(trial, carried, _coverage(series, trial, carried, pool, seed))
    is_better = result.errors["combination"] < result.naive_error
    if not is_better:
        weights, carried = {NAIVE: 1.0}, predictions[NAIVE]
        result = trials.score(trial, carried, _coverage(series, trial, carried, pool, seed))
    return Judged(
        series,
        fitted,
        weights,
        result,
        "beats_naive" if is_better else "no_better_than_naive",
        {
            name: _widening(series, trial, predicted, pool)
            for name, predicted in {**predictions, "combination": carried}.items()
        },
        (*series.notes, *notes),
    )


def _judge_short(series: DemandSeries) -> Judged:
    member = choose_fallback(series)
    fitted: dict[str, Fitted] = {member.name: member.fit(series, series.days)}
    widening = float(np.sqrt(1.0 + SHORT_HISTORY_WIDENING_DAYS / series.days))
    widenings = {member.name: widening, "combination": widening}
    return Judged(series, fitted, {member.name: 1.0}, None, "too_little_history", widenings, series.notes)


def _fit(
    series: DemandSeries, members: Sequence[Member], through: int
) -> tuple[dict[str, Fitted], list[str]]:
    fitted: dict[str, Fitted] = {}
    notes: list[str] = []
    for member in members:
        try:
            fitted[member.name] = member.fit(series, through)
        except MemberUnavailable as unavailable:
            if unavailable.code:
                notes.append(unavailable.code)
    return fitted, notes


def _predict(series: DemandSeries, fit: Fitted, origin: int, horizon_days: int) -> Floats:
    """Return a member's forecast with the regularly closed weekdays at 0."""
    is_open = series.open_mask(series.future_dates(origin, horizon_days))
    return np.where(is_open, fit.predict(origin, horizon_days), 0.0)


def _widening(
    series: DemandSeries, trial: Trial, carried: Floats, pool: ErrorPool, without: int | None = None
) -> float:
    """Return how much larger a forecast's errors were than those its paths are drawn from."""
    keep = [k for k in range(len(trial.origins)) if k != without] or [0]
    usual = float(np.abs(pool.blocks(series, trial.origins[0], trial.horizon_days).values).mean())
    scored = trial.is_scored[keep]
    mean = carried[keep]
    errors = np.abs(trial.actual[keep] - mean) / spread(0.5 * (mean + mean.mean(axis=1, keepdims=True)))
    if usual <= 0 or not scored.any():
        return 1.0
    days = int(scored.sum())
    ratio = float(errors[scored].mean()) / usual
    return float(
        np.clip((days * ratio + WIDENING_PRIOR_DAYS) / (days + WIDENING_PRIOR_DAYS), *WIDENING_LIMITS)
    )


def _coverage(
    series: DemandSeries, trial: Trial, carried: Floats, pool: ErrorPool, seed: int
) -> tuple[float, float]:
    """Return the shares of scored days inside the 80% and 95% intervals drawn from earlier days only."""
    hits = {0.8: 0, 0.95: 0}
    for k, origin in enumerate(trial.origins):
        blocks = pool.blocks(series, origin, trial.horizon_days)
        paths = sample_paths(carried[k], blocks, _widening(series, trial, carried, pool, without=k), seed)
        for level in hits:
            low, high = np.quantile(paths, [(1 - level) / 2, (1 + level) / 2], axis=0)
            inside = (trial.actual[k] >= low - 1e-9) & (trial.actual[k] <= high + 1e-9)
            hits[level] += int((inside & trial.is_scored[k]).sum())
    days = max(int(trial.is_scored.sum()), 1)
    return hits[0.8] / days, hits[0.95] / days


def look_ahead(judged: Judged, horizon_days: int) -> dict[str, Floats]:
    """Return each member's mean forecast from the last day, shape (horizon_days,)."""
    series = judged.series
    return {name: _predict(series, fit, series.days, horizon_days) for name, fit in judged.fitted.items()}
