"""The peer: LangChain's `create_agent` over our tools, with the model that the assistant has."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from agent.execution import Executor
from agent.memory import Memory
from agent.plain_loop import LoopCall, PlainLoop
from agent.turn import Turn, remember
from evals.case import Case
from evals.observed import ObservedCall, ObservedFact, ObservedTurn
from evals.targets.bare_model import _outcome
from evals.targets.tool_calling import Ran, function_schemas, run_requests
from prompts.loader import load_prompt
from serving.client import ToolRequest
from tools.results import Lang
from tools.shop import Shop

if TYPE_CHECKING:
    from serving.connection import ModelConnection


class CreateAgentTarget:
    """Plays cases against the plain loop: its answers are the model's own text.

    Args:
        open_shop: opens a store by name; each is opened once and closed in `close`.
        connection: where the model is; the caller closes it.
    """

    description = "LangChain create_agent"

    def __init__(self, open_shop: Callable[[str], Shop], connection: ModelConnection) -> None:
        self.model = connection.description
        self._open_shop = open_shop
        self._connection = connection
        self._lock = threading.Lock()
        self._executors: dict[str, Executor] = {}

    def run(self, case: Case) -> list[ObservedTurn]:
        """Play a case's turns in one fresh conversation.

        Raises:
            ServingError: the model cannot be reached, or not in time.
            StoreError: the store cannot be opened.
            Exception: what the library raises where the server refuses; all of it is a failure of the case.
        """
        toolroom = _Toolroom(self._executor(case.store), case.language)
        loop = PlainLoop(
            self._connection.client(),
            function_schemas(),
            toolroom.run,
            load_prompt("bare_model"),
            case.timeout,
        )
        return [_take(loop, toolroom, turn.say) for turn in case.turns]

    def close(self) -> None:
        """Close the stores."""
        for executor in self._executors.values():
            executor.shop.store.close()
        self._executors.clear()

    def _executor(self, store: str) -> Executor:
        with self._lock:
            if store not in self._executors:
                self._executors[store] = Executor(self._open_shop(store))
            return self._executors[store]


class _Toolroom:
    """The tools for one conversation: words resolved as the assistant resolves them, and what they have told."""

    def __init__(self, executor: Executor, lang: Lang) -> None:
        self._executor = executor
        self._lang = lang
        self._memory = Memory()
        # The model still sees what it was told before: those numbers have a receipt too.
        self.facts: list[ObservedFact] = []

    def run(self, tool: str, arguments: dict[str, Any]) -> tuple[str, Ran]:
        """Run one call; what is wrong with it, the model is told."""
        request = ToolRequest("", tool, json.dumps(arguments, ensure_ascii=False))
        (ran,) = run_requests(self._executor, [request], self._memory, self._lang)
        self.facts += ran.facts
        if ran.executed:
            walked = Turn("", self._lang, self._memory, executed=[ran.executed])
            self._memory = remember(walked, self._executor.shop)
        return ran.told, ran


def _take(loop: PlainLoop, toolroom: _Toolroom, said: str) -> ObservedTurn:
    started = time.monotonic()
    taken = loop.ask(said)
    turn = ObservedTurn(
        said=said,
        answer=taken.text,
        calls=[_observed(call) for call in taken.calls],
        citations=[review for call in taken.calls if call.kept for review in call.kept.reviews],
        facts=list(toolroom.facts),
        prompt_tokens=taken.prompt_tokens,
        completion_tokens=taken.completion_tokens,
        seconds=time.monotonic() - started,
    )
    turn.outcome, turn.reason = _outcome(turn)
    return turn


def _observed(call: LoopCall) -> ObservedCall:
    if isinstance(call.kept, Ran):
        return call.kept.call
    return ObservedCall(tool=call.tool, said=call.arguments, ok=False)
