"""A bare model calls our tools by itself; what it does wrong is a failed call or a failed case, never a crash."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.errors import TargetFailed, TargetUnusable
from evals.grounding import unreceipted_numbers
from evals.observed import Observed, ObservedTurn
from evals.scoring import score_case
from evals.targets.bare_model import MOST_ROUNDS, BareModelTarget
from tests.evals.local_server import LocalServer, Reply, completion, serving
from tools.shop import Shop, open_shop
from tools.toolbox import toolbox

Play = Callable[..., ObservedTurn]


class Model:
    """Plays queued completions in order; what it is asked stays in the server's requests."""

    def __init__(self) -> None:
        self.queue: list[Any] = []
        self.models = Reply({"data": []})

    def says(self, text: str = "", *calls: tuple[str, Any]) -> None:
        self.queue.append(Reply(completion(text, list(calls))))

    def answer(self, path: str, body: Any) -> Reply:
        return self.models if body is None else self.queue.pop(0)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def server(model: Model) -> Iterator[LocalServer]:
    with serving(model.answer) as server:
        yield server


@pytest.fixture
def target(server: LocalServer, demo_home: Path) -> Iterator[BareModelTarget]:
    target = BareModelTarget(server.url, "tiny", "sesame", lambda name: open_shop(name, None, demo_home))
    yield target
    target.close()


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
def play(target: BareModelTarget) -> Play:
    def run(say: str, **changes: Any) -> ObservedTurn:
        (turn,) = target.run(make_case(say, **changes))
        return turn

    return run


def told(server: LocalServer) -> list[str]:
    """What the tools told the model, by its last request."""
    return [message["content"] for message in server.posted[-1]["messages"] if message["role"] == "tool"]


def test_every_tool_is_offered_with_its_arguments(play, model, server):
    model.says("I only know this shop.")
    play("Write a poem")
    (asked,) = server.posted
    assert asked["model"] == "tiny"
    assert asked["tool_choice"] == "auto"
    assert asked["temperature"] == 0
    assert [one["function"]["name"] for one in asked["tools"]] == list(toolbox())
    forecast = next(one["function"] for one in asked["tools"] if one["function"]["name"] == "forecast_demand")
    assert forecast["parameters"]["required"] == ["product"]
    assert forecast["parameters"]["properties"]["horizon"]["description"]
    assert [message["role"] for message in asked["messages"]] == ["system", "user"]


def test_a_call_is_run_with_the_words_resolved_and_the_numbers_get_receipts(play, model, server, product):
    model.says("", ("get_sales", {"product": product.title, "period": "last month"}))
    model.says("placeholder")
    play(f"How did {product.title} sell last month?")
    (sentence,) = told(server)
    model.says("", ("get_sales", {"product": product.title, "period": "last month"}))
    model.says(sentence)
    turn = play(f"How did {product.title} sell last month?")
    (call,) = turn.calls
    assert call.ok
    assert call.said == {"product": product.title, "period": "last month"}
    assert call.arguments["product_id"] == product.product_id
    assert set(call.arguments["period"]) == {"start", "end"}
    assert turn.outcome == "answered"
    assert turn.facts
    assert any(character.isdigit() for character in sentence)
    assert unreceipted_numbers(turn) == []
    assert (turn.prompt_tokens, turn.completion_tokens) == (18, 8)
    assert unreceipted_numbers(turn.model_copy(update={"answer": "It sold 987654 units."})) == ["987654"]


def test_the_tools_speak_the_cases_language(play, model, server):
    model.says("", ("get_sales", {"period": "上个月"}))
    model.says("好的。")
    turn = play("上个月卖了多少？", language="zh")
    assert "全店" in told(server)[0]
    assert any("件" in fact.shown for fact in turn.facts)


def test_a_table_reaches_the_model_row_by_row(play, model, server):
    model.says("", ("get_sales", {"period": "last month"}))
    model.says("Here they are.")
    turn = play("What sold best last month?")
    rows = [line for line in told(server)[0].splitlines() if line.startswith("Product: ")]
    assert len(rows) == 10
    units = rows[2].split("; ")[1].removeprefix("Units: ")
    assert units in {fact.shown for fact in turn.facts}


def test_calls_of_one_reply_and_of_several_are_all_seen(play, model, product):
    model.says("", ("get_sales", {"period": "last month"}), ("list_trending", {"direction": "up"}))
    model.says("", ("get_sales", {"product": product.title}))
    model.says("Done.")
    turn = play("Everything, please")
    assert [call.tool for call in turn.calls] == ["get_sales", "list_trending", "get_sales"]
    assert all(call.ok for call in turn.calls)


@pytest.mark.parametrize(
    ("tool", "arguments", "said", "told_model"),
    [
        ("get_sales", '{"period": "last mon', {}, "no JSON object"),
        ("get_sales", '["last month"]', {}, "no JSON object"),
        ("sell_everything", {"now": True}, {"now": True}, "no function 'sell_everything'"),
        ("get_sales", {"month": "May"}, {"month": "May"}, "no argument 'month'"),
        ("list_trending", {"direction": "sideways"}, {"direction": "sideways"}, "up or down"),
        ("list_trending", {"limit": 5_000}, {"limit": 5_000}, "whole number from 1 to 50"),
        ("get_sales", {"product": {"id": 1}}, {"product": {"id": 1}}, "must be text"),
        ("get_sales", {"product": "$3"}, {"product": "$3"}, "a name from the question"),
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
    assert told_model in told(server)[0]
    assert turn.outcome == "failed"


def test_broken_arguments_do_not_go_back_to_the_server(play, model, server):
    model.says("", ("get_sales", '{"period": "last mon'))
    model.says("Sorry.")
    play("How much?")
    calling = next(message for message in server.posted[-1]["messages"] if message["role"] == "assistant")
    assert calling["tool_calls"][0]["function"]["arguments"] == "{}"


def test_null_stands_for_what_was_not_said(play, model):
    model.says("", ("get_sales", {"product": None, "period": "last month"}))
    model.says("Done.")
    (call,) = play("What did we sell last month?").calls
    assert call.ok
    assert call.said == {"period": "last month"}


@pytest.mark.parametrize(
    ("text", "outcome", "reason"),
    [
        ("I cannot write poems.", "declined", ""),
        ("Which product do you mean?", "asked_back", "product"),
        ("**您问的是哪款商品？**", "asked_back", "product"),
        ("What would you like to know?", "asked_back", "goal"),
        ("", "failed", "no_words"),
    ],
)
def test_words_without_a_call_decline_or_ask_back(play, model, text, outcome, reason):
    model.says(text)
    turn = play("Hm")
    assert (turn.outcome, turn.reason, turn.calls) == (outcome, reason, [])


def test_a_question_after_a_call_that_found_nothing_asks_back(play, model):
    model.says("", ("forecast_demand", {"product": "moon lamp zzz"}))
    model.says("Which product do you mean?")
    assert play("How much will the moon lamp zzz sell?").outcome == "asked_back"


def test_a_model_that_only_calls_is_stopped(play, model, server):
    for _ in range(MOST_ROUNDS):
        model.says("", ("get_sales", {"period": "last month"}))
    turn = play("How much?")
    assert (turn.outcome, turn.reason, turn.answer) == ("failed", "no_words", "")
    assert len(turn.calls) == len(server.posted) == MOST_ROUNDS


def test_a_conversation_goes_on_with_what_was_said_and_found(target, model, server, product):
    model.says("", ("get_sales", {"product": product.title}))
    model.says("It sold well.")
    model.says("", ("forecast_demand", {"product": "it", "horizon": 14}))
    model.says("It will sell.")
    turns = target.run(make_case(f"How did {product.title} sell?", "And the next 14 days?"))
    assert turns[1].calls[0].arguments == {"product_id": product.product_id, "horizon_days": 14}
    roles = [message["role"] for message in server.posted[-1]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user", "assistant", "tool"]
    assert {fact.metric for fact in turns[0].facts} <= {fact.metric for fact in turns[1].facts}


def test_the_next_case_begins_anew(play, model, server):
    for question in ("one", "two"):
        model.says("No.")
        play(question)
    assert [message["content"] for message in server.posted[-1]["messages"][1:]] == ["two"]


def test_what_it_does_can_be_scored(target, model, product):
    case = make_case(
        f"How did {product.title} sell last month?",
        expect={
            "calls": [
                {
                    "tool": "get_sales",
                    "arguments": {"product": product.product_id, "period": {"ignore": True}},
                }
            ]
        },
    )
    model.says("", ("get_sales", {"product": product.title, "period": "last month"}))
    model.says("Well.")
    assert score_case(case, Observed(case_id="c", turns=target.run(case))).passed


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply({"error": {"message": "out of memory"}}, status=500), "out of memory"),
        (Reply(b"<html>hello</html>"), "no chat completion"),
        (Reply({"choices": []}), "no chat completion"),
        (Reply(completion("half an answer"), cut=True), "cannot be reached"),
    ],
)
def test_a_server_that_breaks_fails_the_case(play, model, reply, said):
    model.queue.append(reply)
    with pytest.raises(TargetFailed, match=said) as caught:
        play("How much?")
    assert caught.value.remedy


def test_a_hang_ends_at_the_cases_time_limit(play, model):
    model.queue.append(Reply(hold=True))
    with pytest.raises(TargetFailed, match="did not answer within"):
        play("How much?", timeout=0.3)


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://here/v1"])
def test_what_is_no_url_is_refused_at_once(url):
    with pytest.raises(TargetUnusable, match="not the URL of a model server"):
        BareModelTarget(url, "tiny", None, _no_shop)


def test_nobody_there_is_said_at_once():
    with pytest.raises(TargetUnusable, match="cannot be reached"):
        BareModelTarget("http://127.0.0.1:9/v1", "tiny", None, _no_shop)


def test_a_refused_key_is_said_at_once(server, model):
    model.models = Reply({"error": {"message": "no"}}, status=401)
    with pytest.raises(TargetUnusable, match="refused the key") as caught:
        BareModelTarget(server.url, "tiny", "wrong", _no_shop)
    assert "SHOPCAST_LLM_API_KEY" in caught.value.remedy


def _no_shop(name: str) -> Shop:
    raise AssertionError("no store is opened before the first case")
