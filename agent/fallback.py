"""Reads a question by keywords: all of it when the model is down, else to check what the model planned."""

from __future__ import annotations

import re

from agent.grounding import find_span, span_resolver
from agent.memory import Memory
from agent.planning import Plan, PlannedCall
from tools.shop import Shop

# In this order: a question about the future that says "sales" is a forecast, one that says "why" an explanation.
_ROUTES = (
    (
        "recommend_restock",
        r"restock|reorder|replenish|order more|enough stock|stock enough|补货|补多少|进货|备货|够不够|够卖",
    ),
    (
        "search_reviews",
        r"review|customers? (?:say|think|complain)|complain|opinion|feedback|评价|评论|顾客|客人|买家|口碑|抱怨|差评|好评",
    ),
    ("explain_trend", r"\bwhy\b|reason|cause|explain|为什么|为何|原因|怎么回事"),
    (
        "forecast_demand",
        r"forecast|predict|will .{0,60}sell|sell .{0,60}next|going to sell|demand|预测|能卖|会卖|将卖|未来|接下来",
    ),
    (
        "list_trending",
        r"trend|hot\b|rising|falling|risers?\b|movers?\b|decline|热卖|热销|趋势|在涨|在跌|上涨|下跌|爆款",
    ),
    ("get_sales", r"sales|sold|sell|revenue|卖了|销量|销售|卖得|营业额|销售额"),
)
# What a question must say before a second call of these is believed.
_ASKED_BY_NAME = {
    tool: re.compile(pattern, re.IGNORECASE)
    for tool, pattern in (
        *(route for route in _ROUTES if route[0] in ("recommend_restock", "search_reviews")),
        (
            "explain_trend",
            r"\bwhy\b|reason|cause|explain|behind|driv|because|what happened|chang|"
            r"为什么|为何|原因|怎么|因为|变化|解释|咋|何以",
        ),
    )
}
_TRADE = re.compile(
    "|".join(pattern for _, pattern in _ROUTES)
    + r"|product|item|store|shop|stock|order|units?|\bsku\b|customer|buyer|turnover|takings?|business|perform|doing|"
    r"picking up|taking off|\blines\b|goods|"
    r"商品|店|库存|订单|件|生意|营收|客单|款|卖|买|货|增长|主推",
    re.IGNORECASE,
)
_FALLING = re.compile(r"fall|fell|declin|drop|down|losing|跌|下降|下滑|变差", re.IGNORECASE)
_RISER = re.compile(r"top (?:riser|mover|one)|that one|the first|最快的|最热的|那款|第一名", re.IGNORECASE)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|evening)|你好|您好|早上好|在吗)\W*$", re.IGNORECASE
)
_THANKS = re.compile(r"^\W*(?:thanks?(?: you)?|谢谢|多谢|辛苦了)\W*", re.IGNORECASE)
_NEEDS_PRODUCT = ("recommend_restock", "explain_trend", "forecast_demand")


def route(shop: Shop, question: str, memory: Memory) -> Plan:
    """Return the plan that the question's keywords suggest; `ask_user` when there are none.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
        memory: the conversation so far.
    """
    for pattern, reason in ((_GREETING, "greeting"), (_THANKS, "thanks")):
        if pattern.match(question):
            return Plan(calls=[PlannedCall(tool="no_tool", arguments={"reason": reason})])
    tools = [tool for tool, pattern in _ROUTES if re.search(pattern, question, re.IGNORECASE)]
    if not tools:
        return _follow_up(shop, question, memory)
    if "list_trending" in tools and (tools[0] == "list_trending" or _RISER.search(question)):
        trending = PlannedCall(tool="list_trending", arguments={"direction": _direction(question)})
        chained = tools[0] in _NEEDS_PRODUCT and _RISER.search(question)
        return Plan(calls=[trending, *([_call(shop, tools[0], question, "$1")] if chained else [])])
    return Plan(calls=[_call(shop, tools[0], question, _named_product(shop, question))])


def resume(shop: Shop, question: str, memory: Memory) -> PlannedCall | None:
    """Return the call that waited for a product, completed by a question that is nothing but its name.

    "the second one", a title, or an option that was clicked needs no model to be understood.
    """
    waiting = next((call for call in reversed(memory.calls) if call.open_question), None)
    if waiting is None or not (memory.refer(question) or _is_only_a_name(shop, question)):
        return None
    return PlannedCall(tool=waiting.tool, arguments={**waiting.said, "product": question})


def _is_only_a_name(shop: Shop, question: str) -> bool:
    match = shop.catalogue.match(question)
    return match.outcome == "found" and len(question) <= len(match.products[0].option) + 2


def is_unasked(tool: str, question: str) -> bool:
    """Whether a further call answers what nobody asked: small models like to explain what they list."""
    return tool in _ASKED_BY_NAME and not _ASKED_BY_NAME[tool].search(question)


def mentions_trade(question: str) -> bool:
    """Whether any word of the question is about selling, stock or reviews."""
    return bool(_TRADE.search(question))


def _follow_up(shop: Shop, question: str, memory: Memory) -> Plan:
    if memory.calls:
        return Plan(
            calls=[_call(shop, memory.calls[-1].tool, question, _named_product(shop, question) or "it")]
        )
    return Plan(calls=[PlannedCall(tool="ask_user", arguments={"about": "goal"})])


def _named_product(shop: Shop, question: str) -> str | None:
    match = shop.catalogue.match(question)
    return match.products[0].title if match.outcome == "found" else None


def _call(shop: Shop, tool: str, question: str, product: str | None) -> PlannedCall:
    arguments: dict[str, str] = {"product": product} if product else {}
    if tool == "forecast_demand":
        arguments |= _found("horizon", find_span(question, span_resolver(shop, "duration")))
    elif tool in ("get_sales", "explain_trend"):
        arguments |= _found("period", find_span(question, span_resolver(shop, "period")))
    elif tool == "search_reviews":
        arguments["query"] = question
    elif tool == "list_trending":
        arguments["direction"] = _direction(question)
    return PlannedCall(tool=tool, arguments=arguments)


def _found(name: str, span: str | None) -> dict[str, str]:
    return {name: span} if span else {}


def _direction(question: str) -> str:
    return "down" if _FALLING.search(question) else "up"
