"""What every reader of sales agrees on: array types, weekdays, and the columns of a long frame."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import PanelUnusable

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]

WEEK = 7
# A weekday counts as closed when the shop stayed shut on nearly all of its last eight occurrences.
CLOSED_LOOKBACK_WEEKS = 8
CLOSED_SHARE = 0.85


def weekdays(dates: Days) -> NDArray[np.int64]:
    """Return weekday numbers, Monday = 0 (the epoch fell on a Thursday)."""
    return (dates.astype("datetime64[D]").astype(np.int64) + 3) % WEEK


def as_day(value: date | str | np.datetime64 | pd.Timestamp) -> np.datetime64:
    """Return a calendar day without time of day."""
    return np.datetime64(pd.Timestamp(value).date(), "D")


def check_panel(panel: pd.DataFrame) -> None:
    """Raise PanelUnusable unless the long format's three columns are there."""
    missing = [name for name in ("unique_id", "ds", "y") if name not in panel.columns]
    if missing:
        raise PanelUnusable(
            f"the sales panel lacks the columns {missing!r}",
            "pass the long format: unique_id, ds, y, and price, promo, is_open, is_stockout where known",
        )


def flag_column(frame: pd.DataFrame, name: str, default: bool) -> Bools:
    """Return a boolean column, `default` where the column or a value is missing."""
    if name not in frame.columns:
        return np.full(len(frame), default)
    column = frame[name]
    if column.dtype == bool:
        return column.to_numpy()
    return column.astype("boolean").fillna(default).to_numpy(dtype=bool)
