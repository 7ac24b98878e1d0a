"""Spells values in other ways than the tools do: words, thousands, numerals, layouts of dates."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
_DIGITS = "零一二三四五六七八九"
_FINANCIAL = str.maketrans("零一二三四五六七八九十百千万", "零壹贰叁肆伍陆柒捌玖拾佰仟萬")
_FULL_WIDTH = str.maketrans("0123456789,.%", "０１２３４５６７８９，．％")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MONTHS = "January February March April May June July August September October November December".split()
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
)


def english_words(number: int) -> str:
    """Return "one thousand two hundred and thirty-five" of 1235; up to 999,999."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {english_words(number % 100)}" if number % 100 else ""
        return f"{_SMALL[number // 100]} hundred{rest}"
    rest = f" {english_words(number % 1000)}" if number % 1000 else ""
    return f"{english_words(number // 1000)} thousand{rest}"


def chinese_words(number: int) -> str:
    """Return 一千二百三十五 of 1235; up to 9999 and tens of thousands above."""
    if number >= 10_000:
        head, tail = divmod(number, 10_000)
        gap = "零" if 0 < tail < 1000 else ""
        return f"{chinese_words(head)}万{gap}{chinese_words(tail) if tail else ''}"
    if number == 0:
        return "零"
    text = ""
    has_gap = False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            text += ("零" if has_gap else "") + _DIGITS[digit] + name
            has_gap = False
        else:
            has_gap = bool(text)
    return text[1:] if text.startswith("一十") else text


def financial_words(number: int) -> str:
    """Return 壹仟贰佰叁拾伍 of 1235."""
    return chinese_words(number).translate(_FINANCIAL)


def roman(number: int) -> str:
    """Return "XII" of 12."""
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def full_width(text: str) -> str:
    """Return a text with wide digits."""
    return text.translate(_FULL_WIDTH)


def raised(text: str) -> str:
    """Return a text with superscript digits."""
    return text.translate(_RAISED)


def with_zero_width(text: str) -> str:
    """Return a text with an invisible character between its digits."""
    return _between_digits(text, "\u200b")


def with_emphasis(text: str) -> str:
    """Return a text whose second digit is set bold: 1**2**3."""
    for index in range(1, len(text)):
        if text[index].isdigit() and text[index - 1].isdigit():
            return f"{text[:index]}**{text[index]}**{text[index + 1 :]}"
    return text


def with_entities(text: str) -> str:
    """Return a text whose digits are HTML entities."""
    return "".join(f"&#{ord(char)};" if char.isdigit() else char for char in text)


def _between_digits(text: str, inserted: str) -> str:
    parts = [text[0]]
    for before, char in pairwise(text):
        parts += [inserted, char] if before.isdigit() and char.isdigit() else [char]
    return "".join(parts)


def day_layouts(day: date, lang: str) -> list[str]:
    """Return a day in the layouts of a language that the tools do not use."""
    if lang == "zh":
        return [
            f"{day.month}月{day.day}日",
            day.isoformat(),
            f"{day.month}月{day.day}号",
            f"{day.year}/{day.month}/{day.day}",
        ]
    month = _MONTHS[day.month - 1]
    ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return [
        f"{day.day} {month}",
        f"{month} {day.day}{ending}",
        day.isoformat(),
        f"{month} {day.day}, {day.year}",
        f"the {day.day}{ending} of {month}",
    ]
