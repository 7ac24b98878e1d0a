"""From one day to another: 24 to 25 October, 11.1-11.15, since September, 月初到现在, between 3 and 9 March."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tools.calendar_words import DAY_EN, calendar_name, day_number
from tools.day_names import Name
from tools.day_parts import split_part
from tools.days import WEEK_DAYS, BrokenDate, Days, Vantage, existing_day
from tools.numerals import fold, parse_number
from tools.relative_days import relative_days
from tools.time_words import speaks_of_time

_SEPARATOR = re.compile(r" ?(?:\b(?:up to|to|until|till|through|thru|and)\b|(?:一?直)?到|[-至和与及]) ?")
_LONGEST_TEXT = 60
_NOW = r"now|today|to ?date|the present|present|今天|今日|现在|目前|如今|今|眼下"
_WEEKDAY_ZH = r"(?:周|星期|礼拜)[一二三四五六日天]"
_BARE_WEEKDAY = rf"(?:mon|tues|wednes|thurs|fri|satur|sun)day|{_WEEKDAY_ZH}"


def tidy(said: str) -> str:
    """Return words about time folded and without what means nothing to a calendar: "In  March?" -> "march"."""
    text = fold(said).strip(' .,;:?!。，？！；："“”「」()')
    text = text if re.fullmatch(r"'\d\d", text) else text.strip("'")
    text = re.sub(r"[–—−―]+", "-", text)
    text = re.sub(r"~+", "-", text)
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\d\u4e00-\u9fff])|(?<=\d) (?=[\u4e00-\u9fff])", "", text)
    text = re.sub(
        r"[〇零一二三四五六七八九]{4}(?=年)", lambda match: f"{parse_number(match[0]) or 0:.0f}", text
    )
    text = re.sub(
        r"^(?:all )?(?:in|on|during|over|for|within|at|throughout|across|在|于) ?(?:all of )?(?:the"
        r" (?=last|past|previous|week|month|first))?",
        "",
        text,
    )
    text = re.sub(r"(?<=[天日号])(?:一?整天|一天|全天|当天|那天)$", "", text)
    return re.sub(r"(?<=.)(?:的时候|期间|里面?|之?内|的|(?<=[a-z])'s?)$", "", text).strip()


def read_days(text: str, vantage: Vantage) -> Days | None:
    """Return the days that tidied words mean: one stretch, a range, or everything since a day; or None.

    Args:
        text: as `tidy` returns it.
        vantage: where it is read from.

    Raises:
        BrokenDate: the words name a day that does not exist, or a range that ends before it begins.
    """
    if not text or len(text) > _LONGEST_TEXT or not speaks_of_time(text):
        return None
    try:
        return spoken_days(text, vantage) or _since(text, vantage) or _between(text, vantage)
    except BrokenDate:
        raise
    except (ValueError, OverflowError):  # before the year 1 or after 9999
        return None


def spoken_days(text: str, vantage: Vantage) -> Days | None:
    """Return the days of one name, one relative expression or a part of either, or None.

    Raises:
        BrokenDate: as `read_days`.
    """
    relative = relative_days(text, vantage)
    if relative:
        return relative
    name = spoken_name(text, vantage)
    if name:
        return name.latest(vantage.as_of)
    part = split_part(text)
    whole = spoken_days(part.whole, vantage) if part else None
    return part.cut(whole) if part and whole else None


def spoken_name(text: str, vantage: Vantage) -> Name | None:
    """Return what a text names in any year, parts of names included ("late october"), or None."""
    name = calendar_name(text, vantage)
    if name:
        return name
    part = split_part(text)
    whole = spoken_name(part.whole, vantage) if part and part.whole != text else None
    return whole.narrowed(part.cut) if part and whole else None


def _since(text: str, vantage: Vantage) -> Days | None:
    match = (
        re.fullmatch(
            r"(?:ever )?(?:since|starting(?: from| on| in)?|from|as of) (?:the )?(?P<x>.+?)"
            r"(?:,? (?:on|onwards?|until now|to now|to today|to date|till now|so far))?",
            text,
        )
        or re.fullmatch(r"(?:the )?(?P<x>.+?) onwards?", text)
        or re.fullmatch(
            r"(?:自从?|打|从)?(?P<x>.+?)(?:以来|至今|到今|起|开始|之后|以后)(?:到现在|至今|到今天)?", text
        )
        or re.fullmatch(r"自从?(?P<x>.+)", text)
    )
    if match is None or (text.startswith("from ") and _between(text, vantage)):
        return None
    begin = spoken_days(match["x"], vantage)
    return Days(begin.start, vantage.as_of) if begin and begin.start <= vantage.as_of else begin


def _between(text: str, vantage: Vantage) -> Days | None:
    rest = re.sub(
        r"^(?:from|between|btw|betw|b/w|从|自|由)\s?(?:the (?=\d|[a-z]+th\b|[a-z]+st\b))?", "", text
    )
    rest = re.sub(r"(?:之间|期间|为止|截止|止|这段时间)$", "", rest)
    for separator in _SEPARATOR.finditer(rest):
        first_words, last_words = rest[: separator.start()].strip(), rest[separator.end() :].strip()
        # "Q1 and Q3" is no stretch of time: only neighbours are joined by "and".
        is_joined = separator.group().strip() in ("and", "和", "与", "及") and rest == text
        if first_words and last_words:
            for days in _readings(first_words, last_words, vantage):
                if (
                    not is_joined
                    or days.end - days.start <= timedelta(days=1)
                    or _are_neighbours(first_words, last_words, days, vantage)
                ):
                    return days
    return None


def _are_neighbours(first_words: str, last_words: str, days: Days, vantage: Vantage) -> bool:
    first, last = spoken_days(first_words, vantage), spoken_days(last_words, vantage)
    if first is None or last is None:
        return False
    return days.length <= first.length + last.length


def _readings(first_words: str, last_words: str, vantage: Vantage) -> Iterator[Days]:
    """Yield what the two ends could mean together, the likeliest first."""
    for reader in (_to_now, _bare_days, _shared_unit, _weekdays, _names, _others):
        days = reader(first_words, last_words, vantage)
        if days:
            yield days


def _to_now(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    if not re.fullmatch(_NOW, last_words):
        return None
    first = spoken_days(first_words, vantage)
    return _ordered(first.start, vantage.as_of) if first else None


def _bare_day(words: str) -> int:
    match = re.fullmatch(
        rf"(?:the )?(?P<d>{DAY_EN})(?: of)?|(?P<z>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号]?", words
    )
    return day_number(match["d"] or match["z"]) if match else 0


def _bare_days(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    """One end is a bare day of the month that the other names: "March 3 to 9", "from 24 to 25 October"."""
    first_day, last_day = _bare_day(first_words), _bare_day(last_words)
    if first_day and last_day:
        last = relative_days(last_words, vantage)  # 1号到15号: of the latest month that has begun it
        first = relative_days(first_words, vantage) if last else None
        if first is None or last is None:
            return None
        month = first.start if last.start < first.start else last.start
        if last_day < first_day:
            raise _reversed(first_words, last_words)
        return Days(
            existing_day(month.year, month.month, first_day), existing_day(month.year, month.month, last_day)
        )
    if last_day:
        begin = _single_day(first_words, vantage)
        if begin is None:
            return None
        return _checked(begin, existing_day(begin.year, begin.month, last_day), first_words, last_words)
    if first_day:
        end = _single_day(last_words, vantage)
        return (
            _checked(existing_day(end.year, end.month, first_day), end, first_words, last_words)
            if end
            else None
        )
    return None


def _single_day(words: str, vantage: Vantage) -> date | None:
    days = spoken_days(words, vantage)
    return days.start if days and days.length == 1 else None


def _shared_unit(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    """The unit is said once: 3到5月, 一到三季度, 2010到2011年."""
    unit = re.search(r"(?:月份?|季度|年|周)$", last_words)
    if unit is None or not re.fullmatch(
        r"第?(?:\d{1,4}|[一二三四五六七八九十]{1,3})|(?:.+年)(?:\d{1,2}|[一二三四五六七八九十]{1,3})",
        first_words,
    ):
        return None
    return _names(first_words + unit.group(), last_words, vantage)


def _weekdays(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    """A bare weekday ends the run of days that the other end begins: 上周一到周三, Friday to Sunday."""
    if not re.fullmatch(_BARE_WEEKDAY, last_words):
        return None
    last, first = relative_days(last_words, vantage), relative_days(first_words, vantage)
    if first is None or last is None or first.length > 1:
        return None
    if re.fullmatch(_BARE_WEEKDAY, first_words):
        back = (last.start - first.start).days % WEEK_DAYS
        return Days(last.start - timedelta(days=back), last.start)
    return Days(first.start, first.start + timedelta(days=(last.start - first.start).days % WEEK_DAYS))


def _names(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    """Two names share the year that one of them says; without any the last end is the latest of its name."""
    first, last = spoken_name(first_words, vantage), spoken_name(last_words, vantage)
    if first is None or last is None:
        return None
    if first.year is None and last.year is None:
        end = last.latest(vantage.as_of)
        return _before(first, end, end.end.year, first_words, last_words) if end else None
    if last.year is None and first.year is not None:
        begin = first.latest(vantage.as_of)
        end = last._replace(year=first.year).latest(vantage.as_of)
        if begin and end and end.end < begin.start and end.start.month != begin.start.month:
            end = last._replace(year=first.year + 1).latest(vantage.as_of)
        return _checked(begin.start, end.end, first_words, last_words) if begin and end else None
    end = last.latest(vantage.as_of)
    if end and first.year is None and last.year is not None:
        return _before(first, end, last.year, first_words, last_words)
    begin = first.latest(vantage.as_of)
    return _checked(begin.start, end.end, first_words, last_words) if begin and end else None


def _before(first: Name, end: Days, year: int, first_words: str, last_words: str) -> Days | None:
    """Place a yearless beginning in the year of the end, or before it: "1 Dec to 5 Jan"."""
    begin = first._replace(year=year).latest(end.end)
    if begin and begin.start > end.end and begin.start.month != end.end.month:
        begin = first._replace(year=year - 1).latest(end.end)
    return _checked(begin.start, end.end, first_words, last_words) if begin else None


def _others(first_words: str, last_words: str, vantage: Vantage) -> Days | None:
    """Anything else that has two readable ends: "last Monday to yesterday", 上周一到昨天."""
    first, last = spoken_days(first_words, vantage), spoken_days(last_words, vantage)
    return _checked(first.start, last.end, first_words, last_words) if first and last else None


def _ordered(start: date, end: date) -> Days | None:
    return Days(start, end) if start <= end else None


def _checked(start: date, end: date, first_words: str, last_words: str) -> Days:
    if start > end:
        raise _reversed(first_words, last_words)
    return Days(start, end)


def _reversed(first_words: str, last_words: str) -> BrokenDate:
    return BrokenDate(
        f'"{first_words}" comes after "{last_words}": the period would end before it begins.',
        f"“{first_words}”在“{last_words}”之后，结束早于开始。",
    )
