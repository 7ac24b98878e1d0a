"""The pattern of the season: each slot's share of the mean (each weekday's, week's or month's)."""

from __future__ import annotations

import numpy as np

from forecasting.series import Floats

# A pattern rests on so many of the latest seasons: weekdays keep their order, levels do not matter to it.
PATTERN_SEASONS = {7: 52, 52: 4, 12: 6}
# A slot's own mean counts as much as the overall mean once it rests on this many observations.
PRIOR_OBSERVATIONS = 4.0
# Never sold on that weekday: closed, if so many empty ones in a row are no chance.
SILENT_CHANCE = 0.01


def seasonal_shares(known: Floats, season: int) -> Floats:
    """Return each slot's share of the mean, shape (season,); the first slot is the one `known` begins with.

    Shares are shrunk towards 1 where a slot was seldom seen, exactly 0 where the shop must have been shut, and 1 until
    two seasons have passed.
    """
    recent = known[-PATTERN_SEASONS[season] * season :]
    overall = float(recent.mean()) if len(recent) else 0.0
    if len(known) < 2 * season or overall <= 0.0:
        return np.ones(season)
    slots = np.arange(len(known))[-len(recent) :] % season
    sums = np.bincount(slots, weights=recent, minlength=season)
    counts = np.bincount(slots, minlength=season)
    shares = (sums + PRIOR_OBSERVATIONS * overall) / (counts + PRIOR_OBSERVATIONS) / overall
    idle = float(np.mean(recent <= 0.0))
    shares[(sums == 0.0) & (idle**counts < SILENT_CHANCE)] = 0.0
    return np.asarray(shares)


def lay_out(shares: Floats, start: int, periods: int) -> Floats:
    """Return the shares of the periods start … start + periods - 1 of the series, shape (periods,)."""
    return np.asarray(shares[(start + np.arange(periods)) % len(shares)])
