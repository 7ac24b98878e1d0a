"""What a forecast is judged by: pure functions on arrays, the same for every model.

One product at a time. `scored` leaves out weekdays on which the shop never opens: a certain zero is no forecast.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecasting.frames import LEVELS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
DemandClass = Literal["smooth", "erratic", "intermittent", "lumpy"]

# Syntetos, Boylan and Croston 2005: mean interval between sales, squared variation of their sizes.
MOST_INTERVAL, MOST_VARIATION = 1.32, 0.49
LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)


def demand_class(history: Floats, scored: Bools) -> DemandClass:
    """Return the class of Syntetos and Boylan by the days on which the shop opens."""
    days = history[scored]
    sizes = days[days > 0]
    if not sizes.size:
        return "intermittent"
    often = len(days) / sizes.size < MOST_INTERVAL
    even = (sizes.std() / sizes.mean()) ** 2 < MOST_VARIATION
    if often:
        return "smooth" if even else "erratic"
    return "intermittent" if even else "lumpy"


def seasonal_errors(history: Floats, scored: Bools, season: int) -> Floats:
    """Return the errors of repeating the value of a season before, on the scored days of the history."""
    return (history[season:] - history[:-season])[scored[season:]]


def pinball(actual: Floats, quantiles: Floats) -> Floats:
    """Return the mean pinball loss over the levels.

    Args:
        actual: shape (horizon,).
        quantiles: shape (horizon, levels).

    Returns:
        Shape (horizon,).
    """
    error = actual[:, None] - quantiles
    levels = np.array(LEVELS)
    return np.asarray(np.maximum(levels * error, (levels - 1.0) * error).mean(axis=1))


def scaled_quantile_loss(actual: Floats, quantiles: Floats, scale: float) -> float:
    """Return SQL: twice the mean pinball loss over the in-sample mean absolute seasonal-naive error."""
    return float(2.0 * pinball(actual, quantiles).mean() / scale)


def rmsse(actual: Floats, mean: Floats, scale: float) -> float:
    """Return the root mean squared error over the in-sample root mean squared seasonal-naive error."""
    return float(np.sqrt(np.mean((actual - mean) ** 2)) / scale)


def coverage(actual: Floats, quantiles: Floats) -> float:
    """Return the share of values inside the closed interval between the levels .1 and .9."""
    return float(((quantiles[:, LOW] <= actual) & (actual <= quantiles[:, HIGH])).mean())


def coverage_without_ties(actual: Floats, quantiles: Floats) -> float:
    """Return the coverage in which a value that several levels hit counts by their share between .1 and .9.

    Where seven days in ten sell nothing, the closed interval of a perfect forecast holds more than nine in
    ten; this figure of it is .8 all the same (the randomised probability integral transform, in expectation).
    Goods are sold whole: quantiles are rounded first, so that a forecast of .01 meets a day without a sale.
    """
    whole = np.rint(quantiles)
    below = (whole < actual[:, None]).sum(axis=1)
    through = (whole <= actual[:, None]).sum(axis=1)
    # Halfway to the next level that misses the value; all the way where there is none.
    edges = np.array([0.0, *[level + 0.025 for level in LEVELS]])
    start = np.where(below == 0, 0.0, edges[below])
    stop = np.where(through == len(LEVELS), 1.0, edges[through])
    inside = np.clip(np.minimum(stop, 0.9) - np.maximum(start, 0.1), 0.0, None)
    tied = through > below
    untied = (whole[:, LOW] < actual) & (actual < whole[:, HIGH])
    return float(np.where(tied, inside / np.where(tied, stop - start, 1.0), untied).mean())


def wape(actual: Floats, forecast: Floats) -> float:
    """Return the summed absolute error over the summed actuals; NaN of nothing sold."""
    sold = float(np.abs(actual).sum())
    return float(np.abs(actual - forecast).sum() / sold) if sold else float("nan")


def bias(actual: Floats, forecast: Floats) -> float:
    """Return the summed forecast over the summed actuals, less one; NaN of nothing sold."""
    sold = float(actual.sum())
    return float(forecast.sum() / sold - 1.0) if sold else float("nan")
