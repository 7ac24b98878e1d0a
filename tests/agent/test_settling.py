"""Three readers of one question: who is believed when they differ."""

from __future__ import annotations

from typing import Any

from agent.fallback import route
from agent.memory import Memory
from agent.planning import Plan, PlannedCall
from agent.reading import read
from agent.settling import settle
from tools.shop import Shop


def plan(*calls: tuple[str, dict[str, Any]]) -> Plan:
    return Plan(calls=[PlannedCall(tool=tool, arguments=arguments) for tool, arguments in calls])


def settled(
    shop: Shop, question: str, planned: Plan | None, **weights: float
) -> list[tuple[str, dict[str, Any]]]:
    reading = read(shop, question)
    chosen = settle(shop, planned, route(shop, question, Memory()), reading, weights)
    return [(call.tool, call.arguments) for call in chosen.calls]


def test_words_and_chooser_overrule_the_model(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    calls = settled(
        shop,
        f"Why did the {title} fall?",
        plan(("get_sales", {"product": title})),
        explain_trend=0.8,
        get_sales=0.2,
    )
    assert [tool for tool, _ in calls] == ["explain_trend"]


def test_model_and_chooser_settle_what_no_word_says(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    calls = settled(
        shop,
        f"anything the matter with {title}",
        plan(("search_reviews", {"query": "matter"})),
        search_reviews=0.4,
    )
    assert [tool for tool, _ in calls] == ["search_reviews"]


def test_a_further_call_of_the_model_alone_is_not_believed(shop: Shop) -> None:
    planned = plan(("list_trending", {"direction": "up"}), ("recommend_restock", {"product": "$1"}))
    calls = settled(shop, "What is trending right now?", planned, list_trending=0.9, recommend_restock=0.1)
    assert [tool for tool, _ in calls] == ["list_trending"]


def test_a_second_wish_that_the_model_dropped_is_called(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    question = f"How many {title} did we sell last month, and what do buyers complain about?"
    calls = settled(
        shop, question, plan(("get_sales", {"product": title})), get_sales=0.6, search_reviews=0.6
    )
    assert [tool for tool, _ in calls] == ["get_sales", "search_reviews"]
    assert calls[1][1]["opinion"] == "negative"


def test_dates_come_from_the_words_and_not_from_the_copy(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    planned = plan(("get_sales", {"product": title, "period": "March"}))
    ((_, arguments),) = settled(shop, f"How many {title} did we sell last week?", planned, get_sales=0.9)
    assert arguments["period"] == "last week"


def test_small_talk_is_declined_with_the_reason_of_its_words(shop: Shop) -> None:
    ((tool, arguments),) = settled(shop, "谢谢", plan(("get_sales", {})), no_tool=0.9)
    assert (tool, arguments["reason"]) == ("no_tool", "thanks")


def test_without_the_model_the_other_two_plan(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    calls = settled(shop, f"forecast {title} for three weeks", None, forecast_demand=0.9)
    assert [(tool, arguments["horizon"]) for tool, arguments in calls] == [("forecast_demand", "three weeks")]
