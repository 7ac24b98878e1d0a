"""The last gate before the reader: a number without a receipt does not pass, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.composition import quote_line
from tools.results import Evidence, Fact, Lang
from tools.written_numbers import number_words

_NUMBER = re.compile(r"[-+−]?\d[\d,.]*\d|[-+−]?\d")
_ORDINAL = re.compile(r"(?m)^\s*\d{1,2}[.)、]\s")
_CITATION = re.compile(r"\[([^\[\]\s]+)\]")


@dataclass(frozen=True)
class Violation:
    """Something in a text that no fact supports."""

    kind: str
    text: str


def check_text(
    text: str, facts: Iterable[Fact], question: str, quoted: Sequence[Evidence], lang: Lang
) -> list[Violation]:
    """Return everything in an answer that has no receipt; empty when it may be shown.

    Args:
        text: the finished markdown.
        facts: what the tools stated.
        question: numbers that the user typed may be repeated.
        quoted: retrieved reviews; quoted whole, numbers inside them are theirs.
        lang: the language that facts are displayed in.
    """
    rest = text
    for review in quoted:
        rest = rest.replace(quote_line(review, lang), "")
    violations = [
        Violation("citation", cited)
        for cited in _CITATION.findall(rest)
        if cited not in {review.review_id for review in quoted}
    ]
    rest = _ORDINAL.sub("", rest)
    for shown in sorted({fact.display(lang) for fact in facts}, key=len, reverse=True):
        rest = _remove(rest, shown)
    typed = {_plain(number) for number in _NUMBER.findall(question)}
    violations += [
        Violation("number", match.group())
        for match in _NUMBER.finditer(rest)
        if _plain(match.group()) not in typed
    ]
    asked = question.lower()
    violations += [
        Violation("number word", word) for word in number_words(rest, lang) if word.lower() not in asked
    ]
    return violations


def _remove(text: str, shown: str) -> str:
    """Take a fact's display out of the text, but never a part of a longer number."""
    if not shown.strip():
        return text
    before = r"(?<![\d.,])" if shown[0].isdigit() else ""
    after = r"(?![\d]|[.,]\d)" if shown[-1].isdigit() else ""
    return re.sub(before + re.escape(shown) + after, " ", text)


def _plain(number: str) -> str:
    return number.replace(",", "").replace("−", "-").lstrip("+").rstrip(".")
