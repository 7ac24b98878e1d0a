from __future__ import annotations

import pytest

from agent.carrying import carry_over
from agent.memory import Memory, RememberedCall


def last(tool: str, *, asks: bool = False, **said: str) -> Memory:
    return Memory(calls=[RememberedCall(tool=tool, said=said, open_question=asks)])


def test_an_answer_to_our_question_completes_the_call() -> None:
    memory = last("recommend_restock", asks=True, product="Lamp", lead_time="5 days")
    said = {"product": "it", "on_hand": "300 units"}
    kept = carry_over("300 units", "recommend_restock", said, memory, continues=False)
    assert kept == {"product": "Lamp", "lead_time": "5 days", "on_hand": "300 units"}


def test_what_asks_again_changes_only_what_it_names() -> None:
    memory = last("forecast_demand", product="Lamp", horizon="two weeks")
    kept = carry_over("and for 30 days?", "forecast_demand", {"horizon": "30 days"}, memory, continues=True)
    assert kept == {"product": "it", "horizon": "30 days"}
    kept = carry_over("花瓶呢", "forecast_demand", {"product": "花瓶"}, memory, continues=True)
    assert kept == {"product": "花瓶", "horizon": "two weeks"}


def test_a_question_of_its_own_carries_nothing() -> None:
    memory = last("get_sales", product="Lamp", period="May")
    assert carry_over("How did we do?", "get_sales", {}, memory, continues=False) == {}


@pytest.mark.parametrize("question", ["and the whole shop?", "全店一共多少"])
def test_the_whole_shop_leaves_the_product_and_keeps_the_time(question: str) -> None:
    memory = last("get_sales", product="Lamp", period="May")
    assert carry_over(question, "get_sales", {"product": "it"}, memory, continues=True) == {"period": "May"}
