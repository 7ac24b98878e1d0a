"""One product's daily series as the forecasters see it: demand, not merely what was sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import NoHistory, PanelUnusable

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Days = NDArray[np.datetime64]

WEEK = 7
# A weekday counts as closed when the shop stayed shut on nearly all of its last eight occurrences.
CLOSED_LOOKBACK_WEEKS = 8
CLOSED_SHARE = 0.85
# Same-weekday mean of this many earlier observations stands in for a day without a usable record.
IMPUTE_WEEKS = 4


@dataclass(frozen=True)
class DemandSeries:
    """A gap-free daily series of one product.

    Attributes:
        dates: shape (n,), consecutive days.
        demand: shape (n,), units a day, >= 0, never NaN: stock-out days, gaps and irregular closed days
            carry the mean of earlier same weekdays; regularly closed weekdays carry 0.
        is_scored: shape (n,), True where the day's sales are a fair measure of demand (open, recorded,
            in stock); forecasts are judged on these days only.
        closed_weekdays: Monday = 0; forecasts are 0 there.
        notes: codes of what was mended ("stockouts_corrected", "gaps_filled", "negatives_clipped",
            "closed_weekdays").
    """

    unique_id: str
    dates: Days
    demand: Floats
    is_scored: Bools
    closed_weekdays: frozenset[int]
    notes: tuple[str, ...]

    @property
    def days(self) -> int:
        """Length of the series."""
        return len(self.demand)

    @property
    def history_days(self) -> int:
        """Days with a usable record."""
        return int(self.is_scored.sum())

    def future_dates(self, origin: int, horizon_days: int) -> Days:
        """Return the `horizon_days` dates that follow the first `origin` days."""
        return np.asarray(self.dates[origin - 1] + np.arange(1, horizon_days + 1))

    def open_mask(self, dates: Days) -> Bools:
        """Return True where the shop regularly opens on that weekday; shape as `dates`."""
        return ~np.isin(weekdays(dates), list(self.closed_weekdays))


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


def read_series(unique_id: str, rows: pd.DataFrame) -> DemandSeries:
    """Turn one product's rows of the panel into a demand series.

    Args:
        unique_id: the product.
        rows: its rows (ds, y; is_open and is_stockout where known), in any order; a day that occurs twice
            is summed, a missing day becomes a gap.

    Raises:
        NoHistory: not one day holds a finite y.
    """
    frame = pd.DataFrame(
        {
            "y": pd.to_numeric(rows["y"], errors="coerce").to_numpy(dtype=float),
            "is_open": flag_column(rows, "is_open", True),
            "is_stockout": flag_column(rows, "is_stockout", False),
        },
        index=pd.DatetimeIndex(rows["ds"]).normalize(),
    ).replace([np.inf, -np.inf], np.nan)
    if not frame["y"].notna().any():
        raise NoHistory(unique_id)
    frame = _on_daily_grid(frame)
    return _mend(unique_id, frame)


def _on_daily_grid(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.index.has_duplicates:
        grouped = frame.groupby(level=0)
        frame = grouped["y"].sum(min_count=1).to_frame().join(grouped[["is_open", "is_stockout"]].max())
    days = pd.date_range(frame.index.min(), frame.index.max(), freq="D")
    if len(days) == len(frame) and frame.index.is_monotonic_increasing:
        return frame
    frame = frame.reindex(days)
    frame["is_open"] = frame["is_open"].astype("boolean").fillna(True).astype(bool)
    frame["is_stockout"] = frame["is_stockout"].astype("boolean").fillna(False).astype(bool)
    return frame


def _mend(unique_id: str, frame: pd.DataFrame) -> DemandSeries:
    dates = frame.index.to_numpy().astype("datetime64[D]")
    sold = frame["y"].to_numpy(dtype=float)
    is_open = frame["is_open"].to_numpy(dtype=bool)
    is_stockout = frame["is_stockout"].to_numpy(dtype=bool) & is_open
    notes = []
    if np.any(sold < 0):
        notes.append("negatives_clipped")
        sold = np.where(sold < 0, 0.0, sold)
    is_recorded = ~np.isnan(sold)
    is_scored = is_recorded & ~is_stockout & (is_open | (sold > 0))
    if not is_scored.any():
        # Out of stock on every recorded day: what was sold is all there is to go by.
        is_scored = is_recorded
    closed = _closed_weekdays(dates, is_open)
    expected = (
        sold if is_scored.all() else _same_weekday_mean(np.where(is_scored, sold, np.nan), weekdays(dates))
    )
    # A day that ran out still sold something: demand was at least that much.
    demand = np.where(is_scored, sold, np.fmax(expected, np.where(is_stockout, sold, np.nan)))
    demand[np.isin(weekdays(dates), list(closed)) & ~is_scored] = 0.0
    if (is_stockout & ~is_scored).any():
        notes.append("stockouts_corrected")
    if (is_open & ~is_recorded).any():
        notes.append("gaps_filled")
    if closed:
        notes.append("closed_weekdays")
    return DemandSeries(unique_id, dates, demand, is_scored, closed, tuple(notes))


def _closed_weekdays(dates: Days, is_open: Bools) -> frozenset[int]:
    recent = slice(-CLOSED_LOOKBACK_WEEKS * WEEK, None)
    day_of_week, opened = weekdays(dates)[recent], is_open[recent]
    shut = [
        weekday
        for weekday in range(WEEK)
        if (mask := day_of_week == weekday).sum() >= 2 and 1 - opened[mask].mean() >= CLOSED_SHARE
    ]
    return frozenset(shut) if len(shut) < WEEK else frozenset()


def _same_weekday_mean(sold: Floats, day_of_week: NDArray[np.int64]) -> Floats:
    """Return, for every day, the mean of the latest usable same weekdays before it."""
    series = pd.Series(sold)
    expected = np.empty(len(sold))
    overall = float(np.nanmean(sold))
    for weekday in range(WEEK):
        mask = day_of_week == weekday
        same = series[mask]
        earlier = (
            same.dropna().rolling(IMPUTE_WEEKS, min_periods=1).mean().reindex(same.index).ffill().shift(1)
        )
        expected[mask] = earlier.fillna(overall).to_numpy()
    return expected
