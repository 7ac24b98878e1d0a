"""Turns what came back into the checked answer with its receipts."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from agent import replies
from agent.answer import Answer, Call, Citation
from agent.checking import check_text
from agent.composition import Draft, compose
from agent.prose import Brief, may_write_prose, write_prose
from agent.recording import Withheld, recorded
from agent.suggestions import suggest
from agent.turn import Turn, add_tokens
from serving.errors import ServingError
from tools.results import ToolError
from tools.shop import Shop

if TYPE_CHECKING:
    from serving.client import ChatClient
    from serving.connection import ModelConnection

logger = logging.getLogger(__name__)
# How the codes of errors begin that end in a question: which product, how many days?
_ASKING = ("need", "ambiguous", "unknown")


def finish(
    turn: Turn, shop: Shop, connection: ModelConnection | None = None, timeout_seconds: float = 90.0
) -> None:
    """Compose and check; leaves the answer in `turn.answer`.

    A paragraph with a number that has no receipt is withheld, and that is said.

    Args:
        turn: what was asked and what the calls brought back.
        shop: the session's shop.
        connection: the model, which rewords the statements where it earned that; None shows them as they are.
        timeout_seconds: the longest that rewording may take before the statements are shown.
    """
    started = time.monotonic()
    draft = compose(turn.executed, turn.language, turn.question) if turn.executed else Draft(text=turn.reply)
    if connection is not None and turn.planned_by == "model" and draft.told:
        _reword(turn, shop, draft, connection, timeout_seconds)
    turn.seconds.compose = time.monotonic() - started
    started = time.monotonic()
    text = _passed(turn, draft)
    turn.seconds.check = time.monotonic() - started
    turn.answer = _answer(turn, shop, draft, "\n\n".join(filter(None, [text, *turn.notes])))


def _reword(
    turn: Turn, shop: Shop, draft: Draft, connection: ModelConnection, timeout_seconds: float
) -> None:
    """Let the model say it in its own words; whatever speaks against them, the statements stay."""
    try:
        client: ChatClient = connection.client()
        if not may_write_prose(client.model):
            return
        brief = Brief(
            turn.question, draft.told, draft.facts, turn.language, shop.catalogue.titles(turn.language)
        )
        text, completion = write_prose(recorded(client, turn.model_calls), brief, timeout_seconds)
    except ServingError as error:
        logger.warning("statements instead of prose: %s", error)
        return
    turn.tokens = add_tokens(turn.tokens, completion)
    faults = brief.faults(text)
    if faults:
        logger.warning("statements instead of %r: %s", text, faults)
        turn.withheld.append(_withheld("prose", text, [(fault.kind, fault.detail) for fault in faults]))
        return
    draft.text = "\n\n".join(filter(None, [brief.render(text), *draft.beside]))


def _withheld(stage: Literal["prose", "answer"], text: str, found: Sequence[tuple[str, str]]) -> Withheld:
    return Withheld(
        stage=stage, paragraph=text, violations=[{"kind": kind, "text": words} for kind, words in found]
    )


def _passed(turn: Turn, draft: Draft) -> str:
    paragraphs = draft.text.split("\n\n")
    good = []
    for paragraph in paragraphs:
        violations = check_text(paragraph, draft.facts, turn.question, draft.quoted, turn.language)
        if violations:
            logger.warning("withheld %r: %s", paragraph, violations)
            turn.withheld.append(_withheld("answer", paragraph, [(v.kind, v.text) for v in violations]))
        else:
            good.append(paragraph)
    if len(good) < len(paragraphs):
        turn.notes.append(replies.UNRECEIPTED[turn.language])
    return "\n\n".join(good)


def _answer(turn: Turn, shop: Shop, draft: Draft, text: str) -> Answer:
    turn.seconds.total = time.monotonic() - turn.started
    return Answer(
        question=turn.question,
        language=turn.language,
        store=shop.store.info.name,
        answer=text,
        **_outcome(turn),
        calls=[
            Call(
                tool=c.step.tool,
                said=c.step.said,
                arguments=c.arguments,
                seconds=c.seconds,
                ok=c.result.ok,
                error=c.result.error.code if c.result.error else "",
            )
            for c in turn.executed
        ],
        facts=draft.facts,
        receipt=draft.receipt,
        citations=[
            Citation(
                review_id=r.review_id,
                product_id=r.product_id,
                date=r.date,
                rating=r.rating,
                text=r.text,
                flags=r.flags,
            )
            for r in draft.quoted
        ],
        tables=draft.tables,
        charts=[c.result.chart for c in turn.executed if c.result.chart],
        caveats=[*draft.caveats, *turn.notes],
        suggestions=suggest(turn),
        model=turn.model,
        data_as_of=shop.store.info.as_of,
        seconds=turn.seconds,
        tokens=turn.tokens,
        error=_error(turn),
    )


def _outcome(turn: Turn) -> dict[str, Any]:
    """Say how the question ended; an error that asks the merchant something is a question back."""
    outcome, reason = ("answered", "") if turn.steps else (turn.outcome, turn.reason)
    error = _error(turn)
    if error:
        asks, _, about = error.code.partition("_")
        outcome, reason = ("asked_back", about) if asks in _ASKING else ("failed", error.code)
    return {"outcome": outcome, "reason": reason, "planned_by": turn.planned_by}


def _error(turn: Turn) -> ToolError | None:
    """An answer is an error when nothing of it succeeded; a part that failed is told in the text."""
    errors = [call.result.error for call in turn.executed]
    return errors[0] if errors and all(errors) else None


def refuse(turn: Turn, shop: Shop, error: ToolError) -> Answer:
    """Return the answer to a question that is not worth a plan."""
    text = f"{error.message[turn.language]} {error.remedy[turn.language]}"
    turn.seconds.total = time.monotonic() - turn.started
    return Answer(
        question=turn.question[:200],
        language=turn.language,
        store=shop.store.info.name,
        answer=text,
        outcome="declined",
        reason=error.code,
        suggestions=suggest(turn),
        data_as_of=shop.store.info.as_of,
        seconds=turn.seconds,
        error=error,
    )
