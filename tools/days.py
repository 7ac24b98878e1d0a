"""Spans of days, the place that words are read from, and what is wrong with a date that cannot be."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import NamedTuple

WEEK_DAYS = 7
# Where 3/4 is the third of April is most of the world; these write the month first.
_MONTH_FIRST_MONEY = frozenset({"USD"})
# Written without a year, 11/3 is the third of November in these markets too.
_YEARLESS_MONTH_FIRST_MONEY = _MONTH_FIRST_MONEY | {"CNY", "HKD", "TWD", "JPY", "KRW"}


class Days(NamedTuple):
    """First and last day, both included."""

    start: date
    end: date

    @property
    def length(self) -> int:
        """How many days, both ends included."""
        return (self.end - self.start).days + 1


class Vantage(NamedTuple):
    """Where words about time are read from.

    Args:
        as_of: the data's today.
        currency: ISO code of the shop's money; it tells how the shop's market writes dates. Unknown means day
            first, which is how all but one of the markets that use a trailing year write it.
        is_month_first: what the words themselves show: True and False settle it, None leaves it to the market.
    """

    as_of: date
    currency: str = ""
    is_month_first: bool | None = None

    def puts_month_first(self, *, has_year: bool) -> bool:
        """Return whether "11/3" means November here, with a year behind it or without."""
        if self.is_month_first is not None:
            return self.is_month_first
        return self.currency in (_MONTH_FIRST_MONEY if has_year else _YEARLESS_MONTH_FIRST_MONEY)


class BrokenDate(ValueError):
    """A date that does not exist or contradicts itself.

    Args:
        en: what is wrong, one sentence.
        zh: the same in Chinese.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.message = {"en": en, "zh": zh}


def existing_day(year: int, month: int, day: int) -> date:
    """Return the date.

    Raises:
        BrokenDate: there is no such month, or the month has fewer days.
    """
    if not 1 <= month <= 12:
        raise BrokenDate(f"There is no month {month}.", f"没有 {month} 月这个月份。")
    longest = calendar.monthrange(year, month)[1]
    if not 1 <= day <= longest:
        name = calendar.month_name[month]
        raise BrokenDate(
            f"{name} {year} has {longest} days, so there is no {name} {day}.",
            f"{year} 年 {month} 月只有 {longest} 天，没有 {month} 月 {day} 日。",
        )
    return date(year, month, day)


def one_day(day: date) -> Days:
    """Return a span of that day alone."""
    return Days(day, day)


def days_ending(day: date, count: int) -> Days:
    """Return the `count` days that end with `day`."""
    return Days(day - timedelta(days=count - 1), day)


def week_days(day: date, back: int = 0) -> Days:
    """Return the Monday-to-Sunday week that holds `day`, or the one `back` weeks before."""
    monday = day - timedelta(days=day.weekday() + WEEK_DAYS * back)
    return Days(monday, monday + timedelta(days=WEEK_DAYS - 1))


def weekend_days(day: date, back: int = 0) -> Days:
    """Return Saturday and Sunday of `week_days(day, back)`."""
    week = week_days(day, back)
    return Days(week.end - timedelta(days=1), week.end)


def month_days(year: int, month: int) -> Days:
    """Return a month's first and last day."""
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def months_back(day: date, back: int) -> Days:
    """Return the calendar month `back` months before the one that holds `day`."""
    months = 12 * day.year + day.month - 1 - back
    return month_days(months // 12, months % 12 + 1)


def quarter_days(year: int, quarter: int) -> Days:
    """Return a quarter's first and last day."""
    return Days(date(year, 3 * quarter - 2, 1), month_days(year, 3 * quarter).end)


def quarters_back(day: date, back: int) -> Days:
    """Return the calendar quarter `back` quarters before the one that holds `day`."""
    quarters = 4 * day.year + (day.month - 1) // 3 - back
    return quarter_days(quarters // 4, quarters % 4 + 1)


def year_days(year: int) -> Days:
    """Return a year's first and last day."""
    return Days(date(year, 1, 1), date(year, 12, 31))
