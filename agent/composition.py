"""Writes the answer from the tools' statements: chosen, ordered and joined by code, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.execution import Executed
from agent.focus import asked_aspects
from agent.phrasing import Sentence, Speaker
from agent.weaving import Passage, weave
from store.review_flags import FLAG_KINDS, is_quotable
from tools.display import render_value
from tools.results import Evidence, Fact, Lang, Role, Source, Statement, Table, ToolResult

# Next steps are not prose: the faces offer them as questions to ask (agent/suggestions.py).
_ORDER: tuple[Role, ...] = ("lead", "interval", "verdict", "evidence")
# One question gets the whole story, several get the heart of each.
_MOST_SENTENCES = {1: 5, 2: 3}
_MOST_OF_SEVERAL = 2
_MOST_OF_ROLE: dict[Role, int] = {"lead": 3, "interval": 1, "verdict": 2, "evidence": 2}
# Asked for one thing: that, and what it is part of.
_MOST_WITH_FOCUS = 2
_MOST_CAVEATS = 2
_MOST_CAVEATS_OF_SEVERAL = 1
# What is said of one product is no remark on the whole answer: it is said of each.
_OF_ONE_PRODUCT = ("stock", "order", "noise", "borrowed", "stockouts_corrected")
QUOTED_REVIEWS = 3
# A summary stands on two reviews for each of the aspects that it tells of.
QUOTED_IN_SUMMARY = 6
QUOTED_OF_ASPECT = 2
QUOTED_OF_SEVERAL = 2
QUOTE_LENGTH = 160
_CUT_WORD = re.compile(r"\s*[\w.,$€£¥%'-]{0,30}$", re.ASCII)


@dataclass
class Draft:
    """A composed answer before it is checked.

    `text` is the whole of it; `told` are its sentences but for caveats, `beside` the paragraphs that nobody may
    reword: quotes, errors, caveats. `facts` are those that it may speak of, `receipt` names those it does.
    """

    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    quoted: list[Evidence] = field(default_factory=list)
    caveats: list[str] = field(default_factory=list)
    receipt: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    told: list[Sentence] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)


def compose(executed: Sequence[Executed], lang: Lang, question: str = "") -> Draft:
    """Join the results' statements into one answer.

    Args:
        executed: the calls in the plan's order.
        lang: the reader's language.
        question: what was asked; the aspects it names come first.

    Returns:
        The markdown with its facts; facts of several calls are numbered apart ("c2.total").
    """
    draft = Draft()
    passages = weave(executed)
    focus = asked_aspects(question)
    speaker = Speaker(question, lang)
    telling = sum(any(s.role in _ORDER for s in passage.statements) for passage in passages)
    most = _MOST_SENTENCES.get(telling, _MOST_OF_SEVERAL)
    quoting = sum(bool(passage.result.evidence) for passage in passages)
    paragraphs: list[str] = []
    for passage in passages:
        draft.facts += _facts(passage)
        sentences = _said(speaker, passage, _chosen(passage.statements, focus, most), draft)
        draft.told += sentences
        most_quotes = _most_quotes(passage.result) if quoting == 1 else QUOTED_OF_SEVERAL
        own = _errors(passage.result, lang, draft) + _quotes(passage.result, lang, draft, most_quotes)
        draft.beside += own
        paragraphs += [_join([sentence.text for sentence in sentences], lang), *own]
        if passage.result.table:
            draft.tables.append(passage.result.table)
    remarks = _caveats(speaker, passages, focus)
    draft.caveats = [sentence.text for sentence in remarks]
    draft.beside.append(_join(draft.caveats, lang))
    spoken = (fact.id for sentence in [*draft.told, *remarks] for fact in sentence.spoken())
    draft.receipt = list(dict.fromkeys(spoken))
    draft.text = "\n\n".join(filter(None, [*paragraphs, draft.beside[-1]]))
    return draft


def _facts(passage: Passage) -> list[Fact]:
    facts = [*passage.result.facts.values()]
    for fact in [*passage.result.cells(), *_error_facts(passage.result)]:
        facts.append(fact.model_copy(update={"id": passage.prefix + fact.id}))
    return facts


def _error_facts(result: ToolResult) -> Iterable[Fact]:
    """An error's sentence was written by code too: it is a fact, with the failed call as its receipt."""
    if result.error is None:
        return
    source = Source(tool=result.tool, arguments=result.arguments)
    for metric, words in (("error", result.error.message), ("remedy", result.error.remedy)):
        yield Fact(
            id=metric, value=words["en"], unit="text", metric=metric, entity="store",
            as_of=result.as_of, source=source, localized=words,
        )  # fmt: skip
    for index, option in enumerate(result.error.options, start=1):
        yield Fact(
            id=f"option{index}", value=option, unit="text", metric="option", entity="store",
            as_of=result.as_of, source=source,
        )  # fmt: skip


def _errors(result: ToolResult, lang: Lang, draft: Draft) -> list[str]:
    """Return what went wrong, once: two calls that stumble over one name say one thing."""
    if result.error is None:
        return []
    told = _join([result.error.message[lang], result.error.remedy[lang]], lang)
    options = [f"- {option}" for option in result.error.options]
    paragraphs = [told, *(["\n".join(options)] if options else [])]
    return [] if told in draft.beside else paragraphs


def _chosen(statements: Sequence[Statement], focus: frozenset[str], most: int) -> list[Statement]:
    """Return what was asked for first, then the rest by role, each role up to its share."""
    asked = [s for s in statements if s.aspect in focus and s.role in (*_ORDER, "detail")]
    by_role = [[s for s in statements if s.role == role][: _MOST_OF_ROLE[role]] for role in _ORDER]
    rest = [s for of_role in by_role for s in of_role if s not in asked]
    leads = sum(s.role == "lead" for s in rest)
    if asked:
        return [*asked[:_MOST_WITH_FOCUS], *rest[: leads + 1]]
    return rest[: max(leads, most)]


def _said(speaker: Speaker, passage: Passage, chosen: Sequence[Statement], draft: Draft) -> list[Sentence]:
    """Return the sentences; one that only repeats values of those before it is left out."""
    known = {_value(fact) for sentence in draft.told for fact in sentence.spoken()}
    sentences: list[Sentence] = []
    for statement in chosen:
        names = [n for n in statement.names() if passage.result.facts[n].metric not in ("title", "name")]
        values = {_value(passage.result.facts[name]) for name in names}
        if values and values <= known:
            continue
        sentence = speaker.say(passage.result, statement)
        known |= {_value(fact) for fact in sentence.spoken()}
        sentences.append(sentence)
    return sentences


def _value(fact: Fact) -> tuple[str, str, str, str]:
    return fact.metric, fact.entity, fact.period, str(fact.value)


def _caveats(speaker: Speaker, passages: Sequence[Passage], focus: frozenset[str]) -> list[Sentence]:
    """Return the warnings, each once; however many there are, made-up data never goes without its label."""
    speaker.close()
    found: dict[tuple[str, str], tuple[ToolResult, Statement]] = {}
    for passage in passages:
        own = [s for s in passage.statements if s.role == "caveat" and s.aspect != "synthetic"]
        is_short = len(passages) > 1 or any(s.aspect in focus for s in passage.statements)
        for statement in own[: _MOST_CAVEATS_OF_SEVERAL if is_short else _MOST_CAVEATS]:
            whose = passage.subject if statement.aspect in _OF_ONE_PRODUCT else ""
            found.setdefault((statement.aspect or statement.en, whose), (passage.result, statement))
    for passage in passages:
        for statement in passage.statements:
            if statement.aspect == "synthetic":
                found.setdefault(("synthetic", ""), (passage.result, statement))
    return [speaker.say(result, statement) for result, statement in found.values()]


def _join(sentences: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(sentences)


def _most_quotes(result: ToolResult) -> int:
    return QUOTED_IN_SUMMARY if result.tool == "summarize_reviews" else QUOTED_REVIEWS


def _quotes(result: ToolResult, lang: Lang, draft: Draft, most: int) -> list[str]:
    """Return the reviews as block quotes: a stranger's words stay recognisable as such."""
    lines = []
    for review in _preferred(result, lang)[:most]:
        if review not in draft.quoted:
            draft.quoted.append(review)
            lines.append(quote_line(review, lang))
    return lines


def _preferred(result: ToolResult, lang: Lang) -> list[Evidence]:
    """Return what may be quoted in the tool's order; of an aspect two, in the reader's language where there are."""
    quotable = [review for review in result.evidence if is_quotable(review.flags)]
    readable = sorted(quotable, key=lambda review: review.language != lang)
    of_aspect = {
        review.about["en"]: [r for r in readable if r.about == review.about]
        for review in quotable
        if review.about
    }
    kept = [review for reviews in of_aspect.values() for review in reviews[:QUOTED_OF_ASPECT]]
    return kept or quotable


def quote_line(review: Evidence, lang: Lang) -> str:
    """Return one review as a markdown block quote with its id, date, stars, what it shows and what it is flagged as."""
    text = " ".join(review.text.split())
    if len(text) > QUOTE_LENGTH:
        # Half a number is another number.
        text = _CUT_WORD.sub("", text[:QUOTE_LENGTH]) + "…"
    stars = "" if review.rating is None else f" · {render_value(review.rating, 'stars', lang)}"
    marks = "“{}”" if lang == "zh" else '"{}"'
    day = "" if review.date is None else f" {review.date.isoformat()}"
    flags = "".join(f" · {FLAG_KINDS[flag].label[lang]}" for flag in review.flags)
    about = f" · {review.about[lang]}" if review.about else ""
    return f"> {marks.format(text)} — [{review.review_id}]{day}{stars}{about}{flags}"
