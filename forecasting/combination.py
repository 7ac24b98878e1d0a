"""From backtest errors to the weights of the members."""

from __future__ import annotations

import numpy as np

from forecasting.series import Floats

NAIVE = "seasonal_naive"


def combine_weights(errors: dict[str, float]) -> dict[str, float]:
    """Weigh the members by their backtest errors.

    Args:
        errors: mean absolute error by member, seasonal naive among them.

    Returns:
        Weights that sum to 1, inverse to the squared error, over the members that beat seasonal naive;
        {"seasonal_naive": 1.0} where none does.
    """
    better = {name: error for name, error in errors.items() if name != NAIVE and error < errors[NAIVE]}
    if not better:
        return {NAIVE: 1.0}
    floor = 1e-9 * max(errors[NAIVE], 1e-9)
    inverse = {name: max(error, floor) ** -2.0 for name, error in better.items()}
    total = sum(inverse.values())
    return {name: value / total for name, value in inverse.items()}


def blend(predictions: dict[str, Floats], weights: dict[str, float]) -> Floats:
    """Return the weighted mean of the members' forecasts, shape as one of them."""
    return np.asarray(np.sum([weights[name] * predictions[name] for name in weights], axis=0))
