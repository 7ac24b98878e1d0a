"""Single spikes, cut down before a model learns from them."""

from __future__ import annotations

import numpy as np

from forecasting.series import Floats

# A spike counts up to twice what the best periods sell, or twice what its own neighbours do.
SPIKE_TIMES = 2.0
BEST_PERIODS = 0.95
NEIGHBOURS = 14
GOOD_NEIGHBOURS = 0.75
LEAST_SELLING_PERIODS = 5


def tame_spikes(known: Floats) -> Floats:
    """Return the series with lone spikes cut; a level that jumped and stayed is left alone.

    One wholesale order in a shop of single sales would otherwise move level and season for months.

    Args:
        known: shape (n,), units a period.
    """
    sold = known[known > 0.0]
    if len(sold) < LEAST_SELLING_PERIODS:
        return known
    usual = SPIKE_TIMES * float(np.quantile(sold, BEST_PERIODS))
    tamed = known.copy()
    for period in np.flatnonzero(known > usual):
        tamed[period] = min(known[period], max(usual, _usual_nearby(known, int(period))))
    return tamed


def _usual_nearby(known: Floats, period: int) -> float:
    before, after = known[max(0, period - NEIGHBOURS) : period], known[period + 1 : period + 1 + NEIGHBOURS]
    near = np.concatenate([before, after])
    near = near[near > 0.0]
    return SPIKE_TIMES * float(np.quantile(near, GOOD_NEIGHBOURS)) if len(near) else 0.0
