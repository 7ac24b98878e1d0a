"""The whole store as matrices, products by days: what trends and causes are computed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.errors import PanelUnusable
from forecasting.series import WEEK, Bools, Days, Floats, as_day, check_panel, flag_column, weekdays

WEEKDAY_PRIOR_UNITS = 70.0


@dataclass(frozen=True)
class SalesMatrix:
    """Daily sales of every product on one calendar.

    Attributes:
        unique_ids: shape (products,).
        dates: shape (days,), consecutive.
        sold: shape (products, days), units; NaN where there is no record.
        is_usable: same shape: recorded, open and in stock.
        is_stockout: same shape.
        is_closed: same shape: the shop was shut.
        is_listed: same shape: the panel has a row for the product on that day.
    """

    unique_ids: tuple[str, ...]
    dates: Days
    sold: Floats
    is_usable: Bools
    is_stockout: Bools
    is_closed: Bools
    is_listed: Bools

    def window(self, start: date | np.datetime64, end: date | np.datetime64) -> slice:
        """Return the columns from `start` to `end`, both included, as far as the calendar reaches."""
        first = int((as_day(start) - self.dates[0]).astype(int))
        last = int((as_day(end) - self.dates[0]).astype(int))
        return slice(max(first, 0), max(min(last + 1, len(self.dates)), 0))


def read_matrix(panel: pd.DataFrame, end: date | None = None) -> SalesMatrix:
    """Lay a long panel out as matrices, up to the day `end` (all days by default).

    Raises:
        PanelUnusable: columns are missing, or no row lies on or before `end`.
    """
    check_panel(panel)
    days = panel["ds"].to_numpy().astype("datetime64[D]")
    codes, ids = pd.factorize(panel["unique_id"], sort=True)
    keep = np.ones(len(panel), dtype=bool) if end is None else days <= as_day(end)
    if not keep.any():
        raise PanelUnusable(
            f"the panel holds no sales up to {end!r}", "choose a day within the store's sales"
        )
    first, last = days[keep].min(), days[keep].max()
    rows, columns = codes[keep], (days[keep] - first).astype(int)
    shape = (len(ids), int((last - first).astype(int)) + 1)

    def spread_out(values: np.ndarray, empty: float | bool) -> np.ndarray:
        cells = np.full(shape, empty)
        cells[rows, columns] = values[keep]
        return cells

    sold = spread_out(pd.to_numeric(panel["y"], errors="coerce").to_numpy(dtype=float), np.nan)
    is_listed = spread_out(np.ones(len(panel), dtype=bool), False)
    is_stockout = spread_out(flag_column(panel, "is_stockout", False), False)
    is_closed = spread_out(~flag_column(panel, "is_open", True), False) & ~(sold > 0)
    return SalesMatrix(
        unique_ids=tuple(str(value) for value in ids),
        dates=first + np.arange(shape[1]),
        sold=np.maximum(sold, 0.0),
        is_usable=np.isfinite(sold) & ~is_stockout & ~is_closed,
        is_stockout=is_stockout & ~is_closed,
        is_closed=is_closed,
        is_listed=is_listed,
    )


def lay_out(panel: pd.DataFrame, matrix: SalesMatrix, column: str) -> Floats:
    """Return one more column of the panel, shape (products, days); NaN where it is unknown."""
    cells = np.full(matrix.sold.shape, np.nan)
    if column not in panel.columns:
        return cells
    rows = pd.Index(matrix.unique_ids).get_indexer(pd.Index(panel["unique_id"].astype(str)))
    days: Days = panel["ds"].to_numpy().astype("datetime64[D]")
    columns = (days - matrix.dates[0]).astype(int)
    inside = (columns >= 0) & (columns < matrix.sold.shape[1]) & (rows >= 0)
    values = pd.to_numeric(panel[column], errors="coerce").to_numpy(dtype=float)
    cells[rows[inside], columns[inside]] = values[inside]
    return cells


def weighted_median(values: Floats, weights: Floats) -> float:
    """Return the value at which half of the weight is reached."""
    order = np.argsort(values)
    cumulative = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(cumulative, 0.5 * cumulative[-1])])


def weekday_factors(matrix: SalesMatrix, columns: slice) -> Floats:
    """Return each product's weekday pattern, shape (products, 7), mean 1 over the days it was on sale.

    A slow seller's own pattern leans on the store's, in proportion to the units that it rests on.
    """
    day_of_week = weekdays(matrix.dates[columns])
    usable = matrix.is_usable[:, columns]
    sold = np.where(usable, matrix.sold[:, columns], 0.0)
    membership = np.eye(WEEK)[day_of_week]
    units, days = sold @ membership, usable.astype(float) @ membership
    store = _relative(units.sum(axis=0), days.sum(axis=0))
    level = np.divide(
        units.sum(axis=1), days.sum(axis=1), out=np.zeros(len(units)), where=days.sum(axis=1) > 0
    )
    prior_days = np.divide(WEEKDAY_PRIOR_UNITS / WEEK, level, out=np.full(len(level), 1e9), where=level > 0)
    smooth_units = units + prior_days[:, None] * level[:, None] * store
    factors = np.divide(
        smooth_units, (days + prior_days[:, None]) * np.maximum(level, 1e-12)[:, None],
        out=np.ones_like(units), where=level[:, None] > 0,
    )  # fmt: skip
    return np.asarray(factors)


def _relative(units: Floats, days: Floats) -> Floats:
    rate = np.divide(units, days, out=np.zeros(WEEK), where=days > 0)
    overall = units.sum() / max(days.sum(), 1.0)
    return rate / overall if overall > 0 else np.ones(WEEK)
