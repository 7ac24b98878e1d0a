"""Columns of a long frame from outside: names, dates and numbers as people write them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import ForecastingError
from forecasting.series import Bools, Days, Floats

_MISSING_WORDS = frozenset({"", "nan", "na", "n/a", "null", "none", "-"})
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:?\d{2}.*$")
_SEPARATOR = re.compile(r"[./年月]")
_DAY_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y-%m")
_DAY_FIRST, _MONTH_FIRST = "%d-%m-%Y", "%m-%d-%Y"


class FrameUnusable(ForecastingError):
    """A column of the long frame is missing or holds what it cannot hold."""


def read_ids(column: pd.Series[Any]) -> tuple[NDArray[np.int64], pd.Index[Any]]:
    """Return each row's series by number, and the series' names in order of appearance."""
    codes, names = pd.factorize(column)
    texts, distinct = pd.factorize(pd.Index(names).astype(str))
    blank = np.append(distinct.str.strip() == "", True)[np.append(texts, -1)[codes]]
    if blank.any():
        raise FrameUnusable(
            f"the column unique_id is empty in {rows_at(blank)}",
            "name the product of each row, or drop these rows",
        )
    # 7 and "7" are one product.
    first = np.unique(texts, return_index=True)[1]
    return texts[codes].astype(np.int64), pd.Index(names)[first]


def read_days(column: pd.Series[Any]) -> Days:
    """Return the dates as they are written: neither time of day nor time zone moves them to another day."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if not pd.api.types.is_datetime64_dtype(column):
        codes, values = pd.factorize(column)
        parsed = _parse_days([str(value).strip() for value in values])
        parsed = np.append(parsed, np.datetime64("NaT", "D"))[codes]
    else:
        parsed = column.to_numpy().astype("datetime64[D]")
    unread = np.isnat(parsed)
    if unread.any():
        raise FrameUnusable(
            f"the column ds holds no date in {rows_at(unread, column)}", "write dates as 2025-01-31"
        )
    return np.asarray(parsed)


def _parse_days(values: list[str]) -> Days:
    """Return each text's day, NaT where it is none."""
    plain = [_SEPARATOR.sub("-", _TIME_OF_DAY.sub("", value)).rstrip("日-") for value in values]
    texts = pd.Series(plain, dtype=object)
    best = np.full(len(texts), np.datetime64("NaT", "D"))
    for form in _DAY_FORMATS:
        best = np.where(np.isnat(best), _parsed(texts, form), best)
    unread = np.isnat(best)
    if not unread.any():
        return best
    day_first, month_first = (_parsed(texts[unread], form) for form in (_DAY_FIRST, _MONTH_FIRST))
    whole = [not np.isnat(read).any() for read in (day_first, month_first)]
    if all(whole) and (day_first != month_first).any():
        raise FrameUnusable(
            f"the column ds does not say whether day or month comes first, as in {values[int(unread.argmax())]!r}",
            "write dates as 2025-01-31",
        )
    if any(whole):
        best[unread] = day_first if whole[0] else month_first
    return best


def _parsed(texts: pd.Series[Any], form: str) -> Days:
    return np.asarray(pd.to_datetime(texts, format=form, errors="coerce").to_numpy().astype("datetime64[D]"))


def read_numbers(column: pd.Series[Any], name: str) -> Floats:
    """Return a column as numbers, NaN where it is empty."""
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        wrong = np.isinf(numbers)
    else:
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        words = column.astype(str).str.strip().str.lower()
        empty = column.isna().to_numpy() | words.isin(_MISSING_WORDS).to_numpy()
        wrong = (np.isnan(numbers) & ~empty) | np.isinf(numbers)
    if wrong.any():
        raise FrameUnusable(
            f"the column {name} holds no number in {rows_at(wrong, column)}",
            "write plain numbers such as 1234.5, and leave empty what is not known",
        )
    return numbers


def rows_at(wrong: Bools, column: pd.Series[Any] | None = None) -> str:
    """Return the first row that is wrong, what it holds, and how many more there are; rows count from 1."""
    first = int(wrong.argmax())
    said = f"row {first + 1}" + (f" ({_shown(column.iloc[first])})" if column is not None else "")
    more = int(wrong.sum()) - 1
    return f"{said} and {row_count(more)} more" if more else said


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "empty"
    return repr(value) if isinstance(value, str) else str(value)


def row_count(count: int) -> str:
    """Return a number of rows in words."""
    return f"{int(count):,} row" + ("s" if count != 1 else "")
