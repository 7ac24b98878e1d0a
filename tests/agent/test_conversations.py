"""What a conversation remembers: taken back by an edit, untouched by a stop, bounded, and nobody else's."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent.answer import Answer
from agent.assistant import CONVERSATIONS_FILE, Assistant
from agent.conversations import CONVERSATIONS_KEPT, TURNS_KEPT
from agent.events import AnswerReady, Event, PlanMade, TextDelta, ToolFinished, ToolStarted
from serving.client import Completion
from serving.interrupt import Interrupt
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop


class ObedientClient:
    """Plans the sales of whatever product the question names, else of "it"; keeps what it was asked."""

    model = "scripted"

    def __init__(self, titles: list[str]) -> None:
        self.titles = titles
        self.asked: list[str] = []

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        question = messages[-1]["content"]
        self.asked.append(question)
        spoken = question.rpartition("Q: ")[2]
        product = next((title for title in self.titles if title in spoken), "it")
        call = {"tool": "get_sales", "arguments": {"product": product, "period": "last week"}}
        return Completion(json.dumps({"calls": [call]}), 800, 40, 0.01, 790)


@pytest.fixture
def titles(shop: Shop) -> list[str]:
    names = [product.title for product in shop.catalogue.products]
    # A title inside another one would be two products in one question.
    return [name for name in names if sum(name in other for other in names) == 1]


@pytest.fixture
def model(titles: list[str], connection: ScriptedConnection) -> ObedientClient:
    client = ObedientClient(titles)
    connection.scripted = client  # type: ignore[assignment]
    return client


@pytest.fixture
def assistant(shop: Shop, connection: ScriptedConnection, tmp_path: Path) -> Assistant:
    return Assistant(shop, connection, trial_folder=tmp_path)  # type: ignore[arg-type]


def ask(assistant: Assistant, question: str, turn: int | None = None, conversation: str = "talk") -> Answer:
    events = assistant.stream(question, conversation, turn_number=turn)
    last = list(events)[-1]
    assert isinstance(last, AnswerReady)
    return last.answer


def sales_of(title: str) -> str:
    return f"How many {title} did we sell last week?"


def product_of(answer: Answer) -> str:
    return str(answer.calls[0].arguments["product_id"])


def test_an_edited_question_starts_from_the_turn_before_it(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    lamp, kettle = titles[:2]
    first = ask(assistant, sales_of(lamp), 0)
    ask(assistant, sales_of(kettle), 1)
    edited = ask(assistant, "How many of it did we sell last week?", 1)
    assert product_of(edited) == product_of(first)
    assert lamp in model.asked[-1] and kettle not in model.asked[-1]


def test_an_edited_first_question_starts_from_nothing(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    ask(assistant, sales_of(titles[0]), 0)
    edited = ask(assistant, "How many of it did we sell last week?", 0)
    assert edited.error is not None and edited.error.code == "need_product"
    assert "Before" not in model.asked[-1]


def test_asking_again_gives_the_same_answer(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    ask(assistant, sales_of(titles[0]), 0)
    answers = [ask(assistant, "How many of it did we sell last week?", 1) for _ in range(3)]
    assert answers[0].answer == answers[1].answer == answers[2].answer
    assert model.asked[-1] == model.asked[-2]


def test_an_edit_that_is_refused_forgets_what_it_replaced(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    first = ask(assistant, sales_of(titles[0]), 0)
    ask(assistant, sales_of(titles[1]), 1)
    assert ask(assistant, "Combien de sacs allons nous vendre les prochains jours ?", 1).error
    follow_up = ask(assistant, "How many of it did we sell last week?", 2)
    assert product_of(follow_up) == product_of(first)


def stop_at(assistant: Assistant, question: str, kind: type[Event], turn: int | None = None) -> list[Event]:
    """Press stop when the first event of a kind arrives; return what came."""
    interrupt = Interrupt()
    seen = []
    for event in assistant.stream(question, "talk", turn_number=turn, interrupt=interrupt):
        seen.append(event)
        if isinstance(event, kind):
            interrupt.press()
    return seen


@pytest.mark.parametrize("moment", [PlanMade, ToolStarted, TextDelta])
def test_a_stopped_turn_leaves_no_memory_and_the_next_question_works(
    assistant: Assistant, model: ObedientClient, titles: list[str], moment: type[Event]
) -> None:
    first = ask(assistant, sales_of(titles[0]))
    seen = stop_at(assistant, sales_of(titles[1]), moment)
    assert not isinstance(seen[-1], AnswerReady)
    follow_up = ask(assistant, "How many of it did we sell last week?")
    assert product_of(follow_up) == product_of(first)
    assert follow_up.error is None


def test_no_tool_runs_after_a_stop(
    assistant: Assistant, model: ObedientClient, titles: list[str], shop: Shop
) -> None:
    seen = stop_at(assistant, sales_of(titles[3]), PlanMade)
    assert not any(isinstance(event, (ToolStarted, ToolFinished)) for event in seen)


def test_a_stopped_answer_is_not_kept_in_the_store(
    shop: Shop, connection: ScriptedConnection, model: ObedientClient, titles: list[str]
) -> None:
    kept = len(shop.store.answers(limit=1000))
    stop_at(Assistant(shop, connection), sales_of(titles[4]), PlanMade)  # type: ignore[arg-type]
    assert len(shop.store.answers(limit=1000)) == kept


def test_a_reader_who_leaves_before_the_words_leaves_no_memory(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    leaving = assistant.stream(sales_of(titles[0]), "talk")
    for event in leaving:
        if isinstance(event, TextDelta):
            break
    leaving.close()  # type: ignore[attr-defined]
    answer = ask(assistant, "How many of it did we sell last week?")
    assert answer.error is not None and answer.error.code == "need_product"


def test_eight_conversations_at_once_each_keep_their_product(
    assistant: Assistant, model: ObedientClient, titles: list[str]
) -> None:
    def talk(title: str) -> list[str]:
        opening = ask(assistant, sales_of(title), conversation=title)
        follow_ups = [
            ask(assistant, "How many of it did we sell last week?", conversation=title) for _ in range(3)
        ]
        return [product_of(answer) for answer in (opening, *follow_ups)]

    with ThreadPoolExecutor(8) as pool:
        spoken = list(pool.map(talk, titles[:8]))
    assert [len(set(products)) for products in spoken] == [1] * 8
    assert len({products[0] for products in spoken}) == 8


def rows(folder: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(folder / CONVERSATIONS_FILE)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_a_hundred_turns_keep_product_file_and_prompt_bounded(
    assistant: Assistant, model: ObedientClient, titles: list[str], tmp_path: Path
) -> None:
    first = ask(assistant, sales_of(titles[0]), 0)
    for turn in range(1, 100):
        answer = ask(assistant, "How many of it did we sell last week?", turn)
        assert product_of(answer) == product_of(first)
    assert rows(tmp_path, "SELECT COUNT(*) FROM checkpoints") == [(TURNS_KEPT,)]
    assert rows(tmp_path, "SELECT MAX(LENGTH(checkpoint)) FROM checkpoints")[0][0] < 20_000
    assert len(model.asked[-1]) == len(model.asked[1])


def test_an_edit_far_back_asks_for_the_product_again(
    assistant: Assistant, model: ObedientClient, titles: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.conversations.TURNS_KEPT", 3)
    for turn, title in enumerate(titles[:6]):
        ask(assistant, sales_of(title), turn)
    edited = ask(assistant, "How many of it did we sell last week?", 1)
    assert edited.error is not None and edited.error.code == "need_product"


def test_the_oldest_conversations_make_room(
    assistant: Assistant, shop: Shop, model: ObedientClient, titles: list[str], tmp_path: Path
) -> None:
    ask(assistant, sales_of(titles[0]), conversation="old")
    assert CONVERSATIONS_KEPT >= 100
    ask(assistant, sales_of(titles[1]), conversation="new")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.conversations.CONVERSATIONS_KEPT", 1)
        again = Assistant(shop, assistant.connection, trial_folder=tmp_path)
        assert product_of(ask(again, "How many of it did we sell last week?", conversation="new"))
    assert rows(tmp_path, "SELECT DISTINCT thread_id FROM checkpoints") == [("new",)]
