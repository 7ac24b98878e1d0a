"""Quantiles from the errors that a model made on the series itself: skewed and uneven where demand is."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import LEVELS
from forecasting.series import Floats

# Older errors were made at another level.
ERROR_PERIODS = 365
# Errors grow with what is expected, but less than in proportion; 0 and 1 measured worse on two real stores.
SIZE_POWER = 0.75
# A model fits the few periods that it learnt from better than those to come: after a month, a fifth better.
FEW_ERRORS = 14
# What is expected is taken for no less than this share of the mean, lest errors on idle days count without bounds.
LEAST_SIZE_SHARE = 0.1


def error_quantiles(mean: Floats, growth: Floats, known: Floats, fitted: Floats) -> Floats:
    """Return quantiles around `mean`, shape (horizon, len(LEVELS)).

    Args:
        mean: shape (horizon,), units a period; 0 where the shop is shut.
        growth: shape (horizon,), how much wider a step is than the first one.
        known: shape (n,), what was sold.
        fitted: shape (n,), what was expected of it one step before; NaN where unknown, 0 where the shop was shut.
    """
    counts = np.nan_to_num(fitted) > 0.0
    expected = fitted[counts][-ERROR_PERIODS:]
    if not len(expected):
        return np.repeat(mean[:, None], len(LEVELS), axis=1)
    least = LEAST_SIZE_SHARE * float(known.mean())
    relative = (known[counts][-ERROR_PERIODS:] - expected) / np.maximum(expected, least) ** SIZE_POWER
    width = growth * np.sqrt(1.0 + FEW_ERRORS / len(relative))
    size = np.where(mean > 0.0, np.maximum(mean, least) ** SIZE_POWER * width, 0.0)
    return np.asarray(mean[:, None] + size[:, None] * np.quantile(relative, LEVELS))
