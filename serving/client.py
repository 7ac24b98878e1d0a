"""One way to talk to every model server: OpenAI's chat completions, constrained by a JSON schema."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from serving.dialect import Dialect, Phrased, find_json
from serving.errors import RequestTooLong, ServingError
from serving.interrupt import make_interruptible, raise_if_stopped
from serving.refusals import explain, refused_request

if TYPE_CHECKING:
    import httpx
    from langchain_core.messages import AIMessage
    from langchain_openai import ChatOpenAI
    from openai.types import CompletionUsage

    from serving.breaker import Breaker

    Wrap = Callable[[httpx.BaseTransport], httpx.BaseTransport]

Message = dict[str, str]
"""{"role": "system" | "user" | "assistant", "content": text}"""
ToolMessage = dict[str, Any]
"""A message, or a reply with its `tool_calls`, or a call's result {"role": "tool", "tool_call_id", "content"}."""

_SEED = 7


class Completion(NamedTuple):
    """What a model said, and what it cost."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    cached_tokens: int
    """Prompt tokens that the server did not have to read again."""


class ToolRequest(NamedTuple):
    """A tool call as the model wrote it; `arguments` should be a JSON object, but nobody has read it yet."""

    id: str
    tool: str
    arguments: str


class ToolCompletion(NamedTuple):
    """What a model said, and which tools it wants before it says more."""

    completion: Completion
    requests: tuple[ToolRequest, ...]


class ChatClient:
    """A model behind an OpenAI-compatible server; greedy, seeded, never retried in silence.

    Args:
        url: base URL, the version included ("http://127.0.0.1:8000/v1").
        model: the model's name on that server.
        api_key: its key; None where the server asks for none.
        use_proxy: whether the environment's proxy may be used; never for a server on this machine.
        options: fields that every request to this model carries.
        breaker: told how each request ended.
    """

    def __init__(
        self,
        url: str,
        model: str,
        api_key: str | None = None,
        *,
        use_proxy: bool = True,
        options: dict[str, Any] | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.url = url
        self.model = model
        self._api_key = api_key
        self._use_proxy = use_proxy
        self._dialect = Dialect(options or {})
        self._breaker = breaker
        self._wrap: Wrap | None = None
        self._lock = threading.Lock()
        self._chat: ChatOpenAI | None = None

    def through(self, wrap: Wrap) -> ChatClient:
        """Return the same client with its requests going through a transport of the caller's.

        Args:
            wrap: given the transport that reaches the server, returns the one to use.
        """
        client = ChatClient(
            self.url, self.model, self._api_key, use_proxy=self._use_proxy, breaker=self._breaker
        )
        client._dialect = self._dialect
        client._wrap = wrap
        return client

    def complete(
        self,
        messages: list[Message],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int,
        timeout_seconds: float,
    ) -> Completion:
        """Ask for one completion.

        Args:
            messages: the conversation, oldest first.
            schema: a JSON schema that the text must satisfy; None leaves it free.
            max_tokens: the longest answer. Free text is cut there; with a schema a cut is an error.
            timeout_seconds: the longest wait.

        Raises:
            ModelUnavailable: unreachable, overloaded or dead.
            ModelTimeout: no answer in time.
            ModelRejected: refused (key, name) or an answer that cannot be read.
            RequestTooLong: the messages, or the answer that they need, are over the model's length.
            Stopped: the interrupt in force was pressed.
        """
        started = time.monotonic()
        try:
            reply, sent = self._invoke(messages, schema, max_tokens, timeout_seconds)
        except Exception as error:
            raise self._reported(error, timeout_seconds) from error
        self._report(None)
        completion = _completion(reply, time.monotonic() - started)
        if schema is not None and reply.response_metadata.get("finish_reason") == "length":
            raise RequestTooLong(
                f"the model's answer was cut after {completion.completion_tokens} tokens",
                "ask a shorter question, or split it",
            )
        held = sent.form in (None, "json_schema")
        return completion if held else completion._replace(text=find_json(completion.text))

    def _invoke(
        self,
        messages: list[Message],
        schema: dict[str, Any] | None,
        max_tokens: int,
        timeout_seconds: float,
    ) -> tuple[AIMessage, Phrased]:
        """Ask in the strictest form that the server takes; each form that it refuses is tried once."""
        chat = self._load()
        while True:
            sent = self._dialect.phrase(messages, schema)
            options: dict[str, Any] = {"max_tokens": max_tokens, "timeout": timeout_seconds}
            if sent.body:
                # In the body, not as langchain's response_format: that one parses the text by itself and
                # turns an answer that was cut into an exception of its own.
                options["extra_body"] = sent.body
            try:
                return chat.invoke([dict(message) for message in sent.messages], **options), sent
            except Exception as error:
                reason = refused_request(error)
                if reason is None or not self._dialect.give_way(sent, reason):
                    raise

    def complete_with_tools(
        self,
        messages: list[ToolMessage],
        tools: list[dict[str, Any]],
        *,
        max_tokens: int,
        timeout_seconds: float,
    ) -> ToolCompletion:
        """Ask for one completion with the server's own tool calling; the model may call or answer.

        Args:
            messages: the conversation, oldest first.
            tools: functions with their JSON schemas, as the API wants them.
            max_tokens: where the answer is cut.
            timeout_seconds: the longest wait.

        Raises:
            ServingError: as `complete`.
        """
        server = self._load().root_client
        asked: Any = {"messages": messages, "tools": tools, "tool_choice": "auto"}
        limits: Any = {"max_completion_tokens": max_tokens, "timeout": timeout_seconds}
        started = time.monotonic()
        try:
            reply = server.chat.completions.create(
                model=self.model,
                temperature=0,
                seed=_SEED,
                extra_body=self._dialect.phrase([], None).body or None,
                **asked,
                **limits,
            )
            message = reply.choices[0].message
            requests = [
                ToolRequest(call.id, call.function.name, call.function.arguments)
                for call in message.tool_calls or []
            ]
        except Exception as error:
            raise self._reported(error, timeout_seconds) from error
        self._report(None)
        said = _counted(message.content or "", reply.usage, time.monotonic() - started)
        return ToolCompletion(said, tuple(requests))

    def offered_models(self, timeout_seconds: float) -> list[str]:
        """Return the names of the models on the server; empty where it does not list them."""
        import openai

        try:
            return [model.id for model in self._load().root_client.models.list(timeout=timeout_seconds)]
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            # Whatever a server without a listing answers: it is asked only to make a remedy more helpful.
            return []

    def close(self) -> None:
        """Close the connections to the server."""
        with self._lock:
            if self._chat is not None:
                self._chat.root_client.close()
                self._chat = None

    def _load(self) -> ChatOpenAI:
        with self._lock:
            if self._chat is None:
                self._chat = self._make_chat()
            return self._chat

    def _make_chat(self) -> ChatOpenAI:
        # Questions and answers stay here, whatever the environment says about tracing.
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        return ChatOpenAI(
            model=self.model,
            base_url=self.url,
            api_key=SecretStr(self._api_key or "none"),
            temperature=0,
            seed=_SEED,
            max_retries=0,
            use_responses_api=False,
            http_client=self._make_http(),
        )

    def _make_http(self) -> httpx.Client:
        import httpx

        from serving.relay import Relay

        hooks = {"request": [make_interruptible]}
        relay = Relay(httpx.Client(trust_env=self._use_proxy, event_hooks=hooks))
        return httpx.Client(transport=self._wrap(relay) if self._wrap else relay)

    def _reported(self, error: Exception, timeout_seconds: float) -> ServingError:
        # A call that its asker gave up says nothing about the server.
        raise_if_stopped()
        explained = explain(error, self.url, self.model, timeout_seconds)
        self._report(explained)
        return explained

    def _report(self, error: ServingError | None) -> None:
        if self._breaker is not None:
            self._breaker.report(error)


def _completion(reply: AIMessage, seconds: float) -> Completion:
    usage = reply.usage_metadata
    cached = usage.get("input_token_details", {}).get("cache_read", 0) if usage else 0
    return Completion(
        text=str(reply.content),
        prompt_tokens=usage["input_tokens"] if usage else 0,
        completion_tokens=usage["output_tokens"] if usage else 0,
        seconds=seconds,
        cached_tokens=cached or 0,
    )


def _counted(text: str, usage: CompletionUsage | None, seconds: float) -> Completion:
    details = usage.prompt_tokens_details if usage else None
    return Completion(
        text=text,
        prompt_tokens=usage.prompt_tokens if usage else 0,
        completion_tokens=usage.completion_tokens if usage else 0,
        seconds=seconds,
        cached_tokens=(details.cached_tokens if details else 0) or 0,
    )
