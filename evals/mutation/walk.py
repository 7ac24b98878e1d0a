"""Mutants of the walk: memory, plan, guards, grounding and language, each broken in one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from agent.composition import Draft
from agent.memory import Memory
from agent.planning import Plan, PlannedCall
from evals.mutation.mutant import (
    Break,
    Mutant,
    Relevance,
    asks_in,
    calls_tool,
    expects,
    is_chained,
    is_multi_turn,
    is_tagged,
    patched,
    replaced,
)
from tools.toolbox import toolbox

_INVENTED = "137.31"
Change = Callable[[Plan], Plan]
Group = dict[str, tuple[Break, Relevance]]


def walk_mutants() -> list[Mutant]:
    """Return the mutants of everything between the question and the tools."""
    return [
        Mutant(f"walk/{name}", apply, ("replay",), relevance)
        for group in (_memory(), _plan(), _guards(), _grounding(), _language())
        for name, (apply, relevance) in group.items()
    ]


def _memory() -> Group:
    def forgetting(**parts: Any) -> Break:
        return lambda: patched(
            "agent.graph.remember",
            by=lambda original: lambda *given: original(*given).model_copy(update=parts),
        )

    return {
        "memory/forgotten": (replaced("agent.graph.remember", lambda *given: Memory()), is_multi_turn),
        "memory/calls-forgotten": (forgetting(calls=[]), is_multi_turn),
        "memory/product-forgotten": (forgetting(product=None), is_multi_turn),
        "memory/list-forgotten": (forgetting(listed=[]), is_multi_turn),
        "memory/list-reversed": (_reversed_list, is_multi_turn),
        "memory/open-question-forgotten": (
            replaced("agent.graph.resume", lambda *given: None),
            is_multi_turn,
        ),
        "memory/answer-to-a-question-not-joined": (
            replaced("agent.steps.carry_over", lambda question, tool, said, memory, continues: said),
            is_multi_turn,
        ),
    }


def _reversed_list() -> AbstractContextManager[None]:
    def by(original: Callable[..., Memory]) -> Callable[..., Memory]:
        def remember(*given: Any) -> Memory:
            memory = original(*given)
            return memory.model_copy(update={"listed": memory.listed[::-1]})

        return remember

    return patched("agent.graph.remember", by=by)


def _plan() -> Group:
    return {
        "plan/second-call-dropped": (_planning(lambda plan: _with(plan, plan.calls[:1])), is_chained),
        "plan/first-call-dropped": (_planning(lambda plan: _with(plan, plan.calls[-1:])), is_chained),
        "plan/reversed": (_planning(lambda plan: _with(plan, plan.calls[::-1])), is_chained),
        "plan/call-added": (
            _planning(lambda plan: _with(plan, [*plan.calls, _call("list_trending")])),
            expects("calls"),
        ),
        "plan/nothing-planned": (_planning(lambda plan: _with(plan, [_decline()])), expects("calls")),
        "plan/asks-always": (_planning(lambda plan: _with(plan, [_ask()])), expects("calls")),
        "plan/no_tool-ignored": (_planning(_calling_instead_of("no_tool")), expects("no_call")),
        "plan/ask_user-ignored": (_planning(_calling_instead_of("ask_user")), expects("clarify")),
        "plan/ask_user-declines": (_planning(_declining_instead_of("ask_user")), expects("clarify")),
    }


def _with(plan: Plan, calls: list[PlannedCall]) -> Plan:
    return plan.model_copy(update={"calls": calls})


def _call(tool: str) -> PlannedCall:
    return PlannedCall(tool=tool, arguments={})


def _decline() -> PlannedCall:
    return PlannedCall(tool="no_tool", arguments={"reason": "off_topic"})


def _ask() -> PlannedCall:
    return PlannedCall(tool="ask_user", arguments={"about": "goal"})


def _calling_instead_of(tool: str) -> Change:
    return lambda plan: _with(
        plan, [_call("list_trending") if call.tool == tool else call for call in plan.calls]
    )


def _declining_instead_of(tool: str) -> Change:
    return lambda plan: _with(plan, [_decline() if call.tool == tool else call for call in plan.calls])


def _planning(change: Change) -> Break:
    """Have the settled plan changed before its words are held to the question; a model's alone would be mended."""

    def by(original: Callable[..., Plan]) -> Callable[..., Plan]:
        return lambda *given: change(original(*given))

    return lambda: patched("agent.deciding._resumed", by=by)


def _guards() -> Group:
    return {
        "guard/off-topic-always": (
            replaced("agent.topic._is_off_topic", lambda *given: True),
            expects("calls"),
        ),
        "guard/unasked-calls-kept": (
            replaced("agent.steps.is_unasked", lambda *given: False),
            expects("calls"),
        ),
        "guard/second-calls-refused": (replaced("agent.steps.is_unasked", lambda *given: True), is_chained),
        "guard/gate-off": (_ungated, calls_tool("get_sales")),
    }


@contextmanager
def _ungated() -> Iterator[None]:
    """Let an invented number pass the gate: the harness's own check must see it."""

    def by(original: Callable[..., Draft]) -> Callable[..., Draft]:
        def compose(*given: Any) -> Draft:
            draft = original(*given)
            draft.text += f"\n\n{_INVENTED}"
            return draft

        return compose

    with (
        patched("agent.answering.compose", by=by),
        patched("agent.answering.check_text", by=lambda _: lambda *given: []),
    ):
        yield


def _grounding() -> Group:
    def as_written(original: Any) -> Callable[..., dict[str, Any]]:
        def ground(shop: Any, question: str, call: PlannedCall, *rest: Any, **options: Any) -> dict[str, Any]:
            known = {parameter.said for parameter in toolbox()[call.tool].parameters}
            return {name: value for name, value in call.arguments.items() if name in known}

        return ground

    called = expects("calls")
    return {
        "grounding/off": (lambda: patched("agent.steps.ground_call", by=as_written), called),
        "grounding/left-out-spans-not-recovered": (
            replaced("agent.steps.recover_span", lambda shop, question, tool, said: said),
            called,
        ),
        "grounding/unasked-choices-kept": (
            replaced("agent.grounding.may_be_asked", lambda *given: True),
            called,
        ),
        "grounding/left-out-choices-not-recovered": (
            replaced("agent.grounding.plainly_asked", lambda *given: None),
            called,
        ),
        "grounding/choices-dropped": (
            lambda: patched(
                "agent.grounding.may_be_asked",
                "agent.grounding.plainly_asked",
                by=lambda _: lambda *given: None,
            ),
            called,
        ),
        "grounding/quantities-dropped": (
            replaced("agent.grounding._ground_quantity", lambda *given: None),
            calls_tool("recommend_restock"),
        ),
        "grounding/product-in-query-overlooked": (
            replaced("agent.grounding._named_in_query", lambda shop, said: said),
            calls_tool("search_reviews"),
        ),
        "grounding/replan-off": (
            replaced("agent.graph._WORTH_REPLANNING", ()),
            is_tagged("hard_date", "hard_name", "typo"),
        ),
    }


def _language() -> Group:
    return {
        "language/always-english": (
            replaced("agent.assistant.detect_language", lambda _: "en"),
            asks_in("zh"),
        ),
        "language/always-chinese": (
            replaced("agent.assistant.detect_language", lambda _: "zh"),
            asks_in("en"),
        ),
    }
