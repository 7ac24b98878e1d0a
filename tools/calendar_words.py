"""Days with names of their own: dates, weeks, months, quarters, years and festivals, in both languages."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from tools.day_names import Name
from tools.days import BrokenDate, Days, Vantage, existing_day, month_days, one_day, quarter_days, year_days
from tools.festival_words import find_festival
from tools.numerals import parse_number

_MONTH_NAMES = tuple(name.casefold() for name in calendar.month_name)
MONTH_EN = "|".join(f"{name}|{name[:3]}" for name in _MONTH_NAMES[1:]) + "|sept"
_MONTH_ZH = r"(?:\d{1,2}|正|[一二三四五六七八九十]{1,3})"
_DAY_ZH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,4}|廿[一二三四五六七八九]?)"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
DAY_EN = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{'|'.join(reversed(_ORDINALS))})"
_WEEKDAY_EN = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues?|weds?|thur?s?|fri|sat|sun"
_WEEKDAY_ZH = "一二三四五六日"
_WEEKDAY_NAMES = tuple(name.casefold() for name in calendar.day_name)


def weekday_number(said: str) -> int:
    """Return 0 for Monday to 6 for Sunday: "wed", "thursday", "三", "天"."""
    if said in _WEEKDAY_ZH + "天":
        return _WEEKDAY_ZH.index(said.replace("天", "日"))
    return next(i for i, name in enumerate(_WEEKDAY_NAMES) if name.startswith(said[:3]))


def day_number(said: str) -> int:
    """Return a day of the month: "15", "15th", "fifteenth", "十五", "廿三"; 0 for no such word."""
    if said in _ORDINALS:
        return _ORDINALS.index(said) + 1
    said = said.replace("廿", "二十")
    return round(parse_number(re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", said)) or 0)


def split_year(text: str, as_of: date) -> tuple[str, int | None]:
    """Take a year out of `text`: "去年三季度" -> ("三季度", last year); "march '26" -> ("march", 2026)."""
    relative = {
        r"the year before last|前年": 2,
        r"大前年": 3,
        r"去年|上一?年|last year(?:'s)?": 1,
        r"今年|本年|this year(?:'s)?": 0,
        r"明年|next year(?:'s)?": -1,
    }
    for pattern, years_back in relative.items():
        rest, count = re.subn(
            rf"^(?:{pattern})\s*的?\s*(?=\S)|(?<=\S),?\s+(?:of |in )?(?:{pattern})$", "", text
        )
        if count:
            return rest, as_of.year - years_back
    match = re.match(
        r"^(?:(\d{4})(?:'s)?\s*(?:年的?|[\s,])|(\d{2})年的?|'(\d{2})\s)\s*(?=\S)", text
    ) or re.search(
        r"(?<=\S)(?:(?:,?\s+|,|(?<=[a-z])-)(?:of |in )?(\d{4})|(\d{2})(?<!\d\d\d)年|\s?'(\d{2}))$", text
    )
    if match:
        year = _century(match[1] or match[2] or match[3])
        if 1900 < year < 2200:
            return (text[: match.start()] + text[match.end() :]).strip(), year
    return text, None


def _century(said: str) -> int:
    return int(said) + (2000 if len(said) == 2 else 0)


def calendar_name(text: str, vantage: Vantage) -> Name | None:
    """Return what a folded text names, or None.

    Args:
        text: "2025-11-11", "11 nov", "tuesday 1 november", "3月", "q3 2025", "week 46", "去年双十一", "2025".
        vantage: where it is read from.

    Raises:
        BrokenDate: a full date that does not exist.
    """
    exact = _full_date(text, vantage) or _month_of_year(text) or _whole_year(text)
    if exact:
        return exact
    rest, weekday = _split_weekday(text)
    if weekday is not None:
        name = calendar_name(rest, vantage)
        return name._replace(weekday=weekday) if name else None
    rest, year = split_year(text, vantage.as_of)
    said_last = re.sub(
        r"^(?:the )?(?:last |latest |most recent |previous |上次的?|上个|上一?个|最近的)(?=\D|618)", "", rest
    )
    is_past, rest = said_last != rest, said_last
    rest = re.sub(r"^this (?=[a-z])", "", rest)
    festival = find_festival(rest, is_british=vantage.currency == "GBP")
    if festival:
        return Name(festival.season, year, is_past, festival.day)
    if year is not None and rest == "十一":  # 去年十一: the first of October, never the number eleven
        return calendar_name("国庆", vantage)._replace(year=year)  # type: ignore[union-attr]
    reader = (
        _date(rest)
        or _numeric_date(rest, vantage)
        or _month(rest)
        or _quarter(rest)
        or _half_year(rest)
        or _iso_week(rest)
        or (_season(rest) if year is not None or is_past or rest != text else None)
    )
    return Name(reader, year, is_past) if reader else None


def _split_weekday(text: str) -> tuple[str, int | None]:
    # "Tuesday 1 November", "11月1日周二": a weekday beside a date has to agree with it.
    match = re.match(rf"(?P<d>{_WEEKDAY_EN})\.?,? (?:the )?(?=.*\d)(?!.*week)", text) or re.search(
        rf"(?<=[日号])[( ]?(?:周|星期|礼拜)(?P<d>[{_WEEKDAY_ZH}天])\)?$", text
    )
    if match is None:
        return text, None
    return (text[: match.start()] + text[match.end() :]).strip(), weekday_number(match["d"])


def _fixed(days: Days) -> Name:
    return Name(lambda _: days, days.start.year)


def _full_date(text: str, vantage: Vantage) -> Name | None:
    match = re.fullmatch(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})[日号]?", text)
    if match:
        return _fixed(one_day(existing_day(int(match[1]), int(match[2]), int(match[3]))))
    match = re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), _century(match[4])
    day, month = (second, first) if vantage.puts_month_first(has_year=True) else (first, second)
    return _fixed(one_day(existing_day(year, month, day)))


def _month_of_year(text: str) -> Name | None:
    match = re.fullmatch(r"(?P<y>\d{4})[-/.年]\s?(?P<m>\d{1,2})(?:月份?)?", text) or re.fullmatch(
        r"(?P<m>\d{1,2})[-/.](?P<y>\d{4})", text
    )
    if match is None or not 1900 < int(match["y"]) < 2200:
        return None
    return _fixed(month_days(int(match["y"]), existing_day(int(match["y"]), int(match["m"]), 1).month))


def _whole_year(text: str) -> Name | None:
    match = re.fullmatch(
        r"(?:the year |all of |the whole of |calendar year )?(?P<y>\d{4})\s*(?:年|全年|年全年|年度|年一?整年)?",
        text,
    ) or re.fullmatch(r"(?P<y>\d{2})年|'(?P<short>\d{2})", text)
    if match is None:
        return None
    year = _century(match["y"] or match["short"])
    # Two digits before 年 are a year only where they look like one: 两年 and 10年 are lengths of time.
    is_year = 1900 < year < 2200 and (len(match["y"] or "0000") == 4 or year > 2010)
    return _fixed(year_days(year)) if is_year else None


def _date(text: str) -> Callable[[int], Days] | None:
    match = (
        re.fullmatch(rf"(?P<m>{MONTH_EN})\.?[ -]?(?:the )?(?P<d>{DAY_EN})", text)
        or re.fullmatch(rf"(?:the )?(?P<d>{DAY_EN})[ -]?(?:day )?(?:of )?(?P<m>{MONTH_EN})\.?", text)
        or re.fullmatch(rf"(?P<m>{_MONTH_ZH})月份?的?(?P<d>{_DAY_ZH})[日号]?", text)
    )
    if match is None:
        return None
    month, day = _month_number(match["m"]), day_number(match["d"])
    return lambda year: one_day(existing_day(year, month, day))


def _numeric_date(text: str, vantage: Vantage) -> Callable[[int], Days] | None:
    match = re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})", text)
    if match is None or text == "24/7":
        return None
    first, second = int(match[1]), int(match[3])
    # A dot or a dash between bare numbers is the Chinese way, month first.
    month, day = (
        (first, second) if match[2] != "/" or vantage.puts_month_first(has_year=False) else (second, first)
    )
    if month > 12 >= day:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return lambda year: one_day(existing_day(year, month, day))


def _month(text: str) -> Callable[[int], Days] | None:
    match = re.fullmatch(
        rf"(?:the month of |the whole of |all of )?(?P<m>{MONTH_EN})\.?", text
    ) or re.fullmatch(rf"(?P<m>{_MONTH_ZH})月(?:份|整月|全月)?", text)
    month = _month_number(match["m"]) if match else 0
    return (lambda year: month_days(year, month)) if 1 <= month <= 12 else None


def _month_number(said: str) -> int:
    if said[:3].isalpha() and said[0].isascii():
        return next((i for i, name in enumerate(_MONTH_NAMES) if i and name.startswith(said[:3])), 0)
    return 1 if said == "正" else int(parse_number(said) or 0)


def _quarter(text: str) -> Callable[[int], Days] | None:
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
    match = (
        re.fullmatch(r"q\s?(?P<q>[1-4])(?:季度)?|(?P<n>[1-4])q", text)
        or re.fullmatch(rf"(?:the )?(?P<q>{'|'.join(ordinals)}) quarter(?: of)?", text)
        or re.fullmatch(r"quarter (?P<q>[1-4]|one|two|three|four)", text)
        or re.fullmatch(r"第?(?P<q>[一二三四1-4])个?季度?", text)
    )
    if match is None:
        return None
    said = match["q"] or match["n"]
    quarter = ordinals.get(said) or int(parse_number(said) or 0)
    return lambda year: quarter_days(year, quarter)


def _half_year(text: str) -> Callable[[int], Days] | None:
    match = re.fullmatch(
        r"(?:(?P<h1>h1|1h|(?:the )?first half(?: of the year)?|上半年)|h2|2h|(?:the )?second half(?: of the year)?|下半年)"
        r"(?: of)?",
        text,
    )
    if match is None:
        return None
    first, last = (1, 6) if match["h1"] else (7, 12)
    return lambda year: Days(date(year, first, 1), month_days(year, last).end)


def _iso_week(text: str) -> Callable[[int], Days] | None:
    match = re.fullmatch(
        r"(?:(?:calendar |iso )?(?:week|wk|kw|cw) ?(?:no\.? ?|number )?(?P<w>\d{1,2})"
        r"|-?w ?(?P<x>\d{1,2})|第(?P<z>[\d一二三四五六七八九十]+)周)(?: of)?",
        text,
    )
    if match is None:
        return None
    week = int(parse_number(match["w"] or match["x"] or match["z"]) or 0)

    def days_of(year: int) -> Days:
        last = date(year, 12, 28).isocalendar().week
        if not 1 <= week <= last:
            raise BrokenDate(
                f"{year} has weeks 1 to {last}, no week {week}.", f"{year} 年只有第 1 到第 {last} 周。"
            )
        monday = date.fromisocalendar(year, week, 1)
        return Days(monday, monday + timedelta(days=6))

    return days_of


def _season(text: str) -> Callable[[int], Days] | None:
    # Only with a year or "last" beside it: "summer" alone is a word of product names.
    first = next(
        (
            month
            for said, month in {
                r"spring|春[天季]?": 3,
                r"summer|夏[天季]?|暑假": 6,
                r"autumn|秋[天季]?": 9,
                r"winter|冬[天季]?": 12,
            }.items()
            if re.fullmatch(rf"(?:the )?(?:{said})(?: of)?", text)
        ),
        0,
    )
    if not first:
        return None
    return lambda year: Days(date(year, first, 1), month_days(year + first // 12, (first + 1) % 12 + 1).end)
