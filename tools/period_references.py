"""Periods that point back to the one talked of before: the month before that, 前一周, the same period last year."""

from __future__ import annotations

import re
from datetime import date, timedelta

from tools.day_ranges import tidy
from tools.days import Days, month_days, months_back, quarters_back, week_days, weekend_days, year_days
from tools.numerals import fold
from tools.periods import Period, period_within
from tools.results import ToolError

_UNIT = r"(?P<unit>day|weekend|week|month|quarter|year|period)"
_UNIT_ZH = r"(?P<unit>天|日|个?周末|周|个?星期|个?礼拜|个?月|个?季度?|年|段时间|个?周期)"
_THAT = r"(?: (?:that|it|this|then)(?: one)?)?"
_BACK = (
    rf"(?:and |what about )?(?:the )?{_UNIT} before{_THAT}"
    rf"|(?:the )?(?:previous|preceding|prior) {_UNIT.replace('unit', 'unit2')}"
    r"|(?:and |just )?(?:one|a) (?P<unit3>day|weekend|week|month|quarter|year)"
    r" (?:earlier|before|back|prior)(?: (?:that|than that))?"
    r"|the (?P<unit4>day|weekend|week|month|quarter|year) prior(?: to (?:that|it))?"
)
_BACK_ZH = (
    r"(?:那|那么)?(?:再?往?(?:前|之前的?|再前)(?:面)?(?:推|数|倒|退|看|挪)?|再上|往回(?:推|数|倒|退))"
    rf"的?一{_UNIT_ZH}(?:呢)?"
)
_ON = (
    rf"(?:and |what about )?(?:the )?{_UNIT} after{_THAT}|(?:the )?following {_UNIT.replace('unit', 'unit2')}"
    r"|(?:and |just )?(?:one|a) (?P<unit3>day|weekend|week|month|quarter|year) (?:later|after(?: (?:that|it))?)"
)
_ON_ZH = rf"(?:那|那么|再)?(?:往)?(?:后|之后的?|接下来的?)(?:面)?的?一{_UNIT_ZH}(?:呢)?"
_YEAR_EARLIER = (
    r"(?:the )?same (?:period|days?|time|week|month|quarter)(?: of)?"
    r" (?:last year|a year (?:ago|earlier|before)|the year before)"
    r"|(?:a|one) year earlier|(?:去年|上年|前一年|上一年)的?(?:同期|同一时期|同一段时间|同样的?(?:时间|日子))"
)
_SAME = (
    r"(?:in |for |over |during )?(?:the |that )?(?:very )?same"
    r" (?:period|days?|dates?|time(?:frame)?|weekend|week|month|quarter|year)"
    r"|(?:in |for |over |during )?that (?:period|day|weekend|week|month|quarter|year)"
    r"|同一?(?:天|周|个?月|个?季度|年|期|时期|段时间)|同样的?(?:时间|日子|时间段)"
    r"|那(?:一)?(?:天|周|个?周末|个?星期|个?礼拜|个?月|个?季度|年|段时间|段日子|阵子)"
)


def refer_period(said: str, earlier: Period, as_of: date, first_day: date) -> Period | ToolError | None:
    """Return the period that words mean from the one talked of before, or None if they point to none.

    Args:
        said: "the month before that", "and the day after", 前一周, 去年同期, "the same week".
        earlier: the period of the turn before.
        as_of: the last day with data.
        first_day: the first day with data.
    """
    text = re.sub(r"(?:呢|吧)?[?？]*$", "", said)
    before = Days(earlier.start, earlier.end)
    # Tidying takes "on" away, and with it the first letters of "one month earlier".
    days = _meant(tidy(text), before) or _meant(fold(text).strip(), before)
    return period_within(days, said, as_of, first_day) if days else None


def _meant(text: str, earlier: Days) -> Days | None:
    if re.fullmatch(_SAME, text):
        return earlier
    if re.fullmatch(_YEAR_EARLIER, text):
        return _year_earlier(earlier)
    for patterns, steps in (((_BACK, _BACK_ZH), 1), ((_ON, _ON_ZH), -1)):
        match = re.fullmatch(patterns[0], text) or re.fullmatch(patterns[1], text)
        if match:
            unit = next(value for value in match.groupdict().values() if value)
            return _shifted(unit, earlier, steps)
    return None


def _shifted(unit: str, earlier: Days, back: int) -> Days:
    """Return the unit just before (`back` 1) or just after (-1) those days."""
    edge = earlier.start if back > 0 else earlier.end
    if re.search("weekend|周末", unit):
        return weekend_days(edge, back)
    if re.search("week|周(?!期)|星期|礼拜", unit):
        return week_days(edge, back)
    if re.search("month|月", unit):
        return months_back(edge, back)
    if re.search("quarter|季", unit):
        return quarters_back(edge, back)
    if re.search("year|年", unit):
        return year_days(edge.year - back)
    length = 1 if re.search("day|天|日", unit) else earlier.length
    start = earlier.start - timedelta(days=length) if back > 0 else earlier.end + timedelta(days=1)
    return Days(start, start + timedelta(days=length - 1))


def _year_earlier(days: Days) -> Days:
    is_to_month_end = days.end == month_days(days.end.year, days.end.month).end
    start, end = _day_year_earlier(days.start), _day_year_earlier(days.end)
    return Days(start, month_days(end.year, end.month).end if is_to_month_end else end)


def _day_year_earlier(day: date) -> date:
    last = month_days(day.year - 1, day.month).end.day
    return day.replace(year=day.year - 1, day=min(day.day, last))
