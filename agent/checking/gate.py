"""The last gate before the reader: a number without a receipt does not pass, whoever wrote it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from agent.checking.binding import Binding, check_calendar_words, check_days, check_ranges
from agent.checking.citations import take_out_quotes
from agent.checking.claims import Claims
from agent.checking.dates import find_dates, is_known, known_days
from agent.checking.folding import fold_text
from agent.checking.mentions import Mention
from agent.checking.metrics import family_of
from agent.checking.reading import REFERENCE, Reading, names_of, read_text
from agent.checking.support import is_typed, supporters, typed_numbers
from agent.checking.units import unit_after
from agent.checking.violations import Violation
from tools.results import Evidence, Fact, Lang


def check_text(
    text: str,
    facts: Iterable[Fact],
    question: str,
    quoted: Sequence[Evidence],
    lang: Lang,
    *,
    bind: bool = False,
    statements: Sequence[str] = (),
    titles: Collection[str] = (),
) -> list[Violation]:
    """Return everything in an answer that has no receipt; empty when it may be shown.

    Args:
        text: the finished markdown.
        facts: what the tools stated.
        question: numbers that the user typed may be repeated.
        quoted: retrieved reviews; quoted whole, numbers inside them are theirs.
        lang: the language that facts are displayed in.
        bind: hold each number to its product, metric and period, and words of direction, rank and sufficiency to
            the facts. For words that code did not write.
        statements: the code's own sentences, where `bind` is asked for: what they claim may be said again.
        titles: the shop's product titles, where `bind` is asked for: a product of which no fact speaks is a stranger.
    """
    facts = list(facts)
    rest, violations = take_out_quotes(text, quoted, lang)
    names = names_of(facts, lang)
    reading = read_text(rest, names, lang, titles=titles)
    asked = fold_text(question)
    typed = typed_numbers(asked, lang) if reading.mentions else []
    violations += _unknown_dates(reading, facts, asked)
    if not bind:
        return violations + [
            _unsupported(mention)
            for mention in reading.mentions
            if not is_typed(mention, typed) and not supporters(mention, facts)
        ]
    own = [read_text(statement, names, lang) for statement in statements]
    violations += check_calendar_words(reading, asked, own)
    return violations + _misplaced(reading, facts, typed, lang, own)


def check_prose(
    text: str,
    references: Mapping[str, Fact],
    facts: Iterable[Fact],
    lang: Lang,
    *,
    statements: Sequence[str] = (),
    titles: Collection[str] = (),
) -> list[Violation]:
    """Return what is wrong with a text that was to write `{{name}}` for every value.

    Args:
        text: the writer's words, references not yet replaced.
        references: what each name stands for.
        facts: all that the tools stated.
        lang: the text's language.
        statements: the code's own sentences that were to be rewritten.
        titles: the shop's product titles.

    Returns:
        A digit or number word of its own, an unknown reference, a repeated unit, and whatever `check_text` finds
        with `bind` in the text with its references replaced.
    """
    facts = list(facts)
    names = names_of(facts, lang)
    own = read_text(text, names, lang, references)
    violations = [Violation("reference", match.group()) for match in REFERENCE.finditer(own.text)]
    bare = REFERENCE.sub(" ", own.text)
    if bare != own.text:
        own = read_text(
            REFERENCE.sub(lambda m: m[0] if m[1] in references else " ", text), names, lang, references
        )
    violations += [_unsupported(mention) for mention in own.mentions]
    violations += [Violation("date", mention.text) for mention in own.dates]
    violations += _units_said_twice(own)
    rendered = REFERENCE.sub(lambda m: references[m[1]].display(lang) if m[1] in references else " ", text)
    reading = read_text(rendered, names, lang, titles=titles)
    own_words = [read_text(statement, names, lang) for statement in statements]
    violations += check_calendar_words(reading, "", own_words)
    violations += _misplaced(reading, facts, [], lang, own_words)
    return violations + _without_word(reading, facts, lang)


def _unknown_dates(reading: Reading, facts: Sequence[Fact], asked: str) -> list[Violation]:
    if not reading.dates:
        return []
    days, typed = known_days(facts), {mention.readings for mention in find_dates(asked)}
    return [
        Violation("date", mention.text)
        for mention in reading.dates
        if not is_known(mention, days) and mention.readings not in typed
    ]


def _misplaced(
    reading: Reading,
    facts: Sequence[Fact],
    typed: Sequence[Mention],
    lang: Lang,
    statements: Sequence[Reading],
) -> list[Violation]:
    binding = Binding(reading, facts, lang)
    found: list[Violation] = []
    for mention in reading.mentions:
        if is_typed(mention, typed):
            continue
        candidates = binding.supporters(mention)
        if not candidates and binding.is_length(mention):
            continue
        wrong = binding.check(mention, typed, candidates) if candidates else _unsupported(mention)
        found += [wrong] if wrong else []
    return [
        *found,
        *check_days(reading, binding),
        *check_ranges(reading, binding),
        *Claims(reading, binding, statements).check(),
    ]


def _unsupported(mention: Mention) -> Violation:
    return Violation("number word" if mention.is_word else "number", mention.text)


_DOUBLED_UNIT_KINDS = frozenset(
    {"units", "units_per_day", "days", "weeks", "percent", "percent_change", "stars"}
)


def _units_said_twice(reading: Reading) -> list[Violation]:
    """Return the units that stand behind a reference, whose display carries its own."""
    found = []
    for place, char in enumerate(reading.text):
        fact = reading.references.get(char)
        if fact and fact.unit in _DOUBLED_UNIT_KINDS:
            unit, end = unit_after(reading.text, place + 1)
            if unit not in (None, "pieces", "reviews", "products", "tests"):
                found.append(Violation("unit", reading.text[place + 1 : end].strip()))
    return found


def _without_word(reading: Reading, facts: Sequence[Fact], lang: Lang) -> list[Violation]:
    """Return the values in whose sentence no word says what they are."""
    binding = Binding(reading, facts, lang)
    found = []
    for mention in reading.mentions:
        first, last = reading.sentence(mention.start)
        bound = binding.bound(mention)
        families = {family_of(fact) for fact in bound}
        has_word = any(first <= cue.start < last for cue in binding.cues)
        if bound and None not in families and "interval" not in families and not has_word:
            found.append(Violation("metric", mention.text))
    return found
