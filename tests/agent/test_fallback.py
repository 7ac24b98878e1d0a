import pytest

from agent.fallback import is_unasked, route
from agent.memory import Memory
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
