"""The walk of a question as a LangGraph: plan, execute, at most one second plan, compose and check."""

from __future__ import annotations

import logging
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

from langgraph.channels import UntrackedValue
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from agent import replies
from agent.answering import finish
from agent.arithmetic import plain_calculation
from agent.deciding import Decider
from agent.events import PlanMade
from agent.execution import Executor, Step
from agent.fallback import resume
from agent.planning import REPLIES, EarlierCall, Plan, PlannedCall, constant_messages, make_plan
from agent.recording import recorded
from agent.steps import make_steps
from agent.topic import find_asides
from agent.turn import Turn, add_tokens, remember
from serving.errors import ServingError
from tools.shop import Shop

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from serving.connection import ModelConnection

logger = logging.getLogger(__name__)
# Errors that another reading of the question may cure; an unknown product or an empty store is an answer.
_WORTH_REPLANNING = ("_not_understood", "nothing_found")


class State(TypedDict):
    """What the graph carries: the working turn, never written to disk, and the memory that is."""

    turn: Annotated[Turn, UntrackedValue]
    memory: dict[str, Any]


class Walk:
    """The graph's nodes over one shop and one model."""

    def __init__(self, shop: Shop, connection: ModelConnection | None, timeout_seconds: float) -> None:
        self.shop = shop
        self.connection = connection
        self.timeout_seconds = timeout_seconds
        self.executor = Executor(shop)
        self.decider = Decider(shop)

    def plan(self, state: State) -> dict[str, Any]:
        """Ask the model for a plan, hold it to the question's words; read keywords where there is no model."""
        turn = state["turn"]
        started = time.monotonic()
        resumed = None if turn.replanned else self._resumed(turn)
        if resumed:
            turn.steps, turn.planned_by = [Step(resumed.tool, resumed.arguments)], "conversation"
        else:
            plan = self._ask_model(turn)
            turn.planned_by = "model" if plan else "keywords"
            self._take(turn, plan)
        turn.seconds.plan += time.monotonic() - started
        get_stream_writer()(PlanMade([{"tool": step.tool, "said": step.said} for step in turn.steps]))
        return {"turn": turn}

    def _resumed(self, turn: Turn) -> PlannedCall | None:
        """Return the call of a question that only makes sense after the last answer, and needs no model then."""
        waiting = resume(self.shop, turn.question, turn.memory)
        return waiting or plain_calculation(turn.question, turn.memory)

    def execute(self, state: State) -> dict[str, Any]:
        """Run the planned calls."""
        turn = state["turn"]
        started = time.monotonic()
        turn.executed = self.executor.run(turn.steps, turn.memory, get_stream_writer())
        turn.seconds.tools += time.monotonic() - started
        return {"turn": turn}

    def compose(self, state: State) -> dict[str, Any]:
        """Write the answer, check it, and remember the turn."""
        turn = state["turn"]
        finish(turn, self.shop, self.connection, self.timeout_seconds)
        return {"turn": turn, "memory": remember(turn, self.shop).model_dump(mode="json")}

    def after_execute(self, state: State) -> str:
        """Plan once more where every call failed on words that were misread, and no review has been read."""
        turn = state["turn"]
        errors = [call.result.error for call in turn.executed]
        misread = bool(errors) and all(error and error.code.endswith(_WORTH_REPLANNING) for error in errors)
        if not misread or turn.replanned or any(call.result.evidence for call in turn.executed):
            return "compose"
        turn.replanned = True
        return "plan"

    def _ask_model(self, turn: Turn) -> Plan | None:
        if self.connection is None:
            turn.notes.append(replies.MODEL_DOWN[turn.language])
            return None
        question = turn.question
        if turn.replanned:
            failed = [c.result.error.message[turn.language] for c in turn.executed if c.result.error]
            question += "\n(" + " ".join(failed) + ")"
        try:
            earlier = [EarlierCall(call.tool, call.said) for call in turn.memory.calls]
            client = recorded(self.connection.client(), turn.model_calls)
            self.connection.warm(constant_messages())
            planned = make_plan(client, question, earlier, timeout_seconds=self.timeout_seconds)
        except ServingError as error:
            logger.warning("planning without the model: %s", error)
            turn.notes.append(replies.MODEL_DOWN[turn.language])
            return None
        turn.model = self.connection.description
        turn.tokens = add_tokens(turn.tokens, planned.completion)
        return planned.plan

    def _take(self, turn: Turn, planned: Plan | None) -> None:
        decision = self.decider.decide(turn.question, turn.memory, planned)
        if not turn.replanned:
            turn.notes += find_asides(decision.reading, turn.language)
        turn.reply, turn.outcome, turn.reason = "", "answered", ""
        for call in decision.plan.calls:
            if call.tool in REPLIES:
                _reply(turn, call)
        asked = [call for call in decision.plan.calls if call.tool not in REPLIES]
        turn.steps = make_steps(self.shop, turn.question, asked, turn.memory, continues=decision.continues)


def _reply(turn: Turn, call: PlannedCall) -> None:
    """Answer with a sentence instead of a tool; the first one counts."""
    if turn.reply:
        return
    if call.tool == "no_tool":
        turn.outcome, turn.reason = "declined", call.arguments["reason"]
        turn.reply = replies.NO_TOOL[turn.reason][turn.language]
    else:
        turn.outcome, turn.reason = "asked_back", call.arguments["about"]
        turn.reply = replies.ASK_USER[turn.reason][turn.language]


def build_graph(walk: Walk, conversations: Path) -> CompiledStateGraph[Any, Any, Any, Any]:
    """Compile the walk with its memory.

    Args:
        walk: the nodes.
        conversations: SQLite file that keeps each conversation's memory by thread id.
    """
    graph = StateGraph(State)
    graph.add_node("plan", walk.plan)
    graph.add_node("execute", walk.execute)
    graph.add_node("compose", walk.compose)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", _after_plan, ["execute", "compose"])
    graph.add_conditional_edges("execute", walk.after_execute, ["plan", "compose"])
    graph.add_edge("compose", END)
    connection = sqlite3.connect(conversations, check_same_thread=False)
    # With a write-ahead log a crash of the program loses nothing; waiting for the disk at each step only costs.
    connection.execute("PRAGMA synchronous = NORMAL")
    # Only plain data may come back from disk: no class is ever rebuilt from it.
    saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    return graph.compile(checkpointer=saver)


def _after_plan(state: State) -> str:
    return "execute" if state["turn"].steps else "compose"
