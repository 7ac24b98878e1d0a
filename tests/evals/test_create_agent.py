"""LangChain's own loop over our tools: a fair peer hears what the tools say, and every call and number of its is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.plain_loop import MOST_ROUNDS
from evals.case import Case
from evals.grounding import unreceipted_numbers
from evals.observed import Observed, ObservedTurn
from evals.scoring import score_case
from evals.targets.create_agent import CreateAgentTarget
from serving.connection import connect
from serving.settings import Settings
from tests.evals.local_server import LocalServer, Reply, completion, serving
from tools.shop import open_shop
from tools.toolbox import toolbox

Play = Callable[..., ObservedTurn]


class Model:
    """Plays queued completions in order; what it is asked stays in the server's requests."""

    def __init__(self) -> None:
        self.queue: list[Reply] = []

    def says(self, text: str = "", *calls: tuple[str, Any]) -> None:
        self.queue.append(Reply(completion(text, list(calls))))

    def answer(self, path: str, body: Any) -> Reply:
        return self.queue.pop(0)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def server(model: Model) -> Iterator[LocalServer]:
    with serving(model.answer) as server:
        yield server


@pytest.fixture
def target(server: LocalServer, demo_home: Path) -> Iterator[CreateAgentTarget]:
    connection = connect(Settings(llm_url=f"{server.url}/v1", llm_model="tiny"))
    target = CreateAgentTarget(lambda name: open_shop(name, None, demo_home), connection)
    yield target
    target.close()
    connection.close()


@pytest.fixture
def product(demo_home: Path) -> Any:
    shop = open_shop("bazaar", None, demo_home)
    first = shop.catalogue.products[0]
    shop.store.close()
    return first


def make_case(*turns: str, language: str = "en", **changes: Any) -> Case:
    base = {"id": "c", "skill": "s", "store": "bazaar", "expect": {"forbid_calls": ["search_reviews"]}}
    return Case.model_validate({**base, "language": language, "turns": list(turns), **changes})


@pytest.fixture
def play(target: CreateAgentTarget) -> Play:
    def run(say: str, **changes: Any) -> ObservedTurn:
        (turn,) = target.run(make_case(say, **changes))
        return turn

    return run


def told(server: LocalServer) -> list[str]:
    """What the tools told the model, by its last request."""
    return [message["content"] for message in server.posted[-1]["messages"] if message["role"] == "tool"]


def test_it_gets_the_same_tools_and_the_same_sampling_as_the_assistant(play, model, server):
    model.says("I only know this shop.")
    play("Write a poem")
    (asked,) = server.posted
    assert (asked["model"], asked["temperature"]) == ("tiny", 0)
    assert [one["function"]["name"] for one in asked["tools"]] == list(toolbox())
    forecast = next(one["function"] for one in asked["tools"] if one["function"]["name"] == "forecast_demand")
    assert forecast["parameters"]["required"] == ["product"]
    assert forecast["description"] == toolbox()["forecast_demand"].summary
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


def test_words_are_resolved_and_the_models_own_numbers_are_found_out(play, model, server, product):
    model.says("", ("get_sales", {"product": product.title, "period": "last month"}))
    model.says("It sold 987654 units.")
    turn = play(f"How did {product.title} sell last month?")
    (call,) = turn.calls
    assert call.ok
    assert call.said == {"product": product.title, "period": "last month"}
    assert call.arguments["product_id"] == product.product_id
    assert turn.outcome == "answered"
    assert unreceipted_numbers(turn) == ["987654"]
    # What the tool told is a receipt: repeated word for word, nothing is invented.
    assert unreceipted_numbers(turn.model_copy(update={"answer": told(server)[0]})) == []
    assert (turn.prompt_tokens, turn.completion_tokens) == (18, 8)
    assert turn.seconds > 0


def test_the_tools_speak_the_cases_language(play, model, server):
    model.says("", ("get_sales", {"period": "上个月"}))
    model.says("好的。")
    play("上个月卖了多少？", language="zh")
    assert "全店" in told(server)[0]


def test_calls_of_one_reply_and_of_several_are_all_seen_in_their_order(play, model, product):
    model.says("", ("get_sales", {"period": "last month"}), ("list_trending", {"direction": "up"}))
    model.says("", ("get_sales", {"product": product.title}))
    model.says("Done.")
    turn = play("Everything, please")
    assert [call.tool for call in turn.calls] == ["get_sales", "list_trending", "get_sales"]
    assert all(call.ok for call in turn.calls)


@pytest.mark.parametrize(
    ("tool", "arguments", "said", "told_model"),
    [
        ("sell_everything", {"now": True}, {"now": True}, "sell_everything is not a valid tool"),
        ("get_sales", {"month": "May"}, {"month": "May"}, "no argument 'month'"),
        ("list_trending", {"limit": 5_000}, {"limit": 5_000}, "whole number from 1 to 50"),
        ("forecast_demand", {}, {}, "does not say which product"),
        ("forecast_demand", {"product": "moon lamp zzz"}, {"product": "moon lamp zzz"}, "moon lamp zzz"),
    ],
)
def test_a_call_that_cannot_be_run_is_a_failed_call_that_the_model_hears_of(
    play, model, server, tool, arguments, said, told_model
):
    model.says("", (tool, arguments))
    model.says("Sorry, that did not work.")
    turn = play("How much?")
    (call,) = turn.calls
    assert (call.tool, call.said, call.ok) == (tool, said, False)
    assert any(told_model in one for one in told(server))
    assert turn.outcome == "failed"


def test_arguments_that_are_no_json_are_a_failed_call_and_end_the_librarys_turn(play, model):
    model.says("", ("get_sales", '{"period": "last mon'))
    turn = play("How much?")
    assert [(call.tool, call.ok) for call in turn.calls] == [("get_sales", False)]
    assert (turn.outcome, turn.answer) == ("failed", "")


def test_words_without_a_call_decline_or_ask_back(play, model):
    model.says("Which product do you mean?")
    turn = play("How much?")
    assert (turn.outcome, turn.reason, turn.calls) == ("asked_back", "product", [])
    model.says("I cannot write poems.")
    assert play("A poem!").outcome == "declined"


def test_a_model_that_only_calls_is_stopped_and_its_calls_still_count(play, model, server):
    for _ in range(MOST_ROUNDS):
        model.says("", ("get_sales", {"period": "last month"}))
    turn = play("How much?")
    assert (turn.outcome, turn.reason, turn.answer) == ("failed", "no_words", "")
    assert len(turn.calls) == len(server.posted) == MOST_ROUNDS


def test_a_conversation_goes_on_with_what_was_said_and_found(target, model, server, product):
    model.says("", ("get_sales", {"product": product.title}))
    model.says("It sold well.")
    model.says("", ("forecast_demand", {"product": "it", "horizon": "14 days"}))
    model.says("It will sell.")
    first, second = target.run(make_case(f"How did {product.title} sell?", "And the next 14 days?"))
    assert second.calls[0].arguments == {"product_id": product.product_id, "horizon_days": 14}
    roles = [message["role"] for message in server.posted[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user", "assistant", "tool"]
    assert {fact.metric for fact in first.facts} < {fact.metric for fact in second.facts}
    assert len(first.calls) == len(second.calls) == 1


def test_the_next_case_begins_anew(play, model, server):
    for question in ("one", "two"):
        model.says("No.")
        play(question)
    assert [message["content"] for message in server.posted[-1]["messages"][1:]] == ["two"]


def test_what_it_does_can_be_scored(target, model, product):
    arguments = {"product": product.product_id, "period": {"ignore": True}}
    case = make_case(
        f"How did {product.title} sell last month?",
        expect={"calls": [{"tool": "get_sales", "arguments": arguments}]},
    )
    model.says("", ("get_sales", {"product": product.title, "period": "last month"}))
    model.says("Well.")
    assert score_case(case, Observed(case_id="c", turns=target.run(case))).passed


def test_a_server_that_breaks_or_hangs_fails_the_case(play, model):
    model.queue.append(Reply({"error": {"message": "out of memory"}}, status=500))
    with pytest.raises(Exception, match="out of memory"):
        play("How much?")
    model.queue.append(Reply(hold=True))
    with pytest.raises(Exception, match="timed out"):
        play("How much?", timeout=0.3)
