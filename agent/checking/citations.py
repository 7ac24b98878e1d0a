"""Quotations and citations: a quoted review stands in its own words, and was retrieved."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.checking.folding import fold_text
from agent.checking.violations import Violation
from agent.composition import quote_line
from tools.results import Evidence, Lang

_CITATION = re.compile(r"\[([^\[\]\s]+)\](?!\()")
_QUOTATION = re.compile(r"[\"“「]([^\"”」\n]{2,400})[\"”」]\s*(?:[—(（–-]\s*)?\[([^\[\]\s]+)\]")
_MERE_LAYOUT = re.compile(r"[\s…]+|\.\.\.")


def take_out_quotes(text: str, quoted: Sequence[Evidence], lang: Lang) -> tuple[str, list[Violation]]:
    """Return the text without the quotations that are right, and what is wrong with the others.

    Args:
        text: markdown.
        quoted: the reviews that were retrieved; quoted whole, the numbers inside them are theirs.
        lang: the language that quotations are set in.
    """
    for review in quoted:
        text = text.replace(quote_line(review, lang), "\n")
    texts = {review.review_id: review.text for review in quoted}
    violations: list[Violation] = []

    def take(match: re.Match[str]) -> str:
        words, cited = match.groups()
        if cited not in texts:
            return match.group()
        if _plain(words) in _plain(texts[cited]):
            return " "
        violations.append(Violation("quote", words))
        return match.group()

    text = _QUOTATION.sub(take, text)
    violations += [Violation("citation", cited) for cited in _CITATION.findall(text) if cited not in texts]
    # A retrieved review's id is a name; what else stands in brackets is read like any words.
    return _CITATION.sub(lambda match: " " if match[1] in texts else match.group(), text), violations


def _plain(words: str) -> str:
    return _MERE_LAYOUT.sub("", fold_text(words)).lower()
