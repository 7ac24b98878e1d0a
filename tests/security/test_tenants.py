"""Two merchants on one installation: whatever one names of the other's, no tool and no answer gives it."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from agent.assistant import Assistant
from agent.conversation_export import read_conversations
from store.database import Store
from store.errors import StoreError
from tests.security.two_merchants import (
    HERS,
    HIS,
    HIS_FIGURES,
    HIS_UNITS,
    HIS_WORDS,
    SHARED,
    PlainEmbedder,
    as_merchant,
    ask,
)
from tools.periods import Period
from tools.sales import get_sales
from tools.shop import Shop
from tools.toolbox import FUNCTIONS

PERIOD = Period(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2025-03-01").date(), "then")
CALLS: dict[str, list[dict[str, Any]]] = {
    "list_trending": [{}, {"category": "lanterns"}],
    "get_sales": [{"product_id": SHARED}, {"product_id": HIS["product"]}, {"product_id": HIS["title"]}, {}],
    "forecast_demand": [{"product_id": SHARED}, {"product_id": HIS["product"]}, {"product_id": HIS["title"]}],
    "explain_trend": [{"product_id": HIS["product"]}],
    "search_reviews": [
        {"query": "handle", "product_id": HIS["product"]},
        {"query": "broken lantern handle"},
        {"query": HIS["review"], "period": PERIOD},
    ],
    "recommend_restock": [{"product_id": HIS["product"], "lead_time_days": 7, "on_hand": 1.0}],
    "calculate": [{"operation": "sum"}],
    "summarize_reviews": [{"product_id": HIS["product"]}, {"product_id": SHARED}, {}],
}


def test_every_tool_is_tried() -> None:
    untried = {function.__name__ for function in FUNCTIONS} - set(CALLS)
    assert not untried, f"add calls with another merchant's ids to CALLS: {untried}"


def test_a_product_that_both_have_is_read_from_each_ones_own_store(stores: dict[str, Store]) -> None:
    totals = {}
    for name in ("bens-shop", "annas-shop", "bens-shop"):
        result = get_sales(Shop(stores[name], PlainEmbedder()), SHARED, PERIOD)
        totals[name] = {fact.value for fact in result.facts.values()}
    assert 60 * HIS_UNITS in totals["bens-shop"]
    assert 60 * 7.0 in totals["annas-shop"]
    assert not totals["annas-shop"] & HIS_FIGURES


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_a_tool_finds_nothing_of_another_merchants_products(function: Any, stores: dict[str, Store]) -> None:
    shop = Shop(stores["annas-shop"], PlainEmbedder())
    for arguments in CALLS[function.__name__]:
        try:
            result = function(shop, **arguments)
        except (StoreError, KeyError, ValueError):
            continue
        assert HIS_WORDS not in result.model_dump_json().lower()
        assert all(review.review_id.startswith(HERS["review"]) for review in result.evidence)
        assert not any(fact.value in HIS_FIGURES for fact in result.facts.values())


@pytest.mark.parametrize(
    "question",
    [
        f"How many {HIS['title']} did we sell last week?",
        f"What do customers say about {HIS['product']}?",
        "Which products are trending?",
        "顾客对灯笼有什么评价？",
    ],
)
def test_a_question_about_his_product_is_answered_from_her_store(site: TestClient, question: str) -> None:
    reply = ask(site, "anna", question)
    assert reply.status_code == 200
    answer = reply.json()["answer"]
    assert answer["store"] == HERS["store"]
    assert HIS_WORDS not in reply.text.lower()
    # Seconds and ids are any digits.
    told = {key: value for key, value in answer.items() if key not in ("seconds", "id", "calls")}
    assert "777" not in json.dumps(told)
    assert all(citation["review_id"] != HIS["review"] for citation in answer["citations"])
    assert all(fact["entity"] != HIS["product"] for fact in answer["facts"])


def test_his_own_question_finds_his_own(site: TestClient) -> None:
    sold = ask(site, "ben", f"How many {HIS['title']} did we sell last week?")
    said = ask(site, "ben", f"What do customers say about the {HIS['title']}?")
    assert "5,439" in sold.text
    assert HIS_WORDS in said.text


def test_his_store_does_not_exist_for_her(site: TestClient) -> None:
    reply = ask(site, "anna", "Which products are trending?", store=HIS["store"])
    assert reply.status_code == 404
    assert HIS["store"] not in reply.json()["remedy"]
    listed = site.get("/api/stores", headers=as_merchant("anna")).json()
    assert [store["name"] for store in listed] == [HERS["store"]]


def test_his_conversation_cannot_be_continued_by_her(site: TestClient) -> None:
    his = ask(site, "ben", f"How many {HIS['title']} did we sell last week?").json()["conversation"]
    for store in (HERS["store"], HIS["store"]):
        reply = ask(site, "anna", "And the week before?", conversation=his, store=store)
        assert reply.status_code in (403, 404)
        assert HIS_WORDS not in reply.text.lower()


def test_a_conversation_of_the_same_name_remembers_nothing_of_his(assistants: dict[str, Assistant]) -> None:
    assistants["bens-shop"].ask(f"How many {HIS['title']} did we sell last week?", "one name")
    hers = assistants["annas-shop"].ask("And the week before?", "one name").model_dump_json()
    assert HIS["product"] not in hers
    assert HIS["title"] not in hers
    again = assistants["bens-shop"].ask("And the week before?", "one name").model_dump_json()
    assert HIS["product"] in again


def test_answers_traces_and_memory_lie_in_their_own_store(site: TestClient, stores: dict[str, Store]) -> None:
    ask(site, "anna", "Which products are trending?")
    ask(site, "ben", "Which products are trending?")
    for store in stores.values():
        assert {answer["store"] for answer in store.answers()} == {store.name}
        traces = (store.folder / "traces.jsonl").read_text("utf-8")
        assert set(re.findall(r'"store": "([\w-]+)"', traces)) == {store.name}
    exported = json.dumps(list(read_conversations(stores["annas-shop"].folder)))
    assert exported != "[]"
    assert HIS["product"] not in exported
