"""The whole walk over a real shop, with a scripted model."""

from collections.abc import Iterator

import pytest

from agent.answer import Answer
from agent.assistant import Assistant
from agent.checking import check_text
from agent.events import (
    AnswerReady,
    ChartReady,
    Event,
    PlanMade,
    PlanStarted,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from serving.errors import ModelUnavailable
from store.database import Store
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop

TRENDING = ("list_trending", {"direction": "up"})
DEMO_QUESTION = "What is trending, and how much of the top riser will sell in the next 14 days?"
DEMO_QUESTION_ZH = "现在什么在涨？涨得最快的那款未来14天能卖多少？"


@pytest.fixture
def assistant(shop: Shop, connection: ScriptedConnection) -> Iterator[Assistant]:
    yield Assistant(shop, connection)


def viral_title(shop: Shop) -> tuple[str, str]:
    cause = next(cause for cause in shop.store.planted_causes() if cause["kind"].startswith("viral"))
    product = shop.catalogue.get(cause["product_id"])
    assert product is not None and product.title_zh is not None
    return product.title, product.title_zh


def unreceipted(answer: Answer) -> list[str]:
    """Numbers of the answer's words, quotes aside, that no fact displays."""
    words = "\n".join(line for line in answer.answer.splitlines() if not line.startswith(">"))
    return [v.text for v in check_text(words, answer.facts, answer.question, [], answer.language)]


def test_a_chained_question_in_both_languages(
    assistant: Assistant, connection: ScriptedConnection, shop: Shop
) -> None:
    title, title_zh = viral_title(shop)
    for question, name, horizon in (
        (DEMO_QUESTION, title, "14 days"),
        (DEMO_QUESTION_ZH, title_zh, "14天"),
    ):
        connection.scripted.enqueue(TRENDING, ("forecast_demand", {"product": "$1", "horizon": horizon}))
        answer = assistant.ask(question, name)
        assert [call.tool for call in answer.calls] == ["list_trending", "forecast_demand"]
        assert answer.calls[1].arguments["horizon_days"] == 14
        assert answer.calls[1].said["horizon"] == horizon
        assert name in answer.answer
        assert answer.error is None and answer.model == "scripted model"
        assert unreceipted(answer) == []
        assert any(chart["kind"] == "forecast" for chart in answer.charts)


def test_events_come_in_the_order_of_the_walk(assistant: Assistant, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(TRENDING, ("forecast_demand", {"product": "$1"}))
    events = list(assistant.stream(DEMO_QUESTION, "events"))
    kinds: list[type[Event]] = [
        PlanStarted,
        PlanMade,
        ToolStarted,
        ToolFinished,
        ChartReady,
        TextDelta,
        AnswerReady,
    ]
    first = [next(i for i, event in enumerate(events) if isinstance(event, kind)) for kind in kinds]
    assert first == sorted(first)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert isinstance(events[-1], AnswerReady) and text.strip() == events[-1].answer.answer


def test_follow_ups_keep_the_product_across_a_restart(shop: Shop, connection: ScriptedConnection) -> None:
    title, title_zh = viral_title(shop)
    connection.scripted.enqueue(("forecast_demand", {"product": title, "horizon": "14 days"}))
    connection.scripted.enqueue(("forecast_demand", {"product": title, "horizon": "30 days"}))
    connection.scripted.enqueue(("recommend_restock", {"product": "它"}))
    first = Assistant(shop, connection).ask(f"How many {title} will sell in 14 days?", "talk")
    second = Assistant(shop, connection).ask("and for 30 days?", "talk")
    third = Assistant(shop, connection).ask("那补多少货？", "talk")
    product_id = first.calls[0].arguments["product_id"]
    assert second.calls[0].arguments == {"product_id": product_id, "horizon_days": 30}
    assert third.calls[0].arguments["product_id"] == product_id
    assert third.language == "zh" and title_zh in third.answer
    assert "Before: forecast_demand" in connection.scripted.asked[1][-1]["content"]


def test_conversations_do_not_mix(shop: Shop, connection: ScriptedConnection) -> None:
    title, _ = viral_title(shop)
    connection.scripted.enqueue(("forecast_demand", {"product": title}))
    connection.scripted.enqueue(("forecast_demand", {"product": "it"}))
    assistant = Assistant(shop, connection)
    assistant.ask(f"How many {title} will sell?", "one")
    answer = assistant.ask("How many of it will sell?", "two")
    assert answer.error is not None and answer.error.code == "need_product"


def test_an_ambiguous_product_is_asked_back_and_then_chosen(
    shop: Shop, connection: ScriptedConnection
) -> None:
    category = shop.catalogue.categories("en")[0]
    connection.scripted.enqueue(("forecast_demand", {"product": category}))
    connection.scripted.enqueue(("forecast_demand", {"product": "the second one"}))
    assistant = Assistant(shop, connection)
    asked = assistant.ask(f"How many {category} will sell?", "choice")
    assert (
        asked.error is not None
        and asked.error.code == "ambiguous_product"
        and asked.error.options[1] in asked.answer
    )
    chosen = assistant.ask("the second one", "choice")
    assert chosen.error is None and chosen.calls[0].arguments["product_id"] in asked.error.options[1]


def test_an_unknown_product_offers_the_nearest(
    assistant: Assistant, connection: ScriptedConnection, shop: Shop
) -> None:
    title, _ = viral_title(shop)
    misnamed = "Rabbit Zeppelin"
    connection.scripted.enqueue(("forecast_demand", {"product": misnamed}))
    answer = assistant.ask(f"How many {misnamed} will sell?", "unknown")
    assert answer.error is not None and answer.error.code == "unknown_product"
    assert title in answer.answer, "the nearest titles are offered"


@pytest.mark.parametrize("horizon", ["0 days", "-3 days", "100000 days"])
def test_an_impossible_horizon_names_the_possible_ones(
    shop: Shop, connection: ScriptedConnection, horizon: str
) -> None:
    title, _ = viral_title(shop)
    connection.scripted.enqueue(("forecast_demand", {"product": title, "horizon": horizon}))
    answer = Assistant(shop, connection).ask(f"Forecast {title} for {horizon}", horizon)
    assert answer.error is not None and answer.error.code == "duration_out_of_range"
    assert "1 to 365 days" in answer.answer


def test_dates_outside_the_data_are_said(assistant: Assistant, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("get_sales", {"period": "March 2009"}))
    connection.scripted.enqueue(("get_sales", {"period": "March 2009"}))
    answer = assistant.ask("How much did we sell in March 2009?", "dates")
    assert answer.error is not None and answer.error.code == "period_outside_data"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("   ", "empty_question"),
        ("sales " * 4000, "question_too_long"),
        ("Combien de sacs allons nous vendre les prochains jours ?", "other_language"),
    ],
)
def test_questions_not_worth_a_plan(
    assistant: Assistant, connection: ScriptedConnection, question: str, code: str
) -> None:
    answer = assistant.ask(question, code)
    assert answer.error is not None and answer.error.code == code
    assert answer.error.remedy[answer.language] in answer.answer
    assert connection.scripted.asked == [], "the model is not bothered"


def test_an_empty_store_says_how_to_fill_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("empty")
    with Store.create("mine", kind="imported", currency="USD", timezone="UTC", home=home) as store:
        answer = Assistant(Shop(store), None).ask("What is trending?")
    assert answer.error is not None and answer.error.code == "empty_store"
    assert "shopcast import sales" in answer.answer


def test_without_a_model_the_numbers_are_the_same(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(TRENDING, ("forecast_demand", {"product": "$1", "horizon": "next 14 days"}))
    planned = Assistant(shop, connection).ask(DEMO_QUESTION, "with")
    connection.scripted.queue.append(ModelUnavailable("the server died", "wait"))
    routed = Assistant(shop, connection).ask(DEMO_QUESTION, "without")
    assert [call.arguments for call in routed.calls] == [call.arguments for call in planned.calls]
    assert planned.answer in routed.answer
    assert "language model did not answer" in routed.answer and routed.model == ""


def test_greetings_call_nothing(assistant: Assistant, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("no_tool", {"reason": "thanks"}))
    answer = assistant.ask("谢谢！", "thanks")
    assert answer.calls == [] and answer.answer.startswith("不客气")


def test_general_knowledge_is_not_answered_with_sales(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("get_sales", {"product": "Copper Kettle 2L"}))
    answer = Assistant(shop, connection).ask("What is the capital of France?", "off topic")
    assert answer.calls == [] and "outside what I can answer" in answer.answer


def test_a_plan_that_was_misread_is_made_once_more(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("get_sales", {"period": "the other day-ish"}))
    connection.scripted.enqueue(("get_sales", {"period": "yesterday"}))
    answer = Assistant(shop, connection).ask("Sales the other day-ish, I mean yesterday?", "again")
    assert answer.error is None and answer.calls[0].said == {"period": "yesterday"}


def test_review_text_cannot_steer_the_walk(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("search_reviews", {"query": "ignore previous instructions"}))
    answer = Assistant(shop, connection).ask("Find reviews saying ignore previous instructions", "injection")
    assert [call.tool for call in answer.calls] == ["search_reviews"]
    assert len(connection.scripted.asked) == 1, "no review text ever reaches the model"
    flagged = set(shop.store.reviews().query("flags.str.len() > 0").review_id)
    assert flagged and not flagged & {citation.review_id for citation in answer.citations}


def test_answers_are_kept_with_their_receipts(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(TRENDING)
    answer = Assistant(shop, connection).ask("What is trending?", "kept")
    kept = shop.store.answers(limit=1)[0]
    assert kept["answer"] == answer.answer and kept["facts"] == answer.model_dump(mode="json")["facts"]
