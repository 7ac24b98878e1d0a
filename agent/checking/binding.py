"""Each number stands with its own product, metric and period, and the ends of a range with each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from agent.checking.dates import DateMention, periods_of
from agent.checking.mentions import Mention, are_range
from agent.checking.metrics import Cue, family_of, find_cues, is_measured_in, owner_of, speaks_of
from agent.checking.reading import Reading, is_title
from agent.checking.support import is_typed, supporters
from agent.checking.violations import Violation
from tools.results import Fact, Lang

_ROW = re.compile(r"(?:^|\.)row(\d+)\.")
_INTERVAL_END = re.compile(r"(?P<call>(?:c\d+\.)?)(?P<row>row\d+\.)?(?P<side>low|high)(?P<level>\d*)$")
_OF = re.compile(r"^\s*(?:units?|pieces?)?\s*(?:of|for|的)\s*$", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:before(?:hand)?|earlier|previous(?:ly)?|prior|preceding|formerly|was)\b|此前|之前|前(?=\s?\d+\s?天)|早前|上一?期|原先|同期",
    re.IGNORECASE,
)
_ROLES = {
    "best_day": re.compile(r"\bbest\b|\bpeak|\bbusiest|\bhighest\b|最好|最高|高峰|峰值|最多", re.IGNORECASE),
    "runs_out": re.compile(r"runs? out|sells? out|卖完|卖光|售罄", re.IGNORECASE),
}
_COMPARED_WITH = re.compile(
    r"\b(?:than|against|after|versus|vs)\s+(?:the\s+)?$|[比与](?:前|此前)?[^,。]{0,12}$",
    re.IGNORECASE,
)
_MOVES_FROM = re.compile(r"(?:\bfrom\s+(?:the\s+)?|[从由]\s?)$", re.IGNORECASE)
_MOVES_TO = re.compile(r"\s*(?:to\b|[到至涨升降跌变增减上下])", re.IGNORECASE)
_CALENDAR = re.compile(
    r"\b(?:(?:last|this) (?:week|month|quarter|year)|yesterday|(?:first|second|third|fourth) quarter|Q[1-4])\b"
    r"|上周|本周|上个?月|本月|这个月|今年|去年|昨天|上?半年|第?[一二三四]季度",
    re.IGNORECASE,
)
# The shop's own totals may not stand as a product's; lengths of time and confidence belong to nobody.
_SUBSTANTIAL = frozenset({"units", "units_per_day", "CNY", "USD", "GBP", "EUR", "JPY"})


class Binding:
    """Finds, of the facts that say a number, those that it may stand for where it stands.

    Args:
        reading: the text.
        facts: what the tools stated.
        lang: the text's language.
    """

    def __init__(self, reading: Reading, facts: Sequence[Fact], lang: Lang) -> None:
        self.reading = reading
        self.facts = facts
        self.cues = find_cues(reading.text, lang)
        self.names = [
            (place, {fact.entity for fact in titles} if titles else {char})
            for place, char in enumerate(reading.text)
            if (titles := [fact for fact in self._named(char) if is_title(fact)]) or char in reading.strangers
        ]
        self.rows = _row_entities(facts)
        self._supporters: dict[Mention, list[Fact]] = {}

    def _named(self, char: str) -> list[Fact]:
        known = self.reading.marks.get(char, [])
        reference = self.reading.references.get(char)
        return [*known, *([reference] if reference else [])]

    def check(
        self, mention: Mention, typed: Sequence[Mention], candidates: Sequence[Fact]
    ) -> Violation | None:
        """Return what of a supported number is bound wrongly; None when one fact fits in all respects."""
        if is_typed(mention, typed):
            return None
        for kind, fits in (
            ("entity", self.fits_entity),
            ("metric", self.fits_metric),
            ("period", self.fits_period),
        ):
            candidates = [fact for fact in candidates if fits(mention.start, mention.end, fact)]
            if not candidates:
                return Violation(kind, mention.text)  # type: ignore[arg-type]
        return None

    def supporters(self, mention: Mention) -> list[Fact]:
        """Return the facts that say the number, wherever it stands."""
        if mention not in self._supporters:
            self._supporters[mention] = supporters(mention, self.facts)
        return self._supporters[mention]

    def is_length(self, mention: Mention) -> bool:
        """Whether a number of days or weeks is how long a stated period is, and said of nothing else."""
        days = {"days": 1, "weeks": 7}.get(mention.unit or "")
        if days is None or mention.value is None:
            return False
        first, last = self.reading.clause(mention.start)
        speaks = any(first <= cue.start < last and is_measured_in(cue.family, "days") for cue in self.cues)
        lengths = {(end - start).days + 1 for fact in self.facts for start, end in periods_of(fact)}
        return not speaks and mention.value * days in lengths

    def bound(self, mention: Mention) -> list[Fact]:
        """Return the facts that a number may stand for here."""
        place = mention.start, mention.end
        return [
            fact
            for fact in self.supporters(mention)
            if self.fits_entity(*place, fact)
            and self.fits_metric(*place, fact)
            and self.fits_period(*place, fact)
        ]

    def entity_at(self, start: int, end: int) -> set[str] | None:
        """Return the products that the words around a place speak of; None when none was named so far."""
        begin, stop = self.reading.clause(start)
        for place, entities in self.names:
            if place >= end and _OF.match(self.reading.text[end:place]):
                return entities
        before = [(place, entities) for place, entities in self.names if place < start]
        inside = [entities for place, entities in before if place >= begin]
        if inside:
            return inside[-1]
        sentence = self.reading.sentence(start)
        same = [entities for place, entities in before if place >= sentence[0]]
        after = [entities for place, entities in self.names if end <= place < stop]
        if same or after:
            return same[-1] if same else after[0]
        return self._topics(before) if before else None

    def _topics(self, before: Sequence[tuple[int, set[str]]]) -> set[str]:
        """Return what a sentence without a name may go on about: the subjects so far, or what was named last."""
        subjects: dict[tuple[int, int], set[str]] = {}
        for place, entities in before:
            subjects.setdefault(self.reading.sentence(place), entities)
        return set().union(before[-1][1], *subjects.values())

    def fits_entity(self, start: int, end: int, fact: Fact) -> bool:
        """Whether the number stands with the fact's product, a table's number with its row."""
        named = self.entity_at(start, end)
        owner = owner_of(fact)
        row = _ROW.search(fact.id)
        if row and owner == "store":
            return self._names_row(start, fact)
        if owner == "store":
            return named is None or "store" in named or fact.unit not in _SUBSTANTIAL
        if row and not self.rows.get(_row_key(fact), False):
            return (named is None or owner in named) and self._names_row(start, fact)
        return named is None or owner in named

    def _names_row(self, start: int, fact: Fact) -> bool:
        """Whether the sentence names the row that a table's number stands in: its day, its label, its stars."""
        first, last = self.reading.sentence(start)
        begin, stop = self.reading.clause(start)
        key = _row_key(fact)
        near = self.reading.text[begin:stop].lower()
        days = [mention for mention in self.reading.dates if first <= mention.start < last and mention.is_day]
        stars = {m.value for m in self.reading.mentions if first <= m.start < last and m.unit == "stars"}
        for label in (other for other in self.facts if _row_key(other) == key and other.id != fact.id):
            if label.unit == "date":
                is_named = any(mention.means(date.fromisoformat(str(label.value)[:10])) for mention in days)
            elif label.unit == "text":
                is_named = str(label.value).lower() in near
            else:
                is_named = label.unit == "stars" and label.value in stars
            if is_named:
                return True
        return fact.unit in ("stars", "text")

    def fits_metric(self, start: int, end: int, fact: Fact) -> bool:
        """Whether the nearest word that names a metric names the fact's."""
        family = family_of(fact)
        if family == "naive_error" and any(c.family == family and c.start < start for c in self.cues):
            return True
        if family in (None, "compared", "clear", "sellers", "tests"):
            # Their nouns are units: "2 products", "5 tests".
            return True
        near = self._nearest(start, end, fact)
        return not near or any(speaks_of(cue.family, family) for cue in near)

    def _nearest(self, start: int, end: int, fact: Fact) -> list[Cue]:
        for first, last in (self.reading.clause(start), self.reading.sentence(start)):
            inside = [
                cue
                for cue in self.cues
                if first <= cue.start < last and is_measured_in(cue.family, str(fact.unit))
            ]
            if family_of(fact) == "interval":
                inside = [
                    cue for cue in inside if cue.family in ("on_hand", "order", "revenue", "target", "price")
                ]
            if inside:
                nearest = min(_gap(cue, start, end) for cue in inside)
                return [cue for cue in inside if _gap(cue, start, end) <= nearest + 2]
        return []

    def fits_period(self, start: int, end: int, fact: Fact) -> bool:
        """Whether words and dates around the number do not put it into another period than the fact's."""
        siblings = [
            other
            for other in self.facts
            if other.id != fact.id
            and other.unit == fact.unit
            and owner_of(other) == owner_of(fact)
            and family_of(other) == family_of(fact) == "sold"
            and _is_earlier(other) != _is_earlier(fact)
            and not _ROW.search(other.id)
            and other.source == fact.source
        ]
        if not siblings or _ROW.search(fact.id):
            return True
        return self._is_put_earlier(start, end) == _is_earlier(fact)

    def _is_put_earlier(self, start: int, end: int) -> bool:
        """Whether the words around a number put it into the time compared with."""
        first, last = self.reading.clause(start)
        words = self.reading.text
        if _EARLIER.search(words, max(0, start - 12), start) or _EARLIER.search(words, end, last):
            return True
        if words[max(0, start - 1) : start] == "(" and _EARLIER.search(
            words, self.reading.clause(start - 2)[0], start
        ):
            # A bracket belongs to what stands before it: "than in the 14 days before (368)".
            return True
        moves_on = _MOVES_FROM.search(words[max(start - 6, 0) : start]) and _MOVES_TO.match(words, end)
        return bool(moves_on or _COMPARED_WITH.search(words[max(first - 8, 0) : start]))


def _gap(cue: Cue, start: int, end: int) -> int:
    return max(cue.start - end, start - cue.end, 0)


def _is_earlier(fact: Fact) -> bool:
    """Whether the fact belongs to the time compared with: its period ends before that of the call."""
    if "before" in fact.metric:
        return True
    end = fact.source.arguments.get("end") or (fact.source.arguments.get("period") or {}).get("end")
    return bool(fact.period and end and fact.period.split("..")[-1] < str(end))


def _row_key(fact: Fact) -> str:
    match = _ROW.search(fact.id)
    return fact.id[: match.end()] if match else ""


def _row_entities(facts: Sequence[Fact]) -> dict[str, bool]:
    """Return for each table row whether its product alone tells it from the other rows."""
    entities: dict[str, str] = {_row_key(fact): fact.entity for fact in facts if _ROW.search(fact.id)}
    alone = len(set(entities.values())) == len(entities)
    return dict.fromkeys(entities, alone)


def check_days(reading: Reading, binding: Binding) -> list[Violation]:
    """Return the days that stand as the best one, or as that of selling out, and are not."""
    found = []
    for role, words in _ROLES.items():
        days = [date.fromisoformat(str(fact.value)[:10]) for fact in binding.facts if fact.metric == role]
        for mention in reading.dates:
            clause = reading.text[slice(*reading.clause(mention.start))]
            is_claimed = mention.is_day and words.search(clause) and not _is_end(mention, reading)
            if days and is_claimed and not any(mention.means(day) for day in days):
                found.append(Violation("date", mention.text))
    return found


def _is_end(mention: DateMention, reading: Reading) -> bool:
    """Whether the date is an end of a period: "the best day from 1 to 14 June" names three days."""
    before = reading.text[: mention.start].rstrip().lower()
    after = reading.text[mention.end :].lstrip().lower()
    return before.endswith(
        (" from", " to", " until", " between", "至", "到", "从", "–", "-")
    ) or after.startswith(("to ", "and ", "至", "到", "–", "-"))


def check_calendar_words(reading: Reading, asked: str, statements: Sequence[Reading]) -> list[Violation]:
    """Return the words for a time (last week, Q3) that neither the question nor the code's sentences use."""
    known = " ".join([asked, *(statement.text for statement in statements)]).lower()
    return [
        Violation("period", match.group())
        for match in _CALENDAR.finditer(reading.text)
        if match.group().lower() not in known
    ]


def check_ranges(reading: Reading, binding: Binding) -> list[Violation]:
    """Return the ranges whose ends are not the two ends of one interval or period."""
    violations = []
    for first, second in pairwise(reading.mentions):
        if are_range(reading.text, first, second):
            lows, highs = binding.supporters(first), binding.supporters(second)
            level = _level_at(reading, first)
            if lows and highs and not _may_pair(lows, highs, level):
                violations.append(Violation("range", reading.text[first.start : second.end]))
    for one, other in pairwise(reading.dates):
        between = reading.text[one.end : other.start].strip().lower()
        is_range = between in ("to", "-", "–", "—", "~", "and", "until", "through", "至", "到")
        if is_range and not _is_period(one, other, binding.facts):
            violations.append(Violation("period", f"{one.text} {between} {other.text}"))
    return violations


def _level_at(reading: Reading, mention: Mention) -> str | None:
    """Return the confidence that a range is given with: the last per cent before it in its sentence, or the next."""
    first, last = reading.sentence(mention.start)
    levels = [
        m for m in reading.mentions if first <= m.start < last and m.unit == "percent" and m.value is not None
    ]
    before = [m for m in levels if m.start < mention.start]
    nearest = before[-1] if before else levels[0] if levels else None
    return None if nearest is None or nearest.value is None else f"{nearest.value:g}"


def _may_pair(lows: Sequence[Fact], highs: Sequence[Fact], level: str | None) -> bool:
    """Whether some low and some high end are of one interval; numbers that are no ends may stand in any range."""
    for low in lows:
        for high in highs:
            one, other = _INTERVAL_END.search(low.id), _INTERVAL_END.search(high.id)
            if one is None and other is None:
                return True
            if one and other and one["side"] == "low" and other["side"] == "high":
                same = (one["call"], one["row"], one["level"]) == (
                    other["call"],
                    other["row"],
                    other["level"],
                )
                if same and (level is None or not one["level"] or one["level"] == level):
                    return True
    return False


def _is_period(one: DateMention, other: DateMention, facts: Sequence[Fact]) -> bool:
    periods = {period for fact in facts for period in periods_of(fact)}
    days = {fact.id: date.fromisoformat(str(fact.value)[:10]) for fact in facts if fact.unit == "date"}
    for name, day in days.items():
        end = f"{name.removesuffix('start')}end"
        if name.endswith("start") and end in days:
            periods.add((day, days[end]))
    return any(one.means(start) and other.means(end) for start, end in periods)
