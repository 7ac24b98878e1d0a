"""Writes the answer from the tools' statements: chosen, ordered and joined by code, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent.execution import Executed
from agent.focus import asked_aspects
from tools.display import render_value
from tools.results import Evidence, Fact, Lang, Role, Source, Statement, ToolResult

# One question gets the whole story; several get the heart of each.
# Next steps are not prose: the faces offer them as questions to ask (agent/suggestions.py).
_WHOLE: tuple[Role, ...] = ("lead", "interval", "verdict", "evidence", "caveat")
_HEART: tuple[Role, ...] = ("lead", "interval", "verdict", "caveat")
_MOST_OF_ROLE: dict[Role, int] = {"lead": 3, "interval": 1, "verdict": 2, "evidence": 2, "caveat": 2}
QUOTED_REVIEWS = 3
QUOTE_LENGTH = 160
_CUT_WORD = re.compile(r"\s*[\w.,$€£¥%'-]{0,30}$", re.ASCII)


@dataclass
class Draft:
    """A composed answer before it is checked: paragraphs, the facts they may speak of, and those they do."""

    text: str = ""
    facts: list[Fact] = field(default_factory=list)
    quoted: list[Evidence] = field(default_factory=list)
    caveats: list[str] = field(default_factory=list)
    receipt: list[str] = field(default_factory=list)


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
    roles = _WHOLE if len(executed) == 1 else _HEART
    focus = asked_aspects(question)
    paragraphs: list[str] = []
    said: set[str] = set()
    for index, call in enumerate(executed, start=1):
        prefix = f"c{index}." if len(executed) > 1 else ""
        draft.facts += [fact.model_copy(update={"id": prefix + fact.id}) for fact in _facts(call.result)]
        chosen = _chosen(call.result.statements, roles, focus)
        paragraphs += [_paragraph(call.result, lang, chosen, said, draft), *_quotes(call.result, lang, draft)]
        draft.receipt += [prefix + name for statement in chosen for name in statement.names()]
    draft.receipt = list(dict.fromkeys(draft.receipt))
    draft.text = "\n\n".join(filter(None, [*paragraphs, _join(draft.caveats, lang)]))
    return draft


def _facts(result: ToolResult) -> list[Fact]:
    return [*result.facts.values(), *result.cells(), *_error_facts(result)]


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


def _paragraph(
    result: ToolResult, lang: Lang, chosen: Sequence[Statement], said: set[str], draft: Draft
) -> str:
    if result.error:
        lines = [_join([result.error.message[lang], result.error.remedy[lang]], lang)]
        return "\n".join(
            [*lines, *([""] if result.error.options else []), *(f"- {o}" for o in result.error.options)]
        )
    sentences: list[str] = []
    for statement in chosen:
        text = result.render(statement, lang)
        if text not in said:
            said.add(text)
            (draft.caveats if statement.role == "caveat" else sentences).append(text)
    return _join(sentences, lang)


def _chosen(statements: Sequence[Statement], roles: Sequence[Role], focus: frozenset[str]) -> list[Statement]:
    """Return what was asked for first, then the rest by role, each role up to its share."""
    asked = [s for s in statements if s.aspect in focus and s.role not in ("caveat", "next_step")]
    by_role = [[s for s in statements if s.role == role][: _MOST_OF_ROLE[role]] for role in roles]
    chosen = [*asked, *(s for of_role in by_role for s in of_role if s not in asked)]
    # However much else there is to warn of: made-up data never goes without its label.
    return [*chosen, *(s for s in statements if s.aspect == "synthetic" and s not in chosen)]


def _join(sentences: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(sentences)


def _quotes(result: ToolResult, lang: Lang, draft: Draft) -> list[str]:
    """Return the reviews as block quotes: a stranger's words stay recognisable as such."""
    lines = []
    for review in [r for r in result.evidence if not r.flags][:QUOTED_REVIEWS]:
        draft.quoted.append(review)
        lines.append(quote_line(review, lang))
    return lines


def quote_line(review: Evidence, lang: Lang) -> str:
    """Return one review as a markdown block quote with its id, date and stars."""
    text = " ".join(review.text.split())
    if len(text) > QUOTE_LENGTH:
        # Half a number is another number.
        text = _CUT_WORD.sub("", text[:QUOTE_LENGTH]) + "…"
    stars = "" if review.rating is None else f" · {render_value(review.rating, 'stars', lang)}"
    marks = "“{}”" if lang == "zh" else '"{}"'
    day = "" if review.date is None else f" {review.date.isoformat()}"
    return f"> {marks.format(text)} — [{review.review_id}]{day}{stars}"
