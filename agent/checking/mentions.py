"""Every number of a text as a value: digits, words, percentages, signs, thousands, fractions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.checking.units import unit_after, unit_before
from tools.numerals import parse_number
from tools.results import Lang


@dataclass(frozen=True)
class Mention:
    """A number where it stands.

    Args:
        start: of its sign or currency; `end` is behind its unit.
        value: signed; None where the digits are no well-formed number.
        step: what its last digit stands for: 100 of "1.2K", 1 of "1,235".
        unit: as written, None for a bare number.
        is_word: written without digits.
        is_rough: introduced by "about" or the like, so that it may be rounder than its digits say.
        is_signed: whether it carries a plus or minus of its own.
    """

    start: int
    end: int
    text: str
    value: float | None
    step: float
    unit: str | None
    is_word: bool = False
    is_rough: bool = False
    is_signed: bool = False


_SCALES = {"k": 1e3, "w": 1e4, "m": 1e6, "bn": 1e9, "b": 1e9, "千": 1e3, "万": 1e4, "百": 1e2, "亿": 1e8}
_SCALES |= {
    "百万": 1e6,
    "千万": 1e7,
    "十万": 1e5,
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
}
_SCALES |= {"dozen": 12.0}
_SIGN = r"(?P<sign>(?:(?<![\w%)\]])[-−–+±]\s?|\b(?:minus|negative)\s|负))?"
_DIGITS = re.compile(
    rf"{_SIGN}(?:(?P<money>US\$|[$£€¥])\s?(?P<inner>[-−])?)?(?P<digits>\d[\d,]*(?:\.\d+)*)"
    r"(?P<scale>\s?(?:百万|千万|十万|[万亿千]|百(?!分))|(?:[kKmMwW]|bn)(?![A-Za-z])"
    r"|\s(?:hundred|thousand|million|billion|dozen)\b)?",
    re.IGNORECASE,
)
_WELL_FORMED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_ROUGH = re.compile(
    r"(?:\babout|\baround|\broughly|\bnearly|\balmost|\bsome|\bapproximately|\bclose to|\bjust (?:over|under)|≈|~"
    r"|约|大约|大概|近|将近|接近|差不多|左右)\s*$",
    re.IGNORECASE,
)
_ROUGH_AFTER = re.compile(r"\s*(?:左右|上下|来|多|余|or so\b|odd\b)")

_SMALL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|"
    "nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_ANY = rf"(?:{_SMALL}|zero|one|hundred|thousand|million|billion|dozen)"
_ENGLISH = re.compile(
    r"(?P<sign>\b(?:minus|negative)\s+)?(?<![A-Za-z])(?P<words>"
    rf"(?:(?:a|an|one)\s+(?:hundred|thousand|million|billion|dozen)|(?:{_SMALL}|hundred|thousand|million|billion|dozen)"
    rf"|(?:zero|one)(?=[\s-](?:unit|piece|item|day|week|month|star|percent|per cent|hundred|thousand|point)))"
    rf"(?:(?:\s+and\s+|[\s-]){_ANY})*(?:\s+point(?:[\s-](?:zero|one|{_SMALL}))+)?)(?P<plural>s)?(?![A-Za-z])",
    re.IGNORECASE,
)
# Words that are a number and its unit at once: value, unit.
_WHOLE_WORDS: tuple[tuple[str, float, str], ...] = (
    (r"\b(?:half\s+a\s+dozen)\b", 6, "units"),
    (r"\bdoubl(?:e[ds]?|ing)\b|\btwice\b|\btwofold\b|翻[了]?(?:一)?[倍番]|加倍|倍增", 2, "times"),
    (r"\btripl(?:e[ds]?|ing)\b|\bthreefold\b", 3, "times"),
    (r"\bquadrupl(?:e[ds]?|ing)\b|翻了?两番", 4, "times"),
    (r"\b(?:one|a)\s+half\b|\bhalf\b|\bhalv(?:e[ds]?|ing)\b|一半|过半|减半|腰斩|对半", 50, "percent"),
    (r"\b(?:two[- ]thirds)\b|三分之二", 200 / 3, "percent"),
    (r"\b(?:a|one)[- ]third\b|三分之一", 100 / 3, "percent"),
    (r"\bthree[- ]quarters\b|四分之三", 75, "percent"),
    (r"\b(?:a|one)\s+quarter\s+of\b|四分之一", 25, "percent"),
    (r"\ba\s+fortnight\b|\bfortnight\b", 14, "days"),
    (r"\ba\s+couple\s+of\b", 2, ""),
)
_WHOLE = [(re.compile(pattern, re.IGNORECASE), value, unit) for pattern, value, unit in _WHOLE_WORDS]
_HAN = "零一二两俩三四五六七八九十百千万亿半"
_CLASSIFIER = (
    r"(?:个?百分点|件|天|日(?!常|均)|周|个?星期|个?礼拜|个月|成(?![为本交功分就立员熟])|倍|折|元|块|"
    r"星|条|款(?!式)|次|个|%|年|小时|箱|单|台|份)"
)
_CHINESE = re.compile(
    rf"(?P<share>百分之(?P<of>[{_HAN}]+(?:点[{_HAN}]+)?|\d+(?:\.\d+)?))"
    rf"|(?P<sign>负)?(?<!\d)(?P<han>[{_HAN}]+(?:点[{_HAN}]+)?)\s?(?P<class>{_CLASSIFIER}(?P<more>[一二三四五六七八九半](?![{_HAN}件天个]))?)?"
    r"|(?P<tenths>\d+(?:\.\d+)?)\s?成(?![为本交功分就])"
)
# Numerals inside common words count nothing.
_WORDLIKE = re.compile(
    r"十分(?!之)|千万别|千万不|万一|一一|百货|千克|万千|三三两两|一般|统一|百搭|十足|万能|九成新"
)
_ARTICLE = frozenset("一 个 款 次 条 单 份 年 台 箱".split())
_ROMAN = re.compile(
    r"(?<![A-Za-z0-9])(?=[IVXLCDM]{2,}(?![A-Za-z0-9]))M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
)
_OLD_TENS = re.compile("[廿卅][一二三四五六七八九]?")
_ROMAN_COUNT = re.compile(
    r"(?<![A-Za-z0-9])[IVXLCDM]+(?=\s?(?:units?|days?|weeks?|stars?|percent|%|[件天周星次条款个]))"
)
_NOT_ROMAN = frozenset(
    {"XL", "XXL", "XXXL", "CD", "MM", "CM", "DC", "CC", "MIX", "ML", "MC", "DI", "MD", "CV", "LI"}
)


def find_mentions(text: str, lang: Lang) -> list[Mention]:
    """Return the numbers of a folded text, in order; parts of one another are one mention."""
    found: list[Mention] = []
    taken = bytearray(len(text))
    for mention in [*_whole_words(text), *_chinese(text), *_digits(text), *_english(text), *_romans(text)]:
        if not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            found.append(_with_roughness(text, mention))
    return _with_shared_units(text, sorted(found, key=lambda mention: mention.start))


def _digits(text: str) -> list[Mention]:
    found = []
    for match in _DIGITS.finditer(text):
        digits, scale = (
            match["digits"],
            _SCALES[(match["scale"] or "").strip().lower()] if match["scale"] else 1.0,
        )
        tail = len(digits) - len(digits.rstrip(","))
        digits, end = digits.rstrip(","), match.end() - (tail if not match["scale"] else 0)
        value, step = None, 1.0
        if _WELL_FORMED.fullmatch(digits):
            decimals = len(digits.partition(".")[2])
            value, step = float(digits.replace(",", "")) * scale, scale * 10.0**-decimals
        money, start = unit_before(text, match.start("digits"))
        unit, end = unit_after(text, end) if money is None else (money, end)
        sign = (match["sign"] or "").strip().lower() or (match["inner"] or "")
        if value is not None and sign and sign not in "+±":
            value = -value
        begin = min(start, match.start())
        shown = (match["sign"] or "") + text[match.start("digits") : match.start("digits") + len(digits)]
        found.append(Mention(begin, end, shown.strip(), value, step, unit, is_signed=bool(sign)))
    return found


def _english(text: str) -> list[Mention]:
    found = []
    for match in _ENGLISH.finditer(text):
        words, _, decimals = match["words"].lower().partition(" point ")
        value = parse_number(words)
        if match["plural"]:  # dozens, hundreds: nothing that a fact could say
            value = None
        if value is not None and decimals:
            digits = "".join(str(int(parse_number(word) or 0)) for word in re.split(r"[\s-]+", decimals))
            value += float(f"0.{digits}")
        if value is not None and match["sign"]:
            value = -value
        unit, end = unit_after(text, match.end())
        step = 10.0 ** -len(decimals.split()) if decimals else 1.0
        found.append(
            Mention(match.start(), end, match.group(), value, step, unit, True, is_signed=bool(match["sign"]))
        )
    return found


def _chinese(text: str) -> list[Mention]:
    found = []
    lexical = [match.span() for match in _WORDLIKE.finditer(text)]
    for match in _CHINESE.finditer(text):
        if any(start <= match.start() < end for start, end in lexical):
            continue
        mention = _chinese_mention(text, match)
        if mention is not None:
            found.append(mention)
    return found


def _chinese_mention(text: str, match: re.Match[str]) -> Mention | None:
    if match["share"]:
        value, step = _read_han(match["of"])
        return Mention(match.start(), match.end(), match.group(), value, step, "percent", True)
    if match["tenths"]:
        value, step = 10 * float(match["tenths"]), 10.0 if "." not in match["tenths"] else 1.0
        return Mention(match.start(), match.end(), match.group(), value, step, "percent")
    han, classifier = match["han"], match["class"] or ""
    if not classifier and (len(han) < 2 or not re.search("[十百千万亿]|[零二两三四五六七八九]{2}", han)):
        return None
    if not classifier and text[match.start() - 1 : match.start()] == "第":
        return None
    is_article = (
        classifier in _ARTICLE
        or not classifier
        or text[match.start() - 1 : match.start()] in tuple("的这那哪某每")
    )
    if han == "一" and is_article:
        return None
    value, step = _read_han(han)
    unit: str | None = None
    if classifier.startswith("成"):
        value, unit, step = (None if value is None else 10 * value), "percent", 10.0
        if match["more"] and value is not None:
            value, step = (
                value + (_read_han(match["more"])[0] or 0) * (10 if match["more"] == "半" else 1),
                1.0,
            )
    elif classifier:
        unit = unit_after(text, match.end("han"))[0] or "other"
        if han == "半" and unit == "months":
            value, unit = 15.0, "days"
    if match["sign"] and value is not None:
        value = -value
    end = (
        match.end() if classifier.startswith("成") else match.end("class") if classifier else match.end("han")
    )
    end = max(end, unit_after(text, match.end("han"))[1]) if unit not in (None, "percent") else end
    return Mention(match.start(), end, han, value, step, unit, True, is_signed=bool(match["sign"]))


def _read_han(han: str) -> tuple[float | None, float]:
    whole, _, decimals = han.partition("点")
    value = parse_number(whole)
    if value is None or not decimals:
        return value, 1.0 if "." not in han else 10.0 ** -len(han.partition(".")[2])
    digits = "".join(str(int(parse_number(char) or 0)) for char in decimals)
    return value + float(f"0.{digits}"), 10.0 ** -len(digits)


def _whole_words(text: str) -> list[Mention]:
    return [
        Mention(match.start(), match.end(), match.group(), value, 1.0, unit or None, True)
        for pattern, value, unit in _WHOLE
        for match in pattern.finditer(text)
    ]


def _romans(text: str) -> list[Mention]:
    return [
        Mention(match.start(), match.end(), match.group(), None, 1.0, None, True)
        for pattern, spared in (
            (_ROMAN_COUNT, frozenset[str]()),
            (_ROMAN, _NOT_ROMAN),
            (_OLD_TENS, frozenset[str]()),
        )
        for match in pattern.finditer(text)
        if match.group() and match.group() not in spared
    ]


def _with_roughness(text: str, mention: Mention) -> Mention:
    rough = _ROUGH.search(text, max(0, mention.start - 16), mention.start) or _ROUGH_AFTER.match(
        text, mention.end
    )
    if not rough or mention.value is None or (mention.is_word and mention.unit == "percent"):
        return replace(mention, is_rough=bool(rough))
    # "about 1,200": its trailing zeros are no digits.
    step, whole = mention.step, abs(mention.value)
    while whole >= 100 and step < whole / 10 and whole % (step * 10) == 0:
        step *= 10
    return replace(mention, is_rough=True, step=step)


_JOINS_RANGE = re.compile(r"\s*(?:-|–|—|~|to|and|or|到|至|或)\s*", re.IGNORECASE)


def _with_shared_units(text: str, mentions: list[Mention]) -> list[Mention]:
    """Give the first end of a range the unit that stands behind the second ("12 to 14%")."""
    shared = list(mentions)
    for index in range(len(mentions) - 2, -1, -1):
        first, second = shared[index], shared[index + 1]
        if first.unit is None and second.unit and _JOINS_RANGE.fullmatch(text, first.end, second.start):
            shared[index] = replace(first, unit=second.unit)
    return shared


def are_range(text: str, first: Mention, second: Mention) -> bool:
    """Whether two neighbouring mentions are the ends of one range: "a to b", "between a and b", a–b."""
    between = text[first.end : second.start].strip().lower()
    if between in ("-", "–", "—", "~", "to", "到", "至"):
        return True
    return between == "and" and bool(re.search(r"\bbetween\s+$", text[: first.start], re.IGNORECASE))
