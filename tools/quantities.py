"""Durations, counts and shares as people say them, resolved to days, units and fractions."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from tools.days import BrokenDate
from tools.horizons import days_until
from tools.measures import without
from tools.numerals import NUMBER, fold, parse_number
from tools.results import ToolError

LONGEST_DAYS = 365
LARGEST_COUNT = 1_000_000_000
_LONGEST_TEXT = 200
# "Never run out": certainty has no size, so the highest share that stock can be planned for.
HIGHEST_SHARE = 0.999

_UNIT_DAYS = {
    r"(?<![a-z])days?(?![a-z])|(?<![a-z])d(?![a-z])|天|日(?!期|常|式|系|本)": 1,
    r"(?<![a-z])(?:weeks?|wks?)(?![a-z])|个?星期|个?礼拜|周": 7,
    r"(?<![a-z])fortnights?(?![a-z])": 14,
    r"个?季度?|(?<![a-z])quarters?(?![a-z])": 90,
    # 三月 is March; only with 个 or 半 is it a length.
    r"(?<![a-z])months?(?![a-z])|个月|(?<=[半俩])月|(?<=[下本这])月": 30,
    r"(?<![a-z])(?:years?|yrs?)(?![a-z])|年": 365,
    r"(?<![a-z])(?:hours?|hrs?)(?![a-z])|个?小时": 1 / 24,
}
_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, pattern in enumerate(_UNIT_DAYS))
_AMOUNT = re.compile(
    rf"(?P<sign>-|minus |negative |负)?\s*(?P<number>{NUMBER})?[来多余]?\s*(?:of |a"
    rf" |odd |full |whole |working |business |整|工作|个(?=半))?(?P<half>半)?\s*-?(?:{_UNIT})"
    r"(?P<tail>半| and a half)?"
)
# A unit without a number is a length only after one of these: "next week", 下个月; never the 月 of 月饼.
_CUE = re.compile(r"(?:next|coming|following|this|the|whole|full|per|[下本这整每]个?|未来|接下来的?)\s*$")
# "twenty-five" is one number, "ten-twelve" two.
_RANGE = re.compile(
    r"(?!(?:twen|thir|for|fif|six|seven|eigh|nine)ty-(?:one|two|three|four|five|six|seven|eight|nine)\b)"
    rf"{NUMBER}\s*(?:-|~|–|—| to | or |到|至|或者?)\s*(?={NUMBER})"
)
# 两三周: two neighbours are a range too; "a week or two" says its unit between them.
_NEIGHBOURS = re.compile(r"[一二两三四五六七八](?=[二三四五六七八九](?:个|天|周|星期|礼拜|日|年))")
_UNIT_OR = re.compile(
    rf"(?<![a-z])(?:a|an|one) (days?|weeks?|months?|years?) or (?P<more>{NUMBER})(?! ?[a-z])"
)
_FEW_ZH = re.compile(r"(?<![十百])好?几(?=个?(?:天|周|星期|礼拜|月))")
# Days that are over are a period, and the end of a month is a day: neither is a length of what is to come.
_PAST = re.compile(
    r"(?:last|past|previous|过去的?|最近的?|(?<!最)近|上"
    r"|(?:end|rest|remainder|start|middle) of(?: (?:the|this|next))*)\s*$"
)
_NO_LENGTH_BEHIND = re.compile(
    r"\s*(?:ago\b|end\b|前(?!的)|底|末|初|中旬|[一二三四五六日天](?!个?[天周月年])|剩)"
)
_JOINED = re.compile(r"[\s,，]*(?:and|plus|又|零|加)?[\s]*")
_TOMORROW = {"tomorrow": 1, "明天": 1, "明日": 1, "the day after tomorrow": 2, "后天": 2, "大后天": 3}


def resolve_duration(said: str, as_of: date | None = None) -> int | ToolError:
    """Return a duration in whole days.

    A month is 30 days, a quarter 90, a year 365; of a range ("10-14 days", 两三周) the longer end counts, the
    cautious one for a lead time; a number without a unit means days, and "a few" three.

    Args:
        said: "three weeks", "两周", "半个月", "a month and a half", "14", "next quarter", "until Christmas".
        as_of: the data's today, from which words that name a day to come are counted; without it they are
            not understood.

    Returns:
        1 to 365, or an error with code "duration_not_understood", "duration_out_of_range" or "duration_is_over"
        (nothing is left of "the rest of the month") or "duration_impossible" (until 31 February).
    """
    # Longer than any length of time is said.
    text = fold(said) if len(said) <= _LONGEST_TEXT else ""
    try:
        until = days_until(text, as_of) if as_of else None
    except BrokenDate as broken:
        return _impossible(broken)
    if until is not None and until < 1:
        return _is_over(said)
    days = until if until is not None else _days(text)
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


def _impossible(broken: BrokenDate) -> ToolError:
    return ToolError(
        code="duration_impossible",
        message=broken.message,
        remedy={
            "en": 'Please check the date, or say how long: "3 weeks".',
            "zh": "请核对日期，或者直接说多长时间，比如“三周”。",
        },
    )


def _is_over(said: str) -> ToolError:
    return ToolError(
        code="duration_is_over",
        message={
            "en": f'By the last day of the data, nothing of "{said}" is left.',
            "zh": f"数据截止的那天，“{said}”已经没有剩余的日子了。",
        },
        remedy={
            "en": 'Say how far ahead to look, like "14 days" or "next month".',
            "zh": "请说明往后看多久，比如“14天”或“下个月”。",
        },
    )


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
    text = _upper_ends(text)
    matches = [match for match in _AMOUNT.finditer(text) if _is_length(match, text)]
    # "2 weeks and 3 days" is one length; two that stand apart are not.
    gaps = [text[one.end() : other.start()] for one, other in pairwise(matches)]
    parts = [_part_days(match) for match in matches]
    if not parts or None in parts or not all(_JOINED.fullmatch(gap) for gap in gaps):
        return None
    return sum(part for part in parts if part is not None)


def _upper_ends(text: str) -> str:
    text = _UNIT_OR.sub(r"\g<more> \1", text)
    text = _NEIGHBOURS.sub("", _RANGE.sub("", text))
    text = re.sub(r"(?<=[二三四五六七八九十])(?:、)(?=[二三四五六七八九])", "", text)
    return _FEW_ZH.sub("三", text)


def _is_length(match: re.Match[str], text: str) -> bool:
    if _PAST.search(text[: match.start()]) or _NO_LENGTH_BEHIND.match(text[match.end() :]):
        return False
    if match["number"] or match["half"]:
        # 2025年 is a year and 11月3日 a date.
        is_year = bool(re.fullmatch(r"\d{4}", match["number"] or "") and match.group().endswith("年"))
        return not is_year and not (match.group().endswith("日") and text[: match.start()].endswith("月"))
    return bool(_CUE.search(text[: match.start()]))


def _part_days(match: re.Match[str]) -> float | None:
    said_number = match["number"] or ("" if not match["half"] else "半")
    number = parse_number(said_number) if said_number else 1.0
    if number is None:
        return None
    # "一个半月" is one and a half months, "半个月" half of one, "两周半" two and a half weeks.
    if match["number"] and match["half"]:
        number += 0.5
    if match["tail"]:
        number += 0.5
    scale = next(days for index, days in enumerate(_UNIT_DAYS.values()) if match[f"u{index}"])
    return -number * scale if match["sign"] else number * scale


# 几百件 and 十几件 name no number, and "a" or "half" alone counts nothing.
_VAGUE_COUNT = re.compile(
    r"[几数上][十百千万]|[十百千万]几|^(?:a|an|half|半)$|\b(?:a few|several|couple of units)\b"
)


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
    if _VAGUE_COUNT.search(text):
        return _count_error("count_not_understood", said)
    # A number that measures something else is no count: the 24 cm of a pan, the 5 days of a delivery.
    text = without(text, "share", "money", "pack", "time", "size")
    numbers = re.findall(NUMBER, re.sub(rf"({NUMBER})(?:来|多|余|好几)(?=\W|$|[\u4e00-\u9fff])", r"\1", text))
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
        said: "95%", "95 percent", "0.95", "九成五", "百分之九十五", "95", "19 out of 20", "never run out",
            "a 5% risk of running out", "断货率不超过3%".

    Returns:
        The share, of a risk what is left without it, or an error with code "percent_not_understood" or
        "percent_out_of_range".
    """
    text = fold(said)
    share = _share(text)
    if share is None:
        return _percent_error("percent_not_understood", said)
    if not 0 < share < 1:
        return _percent_error("percent_out_of_range", said)
    return round(1 - share, 6) if share < _LARGEST_RISK and _RISK.search(text) else share


# Nobody plans to be out of stock as often as not: "sure at 95% not to run out" names no risk.
_LARGEST_RISK = 0.5
_RISK = re.compile(
    r"\b(?:risks?|chances?|odds|probability)\b|\bstock-?outs?\b|\bout of stock\b"
    r"|\b(?:run|runs|running|sell|selling) (?:out|dry|short)\b|断货|缺货|脱销|卖断|卖光|断[一1]?[次回]|风险"
)
_NEVER = re.compile(
    r"\bnever\b.*\b(?:out|short|empty)\b|\b(?:never|no) stock-?outs?\b|\balways (?:in|have) stock\b"
    r"|(?:绝对?不|从不|永不|永远不|一定不|千万不|不能|不许|别)(?:能|可以?|会|要)?(?:断货|缺货|脱销|卖断|断)"
)


def _share(text: str) -> float | None:
    if _NEVER.search(text):
        return HIGHEST_SHARE
    # Sizes, lengths of time and counts of goods are no shares.
    text = without(text, "size", "money", "pack", "time", "count")
    for reader in (_tenths, _out_of, _hundredths):
        share = reader(text)
        if share is not None:
            return share
    return None


def _tenths(text: str) -> float | None:
    match = re.search(r"([一二两三四五六七八九十\d](?:\.\d+)?)成(?![交本])([一二三四五六七八九\d半])?", text)
    if match is None:
        return None
    tail = match[2]
    hundredths = 5.0 if tail == "半" else (parse_number(tail) or 0.0) if tail else 0.0
    return (10 * (parse_number(match[1]) or 0.0) + hundredths) / 100


def _out_of(text: str) -> float | None:
    match = re.search(
        rf"(?P<part>{NUMBER})(?: (?:times?|cycles?))? (?:out of|in every|in) (?:every )?(?P<whole>{NUMBER})",
        text,
    )
    match = match or re.search(
        rf"(?P<whole>{NUMBER})[次回][^,]{{0,12}}(?:最多|顶多|至多|只能?|不超过)[^,]{{0,6}}?(?P<part>{NUMBER})[次回]",
        text,
    )
    match = match or re.search(rf"(?P<whole>{NUMBER})分之(?P<part>{NUMBER})", text.replace("百分之", " "))
    part, whole = (parse_number(match["part"]), parse_number(match["whole"])) if match else (None, None)
    return part / whole if part is not None and whole else None


def _hundredths(text: str) -> float | None:
    found = [match for match in _PERCENT.finditer(text) if parse_number(match["number"]) is not None]
    marked = [match for match in found if match["mark"] or match["marked"]]
    # "95% for the 2 colours": the number that says percent is meant. "Running out once" is no hundredth.
    chosen = marked or found
    if len(chosen) != 1 or (not marked and _RISK.search(text)):
        return None
    match = chosen[0]
    value = parse_number(match["number"]) or 0.0
    if match["point"]:
        value += float("0." + "".join(str(round(parse_number(char) or 0)) for char in match["point"][1:]))
    value = -value if match["sign"] else value
    is_share = 0 < value < 1 and not marked
    return value if is_share else value / 100


_PERCENT = re.compile(
    rf"(?P<sign>[-负])?(?P<mark>百分之)?(?P<number>{NUMBER})(?P<point>点[一二三四五六七八九零]+)?"
    r"(?P<marked>\s?%|[\s-]?per ?cent|(?:th|st|nd|rd) percentile)?"
)


def _percent_error(code: str, said: str) -> ToolError:
    return ToolError(
        code=code,
        message={
            "en": f'"{said}" is not a share between 0% and 100%.',
            "zh": f"“{said}”不是 0% 到 100% 之间的比例。",
        },
        remedy={"en": 'Say it like "95%".', "zh": "请说成“95%”这样的比例。"},
    )
