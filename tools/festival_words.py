"""Festivals by the names that people give them: their own day, and the days that shops sell for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from forecasting.calendar import LUNAR_NEW_YEAR, events_between
from tools.days import Days

# Gregorian dates of lunar festivals, from the new moons as seen in UTC+8.
_MID_AUTUMN = {
    2009: (10, 3), 2010: (9, 22), 2011: (9, 12), 2012: (9, 30), 2013: (9, 19), 2014: (9, 8), 2015: (9, 27),
    2016: (9, 15), 2017: (10, 4), 2018: (9, 24), 2019: (9, 13), 2020: (10, 1), 2021: (9, 21), 2022: (9, 10),
    2023: (9, 29), 2024: (9, 17), 2025: (10, 6), 2026: (9, 25), 2027: (9, 15), 2028: (10, 3), 2029: (9, 22),
    2030: (9, 12), 2031: (10, 1), 2032: (9, 19), 2033: (9, 8), 2034: (9, 27), 2035: (9, 16),
}  # fmt: skip
_DRAGON_BOAT = {
    2009: (5, 28), 2010: (6, 16), 2011: (6, 6), 2012: (6, 23), 2013: (6, 12), 2014: (6, 2), 2015: (6, 20),
    2016: (6, 9), 2017: (5, 30), 2018: (6, 18), 2019: (6, 7), 2020: (6, 25), 2021: (6, 14), 2022: (6, 3),
    2023: (6, 22), 2024: (6, 10), 2025: (5, 31), 2026: (6, 19), 2027: (6, 9), 2028: (5, 28), 2029: (6, 16),
    2030: (6, 5), 2031: (6, 24), 2032: (6, 12), 2033: (6, 1), 2034: (6, 20), 2035: (6, 10),
}  # fmt: skip
_QIXI = {
    2009: (8, 26), 2010: (8, 16), 2011: (8, 6), 2012: (8, 23), 2013: (8, 13), 2014: (8, 2), 2015: (8, 20),
    2016: (8, 9), 2017: (8, 28), 2018: (8, 17), 2019: (8, 7), 2020: (8, 25), 2021: (8, 14), 2022: (8, 4),
    2023: (8, 22), 2024: (8, 10), 2025: (8, 29), 2026: (8, 19), 2027: (8, 8), 2028: (8, 26), 2029: (8, 16),
    2030: (8, 5), 2031: (8, 24), 2032: (8, 12), 2033: (8, 1), 2034: (8, 20), 2035: (8, 10),
}  # fmt: skip

YearToDay = Callable[[int], date]


class Festival(NamedTuple):
    """A festival of any year; both raise LookupError for a year that is not tabled.

    Args:
        day: its own day.
        season: the days that its name means when sales are asked about.
    """

    day: YearToDay
    season: Callable[[int], Days]


def find_festival(text: str, *, is_british: bool = False) -> Festival | None:
    """Return the festival that the whole of a folded text names, or None.

    Args:
        text: "singles' day", "黑五", "the 618 sale", "mother's day".
        is_british: whether Mother's Day is the fourth Sunday of Lent.
    """
    suffix = r"(?: sale| sales| festival| season| weekend|大促|期间|购物节|购物季|那天|当天|假期|长假|那几天|前后)?"
    for said, festival in _festivals():
        if re.fullmatch(rf"(?:the )?(?:{said}){suffix}", text):
            return _MOTHERING_SUNDAY if festival is _MOTHERS_DAY and is_british else festival
    return None


def _fixed(month: int, day: int) -> YearToDay:
    return lambda year: date(year, month, day)


def _tabled(days: dict[int, tuple[int, int]], shift_days: int = 0) -> YearToDay:
    return lambda year: date(year, *days[year]) + timedelta(days=shift_days)


def _nth_weekday(month: int, weekday: int, nth: int) -> YearToDay:
    def day_of(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))

    return day_of


def _shifted(day: YearToDay, days: int) -> YearToDay:
    return lambda year: day(year) + timedelta(days=days)


def _alone(day: YearToDay) -> Festival:
    return Festival(day, lambda year: Days(day(year), day(year)))


def _spread(day: YearToDay, before: int, after: int) -> Festival:
    return Festival(
        day, lambda year: Days(day(year) - timedelta(days=before), day(year) + timedelta(days=after))
    )


def _shop_season(name: str, day: YearToDay | None = None) -> Festival:
    """A festival whose selling days the forecaster knows; its own day is their first where none is given."""

    def season(year: int) -> Days:
        events = [
            e
            for e in events_between(date(year, 1, 1), date(year, 12, 31))
            if e.name == name and e.start.year == year
        ]
        if not events:
            raise LookupError(f"{name!r} is not tabled for {year}")
        return Days(events[0].start, events[0].end)

    return Festival(day or (lambda year: season(year).start), season)


def _easter_sunday(year: int) -> date:
    return _shop_season("easter").season(year).end


_THANKSGIVING = _nth_weekday(11, 3, 4)
_MOTHERS_DAY = _alone(_nth_weekday(5, 6, 2))
_MOTHERING_SUNDAY = _alone(_shifted(_easter_sunday, -21))


@cache
def _festivals() -> tuple[tuple[str, Festival], ...]:
    lunar_new_year = _tabled(LUNAR_NEW_YEAR)
    return (
        (r"singles'?s? day|double[ -]?(?:11|eleven)|双十一|双 ?11|11\.11", _alone(_fixed(11, 11))),
        (r"6\.?18|六一八|年中大促", _alone(_fixed(6, 18))),
        (r"double[ -]?(?:12|twelve)|双十二|双 ?12|12\.12", _alone(_fixed(12, 12))),
        (r"9\.9 sale|99大促|双九", _alone(_fixed(9, 9))),
        (r"(?:saint |st\.? )?valentine'?s?'?(?: day)?|情人节", _alone(_fixed(2, 14))),
        (r"(?:international )?women'?s day|三?八?妇女节|女王节|女神节|三八节?|38节", _alone(_fixed(3, 8))),
        (r"mothering sunday", _MOTHERING_SUNDAY),
        (r"mother'?s?'? day|母亲节", _MOTHERS_DAY),
        (r"father'?s?'? day|父亲节", _alone(_nth_weekday(6, 6, 3))),
        (r"children'?s day|(?:六一)?儿童节", _alone(_fixed(6, 1))),
        (r"teachers'?'?s? day|教师节", _alone(_fixed(9, 10))),
        (r"halloween|hallowe'en|万圣节", _alone(_fixed(10, 31))),
        (r"thanksgiving(?: day)?|感恩节", _alone(_THANKSGIVING)),
        (r"black friday|黑五|黑色星期五", _shop_season("black_friday")),
        (r"cyber monday|网络星期一|网一", _shop_season("cyber_monday")),
        (r"christmas eve|xmas eve|平安夜", _alone(_fixed(12, 24))),
        (r"christmas day|xmas day|圣诞节|圣诞当天", _alone(_fixed(12, 25))),
        (r"boxing day|节礼日", _alone(_fixed(12, 26))),
        (r"christmas|xmas|圣诞季?", _shop_season("christmas", _fixed(12, 25))),
        (r"new year'?s eve|跨年夜?", _alone(_fixed(12, 31))),
        (r"new year'?s day|元旦节?", _alone(_fixed(1, 1))),
        (r"good friday|耶稣受难日", _alone(_shifted(_easter_sunday, -2))),
        (r"easter sunday", _alone(_easter_sunday)),
        (r"easter|复活节", _shop_season("easter", _easter_sunday)),
        (r"chinese new year'?s eve|除夕|年三十", _alone(_tabled(LUNAR_NEW_YEAR, -1))),
        (
            r"chinese new year|lunar new year|cny|spring festival|春节|过年|农历新年",
            _shop_season("spring_festival", lunar_new_year),
        ),
        (r"lantern festival|元宵节?", _alone(_tabled(LUNAR_NEW_YEAR, 14))),
        (r"qingming|tomb[- ]sweeping day|清明节?", _spread(_fixed(4, 5), 1, 1)),
        (r"labou?r day holiday|may day(?: holiday)?|五一(?:劳动节)?|劳动节", _spread(_fixed(5, 1), 0, 4)),
        (r"dragon boat(?: festival)?|端午节?", _alone(_tabled(_DRAGON_BOAT))),
        (r"qixi(?: festival)?|七夕节?", _alone(_tabled(_QIXI))),
        (r"mid-?autumn(?: festival| day)?|moon festival|中秋节?", _alone(_tabled(_MID_AUTUMN))),
        (
            r"(?:chinese )?national day|golden week|国庆节?|国庆黄金周|十一(?:黄金周|假期|长假|期间)",
            _shop_season("national_day"),
        ),
    )
