"""The assistant over HTTP, for programs on this machine: POST /api/ask, whole or as events, and GET /api/stores."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, ValidationError

from agent.answer import Answer
from agent.events import AnswerReady, Event, Failed
from serving.errors import ServingError
from serving.interrupt import Interrupt
from store.errors import StoreError
from ui.event_stream import BROKEN, EVENT_STREAM, stream_events
from ui.web_chat import Answering
from ui.web_page import Assistants
from ui.web_stores import StoreCard

LONGEST_BODY_BYTES = 64 * 1024
_EXAMPLE = 'send {"question": "What is trending?", "store": "bazaar"}'

logger = logging.getLogger(__name__)


class Asked(BaseModel):
    """A question; `conversation` continues the one that an earlier reply named."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: str
    store: str
    conversation: str | None = None


class Answered(BaseModel):
    """The reply to a question; `conversation` goes into the next one that belongs to it."""

    conversation: str
    answer: Answer


class ListedStore(BaseModel):
    """A store that can be asked about."""

    name: str
    kind: str
    label: dict[str, str]
    as_of: date | None
    product_count: int


class Refused(Exception):
    """A request that gets no answer: its status, what is wrong, what to do."""

    def __init__(self, status: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "remedy": remedy}


def add_api(app: FastAPI, cards: Sequence[StoreCard], assistants: Assistants, secret: str) -> None:
    """Add the API's routes to the site, behind the guard that the site has.

    Args:
        app: the site.
        cards: the stores to choose from.
        assistants: returns the assistant of a store, by name.
        secret: signs the ids of conversations, so that one which was handed out stays good after a restart.
    """
    by_name = {card.name: card for card in cards}

    @app.exception_handler(Refused)
    def refuse(_request: Request, refused: Refused) -> JSONResponse:
        return JSONResponse(refused.body, refused.status)

    @app.get("/api/stores")
    def list_stores() -> list[ListedStore]:
        return [ListedStore.model_validate(card, from_attributes=True) for card in cards]

    @app.post("/api/ask")
    async def ask(asked: Annotated[Asked, Depends(_read)], request: Request) -> Response:
        if asked.store not in by_name:
            known = ", ".join(by_name) or "none; run `shopcast demo` or `shopcast import`"
            raise Refused(404, f"there is no store {asked.store!r}", f"the stores are: {known}")
        conversation = _conversation(asked, secret)
        # An answer takes seconds of work: in a thread of its own it holds up nobody else.
        assistant = await to_thread.run_sync(_opened, assistants, asked.store)
        interrupt = Interrupt()
        events = assistant.stream(asked.question, conversation, interrupt=interrupt)
        if EVENT_STREAM in request.headers.get("accept", ""):
            return StreamingResponse(
                stream_events(events, conversation, interrupt),
                media_type=EVENT_STREAM,
                headers={"Cache-Control": "no-store"},
            )
        answer = await to_thread.run_sync(_answer, events, asked.question)
        content = Answered(conversation=conversation, answer=answer).model_dump_json()
        return Response(content, media_type="application/json")


async def _read(request: Request) -> Asked:
    """Read the body; a web page elsewhere cannot send this content type without asking first."""
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refused(
            415, f"the body is {content_type or 'of no type'!r}", "send Content-Type: application/json"
        )
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY_BYTES:
            raise Refused(
                413, f"the body is longer than {LONGEST_BODY_BYTES:,} bytes", "ask a shorter question"
            )
    if not body.strip():
        raise Refused(422, "the body is empty", _EXAMPLE)
    try:
        return Asked.model_validate_json(body)
    except ValidationError as error:
        raise Refused(422, _explained(error), _EXAMPLE) from error


def _explained(error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "the body is no JSON"
    if not first["loc"]:
        return "the body is no JSON object"
    problem = {"missing": "is missing", "extra_forbidden": "is not known"}.get(first["type"], "must be text")
    return f"{first['loc'][0]!r} {problem}"


def _conversation(asked: Asked, secret: str) -> str:
    """Return the id of the conversation; only one that was made here, for this store, can be continued."""
    if asked.conversation is None:
        return _signed(secrets.token_urlsafe(16), asked.store, secret)
    nonce = asked.conversation.partition(".")[0]
    good = _signed(nonce, asked.store, secret)
    if not hmac.compare_digest(good.encode(), asked.conversation.encode(errors="replace")):
        raise Refused(
            403,
            f"this conversation was not begun here, or not with the store {asked.store!r}",
            "leave `conversation` out to begin one; the reply names it",
        )
    return good


def _signed(nonce: str, store: str, secret: str) -> str:
    text = f"conversation {nonce} {store}".encode(errors="replace")
    signature = hmac.new(secret.encode(), text, hashlib.sha256)
    return f"{nonce}.{signature.hexdigest()[:32]}"


def _opened(assistants: Assistants, store: str) -> Answering:
    try:
        return assistants(store)
    except (StoreError, ServingError) as error:
        raise Refused(503, error.message, error.remedy) from error


def _answer(events: Iterator[Event], question: str) -> Answer:
    last: Any = None
    try:
        for last in events:
            if isinstance(last, AnswerReady):
                return last.answer
    except Exception:
        # The cause belongs in the log; the caller gets a sentence, never a trace.
        logger.exception("the answer to %r could not be finished", question[:200])
    failed = last if isinstance(last, Failed) else BROKEN
    raise Refused(500, failed.message["en"], failed.remedy["en"])
