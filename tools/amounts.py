"""The other operand of a calculation as people say it: "3", "15%", 八折, "a third", "£5 each", "per day"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tools.display import CURRENCY_SIGNS, render_value
from tools.numerals import NUMBER, fold, parse_number

LARGEST_AMOUNT = 1e12
LONGEST_AMOUNT = 120
_SIGNS = {"£": "GBP", "$": "USD", "€": "EUR"}
_MONEY_WORDS = {
    "GBP": r"pounds?|quid|英镑|镑",
    "USD": r"dollars?|bucks?|美元|美金|刀",
    "EUR": r"euros?|欧元",
    "CNY": r"yuan|rmb|元|块钱?|人民币",
}
_UNIT_WORDS = r"units?|pieces?|pcs|items?|件|个|只|盒|瓶|条|套"
_PERIODS = {
    "day": (1, r"\b(?:per|a|each|every) day\b|\bdaily\b|每一?天|每日|日均|一天"),
    "week": (7, r"\b(?:per|a|each|every) week\b|\bweekly\b|每一?周|每个?星期|周均|一周"),
    "month": (30, r"\b(?:per|a|each|every) month\b|\bmonthly\b|每个?月|月均"),
}
_FRACTIONS = {"half": 1 / 2, "third": 1 / 3, "quarter": 1 / 4, "fifth": 1 / 5, "tenth": 1 / 10}
_MULTIPLES = {
    r"doubl\w*|twice|翻倍|加倍|翻一?番|一倍": 2.0,
    r"tripl\w*|trebl\w*|thrice": 3.0,
    r"quadrupl\w*|翻两番": 4.0,
    r"halv\w+": 0.5,
}

Kind = Literal["number", "share", "money", "units", "days", "per"]


@dataclass(frozen=True)
class Amount:
    """What a figure is reckoned with.

    `value` is a plain number, a share as a fraction (0.15), money in `unit`, units, days, or for `per` the days
    of the span that an average is asked for ("per week": 7).
    """

    value: float
    kind: Kind
    unit: str = ""

    def display(self, lang: str) -> str:
        """Return the amount as it stands in a sentence."""
        if self.kind == "share":
            return f"{plain_number(round(100 * self.value, 2))}%"
        if self.kind in ("money", "units"):
            return render_value(self.value, self.unit or "units", lang)
        return render_value(self.value, "days", lang) if self.kind == "days" else plain_number(self.value)


def plain_number(value: float) -> str:
    """Return a number with all that was said of it: 1.25 stays 1.25, a third is 0.3333."""
    return f"{round(value, 4):,.4f}".rstrip("0").rstrip(".")


def read_amount(said: str) -> Amount | None:
    """Return what the words amount to, or None where they say no one amount.

    Args:
        said: "3", "15%", "八折", "三成", "half", "两倍", "£5", "100件", "7 days", "per day".
    """
    if len(said) > LONGEST_AMOUNT:
        return None
    text = fold(said)
    found = _per(text) or _discount(text) or _share(text) or _multiple(text) or _counted(text)
    return found if found and abs(found.value) <= LARGEST_AMOUNT else None


def _per(text: str) -> Amount | None:
    for days, pattern in _PERIODS.values():
        if re.search(pattern, text) and not re.search(r"\d", text):
            return Amount(days, "per")
    return None


def _discount(text: str) -> Amount | None:
    """八折 leaves eight tenths, 七五折 and 75折 three quarters."""
    match = re.search(r"([\d.]+|[一二两三四五六七八九]+|半)\s*折", text)
    value = parse_number(match[1]) if match else None
    if match is None or value is None:
        return None
    if match[1] == "半":
        return Amount(0.5, "share")
    return Amount(value / 10 if value < 10 else value / 100, "share")


def _share(text: str) -> Amount | None:
    tenths = re.search(r"([一二两三四五六七八九十\d])成([一二三四五六七八九半])?", text)
    if tenths:
        tail = {"": 0.0, "半": 5.0}.get(tenths[2] or "", parse_number(tenths[2] or "") or 0.0)
        return Amount((10 * (parse_number(tenths[1]) or 0.0) + tail) / 100, "share")
    percent = re.search(rf"({NUMBER})\s*(?:%|percent\b|per cent\b|pct\b)|百分之\s*({NUMBER})", text)
    value = parse_number(percent[1] or percent[2]) if percent else None
    if value is not None:
        return Amount(value / 100, "share")
    parts = re.search(rf"({NUMBER})分之({NUMBER})", text)
    if parts:
        whole, part = parse_number(parts[1]), parse_number(parts[2])
        return Amount(part / whole, "share") if whole and part is not None else None
    return _fraction(text)


def _fraction(text: str) -> Amount | None:
    if re.search(r"一半|(?<!\d)半数", text):
        return Amount(0.5, "share")
    match = re.search(rf"(?:({NUMBER})[\s-]+)?\b({'|'.join(_FRACTIONS)})s?\b", text)
    if match is None:
        return None
    count = parse_number(match[1]) if match[1] else 1.0
    return None if count is None else Amount(count * _FRACTIONS[match[2]], "share")


def _multiple(text: str) -> Amount | None:
    counted = re.search(rf"({NUMBER})\s*(?:倍|times|fold|[x×](?![a-z]))", text)
    value = parse_number(counted[1]) if counted else None
    if value is not None:
        return Amount(value, "number")
    for pattern, factor in _MULTIPLES.items():
        if re.search(pattern, text):
            return Amount(factor, "number")
    return None


def _counted(text: str) -> Amount | None:
    # "A lot" holds an article, not a one.
    numbers = [match for match in re.finditer(NUMBER, text) if match.group() not in ("a", "an")]
    if len(numbers) != 1:
        return None
    value = parse_number(numbers[0].group())
    if value is None:
        return None
    before, after = text[: numbers[0].start()], text[numbers[0].end() :].lstrip()
    if re.search(r"(?:minus|negative|负|-)\s*$", before):
        value = -value
    currency = _currency(before, after)
    if currency:
        return Amount(value, "money", currency)
    if re.match(r"days?\b|天|日", after):
        return Amount(value, "days")
    if re.match(r"weeks?\b|个?星期|周", after):
        return Amount(7 * value, "days")
    return Amount(value, "units", "units") if re.match(_UNIT_WORDS, after) else Amount(value, "number")


def _currency(before: str, after: str) -> str:
    sign = re.search(r"([£$€¥])\s*$", before) or re.match(r"([£$€¥])", after)
    if sign:
        return _SIGNS.get(sign[1], "CNY")
    worded = (code for code, words in _MONEY_WORDS.items() if re.match(words, after))
    named = (code for code in CURRENCY_SIGNS if re.search(code.lower(), f"{before} {after}"))
    return next(worded, "") or next(named, "")
