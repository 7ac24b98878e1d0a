"""A model by itself: native function calling over our tools, none of the assistant's checks around it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx
from pydantic import SecretStr

from agent.execution import Executor
from agent.memory import Memory
from agent.turn import Turn, remember
from evals.case import Case
from evals.errors import TargetFailed, TargetUnusable
from evals.observed import ObservedFact, ObservedTurn, Outcome
from evals.targets.addresses import may_use_proxy, read_host
from evals.targets.tool_calling import Ran, function_schemas, read_arguments, run_requests
from prompts.loader import load_prompt
from serving.client import ChatClient, ToolCompletion, ToolMessage
from serving.connection import connect
from serving.errors import ServingError
from serving.settings import load_settings
from tools.results import Lang
from tools.shop import Shop

MOST_ROUNDS = 4
_MOST_TOKENS = 800
_CHECK_SECONDS = 10.0
_START = "start the server, and give its base URL, such as http://127.0.0.1:8000/v1"
_QUESTION = re.compile(r"[?？][\s*_\"”」）)]*$")
_ABOUT_PRODUCT = re.compile(r"product|item|which one|商品|产品|哪款|哪个|哪一款", re.IGNORECASE)


class BareModelTarget:
    """Plays cases against an OpenAI-compatible model that calls our tools by itself.

    Args:
        url: the server's base URL; the version may be left out.
        model: the model's name there.
        api_key: the server's key, where it wants one.
        open_shop: opens a store by name; each is opened once and closed in `close`.

    Raises:
        TargetUnusable: not a URL, nobody listens there, or the key is refused.
    """

    def __init__(self, url: str, model: str, api_key: str | None, open_shop: Callable[[str], Shop]) -> None:
        self._client = _connect(url, model, api_key)
        self.description = f"bare model at {self._client.url}"
        self.model = model
        self._open_shop = open_shop
        self._lock = threading.Lock()
        self._executors: dict[str, Executor] = {}

    def run(self, case: Case) -> list[ObservedTurn]:
        """Play a case's turns in one fresh conversation.

        Raises:
            TargetFailed: the server did not answer, or not with a completion.
            StoreError: the store cannot be opened.
        """
        talk = _Talk(self._client, self._executor(case.store), case.language, case.timeout)
        return [talk.take(turn.say) for turn in case.turns]

    def close(self) -> None:
        """Close the stores and the connection."""
        for executor in self._executors.values():
            executor.shop.store.close()
        self._executors.clear()
        self._client.close()

    def _executor(self, store: str) -> Executor:
        with self._lock:
            if store not in self._executors:
                self._executors[store] = Executor(self._open_shop(store))
            return self._executors[store]


def _connect(url: str, model: str, api_key: str | None) -> ChatClient:
    # An empty URL would mean the embedded model.
    if read_host(url) is None:
        raise TargetUnusable(f"the target {url!r} is not the URL of a model server", _START)
    named = {"llm_url": url, "llm_model": model, "llm_api_key": SecretStr(api_key) if api_key else None}
    client = connect(load_settings().model_copy(update=named)).client()
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    try:
        with httpx.Client(headers=headers, timeout=_CHECK_SECONDS, trust_env=may_use_proxy(url)) as asking:
            status = asking.get(f"{client.url}/models").status_code
    except httpx.HTTPError as error:
        raise TargetUnusable(f"the model server at {client.url} cannot be reached", _START) from error
    if status in (401, 403):
        raise TargetUnusable(
            f"the model server at {client.url} refused the key", "set SHOPCAST_LLM_API_KEY to its key"
        )
    return client


class _Talk:
    """One conversation: the messages so far, and what the tools have told in it."""

    def __init__(self, client: ChatClient, executor: Executor, lang: Lang, timeout_seconds: float) -> None:
        self._client = client
        self._executor = executor
        self._lang = lang
        self._timeout_seconds = timeout_seconds
        self._messages: list[ToolMessage] = [{"role": "system", "content": load_prompt("bare_model")}]
        self._memory = Memory()
        # The model still sees what it was told before: those numbers have a receipt too.
        self._facts: list[ObservedFact] = []

    def take(self, said: str) -> ObservedTurn:
        """Let the model call tools until it answers in words."""
        started = time.monotonic()
        turn = ObservedTurn(said=said, answer="")
        self._messages.append({"role": "user", "content": said})
        for _ in range(MOST_ROUNDS):
            reply = self._ask(turn, started + self._timeout_seconds)
            if not reply.requests:
                turn.answer = reply.completion.text.strip()
                self._messages.append({"role": "assistant", "content": turn.answer})
                break
            ran = run_requests(self._executor, reply.requests, self._memory, self._lang)
            self._note(turn, reply, ran)
        turn.facts = list(self._facts)
        turn.outcome, turn.reason = _outcome(turn)
        turn.seconds = time.monotonic() - started
        return turn

    def _ask(self, turn: ObservedTurn, deadline: float) -> ToolCompletion:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TargetFailed(
                f"no answer within {self._timeout_seconds:g} s", "raise the case's `timeout`, or see the log"
            )
        try:
            reply = self._client.complete_with_tools(
                self._messages, function_schemas(), max_tokens=_MOST_TOKENS, timeout_seconds=left
            )
        except ServingError as error:
            raise TargetFailed(error.message, error.remedy) from error
        turn.plan_seconds += reply.completion.seconds
        turn.prompt_tokens += reply.completion.prompt_tokens
        turn.completion_tokens += reply.completion.completion_tokens
        return reply

    def _note(self, turn: ObservedTurn, reply: ToolCompletion, ran: list[Ran]) -> None:
        self._messages.append(_calling_message(reply))
        for request, one in zip(reply.requests, ran, strict=True):
            self._messages.append({"role": "tool", "tool_call_id": request.id, "content": one.told})
            turn.calls.append(one.call)
            turn.citations += one.reviews
            self._facts += one.facts
        executed = [one.executed for one in ran if one.executed]
        walked = Turn(turn.said, self._lang, self._memory, executed=executed)
        self._memory = remember(walked, self._executor.shop)


def _calling_message(reply: ToolCompletion) -> ToolMessage:
    calls: list[dict[str, Any]] = []
    for request in reply.requests:
        # Servers parse the history again, and break on arguments that are no JSON.
        arguments = request.arguments if read_arguments(request) is not None else "{}"
        function = {"name": request.tool, "arguments": arguments}
        calls.append({"id": request.id, "type": "function", "function": function})
    return {"role": "assistant", "content": reply.completion.text, "tool_calls": calls}


def _outcome(turn: ObservedTurn) -> tuple[Outcome, str]:
    """Read off the words what the assistant would say of itself."""
    text = turn.answer or ""
    if not text:
        return "failed", "no_words"
    if any(call.ok for call in turn.calls):
        return "answered", ""
    if _QUESTION.search(text):
        return "asked_back", "product" if _ABOUT_PRODUCT.search(text) else "goal"
    return ("failed", "calls") if turn.calls else ("declined", "")
