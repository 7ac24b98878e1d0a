"""Reading dates, numbers and marks as people write them in spreadsheets."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pandas as pd

T = TypeVar("T")

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SPREADSHEET_DAY = re.compile(r"^([34]\d{4}|5\d{4})(\.\d+)?$")
_OFFSET = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$")
_MONEY = re.compile(r"[¥$€£￥\s]|元|块|人民币|rmb|cny|usd|gbp|eur|件|个|units?|pcs", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"^-?\d+,(\d{1,2}|\d{4,})$")
_YES = {"1", "1.0", "true", "yes", "y", "t", "是", "有", "促销", "活动", "on"}
_NO = {"", "0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "off"}


def read_column(values: pd.Series, read: Callable[[Any], T | None]) -> pd.Series:
    """Return `read` of every value, None where it cannot be read; each different value is read once."""
    distinct = {value: read(value) for value in values.unique()}
    found = (
        [distinct[value] for value in values] if values.notna().all() else [read(value) for value in values]
    )
    return pd.Series(found, index=values.index, dtype=object)


def is_missing(values: pd.Series) -> pd.Series:
    """Return where a column is empty: null, NaN or the empty string."""
    return values.isna() | (values == "")


def is_day_first(values: Iterable[Any]) -> bool | None:
    """Return whether dates such as 05/01/2024 begin with the day; None when no value tells."""
    firsts = seconds = 0
    for value in values:
        found = _YEAR_LAST.match(str(value))
        if found:
            firsts = max(firsts, int(found.group(1)))
            seconds = max(seconds, int(found.group(2)))
    if firsts > 12 or seconds > 12:
        return firsts > 12
    return None


def read_day(value: Any, *, day_first: bool, timezone: str) -> date | None:
    """Return the day that a value names, or None.

    Args:
        value: a date or time, or text such as 2024-01-05, 2024/1/5, 2024年1月5日, 20240105, 05/01/2024,
            or a spreadsheet's day number.
        day_first: how to read 05/01/2024.
        timezone: IANA zone whose day it is, for times that carry an offset.
    """
    if isinstance(value, datetime):
        return None if pd.isna(value) else _local_day(value, timezone)
    if isinstance(value, date):
        return value
    text = unicodedata.normalize("NFKC", str(value)).strip()
    try:
        if _OFFSET.match(text):
            return _local_day(datetime.fromisoformat(text), timezone)
        found = _YEAR_FIRST.match(text) or _COMPACT.match(text)
        if found:
            return date(*(int(part) for part in found.groups()))
        found = _YEAR_LAST.match(text)
        if found:
            one, two, year = (int(part) for part in found.groups())
            month, day = (two, one) if day_first else (one, two)
            return date(year + 2000 if year < 100 else year, month, day)
        if _SPREADSHEET_DAY.match(text):
            return date(1899, 12, 30) + timedelta(days=int(float(text)))
    except ValueError:
        return None
    return None


def _local_day(moment: datetime, timezone: str) -> date:
    return moment.astimezone(ZoneInfo(timezone)).date() if moment.tzinfo else moment.date()


def read_number(value: Any) -> float | None:
    """Return the number that a value means ("￥1,234.50", "1 234", "12,5", "３件", "(3)"), or None."""
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    text = _MONEY.sub("", unicodedata.normalize("NFKC", str(value)))
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    text = text.replace(",", ".") if _DECIMAL_COMMA.match(text) else text.replace(",", "")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def read_mark(value: Any) -> float | None:
    """Return 1.0 for yes, 0.0 for no (or an empty cell), None for anything else."""
    text = unicodedata.normalize("NFKC", str(value)).strip().casefold()
    if text in _YES:
        return 1.0
    return 0.0 if text in _NO or text in {"nan", "none"} else None


def read_text(value: Any) -> str | None:
    """Return a value as text without outer spaces, or None when it is empty; 85123.0 becomes "85123"."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None
