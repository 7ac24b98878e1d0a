"""Intervals that hold: forecasts are moved by the errors that were really made, pooled over products of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.demand_classes import CLASSES
from forecasting.joint_paths import draw_paths, past_ranks, seed_of
from forecasting.members.base import LEVEL_SHARES, LEVELS
from forecasting.panel import Panel
from forecasting.series import Bools, Floats
from forecasting.trials import Trial

LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
# How much an origin's errors count beside those of the next one.
ORIGIN_DECAY = 0.5
# Pooled cases from which the shift counts half: few errors say little about a tail.
PRIOR_CASES = 400.0
# Whatever others' errors say, a quantile keeps so much of its distance from the median: nothing shrinks to a line.
KEPT_SPREAD = 0.25
# Share of a product's latest miss that is still there at the next forecast, and its decay from origin to origin.
CARRIED, MISS_DECAY = 0.1, 0.5
# Units that are added to both sides of a ratio: of little sold, it says little.
MISS_UNITS = 3.0
MOST_MISSED = 2.0
# Totals: one case a product and origin. A class leans on the store, the store on no stretch at all.
PRIOR_TOTALS = 60.0
TOTAL_SPREAD_LIMITS = (0.5, 3.0)
CENTRAL = 0.8
# Drawing paths takes milliseconds; so many products of a class tell the spread of its totals.
MOST_TOTALS = 250


@dataclass(frozen=True)
class Conformal:
    """Corrections by class.

    Attributes:
        shifts: shape (classes, len(LEVELS)), in units of the series' usual change.
        total_spreads: shape (classes,), factor on how far a total lies from its median.
    """

    shifts: Floats
    total_spreads: Floats

    @classmethod
    def none(cls) -> Conformal:
        """Return corrections that change nothing."""
        return cls(np.zeros((len(CLASSES), len(LEVELS))), np.ones(len(CLASSES)))

    def correct(self, quantiles: Floats, classes: NDArray[np.int64], change: Floats) -> Floats:
        """Return corrected quantiles, ascending and >= 0.

        Args:
            quantiles: shape (rows, horizon, levels), ascending.
            classes: shape (rows,).
            change: shape (rows,), `naive_error`: of a series that never changed, nothing is moved.
        """
        moved = np.sort(quantiles + self.shifts[classes][:, None, :] * change[:, None, None], axis=-1)
        middle = moved[..., MIDDLE : MIDDLE + 1]
        least = middle + KEPT_SPREAD * (quantiles - quantiles[..., MIDDLE : MIDDLE + 1])
        moved[..., :MIDDLE] = np.minimum(moved, least)[..., :MIDDLE]
        moved[..., MIDDLE:] = np.maximum(moved, least)[..., MIDDLE:]
        return np.maximum(moved, 0.0)


def round_units(quantiles: Floats, is_whole: Bools) -> Floats:
    """Return quantiles rounded to whole units where goods are sold whole.

    The ends of the central interval stay as they are, so that over all products it holds the share that it claims:
    rounded, it would count every day without a sale of a slow seller as foreseen.

    Args:
        quantiles: shape (rows, horizon, levels), ascending.
        is_whole: shape (rows,).
    """
    low, high = quantiles[..., LOW : LOW + 1], quantiles[..., HIGH : HIGH + 1]
    whole = np.rint(quantiles)
    whole[..., :LOW] = np.minimum(whole[..., :LOW], low)
    whole[..., LOW : HIGH + 1] = np.clip(whole[..., LOW : HIGH + 1], low, high)
    whole[..., LOW], whole[..., HIGH] = quantiles[..., LOW], quantiles[..., HIGH]
    whole[..., HIGH + 1 :] = np.maximum(whole[..., HIGH + 1 :], high)
    return np.asarray(np.where(is_whole[:, None, None], whole, quantiles))


def learn_shifts(
    trials: Sequence[Trial], mixed: Sequence[Floats], classes: NDArray[np.int64], scale: Floats
) -> Floats:
    """Return the shifts by class that make each level hold on past forecasts; shape (classes, levels).

    Args:
        trials: oldest first; the newer count more.
        mixed: by trial, what the combination said, shape (n, horizon, levels).
        classes: shape (n,).
        scale: shape (n,), > 0, `naive_scale`: what errors are measured in.

    Source: conformalised quantile regression, Romano et al. 2019, one-sided at each level, pooled.
    """
    shifts = np.zeros((len(CLASSES), len(LEVELS)))
    for kind in np.unique(classes):
        kept = [answered(trial) & (classes == kind) for trial in trials]
        scored = [trial.is_scored[rows] for trial, rows in zip(trials, kept, strict=True)]
        counts = [int(one.sum()) for one in scored]
        weights = np.concatenate(
            [np.full(count, ORIGIN_DECAY**age) for age, count in zip(_ages(trials), counts, strict=True)]
            or [np.zeros(0)]
        )
        if not len(weights):
            continue
        trust = len(weights) / (len(weights) + PRIOR_CASES)
        for place, level in enumerate(LEVELS):
            errors = np.concatenate(
                [
                    ((trial.actual[rows] - said[rows, :, place]) / scale[rows][:, None])[days]
                    for trial, said, rows, days in zip(trials, mixed, kept, scored, strict=True)
                ]
            )
            shifts[kind, place] = trust * weighted_quantile(errors, weights, level)
    return shifts


def carry_misses(trials: Sequence[Trial], mixed: Sequence[Floats], classes: NDArray[np.int64]) -> Floats:
    """Return the factor on each series' forecasts that its latest misses call for; shape (n,).

    Whoever sold more than was forecast, beyond what its class did, goes on to do so in part.

    Args:
        trials: oldest first.
        mixed: by trial, what the combination said, shape (n, horizon, levels).
        classes: shape (n,): what a whole class missed is for `learn_shifts` to correct.
    """
    missed = np.zeros(len(classes))
    for trial, said in zip(trials, mixed, strict=True):
        expected = np.where(trial.is_scored, said @ LEVEL_SHARES, 0.0).sum(axis=1)
        sold = np.where(trial.is_scored, trial.actual, 0.0).sum(axis=1)
        ratio = np.clip(np.log((sold + MISS_UNITS) / (expected + MISS_UNITS)), -MOST_MISSED, MOST_MISSED)
        known = answered(trial) & trial.is_scored.any(axis=1)
        for kind in np.unique(classes[known]):
            alike = known & (classes == kind)
            ratio[alike] -= ratio[alike].mean()
        missed = MISS_DECAY * missed + np.where(known, ratio, 0.0)
    return np.asarray(np.exp(CARRIED * missed))


def spread_totals(
    panel: Panel, trials: Sequence[Trial], corrected: Sequence[Floats], classes: NDArray[np.int64]
) -> Floats:
    """Return the factor by class on a total's spread at which CENTRAL of past totals lay inside; shape (classes,).

    Args:
        panel: what the trials were held on.
        trials: at each origin one total a series.
        corrected: by trial, the forecasts as they would have been handed out, shape (n, horizon, levels).
        classes: shape (n,).
    """
    stretches: list[tuple[float, int]] = []
    for trial, quantiles in zip(trials, corrected, strict=True):
        for row in _judged_totals(panel, trial, classes):
            totals = _totals(panel, int(row), trial.origin, quantiles[row])
            stretch = needed_stretch(totals, float(trial.actual[row].sum()))
            if np.isfinite(stretch):
                stretches.append((stretch, int(classes[row])))
    if not stretches:
        return np.ones(len(CLASSES))
    needed, kinds = np.array([one[0] for one in stretches]), np.array([one[1] for one in stretches])
    store = _shrunk(needed, 1.0)
    return np.array([_shrunk(needed[kinds == kind], store) for kind in range(len(CLASSES))])


def needed_stretch(totals: Floats, actual: float) -> float:
    """Return the factor about the median at which the CENTRAL interval of drawn totals just reaches `actual`.

    Args:
        totals: shape (paths,).
        actual: what came.

    Returns:
        NaN where the totals have no width on that side.
    """
    low, middle, high = np.quantile(totals, [LEVELS[LOW], 0.5, LEVELS[HIGH]])
    half = high - middle if actual >= middle else middle - low
    return float(abs(actual - middle) / half) if half > 0 else float("nan")


def weighted_quantile(values: Floats, weights: Floats, level: float) -> float:
    """Return the least of `values` up to which `level` of all weight lies."""
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order])
    place = int(np.searchsorted(share, level * share[-1]))
    return float(values[order[min(place, len(order) - 1)]])


def answered(trial: Trial) -> Bools:
    """Return of which series at least one member said something; shape (n,)."""
    return np.asarray(
        np.any([np.isfinite(said[:, 0, 0]) for said in trial.quantiles.values()], axis=0)
        if trial.quantiles
        else np.zeros(len(trial.actual), dtype=bool)
    )


def _ages(trials: Sequence[Trial]) -> range:
    return range(len(trials) - 1, -1, -1)


def _judged_totals(panel: Panel, trial: Trial, classes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows, at most MOST_TOTALS a class, all of whose days count or fall on weekdays that are shut."""
    rows = np.arange(len(classes))
    shut = panel.is_shut(rows, trial.origin, trial.origin + trial.actual.shape[1])
    judged = np.flatnonzero((trial.is_scored | shut).all(axis=1) & answered(trial))
    drawn = np.random.default_rng(trial.origin).permutation(judged)
    few = [drawn[classes[drawn] == kind][:MOST_TOTALS] for kind in range(len(CLASSES))]
    return np.sort(np.concatenate(few))


def _totals(panel: Panel, row: int, origin: int, quantiles: Floats) -> Floats:
    ranks = past_ranks(panel, row, origin, len(quantiles))
    return np.asarray(draw_paths(quantiles, ranks, seed_of(panel.unique_ids[row])).sum(axis=1))


def _shrunk(needed: Floats, prior: float) -> float:
    """Return the stretch that CENTRAL of the cases needed at most, leaning on `prior` where they are few."""
    if not len(needed):
        return prior
    trust = len(needed) / (len(needed) + PRIOR_TOTALS)
    found = float(np.clip(np.quantile(needed, CENTRAL), *TOTAL_SPREAD_LIMITS))
    return float(np.exp(trust * np.log(found) + (1.0 - trust) * np.log(prior)))
