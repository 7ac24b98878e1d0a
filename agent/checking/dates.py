"""Days, months and years in every layout that a sentence may write them in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tools.numerals import parse_number
from tools.results import Fact

Parts = tuple[int | None, int | None, int | None]
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAME = (
    r"(?P<{0}>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_MONTH = _NAME.format("m")
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|—|~|to|and|until|through|到|至)\s*"
_SECOND_DAY = rf"(?:{_TO}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)?"
_YEAR = r"(?:,?\s+(?P<y>(?:19|20)\d\d)(?!\d))?"
_HAN_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_LAYOUTS = (
    re.compile(r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d])"),
    re.compile(
        rf"(?:(?P<y>\d{{4}}|[零一二三四五六七八九]{{4}})年\s?)?(?P<m>{_HAN_DAY})月\s?(?P<d>{_HAN_DAY})(?:[日号]|(?={_TO}))"
        rf"(?:{_TO}(?P<d2>{_HAN_DAY})[日号])?"
    ),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?{_SECOND_DAY}\s+(?:of\s+)?{_MONTH}(?![a-z]){_YEAR}"),
    re.compile(rf"(?<![A-Za-z]){_MONTH}\s+{_DAY}(?![\d%,.]\d|\d){_SECOND_DAY}{_YEAR}"),
    re.compile(r"(?<![\d.,])(?P<a>\d{1,2})(?P<s>[/.])(?P<b>\d{1,2})(?P=s)(?P<y>(?:19|20)?\d\d)(?![\d])"),
    re.compile(
        r"(?:(?P<y>(?:19|20)\d\d|[零一二三四五六七八九]{4})年\s?)(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?"
    ),
    re.compile(rf"(?<![A-Za-z]){_MONTH},?\s+(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?!\d)"),
    re.compile(
        r"(?<![A-Za-z])(?P<m>January|February|March|April|(?<=in )May|June|July|August|September|October|November|"
        r"December)(?![a-z])"
    ),
    re.compile(r"(?P<y>(?:19|20)\d\d|[零一二三四五六七八九]{4})年"),
    re.compile(
        r"\b(?:in|of|since|during|for|year)\s+(?P<y>(?:19|20)\d\d)(?![\d,.]\d|\d|\s?(?:units|days|%))",
        re.IGNORECASE,
    ),
)
_PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class DateMention:
    """A day, month or year where it stands; `readings` are what it may mean (3/4 is two days)."""

    start: int
    end: int
    text: str
    readings: tuple[Parts, ...]

    def means(self, day: date) -> bool:
        """Whether one of the readings allows for the day."""
        return any(
            (y is None or y == day.year) and (m is None or m == day.month) and (d is None or d == day.day)
            for y, m, d in self.readings
        )

    @property
    def is_day(self) -> bool:
        """Whether it names a day, not only a month or year."""
        return self.readings[0][2] is not None


def find_dates(text: str) -> list[DateMention]:
    """Return the dates of a folded text in order; "3 to 14 June" is two of them."""
    found: list[DateMention] = []
    taken = bytearray(len(text))
    for layout in _LAYOUTS:
        for match in layout.finditer(text):
            if not any(taken[match.start() : match.end()]):
                mentions = _read(match)
                if mentions:
                    taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                    found += mentions
    return sorted(found, key=lambda mention: mention.start)


def _read(match: re.Match[str]) -> list[DateMention]:
    groups = match.groupdict()
    year = _number(groups.get("y"))
    if year is not None and year < 100:
        year += 2000
    if "a" in groups:
        first, second = _number(groups["a"]), _number(groups["b"])
        return [
            DateMention(
                match.start(), match.end(), match.group(), ((year, second, first), (year, first, second))
            )
        ]
    month, day, last = _month(groups.get("m")), _number(groups.get("d")), _number(groups.get("d2"))
    if (month is not None and not 1 <= month <= 12) or (day is not None and not 1 <= day <= 31):
        return []
    if last is None:
        return [DateMention(match.start(), match.end(), match.group(), ((year, month, day),))]
    middle = match.start("d2")
    first_end = match.end("d") if match.start("d") < middle else middle
    return [
        DateMention(match.start(), first_end, match.group(), ((year, month, day),)),
        DateMention(middle, match.end(), match.group(), ((year, month, last),)),
    ]


def _month(written: str | None) -> int | None:
    if written is None or not written[0].isascii() or written.isdigit():
        return _number(written)
    return _MONTHS.index(written[:3].lower()) + 1


def _number(written: str | None) -> int | None:
    value = parse_number(written) if written else None
    return None if value is None else int(value)


def known_days(facts: Iterable[Fact]) -> set[date]:
    """Return every day that facts name: as a value, as an end of a period, as the data's last day."""
    days: set[date] = set()
    for fact in facts:
        days.add(fact.as_of)
        if fact.unit == "date":
            days.add(date.fromisoformat(str(fact.value)[:10]))
        days.update(day for period in periods_of(fact) for day in period)
    return days


def periods_of(fact: Fact) -> list[tuple[date, date]]:
    """Return the periods that a fact belongs to or names, each as its first and last day."""
    written = [fact.period, str(fact.value) if fact.unit == "text" else ""]
    return [
        (date.fromisoformat(match[1]), date.fromisoformat(match[2]))
        for text in written
        if (match := _PERIOD.fullmatch(text))
    ]


def is_known(mention: DateMention, days: Iterable[date]) -> bool:
    """Whether a date is one of the days; a month or year alone must hold one of them."""
    return any(mention.means(day) for day in days)
