"""Periods as people say them, resolved to dates by the data's own clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tools.day_ranges import read_days, tidy
from tools.days import WEEK_DAYS, BrokenDate, Days, Vantage
from tools.results import ToolError


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


def resolve_period(said: str, as_of: date, first_day: date, currency: str = "") -> Period | ToolError:
    """Return the days that the words mean, cut to the days that the data covers.

    Weeks run Monday to Sunday; "last week" is the last whole one before the week of `as_of`, "past week" the
    seven days that end with it. A name without a year ("March", "双十一") is its latest occurrence.

    Args:
        said: "last 30 days", "上周", "Q3 2025", "3月1日到15日", "since Singles' Day", "14/11/2011".
        as_of: the last day with data.
        first_day: the first day with data.
        currency: ISO code of the shop's money, which tells its market's way to write dates.

    Returns:
        The period, or an error with code "period_not_understood", "period_impossible" (a day that does not
        exist, an end before the beginning) or "period_outside_data".
    """
    text = tidy(said)
    try:
        days = _whole_data(text, as_of, first_day) or read_days(
            text, _vantage(text, as_of, first_day, currency)
        )
    except BrokenDate as broken:
        return _impossible(broken)
    if days is None:
        return _not_understood(said)
    return period_within(days, said, as_of, first_day)


def period_within(days: Days, said: str, as_of: date, first_day: date) -> Period | ToolError:
    """Return the days cut to those that the data covers, or the error "period_outside_data".

    Args:
        days: what the words mean.
        said: the words.
        as_of: the last day with data.
        first_day: the first day with data.
    """
    if days.start > as_of or days.end < first_day:
        return _outside(said, as_of, first_day, is_future=days.start > as_of)
    start, end = max(days.start, first_day), min(days.end, as_of)
    # "this month" always runs past today: only what was asked and is over can be missing.
    runs_on = re.search("this|so far|to date|[wmqy]td|[本这今]|当月|月初|年初", tidy(said))
    return Period(start, end, said, is_cut=days.start < first_day or (days.end > as_of and not runs_on))


def _vantage(text: str, as_of: date, first_day: date, currency: str) -> Vantage:
    """Settle for the whole text which of "4/11" is the month: what only one order allows, else what the data covers."""
    written = [
        (int(a), int(b), year)
        for a, b, year in re.findall(r"(?<!\d)(\d\d?)[-/.](\d\d?)(?:[-/.](\d{4}))?(?!\d)", text)
    ]
    vantage = Vantage(as_of, currency)
    if any(a > 12 for a, _, _ in written) != any(b > 12 for _, b, _ in written):
        return vantage._replace(is_month_first=any(b > 12 for _, b, _ in written))
    for month_first in (vantage.puts_month_first(has_year=True), not vantage.puts_month_first(has_year=True)):
        full = [(int(year), *((a, b) if month_first else (b, a))) for a, b, year in written if year]
        if full and all(
            1 <= month <= 12 and first_day <= date(year, month, min(day, 28)) <= as_of
            for year, month, day in full
        ):
            return vantage._replace(is_month_first=month_first)
    return vantage


def _whole_data(text: str, as_of: date, first_day: date) -> Days | None:
    everything = (
        r"(?:of )?all time|ever|so far|all (?:the )?data|the whole (?:time|history)|(?:full )?history|to date|"
        r"全部|所有时间|至今|迄今为止|有史以来|一直以来|历史上?|全部时间|到目前为止|"
        r"从?(?:有记录|有数据|开店|开业|开张)(?:以来|到现在|到今天|至今|起)"
    )
    if re.fullmatch(everything, text):
        return Days(first_day, as_of)
    until = re.fullmatch(r"(?:up to|up until) (?P<x>.+)|截[至止]到?(?P<z>.+)", text)
    last = read_days(until["x"] or until["z"], Vantage(as_of)) if until else None
    return Days(first_day, last.end) if last else None


def _impossible(broken: BrokenDate) -> ToolError:
    return ToolError(
        code="period_impossible",
        message=broken.message,
        remedy={
            "en": 'Please check the dates; "2025-11-01 to 2025-11-11" cannot be misread.',
            "zh": "请核对一下日期，比如写成“2025-11-01到2025-11-11”。",
        },
    )


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
