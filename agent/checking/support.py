"""Whether a fact says the number that a text says: same value at the precision shown, same unit, same sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.checking.mentions import Mention, find_mentions
from agent.checking.units import may_carry
from tools.results import Fact, Lang

# Rounding a fact further than this is saying another number: 1.2K for 1,235, but not 1K.
MOST_ROUNDING = 0.05
# Said with "about", a round number may lie a little farther off: "about thirty per cent" of 28.
MOST_ROUGH = 0.08
_DAYS_PER = {("days", "weeks"): 1 / 7, ("weeks", "days"): 7.0}


def says(fact: Fact, mention: Mention) -> bool:
    """Whether the fact's value may be written like this."""
    if isinstance(fact.value, str) or mention.value is None or not may_carry(fact, mention.unit):
        return False
    value = float(fact.value)
    if fact.unit in ("percent", "percent_change") and mention.unit == "times":
        # Doubled is 100% more; only a word says it, and only of a rise.
        return mention.is_word and round(value) == 100 * (mention.value - 1)
    factor = _DAYS_PER.get((str(fact.unit), str(mention.unit)))
    if factor is not None:
        return value * factor == mention.value
    if mention.is_signed:
        # A change that its fact states without a sign may be written with a minus; direction is checked apart.
        written = mention.value if value < 0 or fact.unit == "percent_change" else _unsigned(fact, mention)
    else:
        # "fell 12%" of -12: the word carries the sign.
        written, value = mention.value, abs(value)
    return written is not None and _is_rounding(value, written, mention)


def _unsigned(fact: Fact, mention: Mention) -> float | None:
    is_change = any(
        word in f"{fact.metric} {fact.id}" for word in ("change", "distance", "the rest", "typical")
    )
    return abs(mention.value) if is_change and mention.value is not None else mention.value


def _is_rounding(value: float, written: float, mention: Mention) -> bool:
    if value == written:
        return True
    gap, most = abs(value - written), MOST_ROUGH if mention.is_rough else MOST_ROUNDING
    return gap <= mention.step / 2 * (1 + 1e-9) and gap <= most * abs(value)


def typed_numbers(question: str, lang: Lang) -> list[Mention]:
    """Return the numbers that the user typed: they may be said again."""
    return find_mentions(question, lang)


def is_typed(mention: Mention, typed: Sequence[Mention]) -> bool:
    """Whether the user typed this number, in this unit or in none."""
    return any(
        mention.value is not None
        and mention.value == one.value
        and (mention.unit is None or one.unit is None or mention.unit == one.unit)
        for one in typed
    )


def supporters(mention: Mention, facts: Iterable[Fact]) -> list[Fact]:
    """Return the facts that say the number."""
    return [fact for fact in facts if says(fact, mention)]
