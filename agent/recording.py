"""What the model was asked and what it wrote, noted while a question is answered."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel, Field

from serving.errors import ServingError

if TYPE_CHECKING:
    from serving.client import ChatClient, Completion


class ModelCall(BaseModel):
    """One request to the model; `error` says why there is no reply.

    `started` counts seconds on the monotonic clock, in a trace from the question on. `messages` hold the user's own
    words, our instructions and what our code stated; never a review.
    """

    started: float
    seconds: float
    model: str
    messages: list[dict[str, str]]
    reply: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    error: str = ""


class Withheld(BaseModel):
    """A text that the checker did not let through, with what it found: each {"kind", "text"}.

    `stage` is "prose" for the model's rewording, which the statements replaced, and "answer" for a paragraph that
    the reader was told is missing.
    """

    stage: Literal["prose", "answer"]
    paragraph: str
    violations: list[dict[str, str]] = Field(default_factory=list)


def recorded(client: ChatClient, calls: list[ModelCall]) -> ChatClient:
    """Return the client with each of its completions noted in `calls`, failures too."""
    return cast("ChatClient", _Recorder(client, calls))


class _Recorder:
    """Passes everything on; a model's client is asked for its name and for completions."""

    def __init__(self, client: ChatClient, calls: list[ModelCall]) -> None:
        self._client = client
        self._calls = calls
        self.model = client.model

    def complete(self, messages: list[dict[str, str]], **options: Any) -> Completion:
        started = time.monotonic()
        noted = ModelCall(started=started, seconds=0.0, model=self.model, messages=list(messages))
        self._calls.append(noted)
        try:
            completion = self._client.complete(messages, **options)
        except ServingError as error:
            noted.error = f"{type(error).__name__}: {error}"
            raise
        finally:
            noted.seconds = time.monotonic() - started
        noted.reply = completion.text
        noted.prompt_tokens = completion.prompt_tokens
        noted.completion_tokens = completion.completion_tokens
        noted.cached_tokens = completion.cached_tokens
        return completion
