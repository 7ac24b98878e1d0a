"""A running Shopcast is played over HTTP; one that hangs, dies or talks rubbish fails the case, not the run."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from agent.answer import Answer, Call, Tokens
from agent.events import AnswerReady
from evals.case import Case
from evals.errors import TargetFailed, TargetUnusable
from evals.targets.served import ServedTarget
from tests.browser.scripted import CARDS, forecast
from tests.evals.local_server import LocalServer, Reply, serving
from ui.api import add_api
from ui.web_guard import LocalOnly


def case(*turns: str, **changes: Any) -> Case:
    return Case.model_validate(
        {
            "id": "a-case",
            "skill": "forecast",
            "language": "en",
            "store": "bazaar",
            "turns": list(turns or ("How much will the lamp sell?",)),
            "expect": {"no_call": True},
            "timeout": 5,
            **changes,
        }
    )


class Assistant:
    """Answers with one forecast; knows which conversations it was in."""

    def __init__(self, planned_by: str = "model") -> None:
        self.conversations: list[str] = []
        self.planned_by = planned_by

    def stream(self, question: str, conversation_id: str = "default", **_: Any) -> Iterator[Any]:
        self.conversations.append(conversation_id)
        result = forecast()
        yield AnswerReady(
            Answer(
                question=question,
                language="en",
                store="bazaar",
                answer="About 412 units.",
                planned_by=self.planned_by,
                calls=[
                    Call(
                        tool=result.tool,
                        said={"horizon": "14 days"},
                        arguments={"horizon_days": 14},
                        ok=True,
                    )
                ],
                facts=list(result.facts.values()),
                model="Scripted planner",
                tokens=Tokens(prompt=700, completion=40),
            )
        )


@contextmanager
def shopcast(assistant: Assistant) -> Iterator[str]:
    """The real API, guard and all, on a real port."""
    app = FastAPI()
    app.add_middleware(LocalOnly)
    add_api(app, CARDS, lambda name: assistant, "a secret")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    # A target may knock before the server is up.
    listener.listen()
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none", lifespan="off")
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def rubbish() -> Iterator[LocalServer]:
    """Lists stores like a Shopcast, then answers as the test says."""
    with serving(lambda *_: Reply([])) as server:
        yield server


@pytest.fixture
def target(rubbish: LocalServer) -> Iterator[ServedTarget]:
    target = ServedTarget(rubbish.url)
    yield target
    target.close()


def test_a_conversation_is_played_in_one_go_and_observed_whole():
    assistant = Assistant()
    with shopcast(assistant) as url:
        target = ServedTarget(url + "/")
        first, second = target.run(case("How much will the lamp sell?", "And for 30 days?"))
        target.run(case())
        target.close()
    assert target.description == url
    assert target.model == "Scripted planner"
    assert (first.said, second.said) == ("How much will the lamp sell?", "And for 30 days?")
    assert first.calls[0].said == {"horizon": "14 days"}
    assert ("total_mean", "412 units") in {(fact.metric, fact.shown) for fact in first.facts}
    assert (first.answer, first.prompt_tokens) == ("About 412 units.", 700)
    one, same, other = assistant.conversations
    assert one == same != other


def test_keywords_instead_of_the_model_fail_the_case():
    with shopcast(Assistant(planned_by="keywords")) as url:
        target = ServedTarget(url)
        with pytest.raises(TargetFailed, match="keywords answered") as caught:
            target.run(case())
        target.close()
    assert "shopcast doctor" in caught.value.remedy


def test_an_unknown_store_fails_with_the_servers_own_words():
    with shopcast(Assistant()) as url:
        target = ServedTarget(url)
        with pytest.raises(TargetFailed, match="404: there is no store 'elsewhere'") as caught:
            target.run(case(store="elsewhere"))
        target.close()
    assert "bazaar" in caught.value.remedy


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"<html>502 Bad Gateway</html>", status=502), r"answered 502: '<html>502"),
        (
            Reply({"message": "it is locked", "remedy": "close it"}, status=503),
            "503: it is locked. .*close it",
        ),
        (Reply(b"hello"), "rubbish came instead of an answer: 'hello'"),
        (Reply(b""), "rubbish came instead of an answer: ''"),
        (Reply(["no", "object"]), "rubbish"),
        (Reply(b"[" * 100_000), "rubbish"),
        (Reply({"conversation": None, "answer": {}}), "rubbish"),
        (Reply({"conversation": "c", "answer": {"question": "q"}}), "'language' field required"),
        (Reply({"conversation": "c", "answer": {}}, cut=True), "broke off"),
    ],
)
def test_rubbish_is_named(target, rubbish, reply, said):
    rubbish.answer = lambda *_: reply
    with pytest.raises(TargetFailed, match=said):
        target.run(case())


@pytest.mark.parametrize(("reply", "limit"), [(Reply(hold=True), 0.3), (Reply(b" ", drip=True), 1.0)])
def test_a_hang_ends_at_the_cases_time_limit(target, rubbish, reply, limit):
    rubbish.answer = lambda *_: reply
    with pytest.raises(TargetFailed, match=f"no answer within {limit:g} s"):
        target.run(case(timeout=limit))


@pytest.mark.parametrize("url", ["", "localhost:7860", "ftp://here", "http://", "http://[half"])
def test_what_is_no_url_is_refused_at_once(url):
    with pytest.raises(TargetUnusable, match="is not a URL"):
        ServedTarget(url)


def test_nobody_there_is_said_at_once():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TargetUnusable, match="cannot be reached") as caught:
        ServedTarget(f"http://127.0.0.1:{port}")
    assert "shopcast web" in caught.value.remedy


@pytest.mark.parametrize("reply", [Reply({"detail": "Not Found"}, status=404), Reply(b"<html>"), Reply({})])
def test_another_kind_of_server_is_said_at_once(rubbish, reply):
    rubbish.answer = lambda *_: reply
    with pytest.raises(TargetUnusable, match="that is no Shopcast"):
        ServedTarget(rubbish.url)
