"""Retail events that move whole shops; the public-holiday calendars know neither 11-11 nor 6-18."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

# First day of the lunar new year by Gregorian year (Hong Kong Observatory's conversion tables).
LUNAR_NEW_YEAR = {
    2009: (1, 26), 2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19),
    2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1),
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13),
    2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A retail event of one year: `start` to `end`, both included; `label` by language "en" and "zh"."""

    name: str
    label: dict[str, str]
    start: date
    end: date


@dataclass(frozen=True)
class _Rule:
    name: str
    english: str
    chinese: str
    dates: Callable[[int], tuple[date, date] | None]

    def event(self, year: int) -> Event | None:
        span = self.dates(year)
        return Event(self.name, {"en": self.english, "zh": self.chinese}, *span) if span else None


def _fixed(first: tuple[int, int], last: tuple[int, int]) -> Callable[[int], tuple[date, date]]:
    return lambda year: (date(year, *first), date(year, *last))


def _thanksgiving(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _easter(year: int) -> date:
    """Return Easter Sunday (the Gregorian computus of Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    day = (h + weekday - 7 * m + 33 * month + 19) % 32
    return date(year, month, day)


def _black_friday(year: int) -> tuple[date, date]:
    """Return the day after Thanksgiving and the weekend that follows."""
    friday = _thanksgiving(year) + timedelta(days=1)
    return friday, friday + timedelta(days=2)


def _cyber_monday(year: int) -> tuple[date, date]:
    monday = _thanksgiving(year) + timedelta(days=4)
    return monday, monday


def _easter_shopping(year: int) -> tuple[date, date]:
    sunday = _easter(year)
    return sunday - timedelta(days=7), sunday


def _spring_festival(year: int) -> tuple[date, date] | None:
    if year not in LUNAR_NEW_YEAR:
        return None
    new_year = date(year, *LUNAR_NEW_YEAR[year])
    return new_year - timedelta(days=7), new_year + timedelta(days=6)


RULES = (
    _Rule("new_year", "New Year", "元旦", _fixed((1, 1), (1, 1))),
    _Rule("spring_festival", "the Lunar New Year", "春节", _spring_festival),
    _Rule("valentines_day", "Valentine's Day", "情人节", _fixed((2, 12), (2, 14))),
    _Rule("womens_day", "Women's Day (8 March)", "三八妇女节", _fixed((3, 7), (3, 8))),
    _Rule("easter", "Easter", "复活节", _easter_shopping),
    _Rule("618", "the 6.18 sale", "618 大促", _fixed((6, 16), (6, 18))),
    _Rule("national_day", "China's National Day week", "国庆黄金周", _fixed((10, 1), (10, 7))),
    _Rule("singles_day", "Singles' Day (11.11)", "双十一", _fixed((11, 9), (11, 11))),
    _Rule("black_friday", "Black Friday", "黑色星期五", _black_friday),
    _Rule("cyber_monday", "Cyber Monday", "网络星期一", _cyber_monday),
    _Rule("double_12", "the 12.12 sale", "双十二", _fixed((12, 12), (12, 12))),
    _Rule("christmas", "the Christmas season", "圣诞购物季", _fixed((12, 15), (12, 25))),
)


def events_between(start: date, end: date) -> list[Event]:
    """Return the retail events that touch the days from `start` to `end` (both included), by date.

    Source: the dates are our own table; Easter and Thanksgiving by rule, the lunar new year for 2009-2035.
    """
    found = [
        event
        for year in range(start.year, end.year + 1)
        for rule in RULES
        if (event := rule.event(year)) and event.start <= end and event.end >= start
    ]
    return sorted(found, key=lambda event: (event.start, event.end, event.name))
