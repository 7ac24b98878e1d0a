"""All series of a store on one calendar, as matrices: what the forecasters learn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.censoring import uncensor
from forecasting.errors import PanelUnusable
from forecasting.grid import Grid
from forecasting.series import (
    CLOSED_LOOKBACK_WEEKS,
    CLOSED_SHARE,
    WEEK,
    Bools,
    Days,
    Floats,
    check_panel,
    flag_column,
    weekdays,
)

Frequency = Literal["D", "W", "M"]
SEASONS: dict[Frequency, int] = {"D": 7, "W": 52, "M": 12}
# With so many selling days of products in eight weeks, a weekday without one is no chance (below 1 in 5,000).
IDLE_FROM_SALES = 70
# The regular price is what was usual over so many periods before.
REGULAR_PRICE_PERIODS: dict[Frequency, int] = {"D": 56, "W": 12, "M": 6}
# Series worked on at a time: large stores have no room for a dozen matrices of their size.
CHUNK = 128


@dataclass(frozen=True)
class Panel:
    """Series on one calendar. T periods are history; `ahead` more are known in price and promotion only.

    Attributes:
        unique_ids: shape (n,).
        frequency: "D", "W" or "M".
        dates: shape (T + ahead,), days, or the first days of the weeks or months.
        demand: shape (n, T), units a period, >= 0, never NaN: what was sold, and an estimate where that is no fair
            measure of demand (stock-outs, gaps, closures); 0 before a series begins and after it ends.
        is_scored: shape (n, T): sold on a period that was open, recorded and in stock.
        first: shape (n,), column of the first period of each series.
        ends: shape (n,), column after the last one.
        closed: shape (n, 7), weekdays on which the shop is regularly shut; Monday = 0; all False unless daily.
        price_ratio: shape (n, T + ahead), price over the usual price of the periods before; 1 where unknown.
        promo: shape (n, T + ahead), share of the period on promotion, 0 to 1.
        price: shape (n, T + ahead); NaN where unknown.
        corrected: shape (n, T): stock-outs whose demand was estimated.
        units_added: shape (n, T), units that the estimate adds to what was sold on them; 0 elsewhere.
    """

    unique_ids: tuple[str, ...]
    frequency: Frequency
    dates: Days
    demand: Floats
    is_scored: Bools
    first: NDArray[np.int64]
    ends: NDArray[np.int64]
    closed: Bools
    price_ratio: Floats
    promo: Floats
    price: Floats
    corrected: Bools
    units_added: Floats

    @property
    def periods(self) -> int:
        """Periods of history, T."""
        return int(self.demand.shape[1])

    @property
    def season(self) -> int:
        """Periods of a season."""
        return SEASONS[self.frequency]

    def history(self, rows: NDArray[np.int64], origin: int) -> NDArray[np.int64]:
        """Return how many periods of history each row has before `origin`; shape (rows,)."""
        return np.maximum(np.minimum(self.ends[rows], origin) - self.first[rows], 0)

    def calendar(self, start: int, stop: int) -> Days:
        """Return the dates of the columns start … stop - 1, also beyond what the panel holds."""
        missing = stop - len(self.dates)
        if missing <= 0:
            return self.dates[start:stop]
        return np.concatenate([self.dates, next_dates(self.dates[-1], missing, self.frequency)])[start:stop]

    def is_shut(self, rows: NDArray[np.int64], start: int, stop: int) -> Bools:
        """Return where the columns start … stop - 1 fall on weekdays on which the shop is regularly shut."""
        if self.frequency != "D":
            return np.zeros((len(rows), stop - start), dtype=bool)
        return np.asarray(self.closed[rows][:, weekdays(self.calendar(start, stop))])

    def known(
        self, values: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64], unknown: float
    ) -> Floats:
        """Return `values` (price_ratio or promo) at rows and columns, `unknown` beyond what the panel holds."""
        inside = columns < values.shape[1]
        taken = values[rows[:, None], np.where(inside, columns, 0)]
        return np.where(inside, taken, unknown)

    def without_plans(self, origin: int) -> Panel:
        """Return the panel as it was known at `origin`: what things cost afterwards, and what was promoted, is not.

        A price that is takings over units tells of bulk orders on the day itself: no backtest may see it.
        """
        cut = slice(None), slice(0, origin)
        return replace(
            self,
            dates=self.dates[: self.periods],
            price_ratio=self.price_ratio[cut],
            promo=self.promo[cut],
            price=self.price[cut],
        )

    def take(self, rows: NDArray[np.int64]) -> Panel:
        """Return the panel of some of its rows."""
        return replace(
            self,
            unique_ids=tuple(self.unique_ids[row] for row in rows),
            **{
                name: getattr(self, name)[rows]
                for name in (
                    "demand", "is_scored", "first", "ends", "closed", "price_ratio", "promo", "price", "corrected",
                    "units_added",
                )
            },
        )  # fmt: skip


def next_dates(last: np.datetime64, periods: int, frequency: Frequency) -> Days:
    """Return the `periods` dates that follow `last`."""
    if frequency == "M":
        months = last.astype("datetime64[M]") + np.arange(1, periods + 1)
        return np.asarray(months.astype("datetime64[D]"))
    step = 7 if frequency == "W" else 1
    return np.asarray(last + step * np.arange(1, periods + 1))


def read_panel(frame: pd.DataFrame, frequency: Frequency = "D") -> Panel:
    """Lay a long frame out on one calendar.

    Args:
        frame: unique_id, ds, y, and is_open, is_stockout, price, regular_price, promo where known; in any order; a
            period that occurs twice is summed, a missing one inside a series becomes a gap. Rows without y after the
            last sales of all tell what is known ahead.
        frequency: of the dates; weeks and months by their first day.

    Raises:
        PanelUnusable: columns are missing, or not one y is a number.
    """
    check_panel(frame)
    sold = _column(frame, "y")
    is_known = np.isfinite(sold)
    if not is_known.any():
        raise PanelUnusable("no y of the panel is a number", "pass units sold in the column y")
    days = pd.DatetimeIndex(frame["ds"]).to_numpy().astype("datetime64[D]")
    first_day, last_sale = days.min(), days[is_known].max()
    periods = _steps(first_day, last_sale, frequency) + 1
    width = periods + max(_steps(last_sale, days.max(), frequency), 0)
    codes, ids = pd.factorize(frame["unique_id"], sort=True)
    cells = codes * width + _columns(days, first_day, frequency)
    grid = Grid(len(ids), periods, width, cells)
    dates = np.concatenate([[first_day], next_dates(first_day, width - 1, frequency)])
    return _lay_out(frame, grid, tuple(str(name) for name in ids), dates, frequency)


def _steps(start: np.datetime64, stop: np.datetime64, frequency: Frequency) -> int:
    return int(_columns(np.array([stop]), start, frequency)[0])


def _columns(days: Days, start: np.datetime64, frequency: Frequency) -> NDArray[np.int64]:
    if frequency == "M":
        return np.asarray((days.astype("datetime64[M]") - start.astype("datetime64[M]")).astype(np.int64))
    return np.asarray((days - start).astype(np.int64) // (7 if frequency == "W" else 1))


def _lay_out(
    frame: pd.DataFrame, grid: Grid, ids: tuple[str, ...], dates: Days, frequency: Frequency
) -> Panel:
    units = np.maximum(grid.total(_column(frame, "y")), 0.0)
    is_shut = grid.any(~flag_column(frame, "is_open", True))
    day_of_week = np.zeros(grid.periods, dtype=np.int64)
    closed = np.zeros((len(ids), WEEK), dtype=bool)
    if frequency == "D":
        day_of_week = weekdays(dates[: grid.periods])
        is_shut |= _idle_weekdays(units, day_of_week)[day_of_week] & (units == 0)
        closed = _closed(is_shut, day_of_week, len(ids))
    is_stockout = grid.any(flag_column(frame, "is_stockout", False)) & ~is_shut
    is_scored = _scored(units, is_stockout, is_shut)
    first, ends = _spans(np.isfinite(units))
    columns = np.arange(grid.periods)
    is_nothing = (
        (columns < first[:, None]) | (columns >= ends[:, None]) | (closed[:, day_of_week] & ~is_scored)
    )
    corrected = is_stockout & ~is_scored & ~is_nothing
    demand = _demand(units, is_scored, corrected, is_nothing, day_of_week)
    price = grid.last(_column(frame, "price"), np.nan)
    usual = grid.last(_column(frame, "regular_price"), np.nan)
    return Panel(
        unique_ids=ids,
        frequency=frequency,
        dates=dates,
        demand=demand,
        is_scored=is_scored,
        first=first,
        ends=ends,
        closed=closed,
        price_ratio=_price_ratio(price, usual, REGULAR_PRICE_PERIODS[frequency]),
        promo=grid.last(np.clip(_column(frame, "promo"), 0.0, 1.0), 0.0),
        price=price,
        corrected=corrected,
        units_added=_added(demand, units, corrected),
    )


def _scored(units: Floats, is_stockout: Bools, is_shut: Bools) -> Bools:
    """Return where what was sold is a fair measure of demand; shape (n, T)."""
    is_recorded = np.isfinite(units)
    is_scored = is_recorded & ~is_stockout & (~is_shut | (units > 0))
    # Out of stock whenever recorded: what was sold is all there is to go by.
    hopeless = ~is_scored.any(axis=1)
    is_scored[hopeless] = is_recorded[hopeless]
    return is_scored


def _demand(
    units: Floats, is_scored: Bools, corrected: Bools, is_nothing: Bools, day_of_week: NDArray[np.int64]
) -> Floats:
    """Return what was sold, estimates where that is no measure of demand, and 0 where there is none."""
    demand = np.where(is_scored, units, 0.0)
    is_missing = ~is_scored & ~is_nothing
    needy = np.flatnonzero(is_missing.any(axis=1))
    for start in range(0, len(needy), CHUNK):
        rows = needy[start : start + CHUNK]
        is_empty = corrected[rows]
        # Out of stock and without a record: nothing was sold.
        sold = np.where(is_empty, np.nan_to_num(units[rows]), np.where(is_scored[rows], units[rows], np.nan))
        found = uncensor(sold, is_empty, day_of_week)
        estimate = np.where(is_empty, found.demand, found.expected)
        demand[rows] = np.where(is_missing[rows], estimate, demand[rows])
    return demand


def _added(demand: Floats, units: Floats, corrected: Bools) -> Floats:
    added = np.zeros(demand.shape)
    added[corrected] = demand[corrected] - np.nan_to_num(units[corrected])
    return added


def _spans(is_recorded: Bools) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    found = is_recorded.any(axis=1)
    first = np.where(found, is_recorded.argmax(axis=1), is_recorded.shape[1])
    ends = np.where(found, is_recorded.shape[1] - is_recorded[:, ::-1].argmax(axis=1), is_recorded.shape[1])
    return first, ends


def _column(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as numbers, NaN where it or a value is missing; never to be written to."""
    if name not in frame.columns:
        return np.broadcast_to(np.array(np.nan), len(frame))
    column = frame[name]
    return pd.to_numeric(column.astype(float) if column.dtype == bool else column, errors="coerce").to_numpy(
        float
    )


def _idle_weekdays(units: Floats, day_of_week: NDArray[np.int64]) -> Bools:
    """Return on which weekdays nothing at all has sold for eight weeks, too seldom for chance; shape (7,)."""
    recent = slice(-CLOSED_LOOKBACK_WEEKS * WEEK, None)
    selling = (np.nan_to_num(units[:, recent]) > 0).sum(axis=0)
    by_weekday = np.bincount(day_of_week[recent], weights=selling, minlength=WEEK)
    return np.asarray((by_weekday == 0) & (by_weekday.sum() >= IDLE_FROM_SALES))


def _closed(is_shut: Bools, day_of_week: NDArray[np.int64], series: int) -> Bools:
    recent = slice(-CLOSED_LOOKBACK_WEEKS * WEEK, None)
    closed = np.zeros((series, WEEK), dtype=bool)
    for weekday in range(WEEK):
        mask = day_of_week[recent] == weekday
        if mask.sum() >= 2:
            closed[:, weekday] = is_shut[:, recent][:, mask].mean(axis=1) >= CLOSED_SHARE
    closed[closed.all(axis=1)] = False
    return closed


def _price_ratio(price: Floats, usual: Floats, window: int) -> Floats:
    if not np.isfinite(price).any():
        return np.broadcast_to(np.array(1.0), price.shape)
    ratio = np.ones(price.shape)
    for start in range(0, len(price), CHUNK):
        rows = slice(start, start + CHUNK)
        known = pd.DataFrame(price[rows].T).ffill()
        trailing = known.rolling(window, min_periods=1).median().shift(1).to_numpy().T
        regular = np.where(np.isfinite(usual[rows]), usual[rows], trailing)
        is_known = np.isfinite(regular) & (regular > 0)
        np.divide(known.to_numpy().T, regular, out=ratio[rows], where=is_known)
    return np.clip(np.nan_to_num(ratio, copy=False, nan=1.0), 0.2, 2.0, out=ratio)
