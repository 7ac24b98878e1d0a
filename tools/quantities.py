"""Durations, counts and shares as people say them, resolved to days, units and fractions."""

from __future__ import annotations

import re

from tools.numerals import NUMBER, fold, parse_number
from tools.results import ToolError

LONGEST_DAYS = 365
LARGEST_COUNT = 1_000_000_000

_UNIT_DAYS = {
    r"(?<![a-z])days?|(?<![a-z])d(?![a-z])|天|日": 1,
    r"weeks?|wks?|个?星期|个?礼拜|周": 7,
    r"fortnights?": 14,
    r"个?季度?|quarters?": 90,
    # 三月 is March; only with 个 or 半 is it a length.
    r"months?|个月|(?<=半)月|(?<=[下本这])月": 30,
    r"years?|yrs?|年": 365,
}
_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, pattern in enumerate(_UNIT_DAYS))
_AMOUNT = re.compile(
    rf"(?P<sign>-|minus |negative |负)?\s*(?P<number>{NUMBER})?\s*(?:of |a"
    rf" |个(?=半))?(?P<half>半)?\s*-?(?:{_UNIT})"
    r"(?P<tail>半| and a half)?"
)
# A unit without a number is a length only after one of these: "next week", 下个月; never the 月 of 月饼.
_CUE = re.compile(r"(?:next|coming|following|this|the|whole|full|per|[下本这整每]个?|未来|接下来的?)\s*$")
_RANGE = re.compile(rf"{NUMBER}\s*(?:-|~|–|—| to | or |到|至)\s*(?={NUMBER})")
_TOMORROW = {"tomorrow": 1, "明天": 1, "明日": 1, "the day after tomorrow": 2, "后天": 2}


def resolve_duration(said: str) -> int | ToolError:
    """Return a duration in whole days.

    A month is 30 days, a quarter 90, a year 365; of a range ("10-14 days") the longer end counts, the
    cautious one for a lead time; a number without a unit means days.

    Args:
        said: "three weeks", "两周", "半个月", "a month and a half", "14", "next quarter".

    Returns:
        1 to 365, or an error with code "duration_not_understood" or "duration_out_of_range".
    """
    text = fold(said)
    days = _days(text)
    if days is None:
        return ToolError(
            code="duration_not_understood",
            message={
                "en": f"{said!r} is not a length of time I can read.",
                "zh": f"没看懂“{said}”是多长时间。",
            },
            remedy={"en": 'Say it like "14 days" or "3 weeks".', "zh": "请换个说法，比如“14天”或“三周”。"},
        )
    if not 1 <= round(days) <= LONGEST_DAYS:
        return duration_out_of_range(said)
    return round(days)


def duration_out_of_range(said: str | int, longest: int = LONGEST_DAYS) -> ToolError:
    """Return the error for a length of time that is not 1 to `longest` days."""
    return ToolError(
        code="duration_out_of_range",
        message={
            "en": f'"{said}" is outside what can be answered: 1 to {longest} days.',
            "zh": f"“{said}”超出了可计算的范围：1 到 {longest} 天。",
        },
        remedy={"en": f"Ask for 1 to {longest} days.", "zh": f"请改成 1 到 {longest} 天之间。"},
    )


def _days(text: str) -> float | None:
    if text in _TOMORROW:
        return _TOMORROW[text]
    bare = re.fullmatch(rf"(?P<sign>-|minus |negative |负)?\s*(?P<number>{NUMBER})", text)
    if bare:
        value = parse_number(bare["number"])
        return None if value is None else -value if bare["sign"] else value
    text = _RANGE.sub("", text)
    parts = [_part_days(match) for match in _AMOUNT.finditer(text) if _is_length(match, text)]
    return sum(parts) if parts else None


def _is_length(match: re.Match[str], text: str) -> bool:
    if match["number"] or match["half"]:
        # 2025年 is a year and 11月3日 a date.
        is_year = bool(re.fullmatch(r"\d{4}", match["number"] or "") and match.group().endswith("年"))
        return not is_year and not (match.group().endswith("日") and text[: match.start()].endswith("月"))
    return bool(_CUE.search(text[: match.start()]))


def _part_days(match: re.Match[str]) -> float:
    said_number = match["number"] or ("" if not match["half"] else "半")
    number = parse_number(said_number) if said_number else 1.0
    number = 1.0 if number is None else number
    # "一个半月" is one and a half months, "半个月" half of one, "两周半" two and a half weeks.
    if match["number"] and match["half"]:
        number += 0.5
    if match["tail"]:
        number += 0.5
    scale = next(days for index, days in enumerate(_UNIT_DAYS.values()) if match[f"u{index}"])
    return -number * scale if match["sign"] else number * scale


def resolve_count(said: str) -> float | ToolError:
    """Return a number of units.

    Args:
        said: "300 units", "三百件", "1.2k", "1万", "a dozen".

    Returns:
        0 or more, or an error with code "count_not_understood" or "count_out_of_range".
    """
    text = fold(said)
    if re.match(r"(?:-|minus |negative |负)\s*(?=\S)", text) and re.search(NUMBER, text):
        return _count_error("count_out_of_range", said)
    numbers = re.findall(NUMBER, text)
    value = parse_number(numbers[0]) if len(numbers) == 1 else None
    if value is None:
        return _count_error("count_not_understood", said)
    return value if value <= LARGEST_COUNT else _count_error("count_out_of_range", said)


def _count_error(code: str, said: str) -> ToolError:
    return ToolError(
        code=code,
        message={
            "en": f"{said!r} is not a number of units I can use.",
            "zh": f"“{said}”不是一个可用的数量。",
        },
        remedy={"en": 'Say it like "300 units".', "zh": "请说成“300件”这样的数量。"},
    )


def resolve_percent(said: str) -> float | ToolError:
    """Return a share between 0 and 1.

    Args:
        said: "95%", "95 percent", "0.95", "九成五", "百分之九十五", "95".

    Returns:
        The share, or an error with code "percent_not_understood" or "percent_out_of_range".
    """
    text = fold(said)
    share = _share(text)
    if share is None:
        return _percent_error("percent_not_understood", said)
    return share if 0 < share < 1 else _percent_error("percent_out_of_range", said)


def _share(text: str) -> float | None:
    tenths = re.search(r"([一二两三四五六七八九十\d])成([一二三四五六七八九\d半])?", text)
    if tenths:
        tail = tenths[2]
        hundredths = 5.0 if tail == "半" else (parse_number(tail) or 0.0) if tail else 0.0
        return (10 * (parse_number(tenths[1]) or 0.0) + hundredths) / 100
    match = re.search(
        rf"(?P<sign>[-负])?(?:百分之)?(?P<number>{NUMBER})(?P<point>点[一二三四五六七八九零]+)?", text
    )
    value = parse_number(match["number"]) if match else None
    if match is None or value is None:
        return None
    if match["point"]:
        value += float("0." + "".join(str(round(parse_number(char) or 0)) for char in match["point"][1:]))
    value = -value if match["sign"] else value
    is_share = 0 < value < 1 and not re.search(r"%|percent|百分之", text)
    return value if is_share else value / 100


def _percent_error(code: str, said: str) -> ToolError:
    return ToolError(
        code=code,
        message={
            "en": f'"{said}" is not a share between 0% and 100%.',
            "zh": f"“{said}”不是 0% 到 100% 之间的比例。",
        },
        remedy={"en": 'Say it like "95%".', "zh": "请说成“95%”这样的比例。"},
    )
