"""A plain LangChain agent: the peer that `make bench-agent` measures beside the walk; no merchant is answered by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from serving.errors import ModelTimeout

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.tools import BaseTool
    from langgraph.graph.state import CompiledStateGraph

    from serving.client import ChatClient

# Each round is a call of the model and a run of the tools that it asked for.
MOST_ROUNDS = 6
_MOST_TOKENS = 800

Run = Callable[[str, dict[str, Any]], tuple[str, Any]]
"""Runs a tool with the arguments that the model wrote; returns what the model is told, and what the caller keeps."""


@dataclass(frozen=True)
class LoopCall:
    """A call that the model wrote; `kept` is the caller's, None where the call never reached a tool."""

    tool: str
    arguments: dict[str, Any]
    kept: Any = None


@dataclass
class LoopTurn:
    """What came of one thing said; `text` is empty where the model called tools to the last round."""

    text: str = ""
    calls: list[LoopCall] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0


class PlainLoop:
    """One conversation with `langchain.agents.create_agent`, as its documentation shows it.

    Args:
        client: the model.
        functions: the tools, as the chat API describes functions.
        run: runs one of them; called one at a time, in the order in which the model wrote the calls.
        prompt: the system prompt.
        timeout_seconds: the longest that one turn may take.
    """

    def __init__(
        self,
        client: ChatClient,
        functions: Sequence[dict[str, Any]],
        run: Run,
        prompt: str,
        timeout_seconds: float,
    ) -> None:
        from langchain.agents import create_agent

        # The same sampling as the walk's, and what every request to this model carries.
        own = {
            "max_tokens": _MOST_TOKENS,
            "model_kwargs": {"timeout": timeout_seconds},
            "extra_body": client._dialect.phrase([], None).body or None,
        }
        chat = client._load().model_copy(update=own)
        tools = [_make_tool(function["function"], run) for function in functions]
        self._agent: CompiledStateGraph[Any, Any, Any, Any] = create_agent(chat, tools, system_prompt=prompt)
        self._timeout_seconds = timeout_seconds
        self._messages: list[BaseMessage] = []

    def ask(self, said: str) -> LoopTurn:
        """Let the agent go round until it answers in words.

        Raises:
            ModelTimeout: no answer in time.
            Exception: whatever the library raises where the server fails.
        """
        from langchain_core.messages import HumanMessage
        from langgraph.errors import GraphRecursionError

        before = [*self._messages, HumanMessage(said)]
        self._messages = before
        deadline = time.monotonic() + self._timeout_seconds
        try:
            for state in self._agent.stream(
                {"messages": before},
                # One tool after the other: the second may speak of what the first found.
                {"recursion_limit": 2 * MOST_ROUNDS, "max_concurrency": 1},
                stream_mode="values",
            ):
                self._messages = state["messages"]
                if time.monotonic() > deadline:
                    raise _late(self._timeout_seconds)
        except GraphRecursionError:
            # What it called until then is all that there is.
            return _read(self._messages[len(before) :])
        return _read(self._messages[len(before) :])


def _make_tool(function: dict[str, Any], run: Run) -> BaseTool:
    from langchain_core.tools import StructuredTool

    name = function["name"]

    def call(**arguments: Any) -> tuple[str, Any]:
        return run(name, arguments)

    return StructuredTool(
        name=name,
        description=function["description"],
        args_schema=function["parameters"],
        func=call,
        response_format="content_and_artifact",
    )


def _read(messages: Sequence[BaseMessage]) -> LoopTurn:
    from langchain_core.messages import AIMessage, ToolMessage

    kept = {
        message.tool_call_id: message.artifact for message in messages if isinstance(message, ToolMessage)
    }
    turn = LoopTurn()
    for message in messages:
        if isinstance(message, AIMessage):
            turn.calls += _calls(message, kept)
            turn.text = "" if message.tool_calls else message.text.strip()
            if message.usage_metadata:
                turn.prompt_tokens += message.usage_metadata["input_tokens"]
                turn.completion_tokens += message.usage_metadata["output_tokens"]
    return turn


def _calls(message: AIMessage, kept: dict[str, Any]) -> list[LoopCall]:
    written = [
        LoopCall(call["name"], call["args"], kept.get(call["id"] or "")) for call in message.tool_calls
    ]
    # Arguments that are no JSON: a call nevertheless.
    return written + [LoopCall(call["name"] or "", {}) for call in message.invalid_tool_calls]


def _late(timeout_seconds: float) -> ModelTimeout:
    return ModelTimeout(
        f"no answer within {timeout_seconds:g} s", "raise the case's `timeout`, or see the log"
    )
