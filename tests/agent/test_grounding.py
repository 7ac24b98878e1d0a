from datetime import date
from typing import Any

import pytest

from agent.grounding import find_span, ground_call, recover_span
from agent.memory import Memory, RememberedCall
from agent.planning import PlannedCall
from tools.periods import resolve_period
from tools.quantities import resolve_duration
from tools.results import ProductRef
from tools.shop import Shop


def said(
    shop: Shop, question: str, tool: str, memory: Memory | None = None, **arguments: Any
) -> dict[str, Any]:
    return ground_call(
        shop, question, PlannedCall(tool=tool, arguments=arguments), memory or Memory(), position=1
    )


def test_keeps_what_was_copied(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    question = f"How many {title} will sell in three weeks?"
    assert said(shop, question, "forecast_demand", product=title, horizon="three weeks") == {
        "product": title,
        "horizon": "three weeks",
    }


def test_replaces_a_translation_by_the_users_words(shop: Shop) -> None:
    assert said(shop, "How much did we sell last week?", "get_sales", period="上周") == {
        "period": "last week"
    }
    assert said(shop, "灯未来三周能卖多少", "forecast_demand", product="灯", horizon="3 weeks")[
        "horizon"
    ].endswith("三周")


def test_drops_what_nobody_said(shop: Shop) -> None:
    assert (
        said(shop, "How much did we sell?", "get_sales", period="last month", product="Copper Kettle 2L")
        == {}
    )
    kept = said(shop, "那补多少货？", "recommend_restock", product="它", on_hand="0件", lead_time="五天")
    assert kept == {"product": "it"}


def test_drops_an_opinion_that_was_not_asked_for(shop: Shop) -> None:
    assert "opinion" not in said(
        shop, "What do customers say?", "search_reviews", query="say", opinion="negative"
    )
    kept = said(shop, "What do they complain about?", "search_reviews", query="complain", opinion="negative")
    assert kept["opinion"] == "negative"


def test_prefers_the_product_in_the_question_to_the_one_talked_of_before(shop: Shop) -> None:
    first, second = shop.catalogue.products[:2]
    memory = Memory(
        calls=[RememberedCall(tool="forecast_demand", said={"product": first.title})],
        product=ProductRef(product_id=first.product_id, title=first.title),
    )
    kept = said(shop, f"What about the {second.title}?", "forecast_demand", memory, product=first.title)
    assert kept["product"] == second.title
    kept = said(shop, "and for 30 days?", "forecast_demand", memory, product=first.title, horizon="30 days")
    assert kept == {"product": "it", "horizon": "30 days"}


def test_a_reference_may_only_point_back(shop: Shop) -> None:
    assert said(shop, "the top riser", "forecast_demand", product="$1") == {"product": "$1"}
    assert said(shop, "the top riser", "forecast_demand", product="$3") == {"product": "it"}


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("how much of the top riser will sell in the next 14 days?", "14 days"),
        ("forecast the kettle 0 days ahead", "0 days"),
        ("100000 days please", "100000 days"),
        ("那补多少货？", None),
        ("How did 22423 sell?", None),
    ],
)
def test_finds_a_duration_in_running_text(question: str, span: str | None) -> None:
    assert find_span(question, resolve_duration) == span


def test_a_question_is_not_a_product(shop: Shop) -> None:
    question = "双十一那周卖得最好的是什么？"
    assert said(shop, question, "get_sales", product="双十一那周卖得最好的是什么", period="双十一") == {
        "period": "双十一那周"
    }


def test_we_is_the_whole_shop_and_it_is_a_product(shop: Shop) -> None:
    assert said(shop, "How much did we sell in March?", "get_sales", product="it", period="March") == {
        "period": "March"
    }
    assert said(shop, "How much of it did we sell?", "get_sales", product="it") == {"product": "it"}


def test_a_quantity_keeps_the_users_number_in_the_models_unit(shop: Shop) -> None:
    question = "I have 300 lamps left, should I reorder?"
    assert said(shop, question, "recommend_restock", product="lamps", on_hand="300件")["on_hand"] == "300"
    assert "on_hand" not in said(shop, question, "recommend_restock", product="lamps", on_hand="30 units")


def test_a_period_that_the_model_left_out_is_recovered(shop: Shop) -> None:
    assert recover_span(shop, "上周卖得最好的是什么？", "get_sales", {}, Memory()) == {"period": "上周"}
    assert recover_span(
        shop, "How much will it sell in three weeks?", "forecast_demand", {"product": "it"}, Memory()
    ) == {
        "product": "it",
        "horizon": "three weeks",
    }
    assert recover_span(shop, "May I ask what sold?", "get_sales", {}, Memory()) == {}


def test_words_that_nobody_can_read_are_not_replaced_by_a_default(shop: Shop) -> None:
    kept = said(shop, "What sold in the week of the flood?", "get_sales", period="the week of the flood")
    assert kept == {"period": "the week of the flood"}


def test_a_slip_in_copying_becomes_the_users_words(shop: Shop) -> None:
    title_zh = next(p.title_zh for p in shop.catalogue.products if p.title_zh and " " in p.title_zh)
    noun = title_zh.split(" ")[0]
    kept = said(shop, f"{title_zh}为什么跌了？", "explain_trend", product=noun[1] + noun[1:])
    assert shop.catalogue.match(kept["product"]).products[0].title_zh == title_zh
    question = "How many folding zepelin kits will sell?"
    assert (
        said(shop, question, "forecast_demand", product="folding zeppelin kits")["product"]
        == "folding zepelin kits"
    )


def test_a_search_for_a_products_name_is_of_its_reviews(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    assert (
        said(shop, f"What do customers say about {title}?", "search_reviews", query=title)["product"] == title
    )
    assert "product" not in said(shop, "What about late parcels?", "search_reviews", query="late parcels")


def test_a_name_with_a_word_left_out_is_still_the_users(shop: Shop) -> None:
    title_zh = next(p.title_zh for p in shop.catalogue.products if p.title_zh and " " in p.title_zh)
    noun, variant = title_zh.split(" ")[:2]
    kept = said(shop, f"上周{variant}的{noun}卖了多少？", "get_sales", product=variant + noun)
    assert kept == {"product": variant + noun}


@pytest.mark.parametrize(
    ("question", "tool", "recovered"),
    [
        ("这款的评价里大家都在抱怨什么", "search_reviews", {"opinion": "negative"}),
        ("anything that buyers praise?", "search_reviews", {"opinion": "positive"}),
        ("do they praise it or complain?", "search_reviews", {}),
        ("哪些在往下掉？", "list_trending", {"direction": "down"}),
    ],
)
def test_a_choice_that_the_words_leave_no_doubt_about(
    shop: Shop, question: str, tool: str, recovered: dict[str, Any]
) -> None:
    assert recover_span(shop, question, tool, {}, Memory()) == recovered


def test_a_word_of_direction_is_no_category(shop: Shop) -> None:
    kept = said(
        shop, "Anything climbing at the moment?", "list_trending", direction="up", category="climbing"
    )
    assert kept == {"direction": "up"}


@pytest.mark.parametrize(
    ("question", "start", "end"),
    [
        ("sales 14/11/2011 to 20/11/2011", "2011-11-14", "2011-11-20"),
        ("how did it do between the 3rd and the 9th of November 2011?", "2011-11-03", "2011-11-09"),
        ("How many did we sell from 24 to 25 October?", "2011-10-24", "2011-10-25"),
        ("销量11.1-11.15是多少", "2011-11-01", "2011-11-15"),
        ("从2011年11月1日到2011年11月11日卖了多少件", "2011-11-01", "2011-11-11"),
        ("9月下旬沙色旅行袋卖了多少", "2011-09-21", "2011-09-30"),
    ],
)
def test_a_period_of_many_words_is_found_whole(question: str, start: str, end: str) -> None:
    def resolve(text: str) -> Any:
        return resolve_period(text, date(2011, 12, 9), date(2010, 12, 1), "GBP")

    found = find_span(question, resolve)
    assert found is not None
    assert resolve(found).iso() == f"{start}..{end}"


def test_a_bare_number_is_no_span() -> None:
    assert find_span("how is 22423 doing", resolve_duration) is None
