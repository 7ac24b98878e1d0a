"""Days said from where one stands: last week, the past 30 days, 上周三, three days ago."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from tools.calendar_words import Days, month_days, named_days, quarter_days, year_days
from tools.numerals import NUMBER, parse_number

# "lately" without a number: the window that trends are judged on.
RECENT_DAYS = 14
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAYS_ZH = "一二三四五六日"
# A numeral and a unit that name a place in the calendar, not a length: 三季度 is Q3, 上半年 is H1.
_CALENDAR_NAME = r"\d{4}年|[一二三四五六七八九十\d]+(?:月|日)|[一二三四1-4]季度?|[上下]半年"


def spoken_days(text: str, as_of: date) -> Days | None:
    """Return the days that a folded text means, relative or named, or None.

    Args:
        text: "last week", "近7天", "上周三", "three days ago", "march".
        as_of: the data's today.
    """
    for reader in (_rolling, _relative, _weekday, _ago, _week_of, named_days):
        days = reader(text, as_of)
        if days:
            return days
    return None


def _rolling(text: str, as_of: date) -> Days | None:
    if re.fullmatch(r"recent(?:ly)?|lately|these days|of late|最近|近期|近来|这段时间", text):
        return Days(*_ending(as_of, RECENT_DAYS))
    unit = (
        r"(?P<unit>days?|天|日|weeks?|周|个?星期|个?礼拜|fortnights?|months?|个?月|"
        r"quarters?|个?季度|years?|年)"
    )
    said = (
        r"(?:the )?(?:last|past|previous|recent|most recent|latest|过去的?|最近的?|近|前|这|上)?"
        rf" ?(?P<n>{NUMBER})[ -]?"
        rf"(?P<half>个半)?{unit}(?:来|以来|内|里| ago)?"
    )
    match = re.fullmatch(said, text) or re.fullmatch(
        rf"(?:the )?(?P<n>past|trailing|半|近)(?P<half>个)? ?{unit}", text
    )
    if match is None or text.endswith("ago") or re.fullmatch(_CALENDAR_NAME, text):
        return None
    number = (parse_number(match["n"]) or 1.0) + (0.5 if match["half"] == "个半" else 0.0)
    scales = {
        "d": 1,
        "天": 1,
        "日": 1,
        "w": 7,
        "周": 7,
        "星": 7,
        "礼": 7,
        "f": 14,
        "m": 30,
        "月": 30,
        "q": 90,
        "季": 90,
    }
    days = round(number * scales.get(match["unit"].lstrip("个")[0], 365))
    return Days(*_ending(as_of, days)) if 1 <= days <= 36500 else None


def _ending(as_of: date, days: int) -> tuple[date, date]:
    return as_of - timedelta(days=days - 1), as_of


def _relative(text: str, as_of: date) -> Days | None:
    monday = as_of - timedelta(days=as_of.weekday())
    rules: tuple[tuple[str, Callable[[], Days]], ...] = (
        (r"today|今天|今日|当天", lambda: Days(as_of, as_of)),
        (r"yesterday|昨天|昨日", lambda: _day(as_of, 1)),
        (r"(?:the )?day before yesterday|前天", lambda: _day(as_of, 2)),
        (r"tomorrow|明天", lambda: _day(as_of, -1)),
        (r"(?:this|the current) week|week to date|wtd|[本这]个?(?:周|星期|礼拜)", lambda: _week(monday, 0)),
        (r"(?:the )?(?:last|previous) week|上个?(?:周|星期|礼拜)", lambda: _week(monday, 1)),
        (r"(?:the )?week before last|上上个?(?:周|星期|礼拜)", lambda: _week(monday, 2)),
        (r"next week|下个?(?:周|星期|礼拜)", lambda: _week(monday, -1)),
        (r"(?:the )?(?:last|past) weekend|上个?周末", lambda: Days(*_weekend(monday, 1))),
        (r"(?:this|the) weekend|[本这]个?周末|周末", lambda: Days(*_weekend(monday, 0))),
        (r"(?:this|the current) month|month to date|mtd|[本这当]个?月|月初至今", lambda: _month(as_of, 0)),
        (r"(?:the )?(?:last|previous) month|上个?月", lambda: _month(as_of, 1)),
        (r"(?:the )?month before last|上上个?月", lambda: _month(as_of, 2)),
        (r"next month|下个?月", lambda: _month(as_of, -1)),
        (r"(?:this|the current) quarter|quarter to date|qtd|[本这]个?季度?", lambda: _quarter(as_of, 0)),
        (r"(?:the )?(?:last|previous) quarter|上个?季度?", lambda: _quarter(as_of, 1)),
        (r"next quarter|下个?季度?", lambda: _quarter(as_of, -1)),
        (
            r"(?:this|the current) year|year to date|ytd|今年(?:以来)?|本年度?|年初至今",
            lambda: year_days(as_of.year),
        ),
        (r"(?:the )?(?:last|previous) year|去年|上一?年度?", lambda: year_days(as_of.year - 1)),
        (r"(?:the )?year before last|前年", lambda: year_days(as_of.year - 2)),
        (r"next year|明年", lambda: year_days(as_of.year + 1)),
    )
    return next((days() for pattern, days in rules if re.fullmatch(pattern, text)), None)


def _day(as_of: date, back: int) -> Days:
    day = as_of - timedelta(days=back)
    return Days(day, day)


def _week(monday: date, back: int) -> Days:
    start = monday - timedelta(days=7 * back)
    return Days(start, start + timedelta(days=6))


def _weekend(monday: date, back: int) -> tuple[date, date]:
    start = monday - timedelta(days=7 * back)
    return start + timedelta(days=5), start + timedelta(days=6)


def _month(as_of: date, back: int) -> Days:
    months = 12 * as_of.year + as_of.month - 1 - back
    return month_days(months // 12, months % 12 + 1)


def _quarter(as_of: date, back: int) -> Days:
    quarters = 4 * as_of.year + (as_of.month - 1) // 3 - back
    return quarter_days(quarters // 4, quarters % 4 + 1)


def _weekday(text: str, as_of: date) -> Days | None:
    english = re.fullmatch(rf"(?P<which>last |this )?(?P<day>{'|'.join(_WEEKDAYS)})", text)
    chinese = re.fullmatch(rf"(?P<which>上个?|[本这]个?)?(?:周|星期|礼拜)(?P<day>[{_WEEKDAYS_ZH}天])", text)
    if chinese:
        index = _WEEKDAYS_ZH.index(chinese["day"].replace("天", "日"))
        # 上周三 is Wednesday of last week; a bare 周三 the latest one.
        if chinese["which"]:
            monday = as_of - timedelta(days=as_of.weekday() + (7 if "上" in chinese["which"] else 0))
            return _day(monday + timedelta(days=index), 0)
    elif english:
        index = _WEEKDAYS.index(english["day"])
    else:
        return None
    back = (as_of.weekday() - index) % 7
    return _day(as_of, back or (7 if english and english["which"] == "last " else 0))


def _ago(text: str, as_of: date) -> Days | None:
    match = re.fullmatch(rf"(?P<n>{NUMBER}) ?(?P<unit>days?|weeks?|天|周|个?星期)(?: ago|前|之前)", text)
    if match is None:
        return None
    back = round(parse_number(match["n"]) or 0)
    if match["unit"].startswith(("d", "天")):
        return _day(as_of, back)
    return _week(as_of - timedelta(days=as_of.weekday()), back)


def _week_of(text: str, as_of: date) -> Days | None:
    match = re.fullmatch(r"(?:the )?week (?:of|from|starting|beginning) (?P<x>.+)", text) or re.fullmatch(
        r"(?P<x>.+?)(?:那一?周|当周|所在的?周|那个?星期| week)", text
    )
    day = named_days(match["x"], as_of) if match else None
    return _week(day.start - timedelta(days=day.start.weekday()), 0) if day else None
