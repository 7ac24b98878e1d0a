"""What a model is given and what it gives back: long frames, so that any library can take part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEVELS: tuple[float, ...] = tuple(round(0.05 * k, 2) for k in range(1, 20))
QUANTILES: tuple[str, ...] = tuple(f"q{round(100 * level):02d}" for level in LEVELS)
# How much of the distribution each level stands for; their weighted sum is the mean where a model gives none.
LEVEL_SHARES = np.array([0.075, *[0.05] * 17, 0.075])


@dataclass(frozen=True)
class Forecasts:
    """What a model answered.

    Attributes:
        daily: unique_id, ds, mean and q05 … q95 in steps of .05, one row a product a day.
        totals: unique_id, mean and q05 … q95 of the horizon's sum; None where a model gives no such thing.
    """

    daily: pd.DataFrame
    totals: pd.DataFrame | None = None


def long_frame(
    ids: NDArray[np.object_],
    days: pd.DatetimeIndex,
    mean: NDArray[np.float64],
    quantiles: NDArray[np.float64],
) -> pd.DataFrame:
    """Return arrays as a long frame, quantiles ascending and nothing below zero.

    Args:
        ids: shape (n,).
        days: shape (horizon,).
        mean: shape (n, horizon).
        quantiles: shape (n, horizon, levels).
    """
    ordered = np.maximum(np.sort(quantiles.reshape(-1, len(LEVELS)), axis=1), 0.0)
    frame = pd.DataFrame(ordered, columns=list(QUANTILES))
    frame.insert(0, "mean", np.maximum(mean.reshape(-1), 0.0))
    frame.insert(0, "ds", np.tile(days.to_numpy(), len(ids)))
    frame.insert(0, "unique_id", np.repeat(ids, len(days)))
    return frame


def as_matrix(frame: pd.DataFrame) -> tuple[NDArray[np.object_], pd.DatetimeIndex, NDArray[np.float64]]:
    """Return products, days and sales of a long frame; shape (n, T), NaN before a product's first row."""
    table = frame.pivot(index="unique_id", columns="ds", values="y")
    return table.index.to_numpy(), pd.DatetimeIndex(table.columns), table.to_numpy(dtype=float)


def next_days(frame: pd.DataFrame, horizon: int) -> pd.DatetimeIndex:
    """Return the days that follow the last one of a long frame."""
    return pd.date_range(frame["ds"].max() + pd.Timedelta(days=1), periods=horizon)
