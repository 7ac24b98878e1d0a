"""A column of dates: one layout for the whole column, decided by its own values."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from store.importing.values import code_values, read_day

_EITHER_WAY = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
# A day is the same whatever the second: so cut, ten million moments are a few thousand texts.
_MOMENT = (
    r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})[ T]+\d{1,2}:[\d:. ]+([APap][Mm])?$"
)
_MOMENT_WITH_OFFSET = r"^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(?::\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)$"
_STRAY_SHARE = 0.02


@dataclass(frozen=True)
class DayColumn:
    """Days of a column and what they were read by.

    `days`: datetime64[s] at midnight, NaT where unreadable. `is_ambiguous`: dates that can be either way round in
    a column that has both. `evidence` and `notes`: English, Chinese.
    """

    days: pd.Series
    is_ambiguous: np.ndarray
    evidence: list[tuple[str, str]]
    notes: list[tuple[str, str]]


def read_day_column(values: pd.Series, timezone: str, *, day_first: bool | None = None) -> DayColumn:
    """Read a column of dates or moments.

    Args:
        values: text, dates or timestamps.
        timezone: IANA zone whose day it is, for moments that carry an offset.
        day_first: how to read 05/01/2024 when the user said it; None: as the column's other values say.
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return DayColumn(_local_days(values, timezone), np.zeros(len(values), dtype=bool), [], [])
    codes, distinct = code_values(values)
    short, short_codes = _cut_to_days(distinct)
    weights = np.bincount(short_codes[codes[codes >= 0]], minlength=len(short))
    order = _Order.of(short, weights)
    first = order.is_day_first if day_first is None else day_first
    days = [
        read_day(text, day_first=order.own(text, first) if day_first is None else first, timezone=timezone)
        for text in short
    ]
    ambiguous = [day_first is None and order.is_mixed and order.is_open(text) for text in short]
    # Null cells have code -1: the last place.
    table = np.array([*days, None], dtype="datetime64[D]").astype("datetime64[s]")
    position = np.append(short_codes, len(short))[codes]
    return DayColumn(
        pd.Series(table[position], index=values.index),
        np.array([*ambiguous, False])[position],
        order.evidence(day_first),
        order.notes(day_first) + _offset_notes(short, timezone),
    )


@dataclass(frozen=True)
class _Order:
    """Which way round a column's dates such as 05/01/2024 are: rows that say so, and one value of each kind."""

    day_rows: int
    month_rows: int
    open_rows: int
    day_example: str
    month_example: str

    @classmethod
    def of(cls, texts: list[object], weights: np.ndarray) -> _Order:
        rows = {"day": 0, "month": 0, "open": 0}
        example = {"day": "", "month": ""}
        for text, weight in zip(texts, weights.tolist(), strict=True):
            kind = _kind(text)
            if kind:
                rows[kind] += weight
                example.setdefault(kind, "")
                example[kind] = example[kind] or str(text)
        return cls(rows["day"], rows["month"], rows["open"], example["day"], example["month"])

    @property
    def is_day_first(self) -> bool:
        return self.day_rows > self.month_rows

    @property
    def is_mixed(self) -> bool:
        """Say whether both orders are there, and neither is just a few slips."""
        fewer = min(self.day_rows, self.month_rows)
        return fewer > _STRAY_SHARE * (self.day_rows + self.month_rows)

    def own(self, text: object, column: bool) -> bool:
        """Return the order to read a value by: in a mixed column its own, where it has one."""
        kind = _kind(text) if self.is_mixed else None
        return kind == "day" if kind in {"day", "month"} else column

    def is_open(self, text: object) -> bool:
        return _kind(text) == "open"

    def evidence(self, given: bool | None) -> list[tuple[str, str]]:
        if given is not None or self.is_mixed or not self.day_rows + self.month_rows:
            return []
        rows, example = (
            (self.day_rows, self.day_example) if self.is_day_first else (self.month_rows, self.month_example)
        )
        english, chinese = ("day first", "日在前") if self.is_day_first else ("month first", "月在前")
        return [
            (
                f"dates are {english}: {rows:,} rows can only be that, such as {example!r}",
                f"日期按{chinese}读取：{rows:,} 行只能如此，例如“{example}”",
            )
        ]

    def notes(self, given: bool | None) -> list[tuple[str, str]]:
        if given is not None:
            return []
        if self.is_mixed:
            return [
                (
                    f"dates are written both ways round ({self.day_example!r} and {self.month_example!r});"
                    f" {self.open_rows:,} rows that could be either were rejected: say which with the date order",
                    f"日期有两种写法（“{self.day_example}”和“{self.month_example}”），"
                    f"{self.open_rows:,} 行无法判断，已剔除：请指定日期顺序",
                )
            ]
        if self.open_rows and not self.day_rows + self.month_rows:
            return [
                (
                    "dates such as 05/01/2024 were read month first: nothing in the file says otherwise",
                    "形如 05/01/2024 的日期按“月/日/年”读取，文件中没有相反的迹象",
                )
            ]
        return []


def _kind(text: object) -> str | None:
    """Return which order a date shows: "day" or "month" first, "open" when it could be either."""
    found = _EITHER_WAY.match(str(text))
    if not found:
        return None
    one, two = int(found.group(1)), int(found.group(2))
    if one > 12 or two > 12:
        return "day" if two <= 12 else "month" if one <= 12 else None
    return "open" if one != two else None


def _cut_to_days(distinct: pd.Index) -> tuple[list[object], np.ndarray]:
    """Return the values without what changes no day, each once, and the place of every value among them."""
    if not all(isinstance(value, str) for value in distinct):
        return list(distinct), np.arange(len(distinct))
    coded = cut_to_days(pa.array(distinct, pa.large_string())).dictionary_encode()
    return coded.dictionary.to_pylist(), coded.indices.to_numpy()


def cut_to_days(texts: pa.Array) -> pa.Array:
    """Return dates and moments, as text, without what changes no day: seconds, and the time where it has no offset."""
    cut = pc.replace_substring_regex(texts, _MOMENT, r"\1")
    return pc.replace_substring_regex(cut, _MOMENT_WITH_OFFSET, r"\1\2")


def _local_days(values: pd.Series, timezone: str) -> pd.Series:
    local = values.dt.tz_convert(timezone).dt.tz_localize(None) if values.dt.tz is not None else values
    return local.astype("datetime64[s]").dt.normalize()


def _offset_notes(texts: list[object], timezone: str) -> list[tuple[str, str]]:
    if any(re.match(_MOMENT_WITH_OFFSET, str(text)) for text in texts[:1000]):
        return [
            (
                f"moments carry an offset; a day is the store's ({timezone})",
                f"时间带有时区，按店铺时区（{timezone}）归入日期",
            )
        ]
    return []
