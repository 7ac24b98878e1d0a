"""The assistant's events as server-sent events: the same ones that the page and the command line follow."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

from anyio import to_thread
from pydantic import TypeAdapter

from agent.events import (
    AnswerReady,
    ChartReady,
    Event,
    Failed,
    PlanMade,
    PlanStarted,
    ReceiptReady,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from serving.interrupt import Interrupt

EVENT_STREAM = "text/event-stream"
NAMES: dict[type[Event], str] = {
    PlanStarted: "plan_started",
    PlanMade: "plan_made",
    ToolStarted: "tool_started",
    ToolFinished: "tool_finished",
    ChartReady: "chart",
    TextDelta: "text",
    ReceiptReady: "receipt",
    AnswerReady: "done",
    Failed: "failed",
}
_FIELDS: dict[type[Event], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in NAMES}
BROKEN = Failed(
    "internal",
    {
        "en": "Something broke on our side while answering.",
        "zh": "回答时程序出错了。",
    },
    {
        "en": "Ask again; the server's log says why.",
        "zh": "请再问一次；原因已记入服务器日志。",
    },
)

logger = logging.getLogger(__name__)


def render_event(event: Event, conversation: str) -> str:
    """Return one event as server-sent event: its name, and its fields as JSON on one line.

    Args:
        event: what happened.
        conversation: the id to go on with; the first event and the last carry it.
    """
    fields = _FIELDS[type(event)].dump_python(event, mode="json")
    if isinstance(event, (PlanStarted, AnswerReady)):
        fields = {"conversation": conversation, **fields}
    return f"event: {NAMES[type(event)]}\ndata: {json.dumps(fields, ensure_ascii=False)}\n\n"


async def stream_events(
    events: Iterator[Event], conversation: str, interrupt: Interrupt
) -> AsyncIterator[str]:
    """Yield an answer's events as text; a caller who leaves takes the work with them.

    Args:
        events: the answer, each step of it taken in a thread.
        conversation: the id that the events carry.
        interrupt: pressed when nobody reads any more.
    """
    try:
        # Whoever leaves must not wait for the step under way: the pressed interrupt ends it in its thread.
        while (event := await to_thread.run_sync(_next, events, abandon_on_cancel=True)) is not None:
            yield render_event(event, conversation)
    finally:
        interrupt.press()


def _next(events: Iterator[Event]) -> Event | None:
    try:
        return next(events, None)
    except Exception:
        # The cause belongs in the log; the caller gets a sentence, never a trace. A generator that broke is over.
        logger.exception("an answer could not be finished")
        return BROKEN
