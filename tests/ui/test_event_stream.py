"""Programs follow an answer as it grows, over a real connection; whoever hangs up takes the work with them."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from agent.answer import Answer
from agent.events import Event, PlanStarted
from serving.interrupt import Interrupt
from tests.browser.conftest import build_site, serve  # noqa: F401 (the fixture that serves an app)
from tests.browser.scripted import CARDS, WORDS, ScriptedAssistant
from ui.event_stream import NAMES

QUESTION = {"question": "What is trending?", "store": "bazaar"}
AS_EVENTS = {"accept": "text/event-stream"}
PATIENCE_SECONDS = 20.0


class Hesitant(ScriptedAssistant):
    """Thinks until somebody stops it, and tells for how long it thought about each question."""

    def __init__(self) -> None:
        super().__init__()
        self.thinking: set[str] = set()
        self.thought_seconds: dict[str, float] = {}

    def stream(
        self,
        question: str,
        conversation_id: str = "default",
        *,
        turn_number: int | None = None,
        interrupt: Interrupt | None = None,
    ) -> Iterator[Event]:
        if "think" not in question:
            yield from super().stream(question, conversation_id, turn_number=turn_number, interrupt=interrupt)
            return
        assert interrupt is not None
        yield PlanStarted()
        started = time.monotonic()
        self.thinking.add(question)
        while not interrupt.is_pressed and time.monotonic() - started < PATIENCE_SECONDS:
            time.sleep(0.01)
        self.thought_seconds[question] = time.monotonic() - started


@pytest.fixture(scope="module")
def assistant() -> Hesitant:
    return Hesitant()


@pytest.fixture(scope="module")
def client(serve: Callable[..., str], assistant: Hesitant) -> Iterator[httpx.Client]:  # noqa: F811
    url = serve(build_site(CARDS, lambda name: assistant))
    with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE_SECONDS) as client:
        yield client


def events_of(reply: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read server-sent events as a browser does: fields by line, an empty line ends one."""
    name = ""
    for line in reply.iter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def ask(client: httpx.Client, **changes: str) -> list[tuple[str, dict[str, Any]]]:
    with client.stream("POST", "/api/ask", json={**QUESTION, **changes}, headers=AS_EVENTS) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        return list(events_of(reply))


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_answer_comes_as_the_events_of_the_walk(client: httpx.Client) -> None:
    events = ask(client)
    names = list(dict.fromkeys(name for name, _ in events))
    assert names == [
        "plan_started",
        "plan_made",
        "tool_started",
        "tool_finished",
        "chart",
        "text",
        "receipt",
        "done",
    ]
    assert "".join(data["text"] for name, data in events if name == "text") == WORDS["en"]
    receipt = next(data for name, data in events if name == "receipt")
    assert 412.0 in [fact["value"] for fact in receipt["facts"]]
    assert Answer.model_validate(events[-1][1]["answer"]).answer == WORDS["en"]


def test_the_words_are_the_same_as_in_the_whole_reply(client: httpx.Client) -> None:
    whole = client.post("/api/ask", json=QUESTION).json()["answer"]
    streamed = ask(client)[-1][1]["answer"]
    # Each answer has an id of its own.
    assert {**streamed, "id": ""} == {**whole, "id": ""}


def test_a_conversation_goes_on_under_the_id_of_the_first_event(
    client: httpx.Client, assistant: Hesitant
) -> None:
    given = ask(client)[0][1]["conversation"]
    events = ask(client, conversation=given)
    assert events[0][1]["conversation"] == events[-1][1]["conversation"] == given
    assert assistant.asked[-1][1] == assistant.asked[-2][1] == given


def test_the_first_event_comes_at_once(client: httpx.Client) -> None:
    started = time.monotonic()
    with client.stream(
        "POST", "/api/ask", json={**QUESTION, "question": "think"}, headers=AS_EVENTS
    ) as reply:
        name, _ = next(events_of(reply))
        waited = time.monotonic() - started
    assert name == "plan_started"
    # The promise is 0.5 s; a loaded test machine gets some slack.
    assert waited < 1.5


def test_whoever_hangs_up_stops_the_work(client: httpx.Client, assistant: Hesitant) -> None:
    question = "think of something else"
    with client.stream(
        "POST", "/api/ask", json={**QUESTION, "question": question}, headers=AS_EVENTS
    ) as reply:
        # Held on to: an iterator that is dropped hangs up, and whoever leaves so soon has nothing to stop.
        events = events_of(reply)
        assert next(events)[0] == "plan_started"
        until(lambda: question in assistant.thinking)
    until(lambda: question in assistant.thought_seconds)
    assert assistant.thought_seconds[question] < PATIENCE_SECONDS / 2
    assert ask(client)[-1][0] == "done"


def test_a_dead_model_is_the_last_event_in_both_languages(client: httpx.Client) -> None:
    name, data = ask(client, question="please die")[-1]
    assert name == "failed"
    assert data["message"]["en"] == "The model stopped in the middle of the answer."
    assert data["message"]["zh"] and data["remedy"]["zh"]


def test_an_unforeseen_fault_is_logged_and_never_shown(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        events = ask(client, question="please break")
    assert events[-1][0] == "failed"
    assert "nobody foresaw" not in json.dumps(events)
    assert "nobody foresaw" in caplog.text


def test_what_is_refused_is_no_stream(client: httpx.Client) -> None:
    reply = client.post("/api/ask", json={**QUESTION, "store": "nowhere"}, headers=AS_EVENTS)
    assert reply.status_code == 404
    assert reply.json()["message"] == "there is no store 'nowhere'"


def test_every_event_has_a_name_of_its_own() -> None:
    assert len(set(NAMES.values())) == len(NAMES) == 9
