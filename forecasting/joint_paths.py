"""Joint paths through daily quantiles: which days are high together is taken from the product's own past."""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from forecasting.members.base import LEVELS
from forecasting.panel import Panel
from forecasting.series import Floats

PATHS = 400
# Stretches of the past that lend their order; the latest ones.
MOST_TEMPLATES = 60
LEAST_TEMPLATES = 8
# The level of a stretch is that of so many seasons before it.
LEVEL_SEASONS = 8
# Where the outermost levels, .05 and .95, leave off, the distribution goes on like an exponential tail, to 0 at least.
_TAIL = 1.0 - LEVELS[-1]


def draw_paths(quantiles: Floats, ranks: Floats, seed: int, paths: int = PATHS) -> Floats:
    """Draw joint paths whose days have the given quantiles.

    Args:
        quantiles: shape (horizon, levels), ascending.
        ranks: shape (templates, horizon or more), places between 0 and 1 of past stretches' days among each other.
        seed: the same seed draws the same paths.
        paths: how many.

    Returns:
        Shape (paths, horizon), >= 0.

    Source: the Schaake shuffle, Clark et al. 2004.
    """
    draws = np.random.default_rng(seed)
    horizon = len(quantiles)
    picks = draws.permutation(np.resize(np.arange(len(ranks)), paths))
    jittered = ranks[picks, :horizon] + draws.uniform(-0.5, 0.5, (paths, 1)) / len(ranks)
    # Ranks of a few templates are coarse: what is drawn is their order, evenly spread over 0 … 1.
    drawn = np.empty((paths, horizon))
    np.put_along_axis(drawn, jittered.argsort(axis=0), _spread_evenly(quantiles, paths), axis=0)
    return np.maximum(drawn, 0.0)


def stretch_totals(paths: Floats, factor: float) -> Floats:
    """Return paths whose totals lie `factor` times as far from their median; days keep their share of the total.

    Args:
        paths: shape (paths, horizon), >= 0.
        factor: from `Conformal.total_spreads`.
    """
    totals = paths.sum(axis=1)
    middle = float(np.median(totals))
    wanted = np.maximum(middle + factor * (totals - middle), 0.0)
    ratio = np.divide(wanted, totals, out=np.ones_like(totals), where=totals > 0)
    return np.asarray(paths * ratio[:, None])


def seed_of(unique_id: str) -> int:
    """Return the seed of a product's draws: the same whatever else the store sells."""
    return zlib.crc32(unique_id.encode())


def past_ranks(panel: Panel, row: int, origin: int, horizon: int) -> Floats:
    """Return how the days of past stretches of one series ranked among each other; shape (templates, horizon).

    A stretch begins on the weekday on which the forecast begins. Demand is taken relative to its level before the
    stretch, so a stretch in a good season ranks high on most of its days: totals vary as they really do.
    """
    season = 7 if panel.frequency == "D" else 1
    first, end = int(panel.first[row]), min(int(panel.ends[row]), origin)
    starts = np.arange(end - horizon, first + 2 * season - 1, -season)[:MOST_TEMPLATES]
    if len(starts) < LEAST_TEMPLATES:
        return _independent(horizon)
    demand = panel.demand[row, first:end]
    begins = starts - first
    stretches = demand[begins[:, None] + np.arange(horizon)]
    # Days of equal demand are many: their order is drawn by lot.
    lots = np.random.default_rng(seed_of(panel.unique_ids[row])).uniform(0, 1e-6, stretches.shape)
    relative = stretches / np.maximum(_levels_before(demand, begins, season), 1e-3)[:, None] + lots
    ranks: NDArray[np.int64] = relative.argsort(axis=0).argsort(axis=0)
    return (ranks + 0.5) / len(ranks)


def _spread_evenly(quantiles: Floats, count: int) -> Floats:
    """Return `count` values a day at evenly spread levels, ascending; shape (count, horizon)."""
    return np.asarray(_between_levels(count) @ quantiles.T)


@cache
def _between_levels(count: int) -> Floats:
    """Return how values at evenly spread levels are made up of the quantiles at LEVELS; shape (count, levels)."""
    shares = (np.arange(count) + 0.5) / count
    unit = np.eye(len(LEVELS))
    found = np.stack([np.interp(shares, LEVELS, unit[place]) for place in range(len(LEVELS))], axis=1)
    low, high = shares < LEVELS[0], shares > LEVELS[-1]
    # From .85 to .95 an exponential tail has shrunk to a third; so it has from .15 to .05.
    below, beyond = (np.log(_TAIL / share) / np.log(3.0) for share in (shares[low], 1.0 - shares[high]))
    found[low] = unit[0] + below[:, None] * (unit[0] - unit[2])
    found[high] = unit[-1] + beyond[:, None] * (unit[-1] - unit[-3])
    return np.asarray(found)


def _levels_before(demand: Floats, begins: NDArray[np.int64], season: int) -> Floats:
    sold = np.concatenate([[0.0], np.cumsum(demand)])
    since = np.maximum(begins - LEVEL_SEASONS * season, 0)
    return np.asarray((sold[begins] - sold[since]) / (begins - since) + 0.1 * float(demand.mean()))


def _independent(horizon: int) -> Floats:
    draws = np.random.default_rng(horizon)
    common, own = draws.normal(size=(64, 1)), draws.normal(size=(64, horizon))
    # A shared half: with no past to go by, days are neither strangers nor one.
    order = (0.5 * common + own).argsort(axis=0).argsort(axis=0)
    return np.asarray((order + 0.5) / 64)
