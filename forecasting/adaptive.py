"""Intervals that learn from how the last forecasts turned out: too often missed, they widen; seldom, they narrow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.members.base import LEVELS
from forecasting.series import Floats

# The share of days that the interval from .1 to .9 is to hold.
CENTRAL = 0.8
# How much of a long batch's miss the aim takes on. On two real stores .25 evened coverage out between products (standard
# deviation .076 to .069, and .068 to .066); .5 did no more and cost 0.4% in quantile loss.
GAMMA = 0.25
# Days from which a batch counts half.
PRIOR_DAYS = 28.0
LEAST_AIM, MOST_AIM = 0.5, 0.98


def aim_level(batches: Sequence[tuple[int, int]], central: float = CENTRAL) -> float:
    """Return the share that the interval must be built for, so that it holds `central` of the days.

    Args:
        batches: of past forecasts, oldest first, the days inside their interval and the days scored.
        central: the share wanted, between 0 and 1.

    Returns:
        `central` where nothing has been scored; between .5 and .98.

    Raises:
        ValueError: more days lie inside than were scored, or fewer than none.

    Source: adaptive conformal inference, Gibbs & Candes 2021: alpha += gamma (alpha - err), a batch at a time.
    """
    aim = central
    for inside, scored in batches:
        if not 0 <= inside <= scored:
            raise ValueError(f"{inside!r} days inside of {scored!r} scored; pass 0 <= inside <= scored")
        if scored:
            trust = scored / (scored + PRIOR_DAYS)
            aim += GAMMA * trust * (central - inside / scored)
            aim = min(max(aim, LEAST_AIM), MOST_AIM)
    return aim


def adapt(quantiles: Floats, aim: float, central: float = CENTRAL) -> Floats:
    """Return quantiles of which the middle `central` is what was the middle `aim`.

    Args:
        quantiles: shape (…, len(LEVELS)), ascending, >= 0.
        aim: from `aim_level`.
        central: the share that the interval claims to hold.

    Returns:
        The same shape, ascending and >= 0; unchanged where `aim` is `central`. Beyond .05 and .95 the distribution
        goes on like exponential tails.
    """
    if aim == central:
        return quantiles
    levels = np.array([_moved(level, aim, central) for level in LEVELS])
    known = np.array(LEVELS)
    places = np.clip(np.searchsorted(known, levels) - 1, 0, len(known) - 2)
    share = np.clip((levels - known[places]) / (known[places + 1] - known[places]), 0.0, 1.0)
    found = (1.0 - share) * quantiles[..., places] + share * quantiles[..., places + 1]
    low, high = levels < known[0], levels > known[-1]
    # From .85 to .95 an exponential tail has shrunk to a third; so it has from .15 to .05.
    below, beyond = (np.log(known[0] / share) / np.log(3.0) for share in (levels[low], 1.0 - levels[high]))
    found[..., low] = quantiles[..., :1] - below * (quantiles[..., 2:3] - quantiles[..., :1])
    found[..., high] = quantiles[..., -1:] + beyond * (quantiles[..., -1:] - quantiles[..., -3:-2])
    return np.asarray(np.maximum(np.maximum.accumulate(found, axis=-1), 0.0))


def _moved(level: float, aim: float, central: float) -> float:
    """Return which level to read for `level`: those of the interval's ends become the ends of `aim`, .5 stays."""
    inner, outer = 0.5 * central, 0.5 * aim
    away = abs(level - 0.5)
    moved = away * outer / inner if away <= inner else 0.5 - (0.5 - away) * (0.5 - outer) / (0.5 - inner)
    return 0.5 + moved if level >= 0.5 else 0.5 - moved
