"""Plans by keywords alone: all of the plan when the model is down, else a second opinion on what it planned."""

from __future__ import annotations

import re

from agent.cues import MOVER, WHOLE_SHOP, direction_of, mentions
from agent.kin import find_kin
from agent.memory import Memory, RememberedCall
from agent.planning import MAX_CALLS, Plan, PlannedCall
from agent.reading import NEEDS_PRODUCT, Clause, Reading, read
from agent.smalltalk import asks_to_repeat, is_approval, may_be_knowledge
from agent.stated import says_lead_time
from tools.numerals import fold
from tools.product_choice import match_among
from tools.shop import Shop
from tools.toolbox import toolbox

# "the dark grey one in size L, please": more words ask for more than one of the products offered.
_LONGEST_PICK = 40
_LONGEST_PLACE = 24
# What a question must say before a further call of these is believed.
_ASKED_BY_NAME = ("recommend_restock", "search_reviews", "explain_trend")
_MAY_HAVE_PRODUCT = ("get_sales", "search_reviews")
# What "we" sold is all of it, unless the words point at something.
_ALL_WE_SOLD = re.compile(
    r"^how (?:much|many) (?:did|have|do) we (?:sell|sold|make|made|take|earn)\b(?!.*\b(?:it|its|them|of|this|that|those)\b)"
)
_OTHER_WAY = re.compile(
    r"\b(?:other|opposite) (?:direction|way|side|end)\b|\bthe reverse\b|反过来|反方向|相反|另一头"
)


def route(shop: Shop, question: str, memory: Memory) -> Plan:
    """Return the plan that the question's words suggest: up to four calls, a reply, or a question back.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
        memory: the conversation so far.
    """
    reading = read(shop, question)
    if not any(intent.confidence == "plain" for intent in reading.intents):
        followed = _follow_up(reading, memory)
        if followed:
            return Plan(calls=[followed])
    if reading.intents:
        return Plan(calls=_calls(reading, memory)[:MAX_CALLS])
    reason = reading.talk or ("thanks" if is_approval(question) else "")
    is_vague = bool(memory.calls) or asks_to_repeat(fold(question))
    if not reason and not is_vague and may_be_knowledge(fold(question)):
        reason = "off_topic"
    if reason:
        return Plan(calls=[PlannedCall(tool="no_tool", arguments={"reason": reason})])
    return Plan(calls=[PlannedCall(tool="ask_user", arguments={"about": "goal"})])


def _calls(reading: Reading, memory: Memory) -> list[PlannedCall]:
    calls = [PlannedCall(tool=intent.tool, arguments=dict(intent.arguments)) for intent in reading.intents]
    nameless = [c for c in calls if c.tool in NEEDS_PRODUCT and "product" not in c.arguments]
    text = fold(reading.question)
    if memory.product and not WHOLE_SHOP.search(text) and not _ALL_WE_SOLD.search(text):
        for call in calls:
            if call.tool in _MAY_HAVE_PRODUCT:
                call.arguments.setdefault("product", "it")
    mover = next((clause.text for clause in reading.clauses if MOVER.search(clause.text)), None)
    chained = mover is not None and nameless and not memory.listed
    for call in nameless:
        call.arguments["product"] = "$1" if chained else "it"
    if mover is None or not chained or calls[0].tool == "list_trending":
        return calls
    direction = "down" if direction_of(mover) == "down" else "up"
    return [PlannedCall(tool="list_trending", arguments={"direction": direction}), *calls]


def _follow_up(reading: Reading, memory: Memory) -> PlannedCall | None:
    """Return an earlier call with what the question changes of it: "and for 30 days?", "the other direction"."""
    text = fold(reading.question)
    for call in reversed(memory.calls):
        if call.tool == "list_trending" and _OTHER_WAY.search(text):
            turned = "up" if call.said.get("direction") == "down" else "down"
            return PlannedCall(tool=call.tool, arguments={**call.said, "direction": turned})
    if reading.intents and memory.product is None:
        return None
    for call in reversed(memory.calls):
        clauses = [clause for clause in reading.clauses if not clause.tool or clause.tool == call.tool]
        changes = [_changed(call, clause, text, memory) for clause in reversed(clauses)]
        changed = {name: value for change in changes for name, value in change.items()}
        if changed:
            return PlannedCall(tool=call.tool, arguments={**_subject(call), **changed})
    return None


def _subject(call: RememberedCall) -> dict[str, str]:
    parameters = {parameter.said for parameter in toolbox()[call.tool].parameters}
    return {"product": "it"} if "product" in parameters and "product" in call.said else {}


def _changed(call: RememberedCall, clause: Clause, question: str, memory: Memory) -> dict[str, str]:
    """Return what a clause states that the earlier call can use."""
    accepted = {parameter.said for parameter in toolbox()[call.tool].parameters}
    is_lead_time = "lead_time" in accepted and says_lead_time(clause.text)
    duration = "lead_time" if is_lead_time else "horizon"
    stated = {
        "product": clause.product or (question if memory.refer(clause.text) else None),
        "period": clause.period,
        duration: clause.duration,
        "on_hand": clause.on_hand,
        "service_level": clause.service_level,
    }
    return {name: value for name, value in stated.items() if value and name in accepted}


def resume(shop: Shop, question: str, memory: Memory) -> PlannedCall | None:
    """Return the call that waited for a product, completed by a question that is nothing but its name.

    "the second one", a title, or an option that was clicked needs no model to be understood.
    """
    waiting = next((call for call in reversed(memory.calls) if call.open_question), None)
    if waiting is None:
        return None
    pointed = len(question) <= _LONGEST_PLACE and memory.refer(question)
    if pointed or _is_only_a_name(shop, question) or _picks_one(shop, question, memory):
        return PlannedCall(tool=waiting.tool, arguments={**waiting.said, "product": question})
    # A number may be stock or a time: such an answer is read like any other question.
    is_short = len(question) <= _LONGEST_PLACE and not re.search(r"\d", question)
    kin = find_kin(shop, question, memory) if is_short else None
    return PlannedCall(tool=waiting.tool, arguments={**waiting.said, "product": kin.title}) if kin else None


def _picks_one(shop: Shop, question: str, memory: Memory) -> bool:
    """Whether a few words tell one of the products that were offered from the others: "the black ones"."""
    offered = [shop.catalogue.get(product.product_id) for product in memory.listed]
    products = [product for product in offered if product]
    return len(question) <= _LONGEST_PICK and match_among(question, products).outcome == "found"


def _is_only_a_name(shop: Shop, question: str) -> bool:
    match = shop.catalogue.match(question)
    return match.outcome == "found" and len(question) <= len(match.products[0].option) + 2


def is_unasked(tool: str, question: str) -> bool:
    """Whether a further call answers what nobody asked: small models like to explain what they list."""
    return tool in _ASKED_BY_NAME and not mentions(tool, fold(question))
