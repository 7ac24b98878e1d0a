"""Keeps a plan to what the shop's data can answer, and declines the rest in a sentence."""

from __future__ import annotations

import re

from agent import replies
from agent.cues import topic_of
from agent.memory import Memory, is_pronoun
from agent.planning import MAX_CALLS, Plan, PlannedCall
from agent.reading import Reading
from tools.numerals import fold
from tools.results import Lang
from tools.shop import Shop

_REPLIES = ("no_tool", "ask_user")
# Where general knowledge ends up; trends and restocks are asked for by words of the trade.
_SINKS = ("get_sales", "forecast_demand", "explain_trend", "search_reviews")
_TRADE = re.compile(
    r"\b(?:products?|items?|store|shop|stock|orders?|units?|sku|customers?|buyers?|perform\w*|doing"
    r"|lines|goods)\b"
    r"|商品|店|库存|订单|件|客单|款|卖|买|货"
)


def keep_to_topic(shop: Shop, reading: Reading, memory: Memory, plan: Plan) -> Plan:
    """Return the plan, or a refusal in its place where the question is none about the shop.

    What is forbidden and what is plainly another subject is refused by its words, whatever the model made of it.

    Args:
        shop: for the catalogue and the data's dates.
        reading: the question as its words tell it.
        memory: the conversation so far.
        plan: what the model or the keywords planned.
    """
    calls = [call for call in plan.calls if call.tool not in _REPLIES]
    if calls and reading.is_only_talk:
        return _declined(reading.talk)
    if len(calls) == 1 and _is_off_topic(shop, reading.question, memory, calls[0]):
        return _declined("off_topic")
    return plan


def find_asides(reading: Reading, lang: Lang) -> list[str]:
    """Return what has to be said beside the answer: the part that is declined, the questions left over."""
    said = []
    if reading.intents and any(clause.talk == "unsafe" for clause in reading.clauses):
        said.append(replies.ONLY_ANSWERS[lang])
    elif reading.intents and any(clause.talk == "off_topic" for clause in reading.clauses):
        said.append(replies.ONLY_THE_SHOP[lang])
    if len(reading.intents) > MAX_CALLS:
        said.append(replies.FIRST_FOUR[lang])
    return said


def mentions_trade(question: str) -> bool:
    """Whether any word of the question is about selling, stock or reviews."""
    text = fold(question)
    return topic_of(text)[1] == "plain" or bool(_TRADE.search(text))


def _declined(reason: str) -> Plan:
    return Plan(calls=[PlannedCall(tool="no_tool", arguments={"reason": reason})])


def _is_off_topic(shop: Shop, question: str, memory: Memory, call: PlannedCall) -> bool:
    """Small models send general knowledge to a tool: no word of the trade, no product, no talk before."""
    return (
        call.tool in _SINKS
        and not memory.calls
        and not mentions_trade(question)
        and not _names_product(shop, question, call)
    )


def _names_product(shop: Shop, question: str, call: PlannedCall) -> bool:
    """Whether the question is about goods: it names some, or the model copied their name out of it."""
    match, copied = shop.catalogue.match, str(call.arguments.get("product", ""))
    # One word of a question about the weather may be part of many titles; a name is one product's.
    is_name = bool(copied) and copied in question and match(copied).outcome == "found"
    return is_name or is_pronoun(copied) or match(question).outcome != "unknown"
