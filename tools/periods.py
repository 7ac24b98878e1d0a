"""Periods as people say them, resolved to dates by the data's own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tools.calendar_words import Days, named_days, split_year
from tools.numerals import fold
from tools.relative_days import spoken_days
from tools.results import ToolError

WEEK_DAYS = 7


@dataclass(frozen=True)
class Period:
    """A span of days, both ends included.

    Args:
        start: first day.
        end: last day.
        said: the words it was resolved from.
        is_cut: whether the words reach beyond the data and the days were cut to it.
    """

    start: date
    end: date
    said: str = ""
    is_cut: bool = False

    @property
    def days(self) -> int:
        """How many days, both ends included."""
        return (self.end - self.start).days + 1

    def iso(self) -> str:
        """Return "start..end", as facts carry it."""
        return f"{self.start}..{self.end}"

    def before(self) -> Period:
        """Return as many days just before; for less than a week, the same weekdays a week earlier."""
        back = timedelta(days=max(self.days, WEEK_DAYS))
        return Period(self.start - back, self.end - back)


def last_days(as_of: date, days: int) -> Period:
    """Return the `days` days that end with `as_of`."""
    return Period(as_of - timedelta(days=days - 1), as_of)


def resolve_period(said: str, as_of: date, first_day: date) -> Period | ToolError:
    """Return the days that the words mean, cut to the days that the data covers.

    Weeks run Monday to Sunday; "last week" is the last whole one before the week of `as_of`, "past week" the
    seven days that end with it. A name without a year ("March", "双十一") is its latest occurrence.

    Args:
        said: "last 30 days", "上周", "Q3 2025", "3月1日到15日", "since Singles' Day", "2025-11-11".
        as_of: the last day with data.
        first_day: the first day with data.

    Returns:
        The period, or an error with code "period_not_understood" or "period_outside_data".
    """
    text = _tidy(said)
    days = (
        _whole_data(text, as_of, first_day)
        or _since(text, as_of)
        or _between(text, as_of)
        or spoken_days(text, as_of)
    )
    if days is None:
        return _not_understood(said)
    if days.end < days.start or days.start > as_of or days.end < first_day:
        return _outside(said, as_of, first_day, is_future=days.start > as_of)
    start, end = max(days.start, first_day), min(days.end, as_of)
    # "this month" always runs past today: only what was asked and is over can be missing.
    is_cut = days.start < first_day or (
        days.end > as_of and not re.search("this|to date|本|这|今|当月", text)
    )
    return Period(start, end, said, is_cut)


def _tidy(said: str) -> str:
    text = fold(said).strip(" .,?!。，？！\"“”'「」")
    text = re.sub(
        r"^(?:in|on|during|over|for|within|at|throughout|在) ?(?:the"
        r" (?=last|past|previous|week|month|first))?",
        "",
        text,
    )
    return re.sub(r"(?:的时候|期间|里|内|的)$", "", text).strip()


def _whole_data(text: str, as_of: date, first_day: date) -> Days | None:
    everything = (
        r"(?:of )?all time|ever|so far|all (?:the )?data|the whole (?:time|history)|history|to date|"
        r"全部|所有时间|至今|迄今为止|有史以来|一直以来|历史上?|全部时间|到目前为止"
    )
    return Days(first_day, as_of) if re.fullmatch(everything, text) else None


def _since(text: str, as_of: date) -> Days | None:
    match = (
        re.fullmatch(
            r"(?:ever )?(?:since|starting|from) (?P<x>.+?)(?: (?:on|onwards?|until now|to now|to today))?",
            text,
        )
        or re.fullmatch(r"(?:自从?|从)?(?P<x>.+?)(?:以来|至今|到现在|到今天|起|开始|之后|以后)", text)
        or re.fullmatch(r"自从?(?P<x>.+)", text)
    )
    if match is None or _between(text, as_of):
        return None
    begin = spoken_days(match["x"], as_of)
    return Days(begin.start, as_of) if begin else None


def _between(text: str, as_of: date) -> Days | None:
    match = (
        re.fullmatch(
            r"(?:from |between )?(?P<a>.+?) ?(?:\bto\b|\band\b|\buntil\b|\bthrough\b|~|–|—| - ) ?(?P<b>.+)",
            text,
        )
        or re.fullmatch(r"从?(?P<a>.+?)(?:到|至|和|与|—|~|(?<=[年月日号季度])-)(?P<b>.+)", text)
        or re.fullmatch(r"(?P<a>\d{4}-\d\d?-\d\d?) ?- ?(?P<b>\d{4}-\d\d?-\d\d?)", text)
    )
    if match is None:
        return None
    first_words, last_words = match["a"].strip(), match["b"].strip()
    _, year = split_year(last_words, as_of)
    if year and split_year(first_words, as_of)[1] is None and named_days(f"{first_words} {year}", as_of):
        first_words = f"{first_words} {year}"
    first = spoken_days(first_words, as_of)
    last = _end_of_range(first, first_words, last_words, as_of) if first else None
    if first is None or last is None:
        return None
    if first.start > last.end:  # "1 Dec to 5 Jan": the first end belongs to the year before
        first = named_days(f"{first_words} {last.end.year - 1}", as_of) or first
    return Days(first.start, last.end)


def _end_of_range(first: Days, first_words: str, said: str, as_of: date) -> Days | None:
    if said in ("now", "today", "今天", "现在", "目前"):
        return Days(as_of, as_of)
    bare_day = re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th|日|号)?", said)
    try:
        if bare_day:  # "March 3 to 9", "3月1日到15日": the month is said once
            day = first.start.replace(day=int(bare_day[1]))
            return Days(day, day)
        # A year said once holds for both ends.
        is_yearless = split_year(said, as_of)[1] is None
        has_year = split_year(first_words, as_of)[1] or re.match(r"\d{4}", first_words)
        same_year = named_days(f"{said} {first.start.year}", as_of) if is_yearless and has_year else None
    except ValueError:
        return None
    return same_year or spoken_days(said, as_of)


def _not_understood(said: str) -> ToolError:
    return ToolError(
        code="period_not_understood",
        message={"en": f"I could not read {said!r} as dates.", "zh": f"没看懂“{said}”指的是哪段日期。"},
        remedy={
            "en": 'Say it like "last 30 days", "March 2026" or "2025-11-01 to 2025-11-11".',
            "zh": "请换个说法，比如“近30天”“2026年3月”或“2025-11-01到2025-11-11”。",
        },
    )


def _outside(said: str, as_of: date, first_day: date, *, is_future: bool) -> ToolError:
    remedy_en = (
        "For days still to come, ask for a forecast." if is_future else "Ask about days within the data."
    )
    remedy_zh = "还没发生的日子，可以让我做预测。" if is_future else "请换成数据范围内的日期。"
    return ToolError(
        code="period_outside_data",
        message={
            "en": f'"{said}" lies outside the data, which covers {first_day} to {as_of}.',
            "zh": f"“{said}”不在数据范围内，现有数据从 {first_day} 到 {as_of}。",
        },
        remedy={"en": remedy_en, "zh": remedy_zh},
    )
