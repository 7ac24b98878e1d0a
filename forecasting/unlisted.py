"""Periods without a row: nothing sold, shop shut, or not recorded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.panel import Frequency
from forecasting.series import WEEK, Bools, Days

# A listing of sales only: at least this share of the periods has no row, and next to none says 0.
LEAST_UNLISTED_SHARE = 0.05
MOST_ZEROS_SHARE = 0.01
# A silence of more than so many periods, and so many times the usual distance of sales, is a hole in the record.
HOLE_PERIODS = {"D": 56, "W": 12, "M": 6}
HOLE_DISTANCES = 10.0
# Where so many series are listed on an ordinary day, a day without any means that the shop was shut.
BREADTH = 5.0

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class _Silences:
    """Runs of unlisted periods: shape (runs,) each. `is_tail`: no row of that series follows."""

    codes: Numbers
    starts: Numbers
    lengths: Numbers
    is_tail: Bools


@dataclass(frozen=True)
class _Cells:
    """Recorded periods: shape (cells,) each, ordered by series, then period.

    `last` is the last recorded period of all; periods count from the first one.
    """

    codes: Numbers
    periods: Numbers
    last: int

    def silences(self) -> _Silences:
        """Return every run of unlisted periods, the one after a series' last row included."""
        is_tail = np.append(np.diff(self.codes) != 0, True)
        following = np.where(is_tail, self.last + 1, np.append(self.periods[1:], 0))
        lengths = following - self.periods - 1
        found = lengths > 0
        return _Silences(self.codes[found], self.periods[found] + 1, lengths[found], is_tail[found])

    def usual_distance(self) -> NDArray[np.float64]:
        """Return the median distance of recorded periods by series; 1 where there is only one."""
        same = np.diff(self.codes) == 0
        distances = pd.Series(np.diff(self.periods)[same]).groupby(self.codes[1:][same]).median()
        return np.asarray(distances.reindex(range(int(self.codes.max()) + 1)).fillna(1.0).to_numpy())


def fill_unlisted(rows: pd.DataFrame, frequency: Frequency, notes: list[str]) -> pd.DataFrame:
    """Add rows for what the periods without a row mean.

    A record that says 0 now and then is complete: what it does not list is a gap, which the panel fills by
    expectation. A record without zeros lists sales only: what it does not list sold nothing, except a silence far
    longer than usual. Days that no series lists although the week's others are listed were days of a shut shop.

    Args:
        rows: code, ds (first days of periods), y, ...; one row a series and period.
        frequency: of ds.
        notes: what was done is added here.
    """
    recorded = rows["y"].notna().to_numpy()
    start = rows["ds"].min()
    periods = _periods(rows["ds"].to_numpy().astype("datetime64[D]"), frequency)
    order = np.lexsort((periods[recorded], rows["code"].to_numpy()[recorded]))
    codes, listed = rows["code"].to_numpy()[recorded][order], periods[recorded][order]
    cells = _Cells(codes, listed, int(listed.max()))
    shut = _shut(cells, rows) if frequency == "D" else np.zeros(cells.last + 1, dtype=bool)
    added = [rows]
    if shut.any():
        added.append(_shut_rows(cells, rows, shut, start))
    zeros = _zero_rows(cells, rows, periods, shut, frequency)
    if len(zeros):
        notes.append(
            f"{len(zeros):,} periods without a row count as nothing sold, for the record lists sales only; "
            "give rows with an empty y for what was not recorded"
        )
        zeros["ds"] = _dates(zeros["ds"].to_numpy(), start, frequency)
        added.append(zeros)
    return pd.concat(added, ignore_index=True) if len(added) > 1 else rows


def _periods(days: Days, frequency: Frequency) -> Numbers:
    if frequency == "M":
        months = days.astype("datetime64[M]").astype(np.int64)
        return np.asarray(months - months.min())
    return np.asarray((days - days.min()).astype(np.int64) // (WEEK if frequency == "W" else 1))


def _dates(periods: Numbers, start: pd.Timestamp, frequency: Frequency) -> Days:
    first = np.datetime64(start.date(), "D")
    if frequency == "M":
        return np.asarray((first.astype("datetime64[M]") + periods).astype("datetime64[D]"))
    return np.asarray(first + periods * (WEEK if frequency == "W" else 1))


def _shut(cells: _Cells, rows: pd.DataFrame) -> Bools:
    """Return the days that nobody lists within weeks that are listed; shape (last + 1,)."""
    breadth = np.bincount(cells.periods, minlength=cells.last + 1)
    silent = breadth == 0
    if _lists_sales_only(cells, rows) and np.median(breadth[~silent]) < BREADTH:
        return np.zeros(len(breadth), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], silent.astype(np.int8), [0]])))
    for first, after in edges.reshape(-1, 2):
        if after - first >= WEEK:
            silent[first:after] = False
    return np.asarray(silent)


def _shut_rows(cells: _Cells, rows: pd.DataFrame, shut: Bools, start: pd.Timestamp) -> pd.DataFrame:
    codes = np.unique(cells.codes)
    days = np.flatnonzero(shut)
    rows["is_open"] = True
    return pd.DataFrame(
        {
            "code": np.repeat(codes, len(days)),
            "ds": _dates(np.tile(days, len(codes)), start, "D"),
            "is_open": False,
        }
    )


def _lists_sales_only(cells: _Cells, rows: pd.DataFrame) -> bool:
    silences = cells.silences()
    # Series that end early may simply be complete.
    unlisted = int(silences.lengths[~silences.is_tail].sum())
    zeros = int((rows["y"] == 0).sum())
    return (
        unlisted >= LEAST_UNLISTED_SHARE * (unlisted + len(cells.codes))
        and zeros <= MOST_ZEROS_SHARE * unlisted
    )


def _zero_rows(
    cells: _Cells, rows: pd.DataFrame, periods: Numbers, shut: Bools, frequency: Frequency
) -> pd.DataFrame:
    """Return rows of y = 0 (ds as period numbers) where a record of sales only lists nothing."""
    if not _lists_sales_only(cells, rows):
        return rows.iloc[:0][["code", "ds", "y"]]
    silences = cells.silences()
    usual = cells.usual_distance()[silences.codes]
    is_long = (silences.lengths > HOLE_PERIODS[frequency]) & (silences.lengths > HOLE_DISTANCES * usual)
    kept = silences.is_tail | ~is_long
    codes, starts, lengths = silences.codes[kept], silences.starts[kept], silences.lengths[kept]
    offsets = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    found = pd.DataFrame(
        {"code": np.repeat(codes, lengths), "ds": np.repeat(starts, lengths) + offsets, "y": 0.0}
    )
    width = int(periods.max()) + 1
    # A row with an empty y says that the period was not recorded.
    said = np.isin(found["code"] * width + found["ds"], rows["code"].to_numpy() * width + periods)
    missing: pd.DataFrame = found[~said & ~shut[found["ds"].to_numpy()]]
    return missing.reset_index(drop=True)
