"""Programs on this machine ask over HTTP; whatever is wrong comes back in plain words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.answer import Answer
from serving.errors import ModelMissing
from store.errors import StoreError
from tests.browser.scripted import CARDS, WORDS, ScriptedAssistant
from ui.api import LONGEST_BODY_BYTES, add_api
from ui.web_guard import LocalOnly

QUESTION = {"question": "What is trending?", "store": "bazaar"}


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


def site(assistants: Any, secret: str = "a secret") -> TestClient:
    app = FastAPI()
    app.add_middleware(LocalOnly)
    add_api(app, CARDS, assistants, secret)
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(assistant: ScriptedAssistant) -> Iterator[TestClient]:
    with site(lambda name: assistant) as client:
        yield client


def test_the_stores_are_listed_with_their_kind(client):
    stores = client.get("/api/stores").json()
    assert [store["name"] for store in stores] == ["bazaar", "complete-journey"]
    assert stores[0]["kind"] == "synthetic"
    assert stores[0]["label"]["zh"] == "百货集市"
    assert stores[0]["as_of"] == "2025-06-30"


def test_a_question_brings_the_whole_answer_with_its_receipts(client):
    reply = client.post("/api/ask", json=QUESTION)
    assert reply.status_code == 200
    answer = Answer.model_validate(reply.json()["answer"])
    assert answer.answer == WORDS["en"]
    assert answer.facts
    assert [call.tool for call in answer.calls] == ["list_trending", "forecast_demand"]
    assert answer.citations[0].review_id == "R1"


def test_a_conversation_goes_on_under_the_id_that_the_server_gave(client, assistant):
    first = client.post("/api/ask", json=QUESTION).json()["conversation"]
    second = client.post("/api/ask", json={**QUESTION, "conversation": first}).json()["conversation"]
    other = client.post("/api/ask", json=QUESTION).json()["conversation"]
    assert first == second != other
    assert [conversation for _, conversation in assistant.asked] == [first, first, other]
    assert len(first) >= 40


def test_a_conversation_outlives_a_restart(client, assistant):
    given = client.post("/api/ask", json=QUESTION).json()["conversation"]
    restarted = site(lambda name: assistant)
    assert restarted.post("/api/ask", json={**QUESTION, "conversation": given}).status_code == 200
    stranger = site(lambda name: assistant, secret="another")
    assert stranger.post("/api/ask", json={**QUESTION, "conversation": given}).status_code == 403


@pytest.mark.parametrize("made_up", ["", "default", "abc.def", "对话", "a" * 500])
def test_a_made_up_conversation_is_refused(client, assistant, made_up):
    reply = client.post("/api/ask", json={**QUESTION, "conversation": made_up})
    assert reply.status_code == 403
    assert "leave `conversation` out" in reply.json()["remedy"]
    assert assistant.asked == []


def test_a_conversation_stays_with_its_store(client):
    given = client.post("/api/ask", json=QUESTION).json()["conversation"]
    asked = {**QUESTION, "store": "complete-journey", "conversation": given}
    assert client.post("/api/ask", json=asked).status_code == 403


def test_an_unknown_store_names_the_known_ones(client):
    reply = client.post("/api/ask", json={**QUESTION, "store": "../bazaar"})
    assert reply.status_code == 404
    assert reply.json() == {
        "message": "there is no store '../bazaar'",
        "remedy": "the stores are: bazaar, complete-journey",
    }


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 422, "the body is empty"),
        (b"{not json", 422, "the body is no JSON"),
        (b"\xff\xfe", 422, "the body is no JSON"),
        (b"[" * 30_000, 422, "the body is no JSON"),
        (b"[]", 422, "no JSON object"),
        (b'{"store": "bazaar"}', 422, "'question' is missing"),
        (b'{"question": "hi"}', 422, "'store' is missing"),
        (b'{"question": 7, "store": "bazaar"}', 422, "'question' must be text"),
        (b'{"question": "\\ud800", "store": "bazaar"}', 422, "the body is no JSON"),
        (b'{"question": "hi", "store": "bazaar", "lang": "en"}', 422, "'lang' is not known"),
        (b'"' + b"x" * LONGEST_BODY_BYTES + b'"', 413, "longer than 65,536 bytes"),
    ],
)
def test_a_body_that_is_no_question_says_what_is_wrong(client, assistant, body, status, said):
    reply = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == status
    assert said in reply.json()["message"]
    assert reply.json()["remedy"]
    assert assistant.asked == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_another_page_cannot_ask(client, assistant, kind):
    content = b'{"question": "hi", "store": "bazaar"}'
    reply = client.post("/api/ask", content=content, headers={"content-type": kind})
    assert reply.status_code == 415
    assert "application/json" in reply.json()["remedy"]
    assert assistant.asked == []


@pytest.mark.parametrize("headers", [{"origin": "http://stranger.example"}, {"host": "stranger.example"}])
def test_another_site_is_refused_by_the_guard(client, assistant, headers):
    assert client.post("/api/ask", json=QUESTION, headers=headers).status_code in (403, 421)
    assert client.get("/api/stores", headers=headers).status_code in (403, 421)
    assert assistant.asked == []


def test_a_model_that_dies_is_told_in_its_own_words(client):
    reply = client.post("/api/ask", json={**QUESTION, "question": "please die"})
    assert reply.status_code == 500
    assert reply.json()["message"] == "The model stopped in the middle of the answer."


def test_an_unforeseen_fault_is_logged_and_never_shown(client, caplog):
    with caplog.at_level(logging.ERROR):
        reply = client.post("/api/ask", json={**QUESTION, "question": "please break"})
    assert reply.status_code == 500
    assert set(reply.json()) == {"message", "remedy"}
    assert "nobody foresaw" not in reply.text
    assert "nobody foresaw" in caplog.text


@pytest.mark.parametrize("error", [StoreError("it is locked", "close it"), ModelMissing("no file", "fetch")])
def test_what_cannot_be_opened_brings_its_remedy(error):
    def fail(name: str) -> Any:
        raise error

    reply = site(fail).post("/api/ask", json=QUESTION)
    assert reply.status_code == 503
    assert reply.json() == {"message": error.message, "remedy": error.remedy}
