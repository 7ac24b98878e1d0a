"""A second pair of eyes on an answer's numbers: the harness does not trust the gate that it tests."""

from __future__ import annotations

import re

from evals.observed import ObservedTurn

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_ORDINAL = re.compile(r"(?m)^\s*\d{1,2}[.)、]\s")


def unreceipted_numbers(turn: ObservedTurn) -> list[str]:
    """Return the numbers of an answer that no fact, cited review or word of the user's carries.

    Simpler and written apart from the assistant's own check: whole numbers are compared, never parts.
    """
    text = _ORDINAL.sub("", turn.answer or "")
    sources = [turn.said, *(fact.shown for fact in turn.facts)]
    for review in turn.citations:
        sources += [review.text, review.date, str(review.rating)]
        text = text.replace(review.review_id, "")
    known = {_plain(number) for source in sources for number in _NUMBER.findall(source)}
    return [number for number in _NUMBER.findall(text) if _plain(number) not in known]


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".")
