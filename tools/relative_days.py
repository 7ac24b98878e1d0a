"""Days said from where one stands: last week, the past 30 days, 上周三, three days ago."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from tools.calendar_words import DAY_EN, calendar_name, day_number, weekday_number
from tools.day_names import Name
from tools.days import (
    WEEK_DAYS,
    Days,
    Vantage,
    days_ending,
    existing_day,
    month_days,
    months_back,
    one_day,
    quarters_back,
    week_days,
    weekend_days,
    year_days,
)
from tools.numerals import NUMBER, parse_number

# "lately" without a number: the window that trends are judged on.
RECENT_DAYS = 14
_WEEKDAY = r"(?P<day>mon|tues?|wed(?:nes|s)?|thu(?:rs|r)?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAY_ZH = r"(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
_WEEK_ZH = r"个?(?:周|星期|礼拜)"
# A numeral and a unit that name a place in the calendar, not a length: 三季度 is Q3, 上半年 is H1.
_CALENDAR_NAME = r"\d{4}年|[一二三四五六七八九十\d]+(?:月|日|号)|[一二三四1-4]季度?|[上下]半年"
_FEW = {"day": 7, "week": 3, "month": 3}
_SCALES = {
    r"hours?|hrs?|个?小时": 1 / 24,
    r"days?|天|日": 1,
    r"weeks?|wks?|周|个?星期|个?礼拜": WEEK_DAYS,
    r"fortnights?": 14,
    r"months?|个?月": 30,
    r"quarters?|个?季度": 90,
    r"years?|yrs?|年": 365,
}
_UNIT = "|".join(_SCALES)


def relative_days(text: str, vantage: Vantage) -> Days | None:
    """Return the days that a folded text means from where one stands, or None.

    Args:
        text: "last week", "近7天", "上周三", "three days ago", "the wednesday before last", "15号".
        vantage: where it is read from.
    """
    for reader in (_rolling, _relative, _weekday, _ago, _day_of_month):
        days = reader(text, vantage.as_of)
        if days:
            return days
    return _week_of(text, vantage) or _year_earlier(text, vantage)


def _rolling(text: str, as_of: date) -> Days | None:
    if re.fullmatch(
        r"(?:most )?recent(?:ly)?|lately|these days|of late|最近|近期|近来|近日|这段时间|这阵子?|这段日子",
        text,
    ):
        return days_ending(as_of, RECENT_DAYS)
    few = re.fullmatch(
        r"(?:the )?(?:last|past|recent|previous) (?:few|several) (?P<en>day|week|month)s"
        r"|(?:过去|最近|近|前|这)(?:好?几)(?:(?P<day>天|日)|(?P<week>个?星期|个?礼拜|周)|(?P<month>个?月))(?:以?来|里)?",
        text,
    )
    if few:
        unit = few["en"] or str(few.lastgroup)
        scale = {"day": 1, "week": WEEK_DAYS, "month": 30}[unit]
        return days_ending(as_of, _FEW[unit] * scale)
    match = _rolling_pattern().fullmatch(text) or _half_pattern().fullmatch(text)
    if match is None or re.fullmatch(rf"(?:{_CALENDAR_NAME})(?:以?来|内|里)?", text):
        return None
    groups = match.groupdict()
    number = parse_number(match["n"]) or 1.0
    number += 0.5 if groups.get("half") in ("个半", "半") or groups.get("tail") else 0.0
    days = max(1, round(number * _scale(match["unit"])))
    return days_ending(as_of, days) if number > 0 and days <= 36500 else None


@cache
def _rolling_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?:the )?(?:last|past|previous|preceding|recent|most recent|latest|trailing|过去的?|最近的?|近|前|这|上)?"
        rf" ?(?P<n>{NUMBER})(?: of)?[ -]?(?:full |whole |整)?(?P<half>个半)?(?P<unit>{_UNIT})"
        r"(?P<tail>半| and a half)?(?:(?:以|之)?来|以内|之内|内|里|间|时间)?"
    )


@cache
def _half_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?:the )?(?:last |past |previous |过去|最近|近|前)?(?P<n>past|trailing|半|近|过去|最近)(?P<half>个)?"
        rf" ?(?P<unit>{_UNIT})(?:以?来|以内|内|里|时间)?"
    )


def _scale(unit: str) -> float:
    return next(days for pattern, days in _SCALES.items() if re.fullmatch(pattern, unit))


def _relative(text: str, as_of: date) -> Days | None:
    return next((days(as_of) for pattern, days in _relative_rules() if pattern.fullmatch(text)), None)


@cache
def _relative_rules() -> tuple[tuple[re.Pattern[str], Callable[[date], Days]], ...]:
    so_far = r"(?:迄今|至今|以来|到现在|目前为止|到目前为止)?"
    rules: tuple[tuple[str, Callable[[date], Days]], ...] = (
        (r"today|今天|今日|当天|今儿", one_day),
        (r"yesterday|昨天|昨日|昨儿", lambda day: _day_back(day, 1)),
        (r"(?:the )?day before yesterday|前天|前日", lambda day: _day_back(day, 2)),
        (r"大前天", lambda day: _day_back(day, 3)),
        (r"tomorrow|明天|明日", lambda day: _day_back(day, -1)),
        (r"(?:the )?day after tomorrow|后天", lambda day: _day_back(day, -2)),
        (_to_date("week", "wtd") + rf"|[本这]{_WEEK_ZH}{so_far}|周初{so_far}", week_days),
        (rf"(?:the )?(?:last|previous) (?:full |whole )?week|上一?{_WEEK_ZH}", lambda day: week_days(day, 1)),
        (rf"(?:the )?week before last|上上{_WEEK_ZH}", lambda day: week_days(day, 2)),
        (rf"上上上{_WEEK_ZH}", lambda day: week_days(day, 3)),
        (rf"(?:the )?(?:next|following|coming) week|下{_WEEK_ZH}", lambda day: week_days(day, -1)),
        (r"(?:the )?(?:last|past|previous) weekend|上一?个?周末", lambda day: weekend_days(day, 1)),
        (r"(?:the )?weekend before last|上上个?周末", lambda day: weekend_days(day, 2)),
        (r"this weekend|[本这]个?周末", weekend_days),
        (r"(?:the )?weekend|周末", lambda day: weekend_days(day, 0 if day.weekday() >= 5 else 1)),
        (r"next weekend|下个?周末", lambda day: weekend_days(day, -1)),
        (_to_date("month", "mtd") + rf"|[本这当]个?月{so_far}", lambda day: months_back(day, 0)),
        (
            r"(?:the )?(?:last|previous) (?:calendar |full |whole )?month|上一?个?月",
            lambda day: months_back(day, 1),
        ),
        (r"(?:the )?month before last|上上个?月", lambda day: months_back(day, 2)),
        (r"(?:the )?(?:next|following|coming) month|下个?月", lambda day: months_back(day, -1)),
        (_to_date("quarter", "qtd") + rf"|[本这当]个?季度?{so_far}", lambda day: quarters_back(day, 0)),
        (
            r"(?:the )?(?:last|previous) (?:calendar |full )?quarter|上一?个?季度?",
            lambda day: quarters_back(day, 1),
        ),
        (r"(?:the )?quarter before last|上上个?季度?", lambda day: quarters_back(day, 2)),
        (r"(?:the )?(?:next|coming) quarter|下个?季度?", lambda day: quarters_back(day, -1)),
        (_to_date("year", "ytd") + rf"|(?:今|本)年度?{so_far}|这一年", lambda day: year_days(day.year)),
        (
            r"(?:the )?(?:last|previous) (?:calendar |full )?year|去年(?:全年|一?整年|一年)?|上一?年度?",
            lambda day: year_days(day.year - 1),
        ),
        (r"(?:the )?year before last|前年", lambda day: year_days(day.year - 2)),
        (r"大前年", lambda day: year_days(day.year - 3)),
        (r"(?:the )?next year|明年", lambda day: year_days(day.year + 1)),
    )
    return tuple((re.compile(pattern), days) for pattern, days in rules)


def _to_date(unit: str, short: str) -> str:
    this = rf"(?:this|the current) {unit}"
    return (
        rf"(?:{this}(?: so far| to date| to now)?|so far {this}|{unit}[ -]to[ -]date|{unit} so far|{short})"
    )


def _day_back(as_of: date, back: int) -> Days:
    return one_day(as_of - timedelta(days=back))


def _weekday(text: str, as_of: date) -> Days | None:
    return _weekday_zh(text, as_of) or _weekday_en(text, as_of)


def _weekday_zh(text: str, as_of: date) -> Days | None:
    match = re.fullmatch(rf"(?P<which>上*下?个?|[本这]个?){_WEEKDAY_ZH}(?:那天|当天)?", text)
    if match is None:
        return None
    index, which = weekday_number(match["day"]), match["which"]
    if not which:  # a bare 周三 is the latest one
        return _day_back(as_of, (as_of.weekday() - index) % WEEK_DAYS)
    week = week_days(as_of, which.count("上") - which.count("下"))
    return one_day(week.start + timedelta(days=index))


def _weekday_en(text: str, as_of: date) -> Days | None:
    match = (
        re.fullmatch(
            rf"(?P<which>last |this |the )?{_WEEKDAY}(?P<back> (?:of )?last week| before last| last)?", text
        )
        or re.fullmatch(
            rf"(?:the )?{_WEEKDAY}(?P<back> (?:of )?(?:last week|this week|the week before last))", text
        )
        or re.fullmatch(rf"(?P<back>last|this) week'?s? (?:on )?{_WEEKDAY}", text)
        or re.fullmatch(rf"(?P<n>{NUMBER}) {_WEEKDAY}s (?P<back>ago)", text)
    )
    if match is None:
        return None
    index, groups = weekday_number(match["day"]), match.groupdict()
    back = (groups.get("back") or "").strip()
    if "week" in back or (back in ("last", "this") and text.startswith(back)):
        weeks = 2 if "before" in back else 1 if "last" in back else 0
        return one_day(week_days(as_of, weeks).start + timedelta(days=index))
    since = (as_of.weekday() - index) % WEEK_DAYS
    is_before = groups.get("which") == "last " or back
    since = since or (WEEK_DAYS if is_before else 0)
    weeks = round(parse_number(groups["n"]) or 1) - 1 if groups.get("n") else int(back == "before last")
    return _day_back(as_of, since + WEEK_DAYS * weeks)


def _ago(text: str, as_of: date) -> Days | None:
    match = re.fullmatch(
        rf"(?:about |大约|大概)?(?P<n>{NUMBER})(?: of)?[ -]?"
        r"(?P<unit>days?|weeks?|weekends?|months?|years?|天|日|个?周末|周|个?星期|个?礼拜|个月|年)"
        r"(?: ago| back| earlier| before|以?前|之前)",
        text,
    )
    if match is None:
        return None
    back = round(parse_number(match["n"]) or 0)
    unit = match["unit"].removeprefix("个")
    if back > 1200:
        return None
    readers: tuple[tuple[str, Callable[[], Days]], ...] = (
        ("weekend 周末", lambda: weekend_days(as_of, back)),
        ("day 天 日", lambda: _day_back(as_of, back)),
        ("month 月", lambda: months_back(as_of, back)),
        ("year 年", lambda: year_days(max(1, as_of.year - back))),
        ("week 周 星期 礼拜", lambda: week_days(as_of, back)),
    )
    return next(days() for names, days in readers if any(unit.startswith(name) for name in names.split()))


def _day_of_month(text: str, as_of: date) -> Days | None:
    match = re.fullmatch(
        r"(?P<x>上上个?月|上个?月|[本这]个?月)?的?(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[号日]", text
    ) or re.fullmatch(
        rf"(?:the )?(?P<d>{DAY_EN})(?P<x> of (?:last month|this month|the month before last))?"
        r"(?<=st|nd|rd|th)(?: of (?:last|this) month)?",
        text,
    )
    if match is None:
        return None
    day, which = day_number(match["d"]), text
    if not 1 <= day <= 31:
        return None
    back = 2 if re.search("上上|before last", which) else 1 if re.search("上|last", which) else 0
    month = months_back(as_of, back).start
    if re.search("本|这|上|month", which):
        return one_day(existing_day(month.year, month.month, day))
    return next(
        (
            one_day(days.start + timedelta(days=day - 1))
            for days in (months_back(as_of, n) for n in range(4))
            if day <= days.length and days.start + timedelta(days=day - 1) <= as_of
        ),
        None,
    )


def _week_of(text: str, vantage: Vantage) -> Days | None:
    match = re.fullmatch(
        r"(?:the )?week (?:of|from|starting|beginning|commencing|containing) (?:the )?(?P<x>.+)", text
    ) or re.fullmatch(r"(?P<x>.+?)(?:那一?个?(?:周|星期|礼拜)|当周|所在的?周| week)", text)
    if match is None:
        return None
    name: Name | None = calendar_name(match["x"], vantage)
    days = (
        name.latest(vantage.as_of)
        if name
        else relative_days(match["x"], vantage)
        if "day" in match["x"]
        else None
    )
    if days is None or days.length > 31:
        return None
    return week_days(name.own_day(days) if name else days.start)


def _year_earlier(text: str, vantage: Vantage) -> Days | None:
    """Read "this month last year", 去年这个月, 去年今天: the same place in the calendar a year back."""
    match = re.fullmatch(
        r"(?P<unit>today|this day|this week|this month|this quarter)(?:,| of)? (?:a year ago|last year)"
        r"|去年的?(?P<zh>今天|这一?天|这一?周|本周|这个?月|本月|同月|这个?季度|本季度)",
        text,
    )
    if match is None:
        return None
    unit = match["unit"] or match["zh"]
    as_of = vantage.as_of
    back = as_of.replace(
        year=as_of.year - 1, day=min(as_of.day, month_days(as_of.year - 1, as_of.month).end.day)
    )
    if re.search("month|月", unit):
        return months_back(back, 0)
    if re.search("quarter|季", unit):
        return quarters_back(back, 0)
    return week_days(back) if re.search("week|周", unit) else one_day(back)
