"""How an answer came about: one record of the walk, kept beside the store and sent as spans where those are on."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from agent.answer import Answer, Seconds, Tokens
from agent.recording import ModelCall, Withheld
from agent.turn import Turn
from store.traces import append_trace

logger = logging.getLogger(__name__)


class TracedCall(BaseModel):
    """A tool call: the copied words, what code made of them, and what came back in short.

    `started` is in seconds after the question; `facts` are those that the answer's words speak of, as shown.
    """

    tool: str
    said: dict[str, Any]
    arguments: dict[str, Any]
    started: float
    seconds: float
    error: str = ""
    statements: int = 0
    reviews: int = 0
    facts: list[str] = Field(default_factory=list)


class Trace(BaseModel):
    """The walk of one question, as plain data; `id` is the answer's, `at` the moment it was ready."""

    id: str
    at: datetime
    store: str
    conversation_id: str
    question: str
    language: str
    planned_by: str
    model: str
    outcome: str
    reason: str
    replanned: bool
    model_calls: list[ModelCall]
    calls: list[TracedCall]
    withheld: list[Withheld]
    answer: str
    seconds: Seconds
    tokens: Tokens

    @property
    def passed(self) -> bool:
        """Whether the checker let the whole answer through."""
        return all(withheld.stage != "answer" for withheld in self.withheld)


def make_trace(turn: Turn, answer: Answer, conversation_id: str) -> Trace:
    """Return the record of a finished turn."""
    return Trace(
        id=answer.id,
        at=datetime.now(UTC),
        store=answer.store,
        conversation_id=conversation_id,
        question=answer.question,
        language=answer.language,
        planned_by=answer.planned_by,
        model=answer.model,
        outcome=answer.outcome,
        reason=answer.reason,
        replanned=turn.replanned,
        model_calls=[
            call.model_copy(update={"started": call.started - turn.started}) for call in turn.model_calls
        ],
        calls=_calls(turn, answer),
        withheld=turn.withheld,
        answer=answer.answer,
        seconds=answer.seconds,
        tokens=answer.tokens,
    )


def _calls(turn: Turn, answer: Answer) -> list[TracedCall]:
    shown = {fact.id: fact for fact in answer.facts if fact.id in set(answer.receipt)}
    calls = []
    for index, call in enumerate(turn.executed, start=1):
        prefix = f"c{index}." if len(turn.executed) > 1 else ""
        facts = [fact for name, fact in shown.items() if name.startswith(prefix)]
        calls.append(
            TracedCall(
                tool=call.step.tool,
                said=call.step.said,
                arguments=call.arguments,
                started=call.started - turn.started,
                seconds=call.seconds,
                error=call.result.error.code if call.result.error else "",
                statements=len(call.result.statements),
                reviews=len(call.result.evidence),
                facts=[f"{fact.id} = {fact.display(answer.language)}" for fact in facts],
            )
        )
    return calls


def keep_trace(trace: Trace, folder: Path | None) -> None:
    """Send the trace where it is wanted; a full disk or a missing collector never costs the reader the answer.

    Args:
        trace: the walk.
        folder: the store's, or None where nothing is kept (a trial).
    """
    from agent.spans import send_spans

    started = time.monotonic()
    try:
        if folder is not None:
            append_trace(folder, trace.model_dump(mode="json"))
    except OSError as error:
        logger.warning("the trace of %s was not kept: %s", trace.id, error)
    send_spans(trace)
    logger.debug("trace of %s took %.4f s", trace.id, time.monotonic() - started)
