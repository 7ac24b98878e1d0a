"""Simple members that work on the shortest history: weekday mean and drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.series import WEEK, DemandSeries, Floats, weekdays

MEAN_WINDOW_DAYS = 56
# A weekday's own mean counts as much as the overall mean once it rests on this many observations.
WEEKDAY_PRIOR_OBSERVATIONS = 2.0
LEVEL_WINDOWS_DAYS = (7, 14, 28, 56)
# Narrower margins follow a jump sooner and chance more often: 2.0 cost up to 1% more error, 1.5 up to 3%.
AGREEMENT_DEVIATIONS = 2.5
# A weekday that sells next to nothing says nothing about the level.
LEAST_PATTERN = 0.05


@dataclass(frozen=True)
class WeekdayMeanFit:
    """The level of the last weeks, by weekday."""

    series: DemandSeries

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return the weekday pattern of eight weeks at the level that still holds, laid over the horizon."""
        recent = slice(max(0, origin - MEAN_WINDOW_DAYS), origin)
        demand, day_of_week = self.series.demand[recent], weekdays(self.series.dates[recent])
        overall = float(demand.mean())
        if overall == 0.0:
            return np.zeros(horizon_days)
        pattern = weekday_means(demand, day_of_week) / overall
        expected = pattern[day_of_week]
        level = steady_level(
            np.divide(demand, expected, out=demand.copy(), where=expected > LEAST_PATTERN), expected
        )
        return level * pattern[weekdays(self.series.future_dates(origin, horizon_days))]


def weekday_means(demand: Floats, day_of_week: np.ndarray) -> Floats:
    """Return means by weekday, shape (7,), shrunk towards the overall mean where a weekday is seldom seen."""
    sums = np.bincount(day_of_week, weights=demand, minlength=WEEK)
    counts = np.bincount(day_of_week, minlength=WEEK)
    overall = float(demand.mean())
    return (sums + WEEKDAY_PRIOR_OBSERVATIONS * overall) / (counts + WEEKDAY_PRIOR_OBSERVATIONS)


def steady_level(adjusted: Floats, weights: Floats) -> float:
    """Return the mean over the longest recent window on whose level all shorter ones agree.

    A jump in demand ends the window instead of being averaged away for weeks.

    Args:
        adjusted: demand over its weekday pattern, shape (n,), latest last.
        weights: the pattern, same shape: days on which much is sold say more about the level.

    Source: the intersection of confidence intervals, Goldenshluger & Nemirovski 1997.
    """
    # Differences of neighbouring days measure noise even where the level jumped in between.
    noise = float(np.sqrt(np.mean(np.diff(adjusted) ** 2) / 2)) if len(adjusted) > 1 else 0.0
    weighted = adjusted * weights
    level, low, high = float(weighted[-WEEK:].sum() / weights[-WEEK:].sum()), -np.inf, np.inf
    for days in LEVEL_WINDOWS_DAYS:
        if days > len(adjusted) and days // 2 >= len(adjusted):
            break
        mean = float(weighted[-days:].sum() / weights[-days:].sum())
        margin = AGREEMENT_DEVIATIONS * noise / np.sqrt(min(days, len(adjusted)))
        low, high = max(low, mean - margin), min(high, mean + margin)
        if low > high:
            break
        level = mean
    return level


class WeekdayMean:
    """The mean of the last eight weeks, by weekday."""

    name = "mean"

    def fit(self, series: DemandSeries, fitted_through: int) -> WeekdayMeanFit:
        """Return the forecaster; there are no parameters."""
        return WeekdayMeanFit(series)


@dataclass(frozen=True)
class DriftFit:
    """The straight line through the first and the last day."""

    series: DemandSeries

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return the line carried on, never below 0."""
        known = self.series.demand[:origin]
        slope = (known[-1] - known[0]) / (origin - 1) if origin > 1 else 0.0
        return np.asarray(np.maximum(known[-1] + slope * np.arange(1, horizon_days + 1), 0.0))


class Drift:
    """Naive with drift (FPP3, section 5.2)."""

    name = "drift"

    def fit(self, series: DemandSeries, fitted_through: int) -> DriftFit:
        """Return the forecaster; there are no parameters."""
        return DriftFit(series)


def choose_fallback(series: DemandSeries) -> WeekdayMean | Drift:
    """Return drift where it foretold the next day better than the mean all along, else the mean."""
    if series.days < 5:
        return WeekdayMean()
    origins = range(3, series.days)
    errors = {
        member.name: sum(abs(member.fit(series, 0).predict(o, 1)[0] - series.demand[o]) for o in origins)
        for member in (WeekdayMean(), Drift())
    }
    return Drift() if errors["drift"] < errors["mean"] else WeekdayMean()
