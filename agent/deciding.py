"""Decides what to call for a question, from the model's plan and from the question itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from agent.arithmetic import CALCULATION, drop_unasked, is_schoolbook, read_demand
from agent.chooser import CONTINUE, Chooser, load_weights, mask_name
from agent.fallback import route
from agent.following import Followed, follow
from agent.memory import Memory
from agent.planning import MAX_CALLS, REPLIES, Plan, PlannedCall
from agent.reading import Reading, read
from agent.settling import settle
from agent.summing_up import SEARCH, SUMMARY, with_summaries
from agent.topic import keep_to_topic
from serving.embedder import default_embedder
from tools.numerals import fold
from tools.product_names import is_chinese
from tools.products import Product
from tools.shop import Shop
from tools.toolbox import toolbox

# "Why did it fall by 15%" asks for no calculation; "times 3" always does.
_ASKED_BESIDE = ("multiply", "divide")
# "Why has it doubled", 涨了一倍: what happened, nothing to reckon.
_TOLD = re.compile(r"\b(?:doubled|tripled|quadrupled|halved)\b|[一1]倍|翻[倍番]|翻一番")
_VERY_SURE = 0.7
_SIZE = re.compile(r"\d[\d.]*\s?[x×*]\s?\d[\d.]*")
_LOOK_BACK = ("get_sales", "explain_trend")
_AHEAD = re.compile(
    r"\b(?:next|coming|upcoming|ahead|future|from now)\b|未来|接下来|往后|今后|后面|之后|下个?(?:周|月|季|星期)"
)


@dataclass(frozen=True)
class Decision:
    """A settled plan; `continues` says that it asks for the last turn's call again with other words."""

    plan: Plan
    reading: Reading
    continues: bool


class Decider:
    """Holds plans to the question.

    Args:
        shop: for the catalogue and the data's dates.
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def decide(self, question: str, memory: Memory, planned: Plan | None) -> Decision:
        """Return what to call.

        Args:
            question: the user's words.
            memory: the conversation so far.
            planned: the model's plan; None where it did not answer.
        """
        followed = follow(self.shop, question, memory)
        told = followed.question
        reading = read(self.shop, told)
        worded = route(self.shop, told, memory)
        masked = mask_name(self.shop, told, "zh" if is_chinese(question) else "en")
        weights = self._chooser.weigh(masked)
        continues = _continues(weights, reading, memory, followed)
        again = weights.pop(CONTINUE)
        if memory.calls:
            weights[_weighed(_next_tool(_last_tool(memory), reading))] += again
        plan = settle(self.shop, planned, worded, reading, weights)
        if not _is_seconded(plan, planned, weights):
            plan = keep_to_topic(self.shop, reading, memory, plan)
        plan = _resumed(plan, worded, reading, memory, followed)
        plan = Plan(calls=[call for planned in plan.calls for call in followed.name(planned)][:MAX_CALLS])
        plan = Plan(calls=with_summaries(plan.calls, reading, memory, continues=continues))
        reckoned = _without_name(masked, self.shop.catalogue.mentioned(told).products)
        return Decision(_with_arithmetic(reckoned, memory, plan), reading, continues=continues)

    @cached_property
    def _chooser(self) -> Chooser:
        return Chooser(load_weights(), default_embedder())


def _without_name(question: str, products: Sequence[Product]) -> str:
    """Take a product's words out of a question: "6 x 80 sheets" and "double-layer" multiply nothing."""
    if not products:
        return question
    words = "|".join(re.escape(word) for word in products[0].words if word.isalpha())
    return re.sub(rf"(?i)\b(?:{words})\b", " ", _SIZE.sub(" ", question)) if words else question


def _last_tool(memory: Memory) -> str:
    """Return what was asked last; a calculation beside it is no question of its own."""
    tools = [call.tool for call in memory.calls]
    return next((tool for tool in reversed(tools) if tool != CALCULATION), tools[-1])


def _weighed(tool: str) -> str:
    """Return the tool whose weight stands for one that the chooser does not know by itself."""
    return SEARCH if tool == SUMMARY else tool


def _is_seconded(plan: Plan, planned: Plan | None, weights: dict[str, float]) -> bool:
    """Whether model and chooser both want the plan's tools: words alone then declare it no other subject."""
    asked = {call.tool for call in planned.calls} if planned else set()
    return all(call.tool in asked and weights.get(call.tool, 0.0) >= _VERY_SURE for call in plan.calls)


def _next_tool(last: str, reading: Reading) -> str:
    """Return what "and …?" asks for: the last tool again, unless it looks to the other side of today."""
    looks_ahead = bool(_AHEAD.search(fold(reading.question)))
    states_past = any(clause.period for clause in reading.clauses) and not looks_ahead
    if last in _LOOK_BACK and looks_ahead:
        return "forecast_demand"
    return "get_sales" if last == "forecast_demand" and states_past and not _has_duration(reading) else last


def _has_duration(reading: Reading) -> bool:
    return any(clause.duration for clause in reading.clauses)


def _continues(weights: dict[str, float], reading: Reading, memory: Memory, followed: Followed) -> bool:
    if not memory.calls:
        return False
    is_plain = any(intent.confidence == "plain" for intent in reading.intents)
    return followed.asks_the_same or weights[CONTINUE] >= max(weights.values()) or not is_plain


def _resumed(plan: Plan, worded: Plan, reading: Reading, memory: Memory, followed: Followed) -> Plan:
    """Ask the last call again where a few words name another product or mend what was said: "EMILY?", "June!"."""
    is_reply = all(call.tool in REPLIES for call in plan.calls)
    if not memory.calls or not is_reply or reading.talk in ("unsafe", "about_you"):
        return plan
    if followed.is_correction and not all(call.tool in REPLIES for call in worded.calls):
        return worded
    if not (followed.names_product or followed.is_correction) or reading.is_only_talk:
        return plan
    return Plan(calls=[PlannedCall(tool=_last_tool(memory), arguments={"product": "it"})])


def _with_arithmetic(question: str, memory: Memory, plan: Plan) -> Plan:
    """Add the calculation that a question asks for beside its figures: "how many will sell, times 3"."""
    calls = drop_unasked(plan.calls, question, memory)
    if not calls or is_schoolbook(question, memory.figures):
        return Plan(calls=[PlannedCall(tool="no_tool", arguments={"reason": "off_topic"})])
    demand = read_demand(question)
    is_told = demand is not None and bool(_TOLD.search(fold(question)[slice(*demand.span)]))
    is_asked = (
        demand is not None
        and not is_told
        and demand.operation in _ASKED_BESIDE
        and calls[0].tool in toolbox()
    )
    if demand and is_asked and not any(call.tool == CALCULATION for call in calls):
        arguments = {"operation": demand.operation, "amount": demand.amount}
        calls = [*calls[: MAX_CALLS - 1], PlannedCall(tool=CALCULATION, arguments=arguments)]
    return Plan(calls=calls)
