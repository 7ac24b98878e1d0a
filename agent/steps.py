"""From a plan to the steps that run: words held to the question, calls that nobody asked for left out, chains closed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.execution import Step
from agent.fallback import is_unasked
from agent.grounding import REFERENCE, find_span, ground_call, recover_span, span_resolver
from agent.memory import Memory, is_pronoun
from agent.planning import PlannedCall
from tools.shop import Shop
from tools.toolbox import toolbox

# "The fastest climber" is a product that only a list of trends can name. "The best seller" is another matter.
_MOVER = re.compile(
    r"\b(?:fastest|quickest|biggest|top|steepest|strongest|sharpest)\W+(?:\w+\W+){0,2}?"
    r"(?:climb\w*|ris(?:e|er|ers|ing)|gain\w*|grow\w*|movers?|fall\w*|drop\w*|declin\w*|losers?)\b"
    r"|\bhottest\b|\b(?:gain|grow|climb|ris|fall|dropp|declin|los)ing (?:the )?(?:most|fastest|hardest)\b"
    r"|\b(?:rose|climbed|grew|gained|fell|dropped|declined|lost) (?:the )?(?:most|fastest|hardest)\b"
    r"|(?:涨|跌|掉|升|降|爆)得?最|(?:上涨|增长|下滑|下跌|上升)(?:得)?最|最(?:热门|火爆|火的|热的)",
    re.IGNORECASE,
)
_DOWNWARD = re.compile(r"fall|fell|drop|declin|los|跌|掉|降|下滑", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;，；。？?！!]|\band\b|\bthen\b|再|然后|顺便", re.IGNORECASE)


def make_steps(shop: Shop, question: str, calls: Sequence[PlannedCall], memory: Memory) -> list[Step]:
    """Return what to run for the planned calls, in order, each once.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
        calls: the plan's tool calls.
        memory: the conversation so far.
    """
    steps: list[Step] = []
    for call in calls:
        said = ground_call(shop, question, call, memory, position=len(steps))
        said = recover_span(shop, question, call.tool, said) if len(calls) == 1 else said
        step = Step(call.tool, said)
        if step not in steps and not (steps and is_unasked(call.tool, question)):
            steps.append(step)
    return _with_mover(shop, question, steps) if not memory.listed else steps


def _with_mover(shop: Shop, question: str, steps: list[Step]) -> list[Step]:
    """Let a call about "the fastest climber" stand on a list of what climbs, asked for first if it is not there."""
    mover = _MOVER.search(question)
    nameless = [step for step in steps if _is_nameless(shop, step)]
    if not mover or not nameless:
        return steps
    if steps[0].tool != "list_trending":
        steps = [_list_step(shop, question, mover), *steps]
    return [Step(s.tool, {**s.said, "product": "$1"}) if s in nameless else s for s in steps]


def _is_nameless(shop: Shop, step: Step) -> bool:
    if "product" not in {parameter.said for parameter in toolbox()[step.tool].parameters}:
        return False
    said = str(step.said.get("product", ""))
    if not said or REFERENCE.match(said):
        return False
    return is_pronoun(said) or bool(_MOVER.search(said)) or shop.catalogue.match(said).outcome == "unknown"


def _list_step(shop: Shop, question: str, mover: re.Match[str]) -> Step:
    said = {"direction": "down" if _DOWNWARD.search(mover.group()) else "up"}
    # Only the mover's own clause says when it moved: "a week" may be a lead time elsewhere.
    starts = [match.end() for match in _CLAUSE.finditer(question, 0, mover.start())]
    stop = _CLAUSE.search(question, mover.end())
    clause = question[starts[-1] if starts else 0 : stop.start() if stop else len(question)]
    period = find_span(clause, span_resolver(shop, "period"))
    return Step("list_trending", {**said, "period": period} if period else said)
