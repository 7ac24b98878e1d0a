"""Telephone numbers: China's in every disguise by own rules, the world's by Google's library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.personal.numbers import Span

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_DIGIT = "[0-9零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_SIGN = r"[ .\-_*/]{0,2}"
_MOBILE = re.compile(
    rf"(?:(?:\+|00)?\(?86\)?{_SIGN})?(?<![0-9])[1一壹幺]{_SIGN}[3-9三四五六七八九叁肆伍陆柒捌玖](?:{_SIGN}{_DIGIT}){{9}}(?![0-9])"
)
_LANDLINE = re.compile(
    r"(?<![\d-])\(?0(?:10|2\d|[3-9]\d\d)\)?[ -]{0,2}[2-8]\d{6,7}(?!\d)(?:\s*(?:转|-|ext\.?)\s*\d{1,6})?"
    r"|(?<![\d-])[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)"
)
# Groups that only telephone numbers have, whether or not their area exists: North America's, and a leading zero's.
_GROUPED = re.compile(
    r"(?<![\d.-])(?:(?:\+|00)?1[ .-]{1,2})?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}(?![\d-])"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,5})?"
    r"|(?<![\d.-])\(?0\d{2,5}\)?[ /]\d{5,8}(?![\d-])|(?<![\d.-])0\d{10}(?!\d)"
)
_WITH_COUNTRY = re.compile(r"\+\d{1,3}(?:[ ().-]{0,3}\d){7,12}(?!\d)")
# Seven digits and more, written in whatever way, are a telephone number where a word says so.
_LOCAL = re.compile(
    r"(?:电话|手机|座机|热线|致电|拨打|联系|服务站|\btel\b|\btelephone\b|\bphone\b|\bcall\b|\breach\b|\bdial\b"
    r"|\bmobile\b|\bring me\b)"
    r"[^\d\n]{0,8}(?<![\d.])(?P<local>[2-9]\d{2,3}[ .-]?\d{4}|\d(?:[ -]?\d){8,11})(?![\d-]|\.\d)",
    re.IGNORECASE | re.ASCII,
)
_WORD = "zero|oh|one|two|three|four|five|six|seven|eight|nine"
# Seven digits said one by one are a telephone number and nothing else.
_SPOKEN = re.compile(
    rf"\b(?:(?:double |triple )?(?:{_WORD}|\d)\b[\s,.-]{{1,3}}){{6,14}}(?:double |triple )?(?:{_WORD}|\d)\b",
    re.IGNORECASE | re.ASCII,
)
_SPOKEN_AT_ALL = re.compile(rf"\b(?:{_WORD})\b", re.IGNORECASE | re.ASCII)
_WORDS_NEEDED = 5
# Where a number without a country's code may be from; each reads the text once more.
_REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "AU", "IN", "JP", "TW", "KR", "BR")
_ENOUGH_DIGITS = re.compile(r"\d(?:[ ().\-/]{0,3}\d){7}")
# Measurements of a body ("34-26-38") are as long as the shortest numbers of some countries.
_FEWEST_DIGITS = 8
_FEWEST_BARE_DIGITS = 10
# Addresses in networks, dates, ranges of prices, measurements of a body.
_OTHER_NUMBER = re.compile(
    r"\d{1,3}(?:\.\d{1,3}){3}$|\d{4}[-/.]\d\d?[-/.]\d\d?$|\d\d?[-/.]\d\d?[-/.]\d{4}$|\d{4}[-/]\d{4}$"
    r"|\d\d-\d\d-\d\d(?:/\d{2,3})?$"
)


def find_phones(text: str) -> Iterator[Span]:
    """Yield telephone numbers, written in digits or in words."""
    for pattern in (_MOBILE, _LANDLINE, _GROUPED, _WITH_COUNTRY):
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span("local") for match in _LOCAL.finditer(text))
    for match in _SPOKEN.finditer(text):
        if len(_SPOKEN_AT_ALL.findall(match.group())) >= _WORDS_NEEDED:
            yield match.span()
    if _ENOUGH_DIGITS.search(text):
        yield from _world(text)


def _world(text: str) -> Iterator[Span]:
    import phonenumbers
    from phonenumbers import Leniency, PhoneNumberMatcher

    found = set()
    for region in _REGIONS:
        for match in PhoneNumberMatcher(text, region, leniency=Leniency.VALID):
            raw = match.raw_string
            is_national = (
                match.number.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
            )
            if len(str(match.number.national_number)) < _FEWEST_DIGITS:
                continue
            if is_national and not _is_dialled(raw, region, match.number):
                continue
            if not _OTHER_NUMBER.match(raw):
                found.add((match.start, match.end))
    yield from sorted(found)


def _is_dialled(raw: str, region: str, number: PhoneNumber) -> bool:
    """Whether bare digits that are valid somewhere are meant as a telephone number."""
    import phonenumbers

    if region == "US" or re.search(r"^\(?0|\d[ .-]\d", raw):
        return True
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return is_mobile and len(raw) >= _FEWEST_BARE_DIGITS
