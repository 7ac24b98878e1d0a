"""Settles what to call: the model's plan, the question's plain words and the learnt chooser weighed together.

Each of the three errs in its own way: the model drops second calls and sends colloquial questions to `get_sales`,
words are blind to what they do not list, the chooser sees no order and no arguments. A tool that two of them ask
for is called (docs/decisions/0006-tool-choice.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.memory import is_pronoun
from agent.planning import MAX_CALLS, REPLIES, Plan, PlannedCall
from agent.reading import Reading
from tools.shop import Shop
from tools.toolbox import toolbox

# Chosen on the chooser's own examples, each left out in turn; the flat top of the curve, not its peak.
MODEL_VOTE = 0.35
MODEL_REPLY_VOTE = 0.2
PLAIN_VOTE = 0.4
WEAK_VOTE = 0.1
TALK_VOTE = 0.35
# Words that list nothing known say little.
NOTHING_VOTE = 0.05
ENOUGH = 0.6
# A further call needs plain words or a sure chooser: small models like to add what nobody asked.
SURE = 0.5
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
    further = [
        tool
        for tool in toolbox()
        if tool != best and votes[tool] >= ENOUGH and (tool in plain or weights.get(tool, 0.0) >= SURE)
    ]
    calls = [call for tool in (best, *further) for call in _calls(shop, tool, copied, worded.calls, reading)]
    order = [call.tool for call in (*worded.calls, *copied)]
    calls.sort(key=lambda call: order.index(call.tool) if call.tool in order else len(order))
    return Plan(calls=calls[:MAX_CALLS])


def _plain_tools(reading: Reading) -> set[str]:
    return {intent.tool for intent in reading.intents if intent.confidence == "plain"}


def _votes(
    copied: Sequence[PlannedCall], worded: Plan, reading: Reading, weights: Mapping[str, float]
) -> dict[str, float]:
    votes = {name: min(max(weights.get(name, 0.0), 0.0), 1.0) for name in (*toolbox(), *REPLIES)}
    for name in {call.tool for call in copied}:
        votes[name] += MODEL_REPLY_VOTE if name in REPLIES else MODEL_VOTE
    plain = _plain_tools(reading)
    for name in {call.tool for call in worded.calls}:
        if name in REPLIES:
            votes[name] += TALK_VOTE if reading.talk else NOTHING_VOTE
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
    if len(copied) != len(read):
        return read
    return [_merged(shop, one, other, worded) for one, other in zip(copied, read, strict=True)]


def _merged(shop: Shop, copied: PlannedCall, read: PlannedCall, worded: Sequence[PlannedCall]) -> PlannedCall:
    taken = [str(value) for call in worded for value in call.arguments.values()]
    extra = {name: value for name, value in copied.arguments.items() if not _is_taken(str(value), taken)}
    surely = {name: value for name, value in read.arguments.items() if name not in _COPIED_BY_MODEL}
    arguments = {**read.arguments, **extra, **surely}
    names = [call.arguments.get("product") for call in (read, copied)]
    # A name that one product has, else what the words say: of two readings the one that means something.
    product = next((name for name in names if name and _is_found(shop, name)), None)
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
        }
        stated |= {name: value for name, value in said.items() if value is not None}
    accepted = {parameter.said for parameter in toolbox()[tool].parameters}
    return PlannedCall(tool=tool, arguments={k: v for k, v in stated.items() if k in accepted})
