"""Parts of a named stretch of days: late October, 9月下旬, the first two months of 2011, 11月第一周."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from tools.calendar_words import weekday_number
from tools.days import WEEK_DAYS, Days, months_back, quarters_back
from tools.numerals import NUMBER, parse_number

_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
}
_ORDINALS |= {"last": -1, "final": -1}
_ORDINAL = "|".join(_ORDINALS)
_WEEKDAY_EN = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"


class Part(NamedTuple):
    """A part of a longer stretch.

    Args:
        whole: the words for the stretch that it is part of.
        cut: takes the stretch to its part.
    """

    whole: str
    cut: Callable[[Days], Days]


def split_part(text: str) -> Part | None:
    """Take a part's words from those of the whole: "late october" -> ("october", its last third); or None."""
    for reader in (_thirds_en, _thirds_zh, _units, _ordinal_unit):
        part = reader(text)
        if part:
            return part
    return None


def _thirds_en(text: str) -> Part | None:
    match = re.fullmatch(
        r"(?:the )?(?P<part>early|mid|middle|late|start|beginning|end|first half|second half)(?:[ -]part)?"
        r"(?: of | in |[ -])"
        r"(?:the )?(?P<x>.+)",
        text,
    )
    if match is None:
        return None
    whole = {"month": "this month", "year": "this year", "quarter": "this quarter", "week": "this week"}
    return Part(whole.get(match["x"], match["x"]), _cutter(match["part"]))


def _thirds_zh(text: str) -> Part | None:
    match = re.fullmatch(
        r"(?P<x>.*?(?:月份?|年|季度|周|q[1-4])?)的?(?P<part>上旬|中旬|下旬|月初|月中|月底|月末|年初|年底|年末|初|中|底|末|尾)",
        text,
    )
    half = re.fullmatch(r"(?P<x>.*?)的?(?P<part>上|前|下|后)(?:半个?月|半段|半程)", text)
    if half:
        words = {"上": "first half", "前": "first half", "下": "second half", "后": "second half"}
        return Part(half["x"] or "本月", _cutter(words[half["part"]]))
    if match is None or text == match["part"] == "中":
        return None
    part, whole = match["part"], match["x"]
    if part[0] in "月年" and len(part) == 2:
        whole += part[0] if not whole.endswith(part[0]) else ""
        part = part[1]
    whole = {"": "本月", "月": "本月", "年": "今年", "周": "本周"}.get(whole, whole)
    whole = re.sub(r"年年$", "年", whole)
    if part in "初中底末尾" and not re.search(r"(?:月份?|年|季度|周|q[1-4])$", whole):
        return None
    return Part(whole, _cutter(part))


def _cutter(part: str) -> Callable[[Days], Days]:
    if part in ("early", "上旬"):
        return lambda days: _third(days, 0)
    if part in ("mid", "middle", "中旬", "中"):
        return lambda days: _third(days, 1)
    if part in ("late", "下旬"):
        return lambda days: _third(days, 2)
    if part in ("first half", "second half"):
        return lambda days: _half(days, is_first=part == "first half")
    return lambda days: _edge(days, is_start=part in ("start", "beginning", "初"))


def _third(days: Days, index: int) -> Days:
    """A month is cut at the 10th and 20th, a year and a quarter into equal months, anything else by days."""
    if days.length > 31:
        months = max(1, round(days.length / 30.4 / 3))
        start = months_back(days.start, -months * index).start
        return Days(start, days.end if index == 2 else months_back(start, 1 - months).end)
    size = 10 if days.length >= 28 else max(1, days.length // 3)
    start = days.start + timedelta(days=size * index)
    return Days(start, days.end if index == 2 else start + timedelta(days=size - 1))


def _half(days: Days, *, is_first: bool) -> Days:
    if days.length > 31:
        months = max(1, round(days.length / 30.4 / 2))
        middle = months_back(days.start, -months).start
    else:
        middle = days.start + timedelta(days=15 if days.length >= 28 else (days.length + 1) // 2)
    return Days(days.start, middle - timedelta(days=1)) if is_first else Days(middle, days.end)


def _edge(days: Days, *, is_start: bool) -> Days:
    """The beginning or end of a year is a month, of anything shorter its first or last third."""
    if days.length > 100:
        return months_back(days.start if is_start else days.end, 0)
    return _third(days, 0 if is_start else 2)


@cache
def _unit_days() -> tuple[tuple[re.Pattern[str], int], ...]:
    scales = {
        r"days?|天|日": 1,
        r"weeks?|个?星期|个?礼拜|周": WEEK_DAYS,
        r"months?|个?月": 30,
        r"quarters?|个?季度": 91,
    }
    return tuple((re.compile(pattern), days) for pattern, days in scales.items())


def _units(text: str) -> Part | None:
    unit = r"(?P<unit>days?|weeks?|months?|quarters?)"
    match = re.fullmatch(
        rf"(?:the )?(?P<which>first|opening|last|final|closing) (?P<n>{NUMBER} )?{unit} (?:of|in) (?:the )?(?P<x>.+)",
        text,
    ) or re.fullmatch(
        rf"(?P<x>.*?)的?(?P<which>前|头|最初|最后|末|后)的?(?P<n>{NUMBER}) ?"
        r"(?P<unit>天|日|周|个?星期|个?礼拜|个?月|个?季度)",
        text,
    )
    if match is None or (not match["x"] and match["which"] not in ("头", "最初")):
        return None
    whole = {"month": "this month", "year": "this year", "quarter": "this quarter"}.get(
        match["x"], match["x"]
    )
    is_months = bool(re.search("月|季", match["unit"]))
    whole = whole or ("今年" if is_months else "本月")
    count = round(parse_number((match["n"] or "1").strip()) or 1)
    is_first = match["which"] in ("first", "opening", "前", "头", "最初")
    scale = next(days for pattern, days in _unit_days() if pattern.fullmatch(match["unit"]))
    return Part(whole, lambda days: _run(days, count, scale, is_first=is_first))


def _run(days: Days, count: int, scale: int, *, is_first: bool) -> Days:
    if scale >= 30:
        months = count * (3 if scale > 30 else 1)
        if is_first:
            return Days(days.start, min(days.end, months_back(days.start, 1 - months).end))
        return Days(max(days.start, months_back(days.end, months - 1).start), days.end)
    length = timedelta(days=count * scale - 1)
    if is_first:
        return Days(days.start, min(days.end, days.start + length))
    return Days(max(days.start, days.end - length), days.end)


def _ordinal_unit(text: str) -> Part | None:
    match = re.fullmatch(
        rf"(?:the )?(?P<nth>{_ORDINAL}) (?P<unit>week|weekend|quarter|{_WEEKDAY_EN}) (?:of|in) (?:the )?(?P<x>.+)",
        text,
    )
    if match:
        nth = _ORDINALS[match["nth"]]
    else:
        match = re.fullmatch(
            r"(?P<x>.+?)的?(?:第(?P<nth>[一二三四五1-5])|(?P<edge>头一|最后一|最后))个?"
            r"(?P<unit>周末|(?:周|星期|礼拜)[一二三四五六日天]|周|星期|礼拜|季度)",
            text,
        )
        if match is None:
            return None
        nth = round(parse_number(match["nth"]) or 0) if match["nth"] else 1 if match["edge"] == "头一" else -1
    return Part(match["x"], _nth_cutter(match["unit"], nth))


def _nth_cutter(unit: str, nth: int) -> Callable[[Days], Days]:
    if unit in ("week", "周", "星期", "礼拜"):
        return lambda days: _nth_span(days, nth, WEEK_DAYS)
    if unit in ("quarter", "季度"):
        return lambda days: quarters_back(days.start, 1 - nth) if nth > 0 else quarters_back(days.end, 0)
    if unit in ("weekend", "周末"):
        return lambda days: _nth_weekday(days, nth, 5, length=2)
    index = weekday_number(unit[-1] if not unit.isascii() else unit)
    return lambda days: _nth_weekday(days, nth, index, length=1)


def _nth_span(days: Days, nth: int, size: int) -> Days:
    if nth < 0:
        return Days(days.end - timedelta(days=size - 1), days.end)
    start = days.start + timedelta(days=size * (nth - 1))
    return Days(start, max(start, min(days.end, start + timedelta(days=size - 1))))


def _nth_weekday(days: Days, nth: int, weekday: int, *, length: int) -> Days:
    if nth > 0:
        day = days.start + timedelta(
            days=(weekday - days.start.weekday()) % WEEK_DAYS + WEEK_DAYS * (nth - 1)
        )
    else:
        day = days.end - timedelta(days=(days.end.weekday() - weekday) % WEEK_DAYS)
    return Days(day, day + timedelta(days=length - 1))
