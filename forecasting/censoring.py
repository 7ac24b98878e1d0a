"""Demand on days that ran out of stock: at least what was sold, and how much more is estimated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.series import WEEK, Bools, Floats

# The level of a day leans on the days before it, half as much on those so many periods back. Looking ahead as well
# was no better, and would let a backtest see what came after its origin.
LEVEL_HALF_LIFE = 35.0
# Good days come in runs: a shelf empties in a good week, and the rest of that week would have been good too.
RUN_HALF_LIFE = 2.0
MOST_RUN_VARIANCE, RUN_LIMITS = 0.5, (1 / 3, 3.0)
# Observations' worth of the overall mean that a weekday and a level start from.
PRIOR_OBSERVATIONS = 2.0
# Fewer days in stock than this say nothing about the days without.
LEAST_IN_STOCK_DAYS = 7
ITERATIONS = 12
# Variance beyond Poisson over the squared mean; what retail shows weighs as much as so many days.
USUAL_SPREAD, SPREAD_PRIOR_DAYS = 0.3, 10.0
LEAST_SPREAD, MOST_SPREAD = 0.02, 8.0
LEAST_MEAN = 1e-6
_TINY = 1e-12


@dataclass(frozen=True)
class Uncensored:
    """Demand with the stock-outs mended.

    Attributes:
        demand: shape (n, T), units: what was sold, and on stock-outs the estimate, never below what was sold; NaN
            where `sold` was NaN.
        expected: shape (n, T), units, the mean demand of each day as the days before it and its weekday tell it; a
            stand-in for days without a record.
        days: shape (n,), stock-out days that were mended.
        units_added: shape (n,), what the mending added.
    """

    demand: Floats
    expected: Floats
    days: NDArray[np.int64]
    units_added: Floats


def uncensor(sold: Floats, is_stockout: Bools, weekday: NDArray[np.int64]) -> Uncensored:
    """Estimate demand on stock-out days from the days before them.

    A day is taken as negative binomial about level × weekday. On a stock-out day demand was at least what was sold:
    its estimate is the mean of that distribution beyond the sales. Level, weekdays and spread are fitted with those
    estimates in place (expectation-maximisation), because the days that sell out are the good ones: leaving them out
    would make every day look worse than it was. Weekdays, spread and the mean that the first days lean on come from the
    whole series. With fewer than seven days in stock an ordinary day is all that a stock-out is taken for.

    Args:
        sold: shape (n, T), units; NaN where nothing is known (gap, shop shut).
        is_stockout: shape (n, T), the shelf was empty at the day's close.
        weekday: shape (T,), 0 to 6; all 0 for weeks or months.

    Source: Conrad 1976, "Sales data and the estimation of demand"; Dempster, Laird & Rubin 1977.
    """
    known = np.isfinite(sold)
    units = np.where(known, np.maximum(sold, 0.0), 0.0)
    empty = known & is_stockout
    # An empty shelf all day says nothing; half a day does.
    telling = known & ~(empty & (units == 0))
    is_young = (known & ~empty).sum(axis=1, keepdims=True) < LEAST_IN_STOCK_DAYS
    censored = empty & ~is_young
    demand, mean, spread = units.copy(), _overall(units, telling), np.full((len(units), 1), USUAL_SPREAD)
    best = np.where(telling & ~censored, units, 0.0).max(axis=1, keepdims=True, initial=0.0)
    excess = np.zeros_like(units)
    for _ in range(ITERATIONS if censored.any() else 1):
        steady = _expected(demand, telling, weekday)
        spread = _spread(demand, excess, steady, telling)
        runs = _run_variance(demand, steady, telling)
        mean = steady * _run(demand, steady, telling, spread, runs)
        spread = np.maximum(spread - runs, LEAST_SPREAD)
        demand, excess = _beyond(units, mean, spread, censored)
        # Estimates feed the fit that makes them: no day gains more than twice the best day in stock.
        demand = np.minimum(demand, units + 2.0 * best)
    demand = np.where(empty & is_young, np.maximum(units, mean), demand)
    return Uncensored(
        demand=np.where(known, demand, np.nan),
        expected=mean,
        days=empty.sum(axis=1),
        units_added=(demand - units).sum(axis=1),
    )


def mean_beyond(sold: Floats, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of negative binomial demand, given that it is at least `sold`.

    Args:
        sold: units, >= 0, any shape.
        mean: units, > 0, same shape.
        spread: variance beyond Poisson over the squared mean, > 0, same shape.
    """
    from scipy.special import betainc

    size = 1.0 / spread
    odds = mean / size
    share = odds / (1.0 + odds)

    def at_least(units: Floats, extra: float) -> Floats:
        return np.where(units > 0, betainc(np.maximum(units, _TINY), size + extra, share), 1.0)

    beyond = at_least(sold, 0.0)
    # So far out that the share of days beyond cannot be told from none: there the tail falls off geometrically.
    is_remote = beyond < _TINY
    chance = np.maximum(beyond, _TINY)
    first = np.where(is_remote, sold + odds, mean * at_least(sold - 1, 1.0) / chance)
    pairs = size * (size + 1.0) * odds**2 * at_least(sold - 2, 2.0) / chance
    variance = np.where(is_remote, odds * (1.0 + odds), pairs + first - first**2)
    return np.maximum(first, sold), np.maximum(variance, 0.0)


def _beyond(units: Floats, mean: Floats, spread: Floats, censored: Bools) -> tuple[Floats, Floats]:
    """Return demand with the stock-outs' estimates in place, and the variance of those; both shape (n, T)."""
    demand, variance = units.copy(), np.zeros_like(units)
    wide = np.broadcast_to(spread, units.shape)
    demand[censored], variance[censored] = mean_beyond(units[censored], mean[censored], wide[censored])
    return demand, variance


def _overall(demand: Floats, telling: Bools) -> Floats:
    counts = np.maximum(telling.sum(axis=1, keepdims=True), 1)
    return np.asarray(np.where(telling, demand, 0.0).sum(axis=1, keepdims=True) / counts)


def _expected(demand: Floats, telling: Bools, weekday: NDArray[np.int64]) -> Floats:
    """Return level × weekday of every day, shape (n, T), from the days that tell something."""
    counted = np.where(telling, demand, 0.0)
    overall = np.maximum(_overall(demand, telling), LEAST_MEAN)
    level = _smooth(counted, overall, telling.astype(float))
    pattern = _pattern(counted, level, overall, telling, weekday)[:, weekday]
    return np.maximum(_smooth(counted, overall, np.where(telling, pattern, 0.0)) * pattern, LEAST_MEAN)


def _smooth(counted: Floats, overall: Floats, weights: Floats) -> Floats:
    """Return the exponentially weighted level up to each day, leaning on the overall mean."""
    decay = 0.5 ** (1.0 / LEVEL_HALF_LIFE)
    above = _trailing(counted, decay) + PRIOR_OBSERVATIONS * overall
    return np.asarray(above / (_trailing(weights, decay) + PRIOR_OBSERVATIONS))


def _run_variance(demand: Floats, mean: Floats, telling: Bools) -> Floats:
    """Return how much of the variance a day shares with the next, over the squared mean; shape (n, 1)."""
    off = np.where(telling, demand - mean, 0.0)
    known = np.where(telling, mean, 0.0)
    ground = (known[:, 1:] * known[:, :-1]).sum(axis=1, keepdims=True)
    shared = (off[:, 1:] * off[:, :-1]).sum(axis=1, keepdims=True)
    return np.asarray(np.clip(shared / np.maximum(ground, _TINY), 0.0, MOST_RUN_VARIANCE))


def _run(demand: Floats, mean: Floats, telling: Bools, spread: Floats, runs: Floats) -> Floats:
    """Return the factor by which the days just before each one were better than their mean; shape (n, T)."""
    decay = 0.5 ** (1.0 / RUN_HALF_LIFE)
    off = np.where(telling, demand - mean, 0.0)
    known = np.where(telling, mean, 0.0)
    noise = np.where(telling, mean + np.maximum(spread - runs, 0.0) * mean**2, 0.0)
    around = np.maximum(_trailing(known, decay) - known, _TINY)
    doubt = (_trailing(noise, decay**2) - noise) / around**2
    gain = runs / (runs + np.maximum(doubt, _TINY))
    return np.asarray(np.clip(1.0 + gain * (_trailing(off, decay) - off) / around, *RUN_LIMITS))


def _trailing(values: Floats, decay: float) -> Floats:
    """Return each day's sum of itself and the days before it, older ones fading; shape (n, T)."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -decay], values, axis=1))


def _pattern(
    counted: Floats, level: Floats, overall: Floats, telling: Bools, weekday: NDArray[np.int64]
) -> Floats:
    """Return each weekday's share of the level, shape (n, 7), shrunk towards 1."""
    membership = np.eye(WEEK)[weekday]
    prior = PRIOR_OBSERVATIONS * overall
    return np.asarray((counted @ membership + prior) / (np.where(telling, level, 0.0) @ membership + prior))


def _spread(demand: Floats, excess: Floats, mean: Floats, telling: Bools) -> Floats:
    """Return the variance beyond Poisson over the squared mean, shape (n, 1), by moments."""
    square = np.where(telling, (demand - mean) ** 2 + excess - mean, 0.0).sum(axis=1, keepdims=True)
    ground = np.where(telling, mean**2, 0.0).sum(axis=1, keepdims=True)
    prior = SPREAD_PRIOR_DAYS * np.maximum(_overall(demand, telling), LEAST_MEAN) ** 2
    return np.asarray(np.clip((square + USUAL_SPREAD * prior) / (ground + prior), LEAST_SPREAD, MOST_SPREAD))
