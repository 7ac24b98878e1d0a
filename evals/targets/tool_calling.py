"""Our tools as functions of the chat API: their schemas, and what becomes of a call that a model wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.composition import compose
from agent.execution import Executed, Executor, Step
from agent.grounding import REFERENCE
from agent.memory import Memory
from evals.observed import ObservedCall, ObservedFact, ObservedReview
from serving.client import ToolRequest
from tools.results import Evidence, Fact, Lang, ToolResult
from tools.toolbox import Parameter, Tool, toolbox

_MOST_TABLE_ROWS = 20


@dataclass(frozen=True)
class Ran:
    """One call: what was made of it, what the model is told, and what that tells it."""

    call: ObservedCall
    told: str
    executed: Executed | None = None
    facts: list[ObservedFact] = field(default_factory=list)
    reviews: list[ObservedReview] = field(default_factory=list)


def function_schemas() -> list[dict[str, Any]]:
    """Return every tool as the API's `tools`."""
    return [{"type": "function", "function": _function(tool)} for tool in toolbox().values()]


def _function(tool: Tool) -> dict[str, Any]:
    arguments = tool.schema()["properties"]["arguments"]
    described = {
        p.said: {**p.schema(), **({"description": p.span.hint} if p.span else {})} for p in tool.parameters
    }
    return {
        "name": tool.name,
        "description": tool.summary,
        "parameters": {**arguments, "properties": described},
    }


def run_requests(
    executor: Executor, requests: Sequence[ToolRequest], memory: Memory, lang: Lang
) -> list[Ran]:
    """Run a model's calls side by side; one that cannot be run is a failed call, and the model is told why."""
    read = [read_request(request) for request in requests]
    executed = iter(executor.run([step for step in read if isinstance(step, Step)], memory, lambda _: None))
    return [
        _ran(next(executed), lang) if isinstance(step, Step) else _refused(request, step)
        for request, step in zip(requests, read, strict=True)
    ]


def read_request(request: ToolRequest) -> Step | str:
    """Return the step that a call asks for, or what is wrong with the call."""
    tool = toolbox().get(request.tool)
    if tool is None:
        return f"There is no function {request.tool!r}; there are {', '.join(toolbox())}."
    arguments = read_arguments(request)
    if arguments is None:
        return "The arguments are no JSON object."
    # Many models write null for what was not said.
    said = {name: value for name, value in arguments.items() if value is not None}
    known = {parameter.said: parameter for parameter in tool.parameters}
    for name, value in said.items():
        if name not in known:
            return f"{tool.name} has no argument {name!r}; it has {', '.join(known)}."
        problem = _misfit(known[name], value)
        if problem:
            return f"{name} is {value!r}; {problem}."
    return Step(tool.name, said)


def read_arguments(request: ToolRequest) -> dict[str, Any] | None:
    """Return a call's arguments, or None where they are no JSON object."""
    try:
        arguments = json.loads(request.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def _misfit(parameter: Parameter, value: Any) -> str:
    schema = parameter.schema()
    if "enum" in schema:
        return "" if value in schema["enum"] else f"it may be {' or '.join(schema['enum'])}"
    if schema["type"] == "integer":
        fits = type(value) is int and schema["minimum"] <= value <= schema["maximum"]
        return "" if fits else f"it must be a whole number from {schema['minimum']} to {schema['maximum']}"
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return "it must be text"
    # That is the planner's own way to point at an earlier call; here nobody taught it.
    return "it must be a name from the question" if REFERENCE.match(str(value)) else ""


def _refused(request: ToolRequest, problem: str) -> Ran:
    said = read_arguments(request) or {}
    return Ran(ObservedCall(tool=request.tool, said=said, ok=False), problem)


def _ran(executed: Executed, lang: Lang) -> Ran:
    result = executed.result
    draft = compose([executed], lang)
    step = executed.step
    return Ran(
        call=ObservedCall(
            tool=step.tool,
            said=step.said,
            arguments=executed.arguments,
            ok=result.ok,
            error=result.error.code if result.error else "",
        ),
        told="\n".join([draft.text, *_table_lines(result, lang)]),
        executed=executed,
        facts=[_observed(fact, lang) for fact in draft.facts],
        reviews=[_cited(review) for review in draft.quoted],
    )


def _observed(fact: Fact, lang: Lang) -> ObservedFact:
    return ObservedFact(metric=fact.metric, entity=fact.entity, value=fact.value, shown=fact.display(lang))


def _cited(review: Evidence) -> ObservedReview:
    return ObservedReview(
        review_id=review.review_id,
        product_id=review.product_id,
        text=review.text,
        date=review.date.isoformat() if review.date else "",
        rating=review.rating,
    )


def _table_lines(result: ToolResult, lang: Lang) -> list[str]:
    if result.table is None:
        return []
    headings = {column.key: getattr(column, lang) for column in result.table.columns}
    rows: dict[str, list[str]] = {}
    for cell in result.cells():
        row = rows.setdefault(cell.id.partition(".")[0], [])
        row.append(f"{headings[cell.metric]}: {cell.display(lang)}")
    return ["; ".join(cells) for cells in list(rows.values())[:_MOST_TABLE_ROWS]]
