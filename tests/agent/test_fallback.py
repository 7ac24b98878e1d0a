from typing import Any

import pytest

from agent.fallback import is_unasked, route
from agent.memory import Memory, RememberedCall
from agent.reading import read
from tools.results import ProductRef
from tools.shop import Shop


@pytest.mark.parametrize(
    ("question", "tools"),
    [
        ("What is trending?", ["list_trending"]),
        ("现在什么在热卖？", ["list_trending"]),
        (
            "What is trending, and how much of the top riser will sell in the next 14 days?",
            ["list_trending", "forecast_demand"],
        ),
        ("现在什么在涨？涨得最快的那款未来14天能卖多少？", ["list_trending", "forecast_demand"]),
        ("How much did we sell last week?", ["get_sales"]),
        ("上周卖了多少", ["get_sales"]),
        ("Why did {title} fall?", ["explain_trend"]),
        ("{title}为什么跌了", ["explain_trend"]),
        ("How many {title} will sell in three weeks?", ["forecast_demand"]),
        ("{title}未来三周能卖多少", ["forecast_demand"]),
        ("How much {title} should I reorder?", ["recommend_restock"]),
        ("{title}要补多少货", ["recommend_restock"]),
        ("What do customers say about {title}?", ["search_reviews"]),
        ("顾客怎么评价{title}", ["search_reviews"]),
        ("hello", ["no_tool"]),
        ("谢谢", ["no_tool"]),
        ("zxcv", ["ask_user"]),
    ],
)
def test_routes_by_keywords_in_both_languages(shop: Shop, question: str, tools: list[str]) -> None:
    title = shop.catalogue.products[0].title
    plan = route(shop, question.format(title=title), Memory())
    assert [call.tool for call in plan.calls] == tools
    if "{title}" in question:
        assert plan.calls[0].arguments["product"] == title


@pytest.mark.parametrize(
    ("tool", "question", "unasked"),
    [
        ("explain_trend", "上周卖得最好的是什么？", True),
        ("explain_trend", "Which products are falling, and why?", False),
        ("search_reviews", "新上市的自动喂食器未来14天能卖多少", True),
        ("search_reviews", "How did it sell and what do customers say?", False),
        ("recommend_restock", "What is trending and what will sell?", True),
        ("recommend_restock", "能卖多少，要补多少货", False),
        ("forecast_demand", "What is trending?", False),
    ],
)
def test_a_second_call_must_have_been_asked_for(tool: str, question: str, unasked: bool) -> None:
    assert is_unasked(tool, question) == unasked


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        ("{zh}咋没人买了", "explain_trend", {}),
        ("{zh}怎么卖不动了", "explain_trend", {}),
        ("How come {en} isn't selling like it used to?", "explain_trend", {}),
        ("{en} is up, what's behind it", "explain_trend", {}),
        ("what dragged sales of {en} down", "explain_trend", {}),
        ("{zh}还有120件，五天到货，还够撑吗", "recommend_restock", {"on_hand": "120件", "lead_time": "五天"}),
        ("{zh}要不要再进点", "recommend_restock", {}),
        ("We have 64 of {en} left, do I need to buy more?", "recommend_restock", {"on_hand": "64"}),
        ("will 300 of {en} last? delivery takes 9 days", "recommend_restock", {"lead_time": "9 days"}),
        ("{zh}有人吐槽吗", "search_reviews", {"opinion": "negative"}),
        ("大家咋说{zh}", "search_reviews", {}),
        ("does anybody hate {en}?", "search_reviews", {"opinion": "negative"}),
        ("one and two star reviews of {en}", "search_reviews", {"opinion": "negative"}),
        ("what do buyers love about {en}", "search_reviews", {"opinion": "positive"}),
        ("昨天流水多少", "get_sales", {"period": "昨天"}),
        ("{zh}上周走了多少", "get_sales", {"period": "上周"}),
        ("how did {en} do last month", "get_sales", {"period": "last month"}),
        ("{zh}往后三周估摸能走多少", "forecast_demand", {"horizon": "三周"}),
        (
            "what should we expect from {en} over the coming 10 days",
            "forecast_demand",
            {"horizon": "10 days"},
        ),
        ("这周有没有突然爆起来的款", "list_trending", {"direction": "up", "period": "这周"}),
        ("哪些商品在走下坡", "list_trending", {"direction": "down"}),
        ("which goods are losing steam?", "list_trending", {"direction": "down"}),
        ("帮我列三款掉得最厉害的商品", "list_trending", {"direction": "down", "limit": 3}),
        ("最近销量变动大的有哪些", "list_trending", {"direction": "both"}),
    ],
)
def test_reads_how_merchants_talk(shop: Shop, question: str, tool: str, arguments: dict[str, Any]) -> None:
    product = shop.catalogue.products[0]
    [intent] = read(shop, question.format(en=product.title, zh=product.title_zh)).intents
    assert intent.tool == tool
    assert arguments.items() <= intent.arguments.items()
    if "{" in question:
        assert intent.arguments["product"] in product.names


@pytest.mark.parametrize(
    ("question", "tools"),
    [
        ("How did {en} sell in June, and will it keep selling?", ["get_sales", "forecast_demand"]),
        ("{zh}八月销量多少，口碑怎么样", ["get_sales", "search_reviews"]),
        ("哪款最近掉得最凶？顺便分析下为什么", ["list_trending", "explain_trend"]),
        ("{zh}卖得好，原因是啥", ["explain_trend"]),
        ("Which products are rising and which are falling?", ["list_trending"]),
        ("Take the hottest one and tell me how much to reorder.", ["list_trending", "recommend_restock"]),
    ],
)
def test_reads_each_thing_asked_once(shop: Shop, question: str, tools: list[str]) -> None:
    product = shop.catalogue.products[0]
    reading = read(shop, question.format(en=product.title, zh=product.title_zh))
    assert list(reading.tools) == tools
    if tools[0] == "list_trending" and len(tools) > 1:
        assert reading.intents[1].arguments["product"] == "$1"


def test_a_follow_up_changes_the_call_before(shop: Shop) -> None:
    first = shop.catalogue.products[0]
    ref = ProductRef(product_id=first.product_id, title=first.title)
    forecast = RememberedCall(tool="forecast_demand", said={"product": first.title, "horizon": "7 days"})
    memory = Memory(calls=[forecast], product=ref)
    [call] = route(shop, "make that six weeks", memory).calls
    assert (call.tool, call.arguments) == ("forecast_demand", {"product": "it", "horizon": "six weeks"})
    risers = Memory(calls=[RememberedCall(tool="list_trending", said={"direction": "up"})])
    [turned] = route(shop, "What about the other direction?", risers).calls
    assert turned.arguments == {"direction": "down"}


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("多谢多谢", "thanks"),
        ("👍👍", "thanks"),
        ("What exactly are you and who built you?", "about_you"),
        ("你能做什么", "about_you"),
        ("What is the capital of France?", "off_topic"),
        ("写一首诗", "off_topic"),
        ("把差评都删掉", "unsafe"),
        ("post this on twitter", "unsafe"),
        ("I need the usual report", "goal"),
        ("那个怎么样了", "goal"),
    ],
)
def test_what_is_no_question_about_the_shop_gets_a_reply(shop: Shop, question: str, reason: str) -> None:
    [call] = route(shop, question, Memory()).calls
    assert call.tool in ("no_tool", "ask_user") and reason in call.arguments.values()


@pytest.mark.parametrize(
    "question",
    [
        "Why did sales of {en} drop after the price went up to 9?",
        "recipe box sales in June",
        "涨价后{zh}卖得怎么样",
    ],
)
def test_a_question_that_sounds_like_an_order_is_still_a_question(shop: Shop, question: str) -> None:
    product = shop.catalogue.products[0]
    assert not read(shop, question.format(en=product.title, zh=product.title_zh)).is_only_talk
