"""The level of the last weeks by weekday (by slot of the season): steady, and quick to follow a jump."""

from __future__ import annotations

import numpy as np

from forecasting.members.one_by_one import OneByOne, Outlook
from forecasting.members.season import lay_out, seasonal_shares
from forecasting.series import Floats

# The level is looked for over so many periods, shortest first. Starting at one week, or going on to sixteen, measured
# worse on two real stores.
LEVEL_WINDOWS = {7: (14, 28, 56), 52: (4, 8, 13, 26), 12: (3, 6, 12)}
LEAST_PERIODS = {7: 7, 52: 4, 12: 3}
# Narrower margins follow a jump sooner and chance more often: 2.0 cost up to 1% more error, 1.5 up to 3%.
AGREEMENT_DEVIATIONS = 2.5
# The variance that the level's own drift adds over a season.
SEASON_DRIFT = 0.07


class WeekdayMean(OneByOne):
    """The mean of the last eight weeks at the level that still holds, times the weekday's share."""

    name = "weekday_mean"

    def least(self, season: int) -> int:
        """Return a week of days, four weeks or three months."""
        return LEAST_PERIODS[season]

    def learn(self, known: Floats, season: int) -> None:
        """Learn nothing: the latest weeks are the model."""

    def outlook(self, learnt: None, known: Floats, season: int, horizon: int) -> Outlook:
        """Return level times share, now and as it would have been before every known period."""
        shares = seasonal_shares(known, season)
        pattern = lay_out(shares, 0, len(known))
        level = steady_levels(known, pattern, LEVEL_WINDOWS[season])
        return Outlook(
            mean=level[-1] * lay_out(shares, len(known), horizon),
            fitted=level[:-1] * pattern,
            growth=np.sqrt(1.0 + SEASON_DRIFT * np.arange(horizon) / season),
        )


def steady_levels(known: Floats, pattern: Floats, windows: tuple[int, ...]) -> Floats:
    """Return the level before every period and after the last, shape (n + 1,); NaN before the first.

    It is the mean over the longest recent window on whose level all shorter ones agree: a jump in demand ends the
    window instead of being averaged away for weeks.

    Args:
        known: shape (n,), units a period.
        pattern: shape (n,), each period's share of the mean.
        windows: periods, shortest first.

    Source: the intersection of confidence intervals, Goldenshluger & Nemirovski 1997.
    """
    every = np.arange(len(known) + 1)
    sold, weight = _total(known), _total(pattern)
    noise = _noise(known, pattern, windows[-1])
    level = np.full(len(every), np.nan)
    low, high = np.full(len(every), -np.inf), np.full(len(every), np.inf)
    for window in windows:
        start = np.maximum(every - window, 0)
        span = weight[every] - weight[start]
        mean = np.divide(sold[every] - sold[start], span, out=np.full(len(every), np.nan), where=span > 0)
        margin = AGREEMENT_DEVIATIONS * noise / np.sqrt(np.maximum(every - start, 1))
        low, high = np.fmax(low, mean - margin), np.fmin(high, mean + margin)
        level = np.where((low <= high) | np.isnan(level), mean, level)
    return level


def _noise(known: Floats, pattern: Floats, window: int) -> Floats:
    """Return the standard deviation of one period before every period and after the last, shape (n + 1,).

    Differences of neighbouring periods measure it even where the level jumped in between.
    """
    steps, counts = np.zeros(len(known)), np.zeros(len(known))
    selling = np.flatnonzero(pattern > 0.0)
    steps[selling[1:]] = np.diff(known[selling] / pattern[selling]) ** 2
    counts[selling[1:]] = 1.0
    every = np.arange(len(known) + 1)
    start = np.maximum(every - window, 0)
    squares, number = _total(steps), _total(counts)
    return np.asarray(
        np.sqrt((squares[every] - squares[start]) / np.maximum(number[every] - number[start], 1.0) / 2)
    )


def _total(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])
