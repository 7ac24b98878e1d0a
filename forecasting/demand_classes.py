"""How a product sells: smooth, erratic, intermittent or lumpy. What is pooled over products is pooled by class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.panel import Panel
from forecasting.series import Bools, Floats

CLASSES = ("smooth", "erratic", "intermittent", "lumpy")
# Syntetos & Boylan 2005: mean interval between sales, squared coefficient of variation of what is sold.
RARE_FROM, ROUGH_FROM = 1.32, 0.49
# A year says how a product sells; what was before may have been another trade.
CLASSED_PERIODS = 365


@dataclass(frozen=True)
class Traits:
    """How n series sell.

    Attributes:
        classes: shape (n,), positions in CLASSES.
        scale: shape (n,), units, > 0, `naive_scale`.
        change: shape (n,), units, `naive_error`.
        is_whole: shape (n,), `sells_whole`.
    """

    classes: NDArray[np.int64]
    scale: Floats
    change: Floats
    is_whole: Bools


def describe(panel: Panel, origin: int) -> Traits:
    """Return how the panel's series sold before column `origin`."""
    return Traits(
        classify(panel, origin),
        naive_scale(panel, origin),
        naive_error(panel, origin),
        sells_whole(panel, origin),
    )


def classify(panel: Panel, origin: int) -> NDArray[np.int64]:
    """Return each series' class before column `origin`, as a position in CLASSES; shape (n,)."""
    window = slice(max(0, origin - CLASSED_PERIODS), origin)
    demand, known = panel.demand[:, window], panel.is_scored[:, window]
    sold = known & (demand > 0)
    sales, periods = sold.sum(axis=1), known.sum(axis=1)
    mean = _ratio(np.where(sold, demand, 0.0).sum(axis=1), sales)
    square = _ratio(np.where(sold, demand**2, 0.0).sum(axis=1), sales)
    variation = _ratio(square - mean**2, mean**2)
    is_rare = (sales < 2) | (periods >= RARE_FROM * sales)
    is_rough = (sales >= 2) & (variation >= ROUGH_FROM)
    return np.where(is_rare, 2, 0) + np.where(is_rough, 1, 0)


def naive_error(panel: Panel, origin: int) -> Floats:
    """Return each series' mean absolute error of repeating the last season, before `origin`; shape (n,).

    0 where nothing ever changed.
    """
    season = panel.season if origin > 2 * panel.season else 1
    demand, columns = panel.demand[:, :origin], np.arange(origin)
    alive = (columns >= panel.first[:, None] + season) & (columns < panel.ends[:, None])
    change = np.zeros_like(demand)
    change[:, season:] = np.abs(demand[:, season:] - demand[:, :-season])
    return _ratio(np.where(alive, change, 0.0).sum(axis=1), alive.sum(axis=1))


def naive_scale(panel: Panel, origin: int) -> Floats:
    """Return `naive_error`, and something of the mean where hardly anything changed; shape (n,), > 0.

    What errors of different products are measured in.
    """
    periods = np.maximum(np.minimum(panel.ends, origin) - panel.first, 0)
    level = _ratio(panel.demand[:, :origin].sum(axis=1), periods)
    return np.maximum(naive_error(panel, origin), np.maximum(0.1 * level, 1e-3))


def sells_whole(panel: Panel, origin: int) -> Bools:
    """Return which series sold whole units only, before `origin`; shape (n,)."""
    sold = np.where(panel.is_scored[:, :origin], panel.demand[:, :origin], 0.0)
    return np.asarray((sold == np.rint(sold)).all(axis=1))


def _ratio(above: Floats, below: Floats | NDArray[np.int64]) -> Floats:
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)
