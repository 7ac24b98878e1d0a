"""Numbers as people write them: digits, English words, Chinese numerals."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_ENGLISH_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_ENGLISH_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
_ENGLISH_LOOSE = {"a": 1.0, "an": 1.0, "half": 0.5, "couple": 2.0, "few": 3.0, "dozen": 12.0, "gross": 144.0}
_ENGLISH_PACKS = {"dozen": 12, "gross": 144}
_ENGLISH_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_CHINESE_SCALES = {"十": 10, "百": 100, "千": 1_000}
_SUFFIXES = {"k": 1_000, "千": 1_000, "百": 100, "w": 10_000, "万": 10_000, "m": 1_000_000, "百万": 1_000_000}
_SUFFIXES |= {"thousand": 1_000, "million": 1_000_000, "hundred": 100, "dozen": 12, "gross": 144, "打": 12}

_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75"}

_WORD = "|".join([*_ENGLISH_SMALL, *_ENGLISH_TENS, *_ENGLISH_SCALES, *_ENGLISH_LOOSE])
_GROUPED = r"\d{1,3}(?: \d{3})+(?!\d)|\d[\d,]*(?:\.\d+)?"
_SCALED = r"\s?(?:百万|thousand|hundred|million|dozen|gross)(?![a-z])|\s?[万千百](?:\d(?![\d.]))?|\s?打|[kmw](?![a-z])"
_DIGITS = rf"(?:{_GROUPED})(?:{_SCALED})?"
_WORDS = rf"(?<![a-z])(?:{_WORD})(?:(?:[\s-]|\sand\s|\sof\sa\s|\sof\s)(?:{_WORD})(?![a-z]))*(?![a-z])"
_CHINESE = r"[零〇一二两俩三仨四五六七八九十百千万亿半]+(?:打(?!折))?"
# Digits first: "3万" is one number, not a digit and a numeral.
NUMBER = rf"(?:{_DIGITS}|{_WORDS}|{_CHINESE})"


def fold(text: str) -> str:
    """Return text in one width, one case and one script, single-spaced: "ＬＡＳＴ  ７ days" -> "last 7 days", 賣 -> 卖."""
    # NFKC would spell 2½ as 21⁄2.
    text = re.sub(r"(\d?)\s?([½¼¾])", lambda match: (match[1] or "0") + _FRACTIONS[match[2]], text)
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold().replace("’", "'")
    return text if text.isascii() else text.translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Return what turns traditional characters into simplified ones, one by one: places in a text stay."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    pairs = ((code, convert(chr(code))) for code in range(0x4E00, 0xA000))
    return {code: plain for code, plain in pairs if plain != chr(code) and len(plain) == 1}


def parse_number(text: str) -> float | None:
    """Return the number that the whole of `text` says, or None.

    Args:
        text: "1,200", "1.2k", "1万", "twenty-five", "a couple", "三百二十", "半".
    """
    text = fold(text)
    for reader in (_read_digits, _read_english, _read_chinese):
        value = reader(text)
        if value is not None:
            return value
    return None


def _read_digits(text: str) -> float | None:
    match = re.fullmatch(rf"({_GROUPED})\s?([a-z]+|[万千百打]+)?(?P<tail>\d)?", text)
    if match is None or (match[2] and match[2] not in _SUFFIXES) or (match["tail"] and not match[2]):
        return None
    scale = _SUFFIXES.get(match[2], 1)
    # "1万2" is 12,000: a bare digit after a scale counts tenths of it.
    return float(re.sub("[, ]", "", match[1])) * scale + int(match["tail"] or 0) * scale / 10


def _read_english(text: str) -> float | None:
    words = [word for word in re.split(r"[\s-]+", text) if word not in ("and", "of")]
    # "a hundred", "half a dozen": the article counts only when nothing else does.
    numeric = [word for word in words if word not in ("a", "an")]
    if not words or any(word not in _ENGLISH_ALL for word in words):
        return None
    total, current = 0.0, 0.0
    for word in numeric or ["a"]:
        if word in _ENGLISH_SCALES:
            current = (current or 1) * _ENGLISH_SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word in _ENGLISH_PACKS:
            current = (current or 1) * _ENGLISH_PACKS[word]
        else:
            current += _ENGLISH_ALL[word]
    return total + current


_ENGLISH_ALL = {**_ENGLISH_SMALL, **_ENGLISH_TENS, **_ENGLISH_SCALES, **_ENGLISH_LOOSE}


def _read_chinese(text: str) -> float | None:
    if text == "半":
        return 0.5
    if len(text) > 1 and text.endswith("打"):
        dozens = _read_chinese(text[:-1])
        return None if dozens is None else 12 * dozens
    if not re.fullmatch(r"[零〇一二两俩三仨四五六七八九十百千万亿]+", text):
        return None
    if _is_rough(text):
        return None
    if len(text) > 1 and all(char in _CHINESE_DIGITS for char in text):
        return float("".join(str(_CHINESE_DIGITS[char]) for char in text))
    for char, scale in (("亿", 100_000_000), ("万", 10_000)):
        if char in text:
            head, _, tail = text.partition(char)
            return (_read_chinese_section(head) or 1) * scale + _read_chinese_tail(tail, scale)
    return float(_read_chinese_section(text))


def _is_rough(text: str) -> bool:
    """Whether the numeral says two neighbours, and so no one number: 两三 is two or three, never 23."""
    rough = re.search(r"([一二两三四五六七八])([二三四五六七八九])(?:[十百千万]|$)", text)
    return (
        bool(rough)
        and len(re.sub("[十百千万亿]", "", text)) == 2
        and (_CHINESE_DIGITS[rough[2]] - _CHINESE_DIGITS[rough[1]] in (1, 2) if rough else False)
    )


def _read_chinese_tail(tail: str, scale: int) -> float:
    # "一万二" is 12,000: a bare digit after a scale counts tenths of it.
    if len(tail) == 1 and tail in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[tail] * scale / 10
    return _read_chinese(tail) or 0.0 if tail else 0.0


def _read_chinese_section(text: str) -> float:
    total, digit, scale = 0.0, 0.0, 10
    for char in text:
        if char in _CHINESE_SCALES:
            scale = _CHINESE_SCALES[char]
            total += (digit or 1) * scale
            digit = 0.0
        else:
            digit = _CHINESE_DIGITS[char]
            scale = 10 if char in "零〇" else scale
    # "三百二" is 320, "十二" is 12, "三百零二" is 302.
    return total + digit * (scale // 10 if total else 1)
