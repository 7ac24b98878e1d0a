"""Words that claim: which way it went, what is the most, whether it is enough. Each needs facts that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from agent.checking.binding import Binding
from agent.checking.directions import direction_of, is_change, words_of_direction
from agent.checking.mentions import Mention
from agent.checking.metrics import family_of
from agent.checking.reading import Reading
from agent.checking.violations import Violation
from tools.results import Fact

_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|without|hardly|whether|if|than|\w+n't)\b[\w\s]{0,14}$|(?:没有?|不|未|无|是否|如果|并非)\w{0,4}$",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?:best|most(?! of\b)(?! likely)|highest|largest|biggest|strongest|top(?:s|ped)?\b(?! up)|leading|leads|"
    r"fastest|steepest|greatest|number one|main(?:ly)?|first place|ranks first|record high|"
    r"outsold everything|nobody sells more|no other|second[- ]best|runner-up)\b"
    r"|最(?!多[约有]?)(?:[大高强好快热多]|畅销|旺|明显|猛)|第一(?!批|天|次)|第[二三四五](?=名|位|畅销|高|好)|居首|领先|榜首|头号|冠军|主要",
    re.IGNORECASE,
)
_LEAST = re.compile(
    r"\b(?:worst|least|lowest|smallest|weakest|slowest|bottom|record low)\b|最(?:[小低弱差慢冷少])|垫底|倒数",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\bat (?:most|least|best)|\bmost of\b|up to|最多|至少|最少|不是最|最近", re.IGNORECASE
)
_ENOUGH = re.compile(
    r"\b(?:enough|sufficient\w*|adequate|ample|no need to (?:re)?order|well covered|covers? (?:it|that|demand)|outlasts?)\b"
    r"|足够|够(?!不)(?:用|卖|撑)?|充足|撑得[过到]|不用补货|无需补货|不必补货",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"\b(?:not enough|insufficient|inadequate|too little|(?:fall|run|is|are|be)s? short|shortage|"
    r"will not (?:last|cover)|won't (?:last|cover)|"
    r"not (?:last|cover|sufficient|enough|outlast)|must (?:re)?order|reorder now|order now)\b"
    r"|不够|不足|短缺|撑不[过到]|不充足|缺口|该补货|必须补货|马上补货",
    re.IGNORECASE,
)
_DELIVERY = re.compile(r"\bdeliver|lead time|到货|交期", re.IGNORECASE)


class Claims:
    """Checks the claiming words of one text.

    Args:
        reading: the text.
        binding: finds the facts that its numbers stand for.
        statements: the code's own sentences in the text's language: what they claim may be said again.
    """

    def __init__(self, reading: Reading, binding: Binding, statements: Sequence[Reading] = ()) -> None:
        self.reading = reading
        self.binding = binding
        self.facts = binding.facts
        self.statements = statements
        self.sentences = {
            one.text[slice(*one.sentence(place))].strip()
            for one in statements
            for place in range(0, len(one.text), 8)
        }

    def check(self) -> list[Violation]:
        """Return the claims that no fact supports."""
        found = [*self._signs(), *self._directions(), *self._superlatives(), *self._sufficiency()]
        return [violation for place, violation in found if not self._is_verbatim(place)]

    def _is_verbatim(self, place: int) -> bool:
        """Whether the sentence is one of the code's own, word for word."""
        return self.reading.text[slice(*self.reading.sentence(place))].strip() in self.sentences

    def _signs(self) -> list[tuple[int, Violation]]:
        """Find the changes whose own plus or minus points the other way."""
        found = []
        for mention in self.reading.mentions:
            if mention.is_signed and mention.value:
                changes = [fact for fact in self._facts_of(mention) if is_change(fact)]
                if changes and not any(
                    self._points(fact, 1 if mention.value > 0 else -1) for fact in changes
                ):
                    found.append((mention.start, Violation("direction", mention.text)))
        return found

    def _directions(self) -> list[tuple[int, Violation]]:
        return [
            (start, Violation("direction", self.reading.text[start:end]))
            for start, end, sign in words_of_direction(self.reading.text)
            if not self._is_negated(start) and not self._agrees(start, end, sign)
        ]

    def _is_negated(self, start: int) -> bool:
        return bool(_NEGATION.search(self.reading.text, max(0, start - 24), start))

    def _agrees(self, start: int, end: int, sign: int) -> bool:
        first, last = self.reading.clause(start)
        near = [m for m in self.reading.mentions if first <= m.start < last]
        near.sort(key=lambda m: max(m.start - end, start - m.end))
        for mention in near:
            changes = [fact for fact in self._facts_of(mention) if is_change(fact)]
            if changes:
                return any(self._points(fact, sign) for fact in changes)
        pair = self._moved_pair(start, end)
        if pair is not None:
            return pair == sign
        compared = self._compared_pair(start, end)
        if compared is not None:
            return compared == sign
        named = self.binding.entity_at(start, end)
        known = [
            direction_of(f, self.facts)
            for f in self.facts
            if is_change(f) and (named is None or f.entity in named)
        ]
        if any(direction is not None for direction in known):
            return sign in known
        return self._is_stated(self.reading.text[start:end])

    def _facts_of(self, mention: Mention) -> list[Fact]:
        return self.binding.bound(mention)

    def _points(self, fact: Fact, sign: int) -> bool:
        direction = direction_of(fact, self.facts)
        if direction is not None:
            return direction == sign
        return self._stated_direction(fact) in (sign, None) if self.statements else True

    def _stated_direction(self, fact: Fact) -> int | None:
        """Read from the code's own sentences which way a fact points that has no sign and no pair."""
        for statement in self.statements:
            for mention in statement.mentions:
                if mention.value == abs(float(fact.value)):
                    first, last = statement.clause(mention.start)
                    signs = {s for start, _, s in words_of_direction(statement.text) if first <= start < last}
                    if len(signs) == 1:
                        return signs.pop()
        return None

    def _is_stated(self, word: str) -> bool:
        return any(word in statement.text for statement in self.statements)

    def _moved_pair(self, start: int, end: int) -> int | None:
        """Return the sign of "from a to b" beside a word of direction."""
        first, last = self.reading.sentence(start)
        values = [m for m in self.reading.mentions if end <= m.start < last and m.value is not None]
        for one, other in pairwise(values):
            between = self.reading.text[one.end : other.start].strip().lower()
            if between in ("to", "到", "至") or re.fullmatch(
                r"(?:上|下)?(?:涨|升|降|跌|增|减)(?:至|到)", between
            ):
                before, after = one.value or 0.0, other.value or 0.0
                return (after > before) - (after < before)
        earlier = [m for m in self.reading.mentions if first <= m.start < start and m.value is not None]
        if earlier and values:
            source = re.compile(r"\s*(?:to|到|至)?\s*")
            if source.fullmatch(self.reading.text, end, values[0].start) and re.search(
                r"(?:from|从)\s*$", self.reading.text[: earlier[-1].start]
            ):
                return ((values[0].value or 0) > (earlier[-1].value or 0)) - (
                    (values[0].value or 0) < (earlier[-1].value or 0)
                )
        return None

    def _compared_pair(self, start: int, end: int) -> int | None:
        """Return the sign of "a, more than the b of …": the numbers around a word that compares."""
        first, last = self.reading.sentence(start)
        before = [m for m in self.reading.mentions if first <= m.start < start and m.value is not None]
        after = [m for m in self.reading.mentions if end <= m.start < last and m.value is not None]
        for one in reversed(before):
            for other in after:
                if one.unit == other.unit and one.unit is not None and one.unit != "days":
                    return ((one.value or 0) > (other.value or 0)) - ((one.value or 0) < (other.value or 0))
        return None

    def _superlatives(self) -> list[tuple[int, Violation]]:
        text = self.reading.text
        harmless = [match.span() for match in _NO_CLAIM.finditer(text)]
        found = []
        for pattern, is_most in ((_MOST, True), (_LEAST, False)):
            for match in pattern.finditer(text):
                if any(start <= match.start() < end for start, end in harmless) or self._is_negated(
                    match.start()
                ):
                    continue
                if not self._is_extreme(match.start(), match.end(), is_most) and not self._is_stated(
                    match.group()
                ):
                    found.append((match.start(), Violation("superlative", match.group())))
        return found

    def _is_extreme(self, start: int, end: int, is_most: bool) -> bool:
        first, last = self.reading.sentence(start)
        days = [d for d in self.reading.dates if first <= d.start < last]
        near = [m for m in self.reading.mentions if first <= m.start < last]
        facts = [fact for mention in near for fact in self._facts_of(mention)]
        if is_most and any(family_of(fact) == "best" for fact in facts):
            return True
        best_days = [
            date.fromisoformat(str(fact.value)[:10]) for fact in self.facts if fact.metric == "best_day"
        ]
        if is_most and any(mention.means(day) for mention in days for day in best_days):
            return True
        named = self.binding.entity_at(start, end) or set()
        topics = [fact for char in self.reading.text[first:last] for fact in self.reading.marks.get(char, [])]
        if is_most and any(fact.id.endswith("aspect1") for fact in topics):
            return True
        return any(self._leads(entity, is_most) for entity in named) or self._is_main_cause(facts, is_most)

    def _leads(self, entity: str, is_most: bool) -> bool:
        """Whether the product is first of what was listed, or of its direction among movers."""
        if is_most and any(f.metric == "best" and f.entity == entity for f in self.facts):
            return True
        listed = [f for f in self.facts if re.search(r"(?:^|\.)top\d+$", f.id)]
        directions: dict[int | None, str] = {}
        for fact in listed:
            growth = next((f for f in self.facts if f.id == f"{fact.id}_growth"), None)
            directions.setdefault(direction_of(growth, self.facts) if growth else None, fact.entity)
        if is_most and entity in directions.values():
            return True
        columns: dict[str, dict[str, float]] = {}
        for fact in self.facts:
            if "row" in fact.id and fact.entity != "store" and not isinstance(fact.value, str):
                columns.setdefault(fact.metric, {})[fact.entity] = float(fact.value)
        pick = max if is_most else min
        return any(len(c) > 1 and entity in c and c[entity] == pick(c.values()) for c in columns.values())

    def _is_main_cause(self, facts: Sequence[Fact], is_most: bool) -> bool:
        causes = [f for f in self.facts if f.id.endswith("_units") and f.metric.endswith("_units")]
        if not causes or not is_most:
            return False
        return any(fact in causes for fact in facts)

    def _sufficiency(self) -> list[tuple[int, Violation]]:
        text = self.reading.text
        short = [(match.start(), match.end(), False) for match in _SHORT.finditer(text)]
        enough = [
            (match.start(), match.end(), True)
            for match in _ENOUGH.finditer(text)
            if not any(start <= match.start() < end for start, end, _ in short)
        ]
        found: list[tuple[int, Violation]] = []
        for start, end, is_enough in [*short, *enough]:
            claimed = is_enough != (is_enough and self._is_negated(start))
            known = self._is_enough(start)
            if known is not claimed and not (known is None and self._is_stated(text[start:end])):
                found.append((start, Violation("sufficiency", text[start:end])))
        return found

    def _is_enough(self, place: int) -> bool | None:
        """Return what the facts say: against the delivery where the clause speaks of it, else whether to order."""
        values = {fact.id.rpartition(".")[2]: fact.value for fact in self.facts}
        first, last = self.reading.clause(place)
        cover, lead = values.get("cover"), values.get("lead_time")
        clause = self.reading.text[first:last]
        if _DELIVERY.search(clause) and isinstance(cover, int | float) and isinstance(lead, int | float):
            return cover >= lead
        order = values.get("order")
        return None if not isinstance(order, int | float) else order <= 0
