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
from agent.events import PlanMade
from agent.execution import Executor, Step
from agent.fallback import mentions_trade, resume, route
from agent.memory import is_pronoun
from agent.planning import EarlierCall, Plan, PlannedCall, constant_messages, make_plan
from agent.steps import make_steps
from agent.turn import Turn, add_tokens, remember
from serving.errors import ServingError
from tools.shop import Shop

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

    from serving.connection import ModelConnection

logger = logging.getLogger(__name__)
# Errors that another reading of the question may cure; an unknown product or an empty store is an answer.
_WORTH_REPLANNING = ("_not_understood", "nothing_found")


_REPLIES = ("no_tool", "ask_user")
# Where general knowledge ends up; trends and restocks are asked for by words of the trade.
_SINKS = ("get_sales", "forecast_demand", "explain_trend", "search_reviews")


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

    def plan(self, state: State) -> dict[str, Any]:
        """Ask the model for a plan, hold it to the question's words; read keywords where there is no model."""
        turn = state["turn"]
        started = time.monotonic()
        resumed = None if turn.replanned else resume(self.shop, turn.question, turn.memory)
        if resumed:
            turn.steps, turn.planned_by = [Step(resumed.tool, resumed.arguments)], "conversation"
        else:
            plan = self._ask_model(turn)
            turn.planned_by = "model" if plan else "keywords"
            self._take(turn, plan or route(self.shop, turn.question, turn.memory))
        turn.seconds.plan += time.monotonic() - started
        get_stream_writer()(PlanMade([{"tool": step.tool, "said": step.said} for step in turn.steps]))
        return {"turn": turn}

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
        finish(turn, self.shop)
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

    def _is_off_topic(self, turn: Turn, plan: Plan) -> bool:
        """Small models send general knowledge to a tool: no word of the trade, no product, no talk before."""
        return (
            len(plan.calls) == 1
            and plan.calls[0].tool in _SINKS
            and not turn.memory.calls
            and not mentions_trade(turn.question)
            and not self._names_product(turn.question, plan.calls[0])
        )

    def _names_product(self, question: str, call: PlannedCall) -> bool:
        """Whether the question is about goods: it names some, or the model copied their name out of it."""
        match, copied = self.shop.catalogue.match, str(call.arguments.get("product", ""))
        # One word of a question about the weather may be part of many titles; a name is one product's.
        is_name = bool(copied) and copied in question and match(copied).outcome == "found"
        return is_name or is_pronoun(copied) or match(question).outcome != "unknown"

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
            client = self.connection.client()
            self.connection.warm(constant_messages())
            planned = make_plan(client, question, earlier, timeout_seconds=self.timeout_seconds)
        except ServingError as error:
            logger.warning("planning without the model: %s", error)
            turn.notes.append(replies.MODEL_DOWN[turn.language])
            return None
        turn.model = self.connection.description
        turn.tokens = add_tokens(turn.tokens, planned.completion)
        return planned.plan

    def _take(self, turn: Turn, plan: Plan) -> None:
        if self._is_off_topic(turn, plan):
            plan = Plan(calls=[PlannedCall(tool="no_tool", arguments={"reason": "off_topic"})])
        turn.reply, turn.outcome, turn.reason = "", "answered", ""
        for call in plan.calls:
            if call.tool in _REPLIES:
                _reply(turn, call)
        asked = [call for call in plan.calls if call.tool not in _REPLIES]
        turn.steps = make_steps(self.shop, turn.question, asked, turn.memory)


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
