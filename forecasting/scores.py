"""How good quantile forecasts were, in units that products can be compared in."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import LEVELS
from forecasting.series import Bools, Floats


def pinball(actual: Floats, quantiles: Floats) -> Floats:
    """Return twice the mean pinball loss over the levels, in units of y.

    Args:
        actual: shape (…).
        quantiles: shape (…, len(LEVELS)).

    Returns:
        Shape (…); half the absolute error of the median on average, the whole of it for a point forecast.
    """
    error = actual[..., None] - quantiles
    levels = np.array(LEVELS)
    return np.asarray(2.0 * np.maximum(levels * error, (levels - 1.0) * error).mean(axis=-1))


def scaled_loss(actual: Floats, quantiles: Floats, is_scored: Bools, scale: Floats) -> Floats:
    """Return each row's pinball loss over its scored periods in units of `scale`; NaN where none counts.

    Args:
        actual: shape (rows, horizon).
        quantiles: shape (rows, horizon, levels).
        is_scored: shape (rows, horizon).
        scale: shape (rows,), > 0, e.g. the in-sample error of the seasonal naive forecast.
    """
    counted = is_scored.sum(axis=1)
    total = np.where(is_scored, pinball(actual, quantiles), 0.0).sum(axis=1)
    return np.asarray(np.divide(total, counted * scale, out=np.full(len(counted), np.nan), where=counted > 0))
