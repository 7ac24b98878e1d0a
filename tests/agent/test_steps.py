"""Plans become steps: a product that only a list can name waits for that list."""

from __future__ import annotations

from typing import Any

import pytest

from agent.memory import Memory, RememberedCall
from agent.planning import PlannedCall
from agent.steps import make_steps
from tools.results import ProductRef
from tools.shop import Shop


def steps(shop: Shop, question: str, *calls: tuple[str, dict[str, Any]], memory: Memory | None = None) -> Any:
    planned = [PlannedCall(tool=tool, arguments=arguments) for tool, arguments in calls]
    return [(s.tool, s.said) for s in make_steps(shop, question, planned, memory or Memory())]


@pytest.mark.parametrize(
    ("question", "call", "listed", "then"),
    [
        (
            "Which product gained the most this week and how much of it will sell in 20 days?",
            ("forecast_demand", {"product": "it", "horizon": "20 days"}),
            {"direction": "up", "period": "this week"},
            {"product": "$1", "horizon": "20 days"},
        ),
        (
            "跌得最惨的那款，一周到货，还有30件，要补吗？",
            ("recommend_restock", {"product": "跌得最惨的那款", "lead_time": "一周", "on_hand": "30件"}),
            {"direction": "down"},
            {"product": "$1", "lead_time": "一周", "on_hand": "30件"},
        ),
    ],
)
def test_the_list_that_names_the_mover_is_asked_for_first(
    shop: Shop, question: str, call: tuple[str, dict[str, Any]], listed: dict[str, Any], then: dict[str, Any]
) -> None:
    assert steps(shop, question, call) == [("list_trending", listed), (call[0], then)]


def test_a_second_call_about_it_means_the_first_of_the_list(shop: Shop) -> None:
    question = "Name the three quickest climbers and forecast the leader for 10 days."
    planned = steps(
        shop,
        question,
        ("list_trending", {"direction": "up", "limit": 3}),
        ("forecast_demand", {"product": "it", "horizon": "10 days"}),
    )
    assert [said.get("product") for _, said in planned] == [None, "$1"]


def test_a_product_with_a_name_needs_no_list(shop: Shop) -> None:
    title = shop.catalogue.products[0].title
    question = f"Is {title} the fastest riser, and what will it sell in 10 days?"
    planned = steps(shop, question, ("forecast_demand", {"product": title, "horizon": "10 days"}))
    assert [tool for tool, _ in planned] == ["forecast_demand"]


def test_after_a_list_was_shown_the_mover_is_the_one_on_it(shop: Shop) -> None:
    first = shop.catalogue.products[0]
    memory = Memory(
        calls=[RememberedCall(tool="list_trending", said={})],
        listed=[ProductRef(product_id=first.product_id, title=first.title)],
    )
    planned = steps(
        shop, "why did the fastest riser rise?", ("explain_trend", {"product": "it"}), memory=memory
    )
    assert planned == [("explain_trend", {"product": "it"})]
