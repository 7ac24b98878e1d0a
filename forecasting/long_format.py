"""A long frame from outside - unique_id, ds, y - made fit for a panel, with notes on what was mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.columns import FrameUnusable, read_days, read_ids, read_numbers, row_count, rows_at
from forecasting.frequency import find_frequency, monday
from forecasting.panel import Frequency
from forecasting.series import Days, Floats, weekdays
from forecasting.unlisted import fill_unlisted

NEEDED = ("unique_id", "ds", "y")
KNOWN_AHEAD = ("price", "promo")
# A typo in a year would otherwise stretch the calendar by decades.
MOST_HOLE_DAYS = 3 * 366
# A period beyond so many times what 95% of the others stay under is a slip of the pen, not a sale.
# Of a short series it takes more to tell.
SLIP_FACTOR, SHORT_SLIP_FACTOR = 100.0, 1000.0
SLIP_PERIODS, LEAST_SLIP_PERIODS = 20, 4
_NAMED = 3


@dataclass(frozen=True)
class LongFrame:
    """A long frame as `read_panel` takes it.

    Attributes:
        frame: unique_id (text), ds (a period's first day), y (NaN = not recorded or ahead), and price, promo,
            is_stockout, is_open where known; one row a series and period.
        frequency: of the dates.
        ids: the series' names as they were given, by their text, in order of appearance.
        label: turns first days of periods into dates as the file writes them.
        notes: what was mended, one sentence each.
    """

    frame: pd.DataFrame
    frequency: Frequency
    ids: dict[str, Any]
    label: Callable[[Days], Days]
    notes: tuple[str, ...]


def read_long(frame: pd.DataFrame, frequency: Frequency | None = None) -> LongFrame:
    """Check a long frame column by column and lay it out one row a series and period.

    Args:
        frame: unique_id, ds, y; price, promo (0 to 1) and on_hand (stock at the period's close) where known; rows
            without y after the last y tell what is known ahead; other columns are ignored.
        frequency: "D", "W" or "M"; None finds out.

    Raises:
        FrameUnusable: a column is missing or holds what it cannot hold; the message names column, row and remedy.
        FrequencyUnclear: the dates are neither daily, weekly nor monthly, or not the same in every series.
    """
    _check_columns(frame)
    codes, names = read_ids(frame["unique_id"])
    days = read_days(frame["ds"])
    columns = {name: read_numbers(frame[name], name) for name in _number_columns(frame)}
    _check_promo(columns.get("promo"))
    if not np.isfinite(columns["y"]).any():
        raise FrameUnusable("no row has a number in the column y", "put the units sold in y")
    _check_holes(days)
    frequency = find_frequency(codes, days, names, frequency)
    notes: list[str] = []
    rows = pd.DataFrame({"code": codes, "ds": _period_starts(days, frequency), **columns})
    rows = _one_row_a_period(rows, notes)
    rows = _leave_out_empty(rows, names, notes)
    rows["y"] = _mend_values(rows, names, notes)
    if "on_hand" in rows:
        # What ran out by the close may have sold less than was wanted.
        rows["is_stockout"] = rows.pop("on_hand").to_numpy() <= 0
    rows = fill_unlisted(rows, frequency, notes)
    kept = np.unique(rows["code"].to_numpy())
    texts = pd.Index([str(name) for name in names])
    rows.insert(0, "unique_id", texts[rows.pop("code").to_numpy()])
    return LongFrame(
        rows, frequency, {texts[code]: names[code] for code in kept}, _labels(days, frequency), tuple(notes)
    )


def _check_columns(frame: pd.DataFrame) -> None:
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise FrameUnusable(
            f"the columns {missing!r} are missing; there are {[str(name) for name in frame.columns]!r}",
            "name the columns unique_id (product), ds (date) and y (units sold)",
        )
    twice = [name for name in (*NEEDED, *KNOWN_AHEAD, "on_hand") if list(frame.columns).count(name) > 1]
    if twice:
        raise FrameUnusable(f"several columns are named {twice!r}", "give each column a name of its own")
    if frame.empty:
        raise FrameUnusable("there are no rows", "give one row a series and period")


def _number_columns(frame: pd.DataFrame) -> list[str]:
    return ["y", *(name for name in (*KNOWN_AHEAD, "on_hand") if name in frame.columns)]


def _check_promo(promo: Floats | None) -> None:
    if promo is None:
        return
    wrong = (promo < 0) | (promo > 1)
    if wrong.any():
        raise FrameUnusable(
            f"the column promo is {promo[wrong.argmax()]:g} in {rows_at(wrong)}",
            "give promo as 0 or 1, or as the share of the period from 0 to 1",
        )


def _check_holes(days: Days) -> None:
    known = np.unique(days)
    holes = np.diff(known).astype(np.int64)
    if len(holes) and holes.max() > MOST_HOLE_DAYS:
        after = int(holes.argmax())
        before, behind = (
            f"{day} (row {int((days == day).argmax()) + 1})" for day in known[after : after + 2]
        )
        raise FrameUnusable(
            f"the column ds jumps from {before} to {behind}, over {holes.max():,} days",
            "correct the date, or leave out what lies before the hole",
        )


def _period_starts(days: Days, frequency: Frequency) -> Days:
    if frequency == "M":
        return np.asarray(days.astype("datetime64[M]").astype("datetime64[D]"))
    if frequency == "W" and len(np.unique(weekdays(days))) > 1:
        return monday(days)
    return days


def _labels(days: Days, frequency: Frequency) -> Callable[[Days], Days]:
    """Return how the file dates its periods: months by the same day of each, or by their last one."""
    if frequency != "M":
        return lambda starts: starts
    number = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    day = int(number.max()) if (number == np.minimum(number.max(), _month_length(days) - 1)).all() else 0
    return lambda starts: np.asarray(starts + np.minimum(day, _month_length(starts) - 1))


def _month_length(days: Days) -> NDArray[np.int64]:
    months = days.astype("datetime64[M]")
    return np.asarray(
        ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    )


def _one_row_a_period(rows: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    keys = ["code", "ds"]
    again = rows.duplicated(keys).to_numpy()
    if not again.any():
        return rows
    notes.append(f"{row_count(again.sum())} of a series and date that occurred already: y was added up")
    grouped = rows.groupby(keys, sort=False)
    merged = grouped["y"].sum(min_count=1).to_frame()
    for name, rule in (("price", "mean"), ("promo", "max"), ("on_hand", "last")):
        if name in rows:
            merged[name] = grouped[name].agg(rule)
    return merged.reset_index()


def _leave_out_empty(rows: pd.DataFrame, names: pd.Index[Any], notes: list[str]) -> pd.DataFrame:
    sold = np.bincount(rows["code"], weights=np.isfinite(rows["y"]), minlength=len(names))
    empty = np.flatnonzero(sold == 0)
    if len(empty) == 0:
        return rows
    notes.append(f"{_series(empty, names)} left out: not one number in y")
    return rows[~rows["code"].isin(empty)].reset_index(drop=True)


def _mend_values(rows: pd.DataFrame, names: pd.Index[Any], notes: list[str]) -> Floats:
    """Return y with returns clipped and slips of the pen capped."""
    units = rows["y"].to_numpy(dtype=float).copy()
    returned = units < 0
    if returned.any():
        notes.append(
            f"y is negative in {row_count(returned.sum())} after adding up ({-units[returned].sum():,.0f} units returned "
            "beyond what was sold): taken as 0"
        )
        units[returned] = 0.0
    slips = _slips(rows["code"].to_numpy(), units)
    for code, position, usual in slips[:_NAMED]:
        notes.append(
            f"y of {names[code]!r} is {units[position]:,.0f} on {rows['ds'].iloc[position]:%Y-%m-%d}, 95% of its "
            f"other values are below {usual:,.0f}: taken as {usual:,.0f}; correct it, or forecast without that row"
        )
    if len(slips) > _NAMED:
        notes.append(
            f"y is as far beyond the usual in {row_count(len(slips) - _NAMED)} more: taken as usual there"
        )
    for _, position, usual in slips:
        units[position] = usual
    return units


def _slips(codes: NDArray[np.int64], units: Floats) -> list[tuple[int, int, float]]:
    """Return series, row and the usual size of values far beyond all others."""
    sold = pd.Series(units).where(units > 0)
    grouped = sold.groupby(codes)
    count = grouped.count()
    usual = grouped.quantile(0.95, interpolation="lower").where(count >= LEAST_SLIP_PERIODS)
    factor = np.where(count >= SLIP_PERIODS, SLIP_FACTOR, SHORT_SLIP_FACTOR)
    limit = np.asarray(usual.mul(factor).reindex(codes), dtype=float)
    return [
        (int(codes[position]), int(position), float(usual[codes[position]]))
        for position in np.flatnonzero(units > limit)
    ]


def _series(codes: NDArray[np.int64], names: pd.Index[Any]) -> str:
    shown = ", ".join(repr(names[code]) for code in codes[:_NAMED])
    more = len(codes) - _NAMED
    return f"{len(codes):,} series ({shown}{f' and {more:,} more' if more > 0 else ''})"
