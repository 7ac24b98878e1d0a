"""Model connections that keep replies in a cassette, or take them from one."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import httpx

from agent.answer import Tokens
from evals.cassette import Body, Cassette, Reply, user_message
from evals.errors import CassetteMiss
from evals.recording import Recording
from serving.client import ChatClient, Message
from serving.registry import find_model
from serving.settings import Settings

if TYPE_CHECKING:
    from serving.connection import ModelConnection
    from serving.weights import Progress

# Nobody is asked under this name: it only completes the client.
_NOWHERE = "http://replay.invalid/v1"
_MISSES_KEPT = 10_000


def configured_model(settings: Settings) -> str:
    """Return the name by which requests would ask for the model, without starting it.

    Raises:
        ModelUnknown: SHOPCAST_MODEL names no registered model.
    """
    if settings.llm_url and settings.llm_model:
        return settings.llm_model
    return find_model(settings.model).name


class RecordingConnection:
    """A connection that keeps every reply and asks for none twice.

    Args:
        inner: where the replies come from.
        recording: where they go; closed with this connection.
    """

    def __init__(self, inner: ModelConnection, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording
        self._lock = threading.Lock()
        self._plain: ChatClient | None = None
        self._client: ChatClient | None = None

    @property
    def description(self) -> str:
        return self._inner.description

    @property
    def is_awake(self) -> bool:
        return self._inner.is_awake

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        plain = self._inner.client(on_progress)
        with self._lock:
            if self._client is None or self._plain is not plain:
                self._close_client()
                self._plain = plain
                self._client = plain.through(lambda transport: _Recorder(transport, self._recording))
            return self._client

    def warm(self, messages: list[Message]) -> None:
        self._inner.warm(messages)

    def close(self) -> None:
        with self._lock:
            self._close_client()
        self._recording.close()
        self._inner.close()

    def _close_client(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


class ReplayConnection:
    """A connection whose replies come from a cassette; no model is asked.

    Args:
        cassette: the replies.
        model: the name of the model that is configured now: another one than the recorded is a miss.
    """

    is_awake = True

    def __init__(self, cassette: Cassette, model: str) -> None:
        self.description = f"{model} (replayed)"
        self._misses = _Misses()
        self._client = ChatClient(_NOWHERE, model, use_proxy=False).through(
            lambda _: _Replayer(cassette, self._misses)
        )

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        return self._client

    def warm(self, messages: list[Message]) -> None:
        return

    def take_miss(self, question: str) -> CassetteMiss | None:
        """Return and forget why a question had no reply; None if it had one."""
        return self._misses.take(question.strip())

    def close(self) -> None:
        self._client.close()


class _Misses:
    """Requests without a reply, until somebody asks why."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[tuple[str, CassetteMiss]] = deque(maxlen=_MISSES_KEPT)

    def add(self, said: str, why: CassetteMiss) -> None:
        with self._lock:
            self._kept.append((said, why))

    def take(self, question: str) -> CassetteMiss | None:
        with self._lock:
            # "why?" also stands inside longer messages; its own is the shortest.
            found = min(
                (missed for missed in self._kept if question in missed[0]),
                key=lambda missed: len(missed[0]),
                default=None,
            )
            if found is None:
                return None
            self._kept.remove(found)
            return found[1]


class _Recorder(httpx.BaseTransport):
    """Answers what the cassette knows, passes on the rest and keeps what comes back, if it is a completion."""

    def __init__(self, plain: httpx.BaseTransport, recording: Recording) -> None:
        self._plain = plain
        self._recording = recording

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body: Body = json.loads(request.content)
        known = self._recording.find(body)
        if known:
            return httpx.Response(200, json=_completion(body, known))
        started = time.monotonic()
        answer = self._plain.handle_request(request)
        content = answer.read()
        seconds = time.monotonic() - started
        reply = _completed(content, seconds) if answer.is_success else None
        if reply:
            self._recording.add(body, reply)
        # The body is decoded by now: its length and encoding on the wire are no longer true.
        kept = [(k, v) for k, v in answer.headers.items() if k not in ("content-encoding", "content-length")]
        return httpx.Response(answer.status_code, headers=kept, content=content)

    def close(self) -> None:
        self._plain.close()


class _Replayer(httpx.BaseTransport):
    def __init__(self, cassette: Cassette, misses: _Misses) -> None:
        self._cassette = cassette
        self._misses = misses

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body: Body = json.loads(request.content)
        reply = self._cassette.find(body)
        if reply:
            return httpx.Response(200, json=_completion(body, reply))
        why = self._cassette.explain(body)
        self._misses.add(user_message(body), why)
        return httpx.Response(404, json={"error": {"message": str(why)}})


def _completed(content: bytes, seconds: float) -> Reply | None:
    """Return what a server said, or None where it is no completion: that is not worth a replay."""
    try:
        data = json.loads(content)
        choice, usage = data["choices"][0], data.get("usage") or {}
        details = usage.get("prompt_tokens_details") or {}
        return Reply(
            text=choice["message"].get("content") or "",
            finish_reason=choice.get("finish_reason") or "stop",
            tool_calls=choice["message"].get("tool_calls") or [],
            usage=Tokens(
                prompt=usage.get("prompt_tokens") or 0,
                completion=usage.get("completion_tokens") or 0,
                cached=details.get("cached_tokens") or 0,
            ),
            seconds=round(seconds, 3),
        )
    except (ValueError, TypeError, AttributeError, LookupError):
        return None


def _completion(body: Body, reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.tool_calls:
        message["tool_calls"] = reply.tool_calls
    return {
        "id": "replayed",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model"),
        "choices": [{"index": 0, "finish_reason": reply.finish_reason, "message": message}],
        "usage": {
            "prompt_tokens": reply.usage.prompt,
            "completion_tokens": reply.usage.completion,
            "total_tokens": reply.usage.prompt + reply.usage.completion,
            "prompt_tokens_details": {"cached_tokens": reply.usage.cached},
        },
    }
