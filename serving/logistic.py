"""Logistic regression with a ridge, and how well scores tell two classes apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

_STEPS = 120
Floats = NDArray[np.float64]


def fit_logistic(rows: Any, labels: Floats, weights: Floats, ridge: float) -> tuple[Floats, float]:
    """Return the coefficients and the intercept.

    Args:
        rows: shape (n, d), sparse or dense.
        labels: shape (n,), 0 or 1.
        weights: of each row.
        ridge: of the coefficients' squares; the intercept goes free.
    """
    signs, columns = 2 * labels - 1, rows.T

    def loss(point: Floats) -> tuple[float, Floats]:
        margins = signs * (rows @ point[:-1] + point[-1])
        pull = -weights * signs * np.exp(-np.logaddexp(0, margins))
        value = weights @ np.logaddexp(0, -margins) + ridge / 2 * point[:-1] @ point[:-1]
        return float(value), np.append(columns @ pull + ridge * point[:-1], pull.sum())

    start = np.zeros(rows.shape[1] + 1)
    point = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return point[:-1], float(point[-1])


def auc(truth: NDArray[np.bool_], scores: Floats) -> float:
    """Return the share of pairs, one of each class, that scores put in order; ties count half."""
    good = int(truth.sum())
    ranks = rankdata(scores)[truth].sum() - good * (good + 1) / 2
    return float(ranks / (good * (len(truth) - good)))


def f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """Return the harmonic mean of precision and recall of a class."""
    return float(2 * (truth & said).sum() / max(truth.sum() + said.sum(), 1))


def macro_f1(truth: NDArray[np.bool_], scores: Floats) -> float:
    """Return the mean F1 of both classes at a probability of one half."""
    said = scores > 0.5
    return (f1(truth, said) + f1(~truth, ~said)) / 2
