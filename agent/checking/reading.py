"""A text as the checker reads it: folded, with titles and quotations taken out, its numbers and dates found."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from agent.checking.dates import DateMention, find_dates
from agent.checking.folding import fold_text
from agent.checking.mentions import Mention, find_mentions
from tools.results import Fact, Lang

# A masked title is one character that stands in no text; a masked reference one of another block.
_FIRST_MARK, _FIRST_STRANGER, _FIRST_REFERENCE = 0xE000, 0xF800, 0xF0000
_ORDINAL = re.compile(r"(?m)^\s*\d{1,2}[.)、]\s")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]+|\.(?=\s|$)")
_CLAUSE_END = re.compile(
    r"[,:()（）、—]|\s–\s|\b(?:and|but|while|whereas|against|versus|vs|after|than|with|which|compared)\b|而|但|相比|对比"
)
# What reviews or calendars are about: "price" there is no price.
_TOPIC = re.compile(r"(?:^|\.)(?:aspect\d+|asked|complaint|(?:\w+_)?event)$")
_TITLE_METRICS = frozenset({"title", "best", "name"})

Names = list[tuple[str, list[Fact]]]


@dataclass
class Reading:
    """What stands where in one text.

    Args:
        text: folded and masked.
        outline: the text with its numbers and dates blanked: "three hundred and two" is not two clauses.
        marks: what a masked character stands for: the facts that are displayed so.
        references: what a reference character stands for.
        mentions: numbers, in order.
        dates: days, months and years, in order.
        strangers: titles that no fact carries, by the character that stands for them.
    """

    text: str
    outline: str = ""
    marks: dict[str, list[Fact]] = field(default_factory=dict)
    references: dict[str, Fact] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    dates: list[DateMention] = field(default_factory=list)
    strangers: dict[str, str] = field(default_factory=dict)

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the span of the sentence around a place."""
        return _span_at(self._sentences, place)

    def clause(self, place: int) -> tuple[int, int]:
        """Return the span of the clause around a place."""
        return _span_at(self._clauses, place)

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        return _split(self.outline, 0, len(self.outline), _SENTENCE_END)

    @cached_property
    def _clauses(self) -> list[tuple[int, int]]:
        return [span for one in self._sentences for span in _split(self.outline, *one, _CLAUSE_END)]


def _split(text: str, start: int, end: int, boundary: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the spans between boundaries, each with the boundary behind it."""
    spans = []
    for match in boundary.finditer(text, start, end):
        spans.append((start, match.start()))
        start = match.end()
    return [*spans, (start, end)]


def _span_at(spans: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    """Return the span that holds a place; a place inside a boundary belongs to the span before it."""
    return spans[max(bisect_right(spans, (place, sys.maxsize)) - 1, 0)]


def read_text(
    text: str,
    names: Names,
    lang: Lang,
    references: Mapping[str, Fact] | None = None,
    titles: Collection[str] = (),
) -> Reading:
    """Read a text whose quotations are already out.

    Args:
        text: markdown.
        names: from `names_of`; they are masked: digits in them are no numbers.
        lang: the language that facts are displayed in.
        references: facts that `{{name}}` stands for.
        titles: names of the shop's products; one that no fact carries is a stranger.
    """
    marked, known = _mark_references(text, references or {})
    folded = _ORDINAL.sub(" ", fold_text(marked))
    masked, marks = _mask_names(folded, names)
    masked, strangers = _mask_strangers(masked, titles)
    dates = find_dates(masked)
    without_dates = _blanked(masked, dates)
    mentions = find_mentions(without_dates, lang)
    return Reading(masked, _blanked(without_dates, mentions), marks, known, mentions, dates, strangers)


REFERENCE = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")


def _mark_references(text: str, references: Mapping[str, Fact]) -> tuple[str, dict[str, Fact]]:
    known: dict[str, Fact] = {}

    def mark(match: re.Match[str]) -> str:
        fact = references.get(match[1])
        if fact is None:
            return match.group()
        char = chr(_FIRST_REFERENCE + len(known))
        known[char] = fact
        return char

    return REFERENCE.sub(mark, text), known


def names_of(facts: Iterable[Fact], lang: Lang) -> Names:
    """Return the texts that facts are displayed as (titles, events, causes), longest first."""
    shown: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.unit == "text":
            name = fold_text(fact.display(lang)).strip()
            if name and (is_title(fact) or _TOPIC.search(fact.id) or _counts(name, lang)):
                shown.setdefault(name, []).append(fact)
    return [(name, shown[name]) for name in sorted(shown, key=lambda name: (-len(name), name))]


def _mask_names(text: str, names: Names) -> tuple[str, dict[str, list[Fact]]]:
    marks: dict[str, list[Fact]] = {}
    # Numbered over all names, so that texts about the same facts are masked alike.
    for index, (name, facts) in enumerate(names):
        if name in text:
            mark = chr(_FIRST_MARK + index)
            masked = _whole(name).sub(mark, text)
            if masked != text:
                text, marks[mark] = masked, facts
    return text, marks


def _mask_strangers(text: str, titles: Collection[str]) -> tuple[str, dict[str, str]]:
    strangers: dict[str, str] = {}
    for title in sorted(
        (title for title in map(fold_text, titles) if title and title in text), key=len, reverse=True
    ):
        mark = chr(_FIRST_STRANGER + len(strangers))
        masked = _whole(title).sub(mark, text)
        if masked != text:
            text, strangers[mark] = masked, title
    return text, strangers


def is_title(fact: Fact) -> bool:
    """Whether a fact is the name of a product or of the shop."""
    return fact.unit == "text" and fact.metric in _TITLE_METRICS


def _counts(name: str, lang: Lang) -> bool:
    return any(char.isdigit() for char in name) or bool(find_mentions(name, lang))


@lru_cache(maxsize=1024)
def _whole(name: str) -> re.Pattern[str]:
    before = r"(?<![A-Za-z\d])(?<!\d[.,])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z\d]|[.,]\d)" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(before + re.escape(name) + after)


def _blanked(text: str, mentions: Sequence[DateMention | Mention]) -> str:
    chars = list(text)
    for mention in mentions:
        chars[mention.start : mention.end] = "\1" * (mention.end - mention.start)
    return "".join(chars)
