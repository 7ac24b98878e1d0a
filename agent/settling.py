"""Settles what to call: the model's plan, the question's plain words and the learnt chooser weighed together.

Each of the three errs in its own way: the model drops second calls and sends colloquial questions to `get_sales`,
words are blind to what they do not list, the chooser sees no order and no arguments. A tool that two of them ask
for is called (docs/decisions/0006-tool-choice.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.cues import direction_of, opinion_of
from agent.memory import is_pronoun
from agent.planning import MAX_CALLS, REPLIES, Plan, PlannedCall
from agent.reading import Reading
from agent.smalltalk import asks_to_repeat
from tools.numerals import fold
from tools.shop import Shop
from tools.toolbox import toolbox

# Chosen on the chooser's own examples, each left out in turn; the flat top of the curve, not its peak.
MODEL_VOTE = 0.35
MODEL_REPLY_VOTE = 0.2
PLAIN_VOTE = 0.4
WEAK_VOTE = 0.1
TALK_VOTE = 0.35
# "The usual, please": nobody but the user knows.
VAGUE_VOTE = 0.8
# Words that list nothing known say little.
NOTHING_VOTE = 0.05
ENOUGH = 0.6
# A further call needs plain words and a second reader, or a sure chooser: small models like to add what nobody asked.
SECONDED = 0.05
SECONDED_SALES = 0.2
SURE = 0.5
# What looks like the shop's business and is none: where the chooser is this sure, words of the trade say little.
SURE_OF_NO_TOOL = 0.55
NO_TOOL_VOTE = 0.2
# What a search is for has no form that code could read; the rest the words say more surely than the model copies it.
_COPIED_BY_MODEL = ("query",)


def settle(
    shop: Shop, planned: Plan | None, worded: Plan, reading: Reading, weights: Mapping[str, float]
) -> Plan:
    """Return the plan to run.

    Args:
        shop: for its catalogue.
        planned: the model's; None where it did not answer.
        worded: the one that the question's words suggest.
        reading: what those words say, for how plainly they say it.
        weights: how far the question asks for each tool (`Chooser.weigh`).
    """
    copied = planned.calls if planned else []
    votes = _votes(copied, worded, reading, weights)
    best = max(votes, key=lambda name: votes[name])
    if best in REPLIES:
        return Plan(calls=[_reply(best, [*worded.calls, *copied])])
    plain = _plain_tools(reading)
    seconded = {call.tool for call in copied}
    further = [
        tool
        for tool in toolbox()
        if tool != best and _is_asked_too(tool, votes[tool], weights, plain=plain, seconded=seconded)
    ]
    if best == "get_sales" and best not in plain and any(tool in plain for tool in further):
        # 销量 beside 为什么 is what is to be explained.
        best, *further = further
    calls = [call for tool in (best, *further) for call in _calls(shop, tool, copied, worded.calls, reading)]
    order = [call.tool for call in (*worded.calls, *copied)]
    calls.sort(key=lambda call: order.index(call.tool) if call.tool in order else len(order))
    return Plan(calls=calls[:MAX_CALLS])


def _is_asked_too(
    tool: str, vote: float, weights: Mapping[str, float], *, plain: set[str], seconded: set[str]
) -> bool:
    weight = weights.get(tool, 0.0)
    # What moves or why it did is told with sales figures: those alone are no second question.
    is_sales = tool == "get_sales"
    if tool in plain:
        return tool in seconded or weight >= (SECONDED_SALES if is_sales else SECONDED)
    return vote >= ENOUGH and not is_sales and weight >= SURE


def _plain_tools(reading: Reading) -> set[str]:
    return {intent.tool for intent in reading.intents if intent.confidence == "plain"}


def _votes(
    copied: Sequence[PlannedCall], worded: Plan, reading: Reading, weights: Mapping[str, float]
) -> dict[str, float]:
    votes = {name: min(max(weights.get(name, 0.0), 0.0), 1.0) for name in (*toolbox(), *REPLIES)}
    for name in {call.tool for call in copied}:
        votes[name] += MODEL_REPLY_VOTE if name in REPLIES else MODEL_VOTE
    if weights.get("no_tool", 0.0) >= SURE_OF_NO_TOOL:
        votes["no_tool"] += NO_TOOL_VOTE
    plain = _plain_tools(reading)
    for name in {call.tool for call in worded.calls}:
        if name in REPLIES:
            is_vague = name == "ask_user" and asks_to_repeat(fold(reading.question))
            votes[name] += VAGUE_VOTE if is_vague else TALK_VOTE if reading.talk else NOTHING_VOTE
        else:
            votes[name] += PLAIN_VOTE if name in plain else WEAK_VOTE
    return votes


def _reply(name: str, written: Sequence[PlannedCall]) -> PlannedCall:
    return next((call for call in written if call.tool == name), PlannedCall(tool=name, arguments={}))


def _calls(
    shop: Shop, tool: str, planned: Sequence[PlannedCall], worded: Sequence[PlannedCall], reading: Reading
) -> list[PlannedCall]:
    """Return the calls of one tool, each argument from whoever reads it more surely."""
    copied = [call for call in planned if call.tool == tool]
    read = [call for call in worded if call.tool == tool]
    if not read:
        stated = _stated(tool, [*worded, *planned], reading)
        return [_merged(shop, call, stated, [stated]) for call in copied] or [stated]
    if len(read) == 1 and len(copied) == 2 and _are_compared(copied, read[0], reading.question):
        return [PlannedCall(tool=tool, arguments=read[0].arguments | call.arguments) for call in copied]
    if len(copied) != len(read):
        return read
    return [_merged(shop, one, other, worded) for one, other in zip(copied, read, strict=True)]


def _are_compared(copied: Sequence[PlannedCall], read: PlannedCall, question: str) -> bool:
    """Whether two calls of the model differ in a period that both stand in the question, and words saw one of them."""
    periods = [fold(str(call.arguments.get("period", ""))) for call in copied]
    seen = fold(str(read.arguments.get("period", "")))
    return (
        periods[0] != periods[1]
        and all(period and period in fold(question) for period in periods)
        and not all(period in seen for period in periods)
    )


def _merged(shop: Shop, copied: PlannedCall, read: PlannedCall, worded: Sequence[PlannedCall]) -> PlannedCall:
    taken = [str(value) for call in worded for value in call.arguments.values()]
    extra = {name: value for name, value in copied.arguments.items() if not _is_taken(str(value), taken)}
    surely = {name: value for name, value in read.arguments.items() if name not in _COPIED_BY_MODEL}
    arguments = {**read.arguments, **extra, **surely}
    names = [call.arguments.get("product") for call in (read, copied)]
    # A name that one product has, else what the words say: of two readings the one that means something.
    named = [name for name in names if name and not is_pronoun(str(name))]
    product = next((name for name in named if _is_found(shop, name)), named[0] if named else None)
    return PlannedCall(tool=read.tool, arguments=arguments | ({"product": product} if product else {}))


def _is_taken(value: str, taken: Sequence[str]) -> bool:
    """Whether words already say something else: the 20 days to come are no past period."""
    return any(value in other or other in value for other in taken)


def _is_found(shop: Shop, name: Any) -> bool:
    return not is_pronoun(str(name)) and shop.catalogue.match(str(name)).outcome == "found"


def _stated(tool: str, others: Sequence[PlannedCall], reading: Reading) -> PlannedCall:
    """Return a call of a tool that was chosen by meaning alone, with all that the question states for it."""
    product = next((call.arguments["product"] for call in others if call.arguments.get("product")), "it")
    duration = "lead_time" if tool == "recommend_restock" else "horizon"
    stated: dict[str, Any] = {"product": product, "query": reading.question}
    for clause in reading.clauses:
        said = {
            "product": clause.product,
            "period": clause.period,
            duration: clause.duration,
            "on_hand": clause.on_hand,
            "service_level": clause.service_level,
            "limit": clause.limit,
            "category": clause.category,
            "direction": direction_of(clause.text),
            "opinion": opinion_of(clause.text),
        }
        stated |= {name: value for name, value in said.items() if value is not None}
    accepted = {parameter.said for parameter in toolbox()[tool].parameters}
    return PlannedCall(tool=tool, arguments={k: v for k, v in stated.items() if k in accepted})
