"""A mutant: one named break of the running code, and where it must be noticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, Literal
from unittest.mock import patch

from agent import planning
from evals.case import Case, Expectation
from tools.toolbox import Tool

Detector = Literal["specimens", "replay", "strict replay"]
"""specimens: inputs made by hand. replay: recorded replies, found by the question although the prompt differs.
strict replay: recorded replies keyed by the whole request, so that a changed prompt or schema is a miss."""
Relevance = Callable[[Case], int]
Break = Callable[[], AbstractContextManager[Any]]

_TOOLBOX_USERS = ("agent.planning.toolbox", "agent.grounding.toolbox", "agent.execution.toolbox")


@dataclass(frozen=True)
class Mutant:
    """One break.

    Args:
        name: "group/where/what": "argument/forecast_demand.horizon/off-by-one".
        apply: breaks the code for as long as the context lasts.
        detectors: what may notice it, tried in this order.
        relevance: 0 for a case that cannot notice it; the higher, the sooner it is tried.
    """

    name: str
    apply: Break
    detectors: tuple[Detector, ...] = ("replay",)
    relevance: Relevance = lambda case: 1

    @property
    def group(self) -> str:
        """What kind of thing is broken: schema, argument, matcher, checker, prompt, walk."""
        return self.name.partition("/")[0]


@contextmanager
def patched(*places: str, by: Callable[[Any], Any]) -> Iterator[None]:
    """Replace what stands at dotted places, each by a function of what stood there ("agent.graph.remember")."""
    with ExitStack() as stack:
        for place in places:
            stack.enter_context(patch(place, by(resolve_name(place))))
        yield


def replaced(place: str, value: Any) -> Break:
    """Return the break that puts a value in a dotted place."""
    return lambda: patched(place, by=lambda _: value)


def named(
    group: str, breaks: Mapping[str, Mapping[str, Break]], detectors: tuple[Detector, ...]
) -> list[Mutant]:
    """Return mutants that every specimen or case may notice, named "group/where/what"."""
    return [
        Mutant(f"{group}/{where}/{what}", apply, detectors)
        for where, some in breaks.items()
        for what, apply in some.items()
    ]


@contextmanager
def fresh_plans() -> Iterator[None]:
    """Have the plan's schema and prompt made anew inside, and once more after it."""
    try:
        planning.plan_schema.cache_clear()
        planning.system_prompt.cache_clear()
        yield
    finally:
        planning.plan_schema.cache_clear()
        planning.system_prompt.cache_clear()


@contextmanager
def changed_toolbox(change: Callable[[dict[str, Tool]], dict[str, Tool]]) -> Iterator[None]:
    """Show the assistant another toolbox; the harness, which has names to look up too, keeps the real one."""
    with patched(*_TOOLBOX_USERS, by=lambda original: lambda: change(dict(original()))), fresh_plans():
        yield


def expected_calls(case: Case) -> list[str]:
    """Return the tools that a case expects to be called, turn by turn."""
    return [call.tool for one in _expectations(case) if one.calls is not None for call in one.calls.expected]


def calls_tool(tool: str) -> Relevance:
    """Return the relevance of cases that expect the tool."""
    return lambda case: int(tool in expected_calls(case))


def names_argument(tool: str, argument: str) -> Relevance:
    """Return the relevance of cases that expect the tool, those first that hold the argument to a value."""

    def relevance(case: Case) -> int:
        rules = [
            call.arguments[argument].rule
            for one in _expectations(case)
            if one.calls is not None
            for call in one.calls.expected
            if call.tool == tool and argument in call.arguments
        ]
        return 2 if any(rule != "ignore" for rule in rules) else calls_tool(tool)(case)

    return relevance


def leaves_out(tool: str, argument: str) -> Relevance:
    """Return the relevance of cases that expect the tool, those first that forbid the argument."""

    def relevance(case: Case) -> int:
        forbidding = any(
            call.tool == tool and argument not in call.arguments and call.others == "forbid_unasked"
            for one in _expectations(case)
            if one.calls is not None
            for call in one.calls.expected
        )
        return 2 if forbidding else calls_tool(tool)(case)

    return relevance


def is_multi_turn(case: Case) -> int:
    """Return the relevance of conversations."""
    return int(len(case.turns) > 1)


def is_chained(case: Case) -> int:
    """Return the relevance of cases where one turn takes several calls, those in order first."""
    modes = [one.calls.mode for one in _expectations(case) if one.calls and len(one.calls.expected) > 1]
    return 2 if "strict" in modes else int(bool(modes))


def expects(part: Literal["calls", "no_call", "clarify", "answer"]) -> Relevance:
    """Return the relevance of cases that expect that of a turn."""
    return lambda case: int(any(getattr(one, part) for one in _expectations(case)))


def expects_answer(part: Literal["values", "contains", "cites"]) -> Relevance:
    """Return the relevance of cases that hold the words of an answer to something."""
    return lambda case: int(any(one.answer and getattr(one.answer, part) for one in _expectations(case)))


def asks_in(language: str) -> Relevance:
    """Return the relevance of cases in a language."""
    return lambda case: int(case.language == language)


def is_tagged(*tags: str) -> Relevance:
    """Return the relevance of cases that carry one of the tags."""
    return lambda case: int(not set(tags).isdisjoint(case.tags))


def _expectations(case: Case) -> list[Expectation]:
    return [one for one in case.expectations if one is not None]


def slug(text: str, length: int = 40) -> str:
    """Return a text as a part of a mutant's name."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:length].rstrip("-")
