"""From a plan to the steps that run: words held to the question, calls that nobody asked for left out, chains closed."""

from __future__ import annotations

from collections.abc import Sequence

from agent.carrying import carry_over
from agent.clauses import split_clauses
from agent.cues import MOVER, direction_of
from agent.execution import Step
from agent.fallback import is_unasked
from agent.focus import asked_aspects
from agent.grounding import REFERENCE, find_span, ground_call, recover_span, span_resolver
from agent.memory import Memory, is_pronoun
from agent.planning import PlannedCall
from tools.numerals import fold
from tools.shop import Shop
from tools.toolbox import toolbox


def make_steps(
    shop: Shop, question: str, calls: Sequence[PlannedCall], memory: Memory, *, continues: bool = False
) -> list[Step]:
    """Return what to run for the planned calls, in order, each once.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
        calls: the plan's tool calls.
        memory: the conversation so far.
        continues: whether the question asks for the last turn's call again: what it does not say stays as it was.
    """
    steps: list[Step] = []
    for call in calls:
        said = ground_call(shop, question, call, memory, position=len(steps))
        said = recover_span(shop, question, call.tool, said, memory) if len(calls) == 1 else said
        said = carry_over(question, call.tool, said, memory, continues=continues)
        step = Step(call.tool, said)
        if step not in steps and not (steps and is_unasked(call.tool, question)):
            steps.append(step)
    steps = _told_apart(_with_leader(question, steps, memory))
    return _with_mover(shop, question, steps) if not memory.listed else steps


def _with_leader(question: str, steps: list[Step], memory: Memory) -> list[Step]:
    """Let a call without a product stand on the list asked for before it: "the best seller, and its forecast"."""
    if memory.product is not None or "best_sellers" not in asked_aspects(question):
        return steps
    closed: list[Step] = []
    for step in steps:
        said = {
            name: value
            for name, value in step.said.items()
            if name != "product" or not is_pronoun(str(value))
        }
        if len(said) < len(step.said) and closed and closed[0].tool == "get_sales":
            said["product"] = "$1"
        closed.append(
            Step(step.tool, said if step.tool == "get_sales" or "product" in said else dict(step.said))
        )
    return closed


def _told_apart(steps: list[Step]) -> list[Step]:
    """Take a length of time for what it is: the ten days of a delivery are no period of the explanation beside it."""
    lengths = [
        str(step.said[name]) for step in steps for name in ("lead_time", "horizon") if name in step.said
    ]
    return [
        Step(step.tool, {k: v for k, v in step.said.items() if k != "period"})
        if step.tool != "get_sales" and any(str(step.said.get("period", " ")) in length for length in lengths)
        else step
        for step in steps
    ]


def _with_mover(shop: Shop, question: str, steps: list[Step]) -> list[Step]:
    """Let a call about "the fastest climber" stand on a list of what climbs, asked for first if it is not there."""
    mover = next((clause for clause in split_clauses(question) if MOVER.search(clause)), None)
    nameless = [step for step in steps if _is_nameless(shop, step)]
    if not mover or not nameless:
        return steps
    if steps[0].tool != "list_trending":
        steps = [_list_step(shop, mover), *steps]
    return [Step(s.tool, {**s.said, "product": "$1"}) if s in nameless else s for s in steps]


def _is_nameless(shop: Shop, step: Step) -> bool:
    if "product" not in {parameter.said for parameter in toolbox()[step.tool].parameters}:
        return False
    said = str(step.said.get("product", ""))
    if not said or REFERENCE.match(said):
        return False
    return (
        is_pronoun(said) or bool(MOVER.search(fold(said))) or shop.catalogue.match(said).outcome == "unknown"
    )


def _list_step(shop: Shop, clause: str) -> Step:
    """List what moves, in the mover's own clause's words: "a week" may be a lead time elsewhere."""
    said = {"direction": "down" if direction_of(clause) == "down" else "up"}
    period = find_span(clause, span_resolver(shop, "period"))
    return Step("list_trending", {**said, "period": period} if period else said)
