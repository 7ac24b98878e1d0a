"""How much each member counts: what would have served the products of a class best, leaning on each product's own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecasting.members.base import LEVELS
from forecasting.scores import scaled_loss
from forecasting.series import Bools, Floats
from forecasting.trials import Trial

# Inverse error to this power: at 1 a member half as good still counts half, at 8 the best stands nearly alone.
POWER = 4.0
# A member this much worse than the best of its class only drags.
STRONG_WITHIN = 1.15
# Inverse errors count as much as one backtest of one product: 4 measured a little worse on two real stores, .3 alike.
PRIOR_CASES = 1.0
# Enough to settle a handful of weights; more would only cost time.
MOST_SERIES = 250
# A product's own backtest counts half once it has been judged at this number of origins.
PRIOR_ORIGINS = 3.0
# A member that did a tenth better on the product than on its class counts so much more there: exp(OWN * 0.1).
OWN = 10.0


def weigh_members(
    trials: Sequence[Trial], names: Sequence[str], classes: NDArray[np.int64], scale: Floats
) -> Floats:
    """Return the weights of the members for each series.

    Args:
        trials: what the members said at rolling origins.
        names: the members, in the order of the weights.
        classes: shape (n,), what is pooled.
        scale: shape (n,), units, > 0: what errors are measured in.

    Returns:
        Shape (n, members), rows sum to 1; all 0 where no series was ever judged. A series that was not judged itself
        gets the weights of its class, a class without any the weights of the store.

    Source: stacking with quantile losses, after Wolpert 1992 and Taieb et al. 2021; the start is inverse-error
    weights over strong members, and the less was judged, the nearer to it they stay.
    """
    losses = member_losses(trials, names, scale)
    weights = np.zeros(losses.shape[:2])
    for kind in np.unique(classes):
        rows = np.flatnonzero(classes == kind)
        pooled = rows if np.isfinite(losses[rows]).any() else np.arange(len(classes))
        weights[rows] = _pooled_weights(trials, names, pooled, losses[pooled], scale)
        weights[rows] = _lean(weights[rows], losses[rows])
    return weights


def member_losses(trials: Sequence[Trial], names: Sequence[str], scale: Floats) -> Floats:
    """Return scaled pinball losses, shape (n, members, trials); NaN where a member did not serve or nothing counts."""
    losses = np.full((len(scale), len(names), len(trials)), np.nan)
    for number, trial in enumerate(trials):
        for place, name in enumerate(names):
            losses[:, place, number] = scaled_loss(
                trial.actual, trial.quantiles[name].astype(float), trial.is_scored, scale
            )
    return losses


def _pooled_weights(
    trials: Sequence[Trial], names: Sequence[str], rows: NDArray[np.int64], losses: Floats, scale: Floats
) -> Floats:
    """Return one weight a member, shape (members,), for the series `rows`, whose losses are given."""
    prior = _inverse_errors(losses)
    strong = np.flatnonzero(prior > 0)
    judged = rows[np.isfinite(losses[:, strong]).any(axis=(1, 2))] if len(strong) > 1 else rows[:0]
    if not len(judged):
        return prior
    if len(judged) > MOST_SERIES:
        judged = np.sort(np.random.default_rng(0).choice(judged, MOST_SERIES, replace=False))
    cases = [_Cases(trial, [names[int(place)] for place in strong], judged, scale) for trial in trials]
    weights = np.zeros(len(names))
    weights[strong] = _stack(cases, prior[strong])
    return weights


class _Cases:
    """What members said of some series at one origin, laid out for many looks at it."""

    def __init__(self, trial: Trial, names: Sequence[str], rows: NDArray[np.int64], scale: Floats) -> None:
        said = np.stack([trial.quantiles[name][rows] for name in names], axis=1).astype(float)
        served: Bools = np.isfinite(said).all(axis=(2, 3))
        scored = trial.is_scored[rows]
        kept = served.any(axis=1) & scored.any(axis=1)
        self.said = np.where(served[..., None, None], said, 0.0)[kept]
        self.served = served[kept]
        self.actual = trial.actual[rows][kept]
        counted = scored[kept] / (scored[kept].sum(axis=1) * scale[rows][kept])[:, None]
        self.share = counted[..., None] * (2.0 / len(LEVELS))

    def loss(self, weights: Floats) -> tuple[float, Floats]:
        """Return the summed scaled loss of the mixture, and how it changes with the logarithm of each weight."""
        mixed = weights * self.served
        mixed /= np.maximum(mixed.sum(axis=1, keepdims=True), 1e-300)
        levels = np.array(LEVELS)
        error = self.actual[..., None] - np.einsum("nm,nmhl->nhl", mixed, self.said, optimize=True)
        loss = float((np.maximum(levels * error, (levels - 1.0) * error) * self.share).sum())
        slope = np.where(error > 0, -levels, 1.0 - levels) * self.share
        by_weight = np.einsum("nhl,nmhl->nm", slope, self.said, optimize=True)
        by_log = mixed * (by_weight - (mixed * by_weight).sum(axis=1, keepdims=True))
        return loss, by_log.sum(axis=0)


def _stack(cases: Sequence[_Cases], prior: Floats) -> Floats:
    """Return the weights of least loss, held to `prior` by their relative entropy; shape (members,)."""
    from scipy.optimize import minimize

    count = sum(len(one.actual) for one in cases)
    before = sum(one.loss(prior)[0] for one in cases)
    if before <= 0.0:
        return prior

    def target(logs: Floats) -> tuple[float, Floats]:
        weights = _softmax(logs)
        found = [one.loss(weights) for one in cases]
        apart = np.log(np.maximum(weights, 1e-300)) - np.log(prior)
        entropy = float((weights * apart).sum())
        value = sum(loss for loss, _ in found) / before + PRIOR_CASES / count * entropy
        slope = sum((change for _, change in found), np.zeros(len(prior))) / before
        return value, slope + PRIOR_CASES / count * weights * (apart - entropy)

    found = minimize(target, np.log(prior), jac=True, method="L-BFGS-B", options={"maxiter": 40})
    return _softmax(found.x)


def _softmax(logs: Floats) -> Floats:
    powers = np.exp(logs - logs.max())
    return np.asarray(powers / powers.sum())


def _lean(weights: Floats, losses: Floats) -> Floats:
    """Return the weights of a class moved, for each of its series, to what did well on that series."""
    counted = np.where(weights[..., None] > 0, losses, np.nan)
    served = np.isfinite(counted)
    usual = _mean(counted, axis=1)
    relative = np.divide(counted, usual, out=np.full(counted.shape, np.nan), where=served & (usual > 0))
    surprise = np.nan_to_num(relative - _mean(relative, axis=0)).sum(axis=2)
    moved = weights * np.exp(-OWN * surprise / (served.sum(axis=2) + PRIOR_ORIGINS))
    total = moved.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(moved, total, out=np.zeros_like(moved), where=total > 0))


def _mean(values: Floats, axis: int) -> Floats:
    """Return the mean of what is finite, 0 where nothing is; the axis is kept."""
    known = np.isfinite(values)
    counts = known.sum(axis=axis, keepdims=True)
    total = np.where(known, values, 0.0).sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(total, counts, out=np.zeros(counts.shape), where=counts > 0))


def _inverse_errors(losses: Floats) -> Floats:
    """Return weights by inverse mean loss over the members that are nearly as good as the best; shape (members,)."""
    pooled = _common_losses(losses)
    best = np.where(np.isfinite(pooled), pooled, np.inf).min(initial=np.inf)
    strong = np.isfinite(pooled) & (pooled <= STRONG_WITHIN * best)
    weights = np.where(strong, np.maximum(np.nan_to_num(pooled), 1e-9) ** -POWER, 0.0)
    total = weights.sum()
    return np.asarray(weights / total if total > 0 else weights)


def _common_losses(losses: Floats) -> Floats:
    """Return each member's mean loss over the cases that all regular members answered; shape (members,)."""
    cases = losses.transpose(0, 2, 1).reshape(-1, losses.shape[1])
    answered = np.isfinite(cases)
    # Members that serve hardly anything here must not decide on what all are judged.
    regular = answered.mean(axis=0) >= 0.5 * answered.mean(axis=0).max(initial=0.0) if len(cases) else []
    common = cases[answered[:, regular].all(axis=1)]
    found = np.full(losses.shape[1], np.nan)
    for member in range(losses.shape[1]):
        shared = common[np.isfinite(common[:, member]), member]
        chosen = shared if len(shared) else cases[answered[:, member], member]
        found[member] = chosen.mean() if len(chosen) else np.nan
    return found
