"""Which way a fact points: most changes are stated without a sign, so it is read from the facts beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.checking.metrics import family_of, owner_of
from tools.results import Fact

UP = re.compile(
    r"\b(?:rose|ris(?:e[sn]?|ing|ers?)|increas\w+|gr(?:ew|ow(?:s|n|ing|th)?)|gain(?:s|ed|ing)?|climb\w*|jump\w*|surg\w+|"
    r"soar\w*|up(?! to\b)|higher|more|above|over(?=\s+(?:what|expect)))\b"
    r"|上涨|上升|增加|增长|上扬|走高|攀升|飙升|提高|提升|涨(?!跌)|多卖|多出|高出|高于|(?<!至)(?<!最)(?<!差不)(?<!很)(?<!大)多(?=\s?[\d\uE000-\uF8FF])|多了",
    re.IGNORECASE,
)
DOWN = re.compile(
    r"\b(?:fell|fall(?:s|en|ing|ers?)?(?! short)|drop\w*|declin\w+|decreas\w+|down(?! to\b)|lower|less|fewer|"
    r"below|under(?=\s+(?:what|expect))|slump\w*|shr[aiu]nk\w*|slid|slipp\w+|dipp\w+|plunge\w*|lost)\b"
    r"|下跌|下降|减少|下滑|走低|回落|萎缩|缩水|(?<!涨)跌|少卖|少了|低了|低于|降(?!价)|(?<!至)(?<!减)(?<!不)(?<!缺)少(?=\s?[\d\uE000-\uF8FF])",
    re.IGNORECASE,
)
# "4 stars or more", "lasts more than 60 days": limits, not movements.
_LIMIT = re.compile(
    r"\s*\b(?:or|and)\s+(?:more|fewer|less|above|below|higher|lower)\b"
    r"|(?<![\d%)] )(?<![a-z] )\b(?:more|less|fewer) than(?=\s+\d)|\b(?:lasts?|takes?|no) (?:more|less|fewer) than\b",
    re.IGNORECASE,
)


def words_of_direction(text: str) -> list[tuple[int, int, int]]:
    """Return (start, end, +1 or -1) of each word that says up or down; "4 stars or more" says neither."""
    sides = [match.span() for match in _LIMIT.finditer(text)]
    found = [
        (match.start(), match.end(), sign)
        for pattern, sign in ((UP, 1), (DOWN, -1))
        for match in pattern.finditer(text)
        if not any(start <= match.start() < end for start, end in sides)
    ]
    return sorted(found)


def is_change(fact: Fact) -> bool:
    """Whether the fact says how far something moved or lies off."""
    return not isinstance(fact.value, str) and family_of(fact) in ("change", "excess", "market")


def direction_of(fact: Fact, facts: Sequence[Fact]) -> int | None:
    """Return +1 or -1; 0 where the change is none; None where nothing says which way it went.

    Args:
        fact: a change.
        facts: all that the tools stated; a table's signed cell or a pair of earlier and later values tells.
    """
    value = float(fact.value)
    if value < 0 or fact.unit == "percent_change":
        return (value > 0) - (value < 0)
    near = [other for other in facts if other.source == fact.source and other.id != fact.id]
    own = [other for other in near if owner_of(other) == owner_of(fact) and not isinstance(other.value, str)]
    signed = {
        1 if float(other.value) > 0 else -1
        for other in own
        if value and abs(float(other.value)) == value and _is_signed_twin(fact, other)
    }
    if len(signed) == 1:
        return signed.pop()
    moves = {
        (now > then) - (now < then) for now, then in _pairs(own) if _is_move(value, now, then, str(fact.unit))
    }
    return moves.pop() if len(moves) == 1 else None


def _is_signed_twin(fact: Fact, cell: Fact) -> bool:
    """Whether a table's cell says the same with its sign: growth in per cent, a cause in units."""
    if fact.unit == "percent":
        return cell.unit == "percent_change"
    return (
        fact.id.endswith("_units")
        and cell.unit == "count"
        and cell.id.endswith(".units")
        and "row" in cell.id
    )


def _pairs(facts: Sequence[Fact]) -> list[tuple[float, float]]:
    sold = [fact for fact in facts if fact.unit == "units" and "sold" in fact.metric and fact.period]
    return [
        (float(now.value), float(then.value))
        for now in sold
        for then in sold
        if now is not then
        and ("before" in then.metric or then.period < now.period)
        and "before" not in now.metric
    ]


def _is_move(value: float, now: float, then: float, unit: str) -> bool:
    if unit == "units":
        return abs(now - then) == value
    return then > 0 and abs(abs(100 * (now / then - 1)) - value) <= (0.5 if value >= 10 else 0.06)
