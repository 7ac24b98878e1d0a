"""Days with names of their own: dates, months, quarters, years and shopping festivals, in both languages."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from forecasting.calendar import events_between
from tools.numerals import parse_number

_T = TypeVar("_T")


class Days(NamedTuple):
    """First and last day, both included."""

    start: date
    end: date


MONTH_NAMES = tuple(name.casefold() for name in calendar.month_name)
_MONTH_EN = "|".join(f"{name}|{name[:3]}" for name in MONTH_NAMES[1:]) + "|sept"
_ZH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# Festivals that are named after their day are that day; forecasting.calendar knows the season around it.
_FESTIVAL_DAYS = {
    r"singles'? ?day|double[ -]?(?:11|eleven)|双十一|双 ?11|11\.11": (11, 11),
    r"618|6\.18|六一八": (6, 18),
    r"double[ -]?(?:12|twelve)|双十二|双 ?12|12\.12": (12, 12),
    r"9\.9 sale|99大促|双九": (9, 9),
    r"valentine'?s day|情人节": (2, 14),
    r"(?:international )?women'?s day|三?八?妇女节|女王节|三八节?": (3, 8),
    r"christmas day|圣诞节|圣诞当天": (12, 25),
    r"new year'?s day|元旦": (1, 1),
}
_FESTIVAL_SEASONS = {
    r"black friday|黑五|黑色星期五": "black_friday",
    r"christmas|xmas|the christmas season|圣诞季?|圣诞购物季": "christmas",
    r"chinese new year|lunar new year|spring festival|春节": "spring_festival",
    r"(?:chinese )?national day|golden week|国庆节?|国庆黄金周|十一黄金周": "national_day",
    r"easter|复活节": "easter",
    r"cyber monday|网络星期一|网一": "cyber_monday",
}


def month_days(year: int, month: int) -> Days:
    """Return a month's first and last day."""
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def quarter_days(year: int, quarter: int) -> Days:
    """Return a quarter's first and last day."""
    return Days(date(year, 3 * quarter - 2, 1), month_days(year, 3 * quarter).end)


def year_days(year: int) -> Days:
    """Return a year's first and last day."""
    return Days(date(year, 1, 1), date(year, 12, 31))


def latest_year(as_of: date, days_of: Callable[[int], Days]) -> int:
    """Return the last year in which those days had begun: "March", said in February, is last year's."""
    return as_of.year if days_of(as_of.year).start <= as_of else as_of.year - 1


def split_year(text: str, as_of: date) -> tuple[str, int | None]:
    """Take a year out of `text`: "去年三季度" -> ("三季度", last year); "march 2026" -> ("march", 2026)."""
    relative = {r"去年|last year(?:'s)?": 1, r"今年|this year(?:'s)?": 0, r"前年|the year before last": 2}
    for pattern, years_back in relative.items():
        rest, count = re.subn(rf"^(?:{pattern})\s*的?\s*(?=\S)|(?<=\S)\s+(?:of )?(?:{pattern})$", "", text)
        if count:
            return rest, as_of.year - years_back
    match = re.match(r"^(\d{4})\s*(?:年的?|\s)\s*(?=\S)", text) or re.search(
        r"(?<=\S),?\s+(?:of |in )?(\d{4})$", text
    )
    if match and 1900 < int(match[1]) < 2200:
        return (text[: match.start()] + text[match.end() :]).strip(), int(match[1])
    return text, None


def named_days(text: str, as_of: date) -> Days | None:
    """Return the days that a folded text names, or None.

    Args:
        text: "2025-11-11", "11 nov", "3月", "q3 2025", "去年双十一", "2025".
        as_of: the data's today; a name without a year means its latest occurrence that has begun.
    """
    exact = _iso(text) or _whole_year(text)
    if exact:
        return exact
    rest, year = split_year(text, as_of)
    rest = re.sub(r"^(?:the )?(?:last |latest |most recent |上次|上个|最近的)(?=\D|618)", "", rest)
    days_of = _date(rest) or _month(rest) or _quarter(rest) or _half_year(rest) or _festival_day(rest)
    if days_of is None:
        return _festival_season(rest, year, as_of)
    try:
        return days_of(latest_year(as_of, days_of) if year is None else year)
    except ValueError:  # 31 February
        return None


def _iso(text: str) -> Days | None:
    match = re.fullmatch(r"(\d{4})[-/.年]\s?(\d{1,2})(?:[-/.月]\s?(\d{1,2})[日号]?|月份?)?", text)
    if match is None or not 1 <= int(match[2]) <= 12:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3] or 1))
    except ValueError:
        return None
    return Days(day, day) if match[3] else month_days(day.year, day.month)


def _whole_year(text: str) -> Days | None:
    match = re.fullmatch(r"(?:the year |all of )?(\d{4})\s*(?:年|全年|年全年)?", text)
    return year_days(int(match[1])) if match and 1900 < int(match[1]) < 2200 else None


def _date(text: str) -> Callable[[int], Days] | None:
    suffix = r"(?:st|nd|rd|th)?"
    match = (
        re.fullmatch(rf"(?P<m>{_MONTH_EN})\.? (?:the )?(?P<d>\d{{1,2}}){suffix}", text)
        or re.fullmatch(rf"(?:the )?(?P<d>\d{{1,2}}){suffix} (?:of )?(?P<m>{_MONTH_EN})\.?", text)
        or re.fullmatch(rf"(?P<m>{_ZH})月(?P<d>{_ZH})[日号]?", text)
        or re.fullmatch(r"(?P<m>\d{1,2})[-/](?P<d>\d{1,2})", text)
    )
    month, day = (_month_number(match["m"]), int(parse_number(match["d"]) or 0)) if match else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return lambda year: Days(date(year, month, day), date(year, month, day))


def _month(text: str) -> Callable[[int], Days] | None:
    match = re.fullmatch(rf"(?:(?P<en_part>early|mid|late)[ -])?(?P<m>{_MONTH_EN})\.?", text) or re.fullmatch(
        rf"(?P<m>{_ZH})月份?(?P<zh_part>上旬|中旬|下旬|初|底)?", text
    )
    month = _month_number(match["m"]) if match else 0
    if match is None or not 1 <= month <= 12:
        return None
    part = next((value for value in match.groupdict().values() if value and value != match["m"]), "")

    def days_of(year: int) -> Days:
        whole = month_days(year, month)
        tenth, twentieth = whole.start + timedelta(days=9), whole.start + timedelta(days=19)
        if part in ("early", "上旬", "初"):
            return Days(whole.start, tenth)
        if part in ("mid", "中旬"):
            return Days(tenth + timedelta(days=1), twentieth)
        return Days(twentieth + timedelta(days=1), whole.end) if part else whole

    return days_of


def _month_number(said: str) -> int:
    if said[:3].isalpha() and said[0].isascii():
        return next((i for i, name in enumerate(MONTH_NAMES) if i and name.startswith(said[:3])), 0)
    return int(parse_number(said) or 0)


def _quarter(text: str) -> Callable[[int], Days] | None:
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
    match = (
        re.fullmatch(r"q\s?(?P<q>[1-4])(?:季度)?", text)
        or re.fullmatch(rf"(?:the )?(?P<q>{'|'.join(ordinals)}) quarter", text)
        or re.fullmatch(r"第?(?P<q>[一二三四1-4])季度?", text)
    )
    if match is None:
        return None
    quarter = ordinals.get(match["q"]) or int(parse_number(match["q"]) or 0)
    return lambda year: quarter_days(year, quarter)


def _half_year(text: str) -> Callable[[int], Days] | None:
    match = re.fullmatch(
        r"(?:(?P<h1>h1|(?:the )?first half|上半年)|h2|(?:the )?second half|下半年)(?: of)?", text
    )
    if match is None:
        return None
    first, last = (1, 6) if match["h1"] else (7, 12)
    return lambda year: Days(date(year, first, 1), month_days(year, last).end)


def _festival_day(text: str) -> Callable[[int], Days] | None:
    if _named(text, {r"thanksgiving(?: day)?|感恩节": True}):
        return _thanksgiving
    day = _named(text, _FESTIVAL_DAYS)
    return (lambda year: Days(date(year, *day), date(year, *day))) if day else None


def _thanksgiving(year: int) -> Days:
    """Return the fourth Thursday of November."""
    first = date(year, 11, 1)
    day = first + timedelta(days=(calendar.THURSDAY - first.weekday()) % 7 + 21)
    return Days(day, day)


def _festival_season(text: str, year: int | None, as_of: date) -> Days | None:
    name = _named(text, _FESTIVAL_SEASONS)
    begin = date(year or as_of.year - 1, 1, 1)
    end = date(year, 12, 31) if year else as_of
    past = [
        event for event in events_between(begin, end) if event.name == name and begin <= event.start <= end
    ]
    return Days(past[-1].start, past[-1].end) if past else None


def _named(text: str, names: dict[str, _T]) -> _T | None:
    suffix = r"(?: sale| festival|大促|期间|购物节|那天|当天)?"
    return next(
        (value for said, value in names.items() if re.fullmatch(rf"(?:the )?(?:{said}){suffix}", text)), None
    )
