"""Reading dates, numbers and marks as people write them in spreadsheets."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

T = TypeVar("T")

# A day outside these years is a slip of the pen, or a placeholder such as 9999-12-31.
YEARS = (1990, 2100)

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?!\d)")
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SPREADSHEET_DAY = re.compile(r"^([34]\d{4}|5\d{4})(\.\d+)?$")
_OFFSET = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$")
_COMPACT_MOMENT = re.compile(r"^(\d{4})(\d{2})(\d{2})[T ]?\d{4}(\d{2})?$")
_WEEKDAY = r"^(?:[A-Za-z]{3,9},?\s+)?"
_NAMED_MONTH = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th)?[\s\-.]+([A-Za-z]{3,9})[\s\-.,]+(\d{4}|\d{2})(?!\d)"
)
_MONTH_NAMED_FIRST = re.compile(
    _WEEKDAY + r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# Seconds or milliseconds since 1970, as APIs write them: from 2001 to 2100.
_EPOCH = re.compile(r"^([1-3]\d{9}|4[01]\d{8})(\d{3})?$")
_MONEY = re.compile(
    r"(?:HK|NT|US|CA|AU|NZ|[CASR])?\$|[¥€£₩₹₽'’\s]|元|块|人民币|円|rmb|件|个|units?|pcs"
    r"|\b(?:cny|usd|gbp|eur|jpy|hkd|twd|cad|aud|nzd|sgd|krw|inr|brl|chf|sek|nok|dkk|pln|mxn)\b",
    re.IGNORECASE,
)
# Digits in groups of three (of two above them in India), or in none.
_WHOLE = re.compile(r"^[+-]?(\d*|\d{1,3}([.,]\d{2,3})*[.,]\d{3})$")
_GROUPING = re.compile("[.,]")
_DIGITS = re.compile(r"^\d*$")
_EXPONENT = re.compile(r"^(e[+-]?\d{1,3})?$")
_ONE_SIGN = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")
_YES = {"1", "1.0", "true", "yes", "y", "t", "是", "有", "促销", "活动", "on"}
_NO = {"", "0", "0.0", "false", "no", "n", "f", "否", "无", "没有", "off"}


def read_column(values: pd.Series, read: Callable[[Any], T | None]) -> pd.Series:
    """Return `read` of every value, None where it cannot be read; each different value is read once."""
    codes, distinct = code_values(values)
    found = np.empty(len(distinct) + 1, dtype=object)
    found[:-1] = [read(value) for value in distinct]
    # What is null in a Parquet file has code -1: the last place.
    found[-1] = read(None) if (codes < 0).any() else None
    return pd.Series(found[codes], index=values.index, dtype=object)


def code_values(values: pd.Series) -> tuple[np.ndarray, pd.Index]:
    """Return a column as codes, -1 where it is null, into its distinct values."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(), values.cat.categories
    codes, distinct = pd.factorize(values)
    return codes, pd.Index(distinct, dtype=distinct.dtype)


def is_missing(values: pd.Series) -> pd.Series:
    """Return where a column is empty: null, NaN or the empty string."""
    codes, distinct = code_values(values)
    is_empty = np.append(np.asarray(distinct == "", dtype=bool), True)
    return pd.Series(is_empty[codes], index=values.index)


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
        return _rarer_day(text, timezone)
    except ValueError:
        return None


def _rarer_day(text: str, timezone: str) -> date | None:
    found = _COMPACT_MOMENT.match(text)
    if found:
        return date(*(int(part) for part in found.groups()[:3]))
    found = _EPOCH.match(text)
    if found:
        return _local_day(datetime.fromtimestamp(int(found.group(1)), UTC), timezone)
    found = _NAMED_MONTH.match(text)
    if found:
        day, month, year = found.groups()
        return date(int(year) + 2000 * (len(year) == 2), _month(month), int(day))
    found = _MONTH_NAMED_FIRST.match(text)
    if found:
        month, day, year = found.groups()
        return date(int(year), _month(month), int(day))
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].casefold()) + 1


def _local_day(moment: datetime, timezone: str) -> date:
    return moment.astimezone(ZoneInfo(timezone)).date() if moment.tzinfo else moment.date()


def read_number(value: Any, *, decimal_comma: bool | None = None) -> float | None:
    """Return the number that a value means ("￥1,234.50", "1 234", "12,5", "３件", "(3)"), or None.

    Args:
        value: a number, or text.
        decimal_comma: how to read 1,234 and 1.234, which say nothing themselves; None: 1234 and 1.234.
    """
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    text = _bare_number(str(value))
    mark = decimal_mark(text) or ("," if decimal_comma else ".")
    mantissa, e, exponent = text.lower().partition("e")
    whole, _, fraction = mantissa.partition(mark)
    is_number = _WHOLE.match(whole) and _DIGITS.match(fraction) and _EXPONENT.match(e + exponent)
    if not (is_number and any(map(str.isdigit, mantissa))):
        return None
    number = float(f"{_GROUPING.sub('', whole)}.{fraction}{e}{exponent}")
    return number if math.isfinite(number) else None


def decimal_mark(text: str) -> str | None:
    """Return which of "." and "," a number's text shows to be its decimal mark; None when it does not say."""
    bare = _bare_number(text).lstrip("-")
    commas, points = bare.count(","), bare.count(".")
    if not commas and not points:
        return None
    if commas and points:
        return "," if bare.rfind(",") > bare.rfind(".") else "."
    if commas + points > 1:
        return "." if commas else ","
    return None if _ONE_SIGN.match(bare) else ("," if commas else ".")


def _bare_number(text: str) -> str:
    """Return a number's text without currency, spaces and units; "(3)" and "3-" become "-3"."""
    bare = _MONEY.sub("", unicodedata.normalize("NFKC", text)).replace("−", "-")
    if bare.startswith("(") and bare.endswith(")"):
        return f"-{bare[1:-1]}"
    return f"-{bare[:-1]}" if bare.endswith("-") and len(bare) > 1 else bare


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
