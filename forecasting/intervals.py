"""Joint sample paths round a mean forecast, from errors that were really made; intervals are read off them.

The errors come in blocks of consecutive days, so a path carries the way errors hang together: a total's
interval is the quantile of the paths' totals, never a sum of daily quantiles.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.fallback import WeekdayMeanFit
from forecasting.series import WEEK, DemandSeries, Floats

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
PATHS = 600
# A product's own blocks suffice from this many on; below, the store's blocks of its demand class are added.
ENOUGH_BLOCKS = 20
LEAST_BLOCK_HISTORY = 28
MAX_OWN_BLOCKS = 104
# Between counting noise (0.5) and errors proportional to the level (1.0): Taylor's law as retail shows it.
SPREAD_POWER = 0.75
# Below this mean a day's spread no longer shrinks: a slow seller still sells in ones.
LEAST_MEAN = 0.05


@dataclass(frozen=True)
class ErrorBlocks:
    """Standardised errors of consecutive days.

    Attributes:
        values: shape (blocks, days); error divided by spread(mean); the first day falls on the weekday of
            the forecast's first day.
    """

    values: Floats


def spread(mean: Floats) -> Floats:
    """Return how errors grow with the level; shape as `mean`."""
    return np.asarray(np.maximum(mean, LEAST_MEAN) ** SPREAD_POWER)


def own_blocks(series: DemandSeries, through: int, length: int, limit: int = MAX_OWN_BLOCKS) -> ErrorBlocks:
    """Collect the weekday mean's past errors on one product.

    Args:
        series: the product.
        through: nothing after the first `through` days is looked at.
        length: days in a block.
        limit: at most so many blocks, the latest.

    Returns:
        Blocks, a week apart; perhaps none.
    """
    mean_of = WeekdayMeanFit(series)
    weeks = -(-length // WEEK) * WEEK
    blocks = []
    for origin in range(through - weeks, LEAST_BLOCK_HISTORY - 1, -WEEK):
        mean = mean_of.predict(origin, length)
        window = slice(origin, origin + length)
        errors = (series.demand[window] - mean) / spread(0.5 * (mean + mean.mean()))
        blocks.append(np.where(series.is_scored[window], errors, 0.0))
        if len(blocks) == limit:
            break
    return ErrorBlocks(np.array(blocks).reshape(len(blocks), length))


def demand_class(demand: Floats) -> str:
    """Return "smooth", "erratic", "intermittent" or "lumpy" (Syntetos & Boylan 2005: cuts 1.32 and 0.49)."""
    sold = demand[demand > 0]
    if len(sold) < 2:
        return "intermittent"
    is_rare = len(demand) / len(sold) >= 1.32
    is_rough = float(sold.var() / sold.mean() ** 2) >= 0.49
    return {
        (False, False): "smooth",
        (False, True): "erratic",
        (True, False): "intermittent",
        (True, True): "lumpy",
    }[(is_rare, is_rough)]


def own_spread(series: DemandSeries, through: int, class_spread: float) -> float:
    """Return the standardised error's standard deviation, leaning on the class where the history is short."""
    known = series.demand[:through]
    mean = np.full(through, known.mean())
    errors = (known - mean) / spread(mean)
    prior_days = float(WEEK)
    return float(np.sqrt((np.sum(errors**2) + prior_days * class_spread**2) / (through + prior_days)))


def sample_paths(mean: Floats, blocks: ErrorBlocks, widening: float, seed: int) -> Floats:
    """Draw joint paths.

    Args:
        mean: shape (horizon,), units a day; days at 0 that are closed stay 0 by their caller's mask.
        blocks: where the errors come from; blocks shorter than the horizon are laid end to end.
        widening: factor on every error, from calibration.
        seed: the same seed draws the same blocks.

    Returns:
        Shape (PATHS, horizon), >= 0, whose mean total is the mean forecast's total.
    """
    horizon = len(mean)
    draws = np.random.default_rng(seed)
    count, length = blocks.values.shape
    pieces = -(-horizon // length)
    # Every block is used equally often before any is used again: quantiles of few blocks stay steady.
    picks = np.concatenate(
        [draws.permutation(np.resize(np.arange(count), PATHS))[:, None] for _ in range(pieces)], 1
    )
    errors = blocks.values[picks].reshape(PATHS, pieces * length)[:, :horizon]
    centred = errors - blocks.values.mean()
    paths: Floats = np.maximum(mean + widening * centred * spread(0.5 * (mean + mean.mean())), 0.0)
    total = float(paths.sum(axis=1).mean())
    return paths * (float(mean.sum()) / total) if total > 0 else paths


def path_quantiles(paths: Floats) -> dict[float, Floats]:
    """Return daily quantiles by level, each shape (horizon,)."""
    values = np.quantile(paths, LEVELS, axis=0)
    return dict(zip(LEVELS, values, strict=True))
