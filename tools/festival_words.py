"""Festivals by the names that people give them: their own day, and the days that shops sell for them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from forecasting.retail_events import BY_NAME
from tools.days import Days

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


def _day_of(name: str) -> YearToDay:
    """The own day of a retail event that the forecasters know too."""

    def day_of(year: int) -> date:
        day = BY_NAME[name].day(year)
        if day is None:
            raise LookupError(f"{name!r} is not tabled for {year}")
        return day

    return day_of


def _shifted(day: YearToDay, days: int) -> YearToDay:
    return lambda year: day(year) + timedelta(days=days)


def _alone(day: YearToDay) -> Festival:
    return Festival(day, lambda year: Days(day(year), day(year)))


def _spread(day: YearToDay, before: int, after: int) -> Festival:
    return Festival(
        day, lambda year: Days(day(year) - timedelta(days=before), day(year) + timedelta(days=after))
    )


def _season_of(name: str) -> Festival:
    """A retail event with the days of its trade."""

    def season(year: int) -> Days:
        span = BY_NAME[name].span(year)
        if span is None:
            raise LookupError(f"{name!r} is not tabled for {year}")
        return Days(*span)

    return Festival(_day_of(name), season)


_MOTHERS_DAY = _alone(_day_of("mothers_day"))
_MOTHERING_SUNDAY = _alone(_day_of("mothering_sunday"))


@cache
def _festivals() -> tuple[tuple[str, Festival], ...]:
    lunar_new_year, easter_sunday = _day_of("spring_festival"), _day_of("easter")
    return (
        (r"singles'?s? day|double[ -]?(?:11|eleven)|双十一|双 ?11|11\.11", _alone(_day_of("singles_day"))),
        (r"6\.?18|六一八|年中大促", _alone(_day_of("618"))),
        (r"double[ -]?(?:12|twelve)|双十二|双 ?12|12\.12", _alone(_day_of("double_12"))),
        (r"9\.9 sale|99大促|双九", _alone(_day_of("99_sale"))),
        (r"(?:saint |st\.? )?valentine'?s?'?(?: day)?|情人节", _alone(_day_of("valentines_day"))),
        (
            r"(?:international )?women'?s day|三?八?妇女节|女王节|女神节|三八节?|38节",
            _alone(_day_of("womens_day")),
        ),
        (r"mothering sunday", _MOTHERING_SUNDAY),
        (r"mother'?s?'? day|母亲节", _MOTHERS_DAY),
        (r"father'?s?'? day|父亲节", _alone(_day_of("fathers_day"))),
        (r"children'?s day|(?:六一)?儿童节", _alone(_day_of("childrens_day"))),
        (r"teachers'?'?s? day|教师节", _alone(_fixed(9, 10))),
        (r"halloween|hallowe'en|万圣节", _alone(_day_of("halloween"))),
        (r"thanksgiving(?: day)?|感恩节", _alone(_shifted(_day_of("black_friday"), -1))),
        (r"black friday|黑五|黑色星期五", _season_of("black_friday")),
        (r"cyber monday|网络星期一|网一", _season_of("cyber_monday")),
        (r"christmas eve|xmas eve|平安夜", _alone(_fixed(12, 24))),
        (r"christmas day|xmas day|圣诞节|圣诞当天", _alone(_day_of("christmas"))),
        (r"boxing day|节礼日", _alone(_day_of("boxing_day"))),
        (r"christmas|xmas|圣诞季?", _season_of("christmas")),
        (r"new year'?s eve|跨年夜?", _alone(_fixed(12, 31))),
        (r"new year'?s day|元旦节?", _alone(_day_of("new_year"))),
        (r"good friday|耶稣受难日", _alone(_shifted(easter_sunday, -2))),
        (r"easter sunday", _alone(easter_sunday)),
        (r"easter|复活节", _season_of("easter")),
        (r"chinese new year'?s eve|除夕|年三十", _alone(_shifted(lunar_new_year, -1))),
        (
            r"chinese new year|lunar new year|cny|spring festival|春节|过年|农历新年",
            _season_of("spring_festival"),
        ),
        (r"lantern festival|元宵节?", _alone(_shifted(lunar_new_year, 14))),
        (r"qingming|tomb[- ]sweeping day|清明节?", _spread(_fixed(4, 5), 1, 1)),
        (r"labou?r day holiday|may day(?: holiday)?|五一(?:劳动节)?|劳动节", _season_of("labour_day")),
        (r"dragon boat(?: festival)?|端午节?", _alone(_day_of("dragon_boat"))),
        (r"qixi(?: festival)?|七夕节?", _alone(_day_of("qixi"))),
        (r"mid-?autumn(?: festival| day)?|moon festival|中秋节?", _alone(_day_of("mid_autumn"))),
        (
            r"(?:chinese )?national day|golden week|国庆节?|国庆黄金周|十一(?:黄金周|假期|长假|期间)",
            _season_of("national_day"),
        ),
    )
