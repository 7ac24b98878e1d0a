"""How far ahead a day that is still to come lies: until Christmas, to the end of the month, 到年底."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tools.calendar_words import calendar_name
from tools.day_names import Name
from tools.day_parts import split_part
from tools.day_ranges import spoken_name, tidy
from tools.days import (
    BrokenDate,
    Days,
    Vantage,
    months_back,
    quarters_back,
    week_days,
    weekend_days,
    year_days,
)
from tools.relative_days import relative_days
from tools.time_words import speaks_of_time

_WHOLE = r"(?:for |over |throughout )?(?:the )?(?:whole|entire|all|full) (?:month )?of"
_LAST = rf"through(?: to)?|thru|up to and including|including|{_WHOLE}|整个?"
_UNTIL = (
    r"(?:(?:from )?(?:now|today) (?:until|till|to|through)|between now and|all the way to|right up to"
    rf"|{_WHOLE}"
    r"|until|till|til|up to(?: and including)?|up until|through(?: to)?|thru|to|by|before|ahead of)"
)
_UNTIL_ZH = r"(?:(?:从?(?:现在|今天|目前)(?:开始)?)?(?:一?直?到|至|撑到|卖到|截[至止]到?)|截[至止]到?|整个?)"
# "Until next week" goes to its end, "until December" ends with November.
_LONGEST_SINGLE_TARGET = 10
_REST = (
    r"(?:(?:the )?(?:rest|remainder) of (?:the |this )?(?P<en>week|month|quarter|year)"
    r"|(?P<zh>[本这当]个?(?:周|星期|礼拜|月|季度?)|今年|本年)的?(?:剩下|剩余|余下|后面)的?(?:时间|日子|几?天|这?几天)?"
    r"|(?:剩下|剩余|余下)的?(?:这个)?(?P<zh2>周|月|季度|年))"
)


def days_until(text: str, as_of: date) -> int | None:
    """Return how many days after `as_of` the words reach, or None where they name no day to come.

    A month or a festival that lasts is reached when it begins, unless the words say that it is gone through.

    Args:
        text: "until christmas", "through the end of december", "the rest of the month", "到年底", "双十一前".
        as_of: the data's today; the first day counted is the one after it.

    Returns:
        0 or less where the day is over.

    Raises:
        BrokenDate: the words name a day that does not exist.
    """
    tidied = tidy(text)
    rest = re.fullmatch(_REST, tidied)
    if rest:
        return (_running(rest["en"] or rest["zh"] or rest["zh2"], as_of).end - as_of).days
    match = re.fullmatch(rf"(?P<cue>{_UNTIL}) (?:the )?(?P<x>.+)", tidied) or re.fullmatch(
        rf"(?P<cue>{_UNTIL_ZH})(?P<x>.+?)(?P<tail>为止|之前|以前|前|结束)?", tidied
    )
    match = match or re.fullmatch(r"(?P<cue>)(?:赶?在)?(?P<x>.+?)(?P<tail>之前|以前|前)", tidied)
    if match is None or not speaks_of_time(match["x"]):
        return None
    try:
        target = _target(match["x"], as_of)
    except BrokenDate:
        raise
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        target = None
    if target is None:
        return None
    tail = match.groupdict().get("tail") or ""
    is_before = match["cue"] in ("before", "ahead of") or tail in ("之前", "以前", "前")
    return (_reached(*target, cue=match["cue"] + tail, is_before=is_before) - as_of).days


def _reached(name: Name | None, days: Days, *, cue: str, is_before: bool) -> date:
    begin = name.own_day(days) if name else days.start
    if re.search(rf"{_LAST}|结束", cue):
        return days.end
    if is_before:
        return begin - timedelta(days=1)
    if name and name.day_of:
        return begin
    return begin - timedelta(days=1) if days.length > _LONGEST_SINGLE_TARGET else days.end


def _target(words: str, as_of: date) -> tuple[Name | None, Days] | None:
    """Return the next days of that name, with the name where it has one."""
    vantage = Vantage(as_of)
    end = re.fullmatch(
        r"(?:the )?(?:very )?end of (?:the |this )?(?P<en>.+)|(?P<en2>week|month|quarter|year)(?:'s|-| )?(?:end)"
        r"|eo(?P<short>[mqy])"
        r"|(?P<zh>.*?)(?:底|末)",
        words,
    )
    if end and not words.endswith("周末") and not words.endswith("weekend"):
        whole = (
            end["en"] or end["en2"] or {"m": "month", "q": "quarter", "y": "year"}.get(end["short"] or "", "")
        )
        days = _whole(whole or end["zh"] or "", as_of)
        return (None, Days(days.end, days.end)) if days else None
    if re.fullmatch(r"(?:the |this )?weekend|[本这]?个?周末", words):
        weekend = weekend_days(as_of, 0 if as_of.weekday() < 6 else -1)
        return None, weekend
    name = calendar_name(words, vantage)
    if name is None and split_part(words):
        name = spoken_name(words, vantage)
    if name:
        days = name.next_after(as_of)
        return (name, days) if days else None
    days = relative_days(re.sub(r"^(?:the )?(?:coming |this )(?=\w+day$)", "next ", words), vantage)
    if days is None or days.end <= as_of:
        days = _next_weekday(words, as_of)
    return (None, days) if days and days.end > as_of else None


def _whole(words: str, as_of: date) -> Days | None:
    words = re.sub(r"年年$", "年", words)
    if words in ("week", "month", "quarter", "year", "", "周", "月", "季度", "年"):
        return _running(words or "月", as_of)
    days = relative_days(words, Vantage(as_of)) or relative_days(re.sub(r"年$", "", words), Vantage(as_of))
    if days:
        return days
    name = calendar_name(words, Vantage(as_of))
    return name.next_after(as_of) if name else None


def _running(unit: str, as_of: date) -> Days:
    """Return the week, month, quarter or year that is running."""
    if re.search("week|周|星期|礼拜", unit):
        return week_days(as_of)
    if re.search("quarter|季", unit):
        return quarters_back(as_of, 0)
    return year_days(as_of.year) if re.search("year|年", unit) else months_back(as_of, 0)


def _next_weekday(words: str, as_of: date) -> Days | None:
    """Read "friday" and "next friday" as days to come."""
    days = relative_days(re.sub(r"^(?:the )?(?:next|coming|this) ", "", words), Vantage(as_of))
    if days is None or days.length > 1 or not re.search(r"day$|^(?:周|星期|礼拜)", words):
        return None
    while days.start <= as_of:
        days = Days(days.start + timedelta(days=7), days.end + timedelta(days=7))
    return days
