"""What a user is told when a model server misbehaves."""

import socket
import threading
import time

import pytest

from serving.breaker import FAILURES_TOLERATED, Breaker
from serving.client import ChatClient
from serving.errors import ModelRejected, ModelTimeout, ModelUnavailable
from serving.interrupt import Interrupt, Stopped

QUESTION = [{"role": "user", "content": "say hello"}]
SCHEMA = {"title": "plan", "type": "object", "properties": {}, "additionalProperties": False}


@pytest.fixture
def ask(fake):
    client = fake.client()

    def complete(**options):
        return client.complete(QUESTION, **{"max_tokens": 20, "timeout_seconds": 5, **options})

    yield complete
    client.close()


def test_a_completion_carries_its_text_and_its_cost(ask):
    reply = ask()
    assert reply.text == "hello"
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (9, 4, 6)
    assert 0 < reply.seconds < 5


def test_the_request_is_greedy_seeded_and_carries_the_key(ask, fake):
    ask()
    (sent,) = fake.requests
    assert sent["temperature"] == 0
    assert isinstance(sent["seed"], int)
    assert sent.get("max_completion_tokens", sent.get("max_tokens")) == 20
    assert sent["messages"] == QUESTION
    assert "response_format" not in sent
    assert fake.keys == ["Bearer sesame"]


def test_a_schema_travels_as_strict_response_format(ask, fake):
    ask(schema=SCHEMA)
    assert fake.requests[0]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "plan", "strict": True, "schema": SCHEMA},
    }


def test_text_that_breaks_the_schema_is_handed_back_unparsed(ask):
    assert ask(schema=SCHEMA).text == "hello"


def test_an_answer_cut_in_the_middle_is_refused_only_under_a_schema(ask, fake):
    fake.body["choices"][0]["finish_reason"] = "length"
    assert ask().text == "hello"
    with pytest.raises(ModelRejected, match="cut after 4 tokens"):
        ask(schema=SCHEMA)


@pytest.mark.parametrize(
    ("status", "error", "remedy"),
    [
        (401, ModelRejected, "SHOPCAST_LLM_API_KEY"),
        (403, ModelRejected, "SHOPCAST_LLM_API_KEY"),
        (404, ModelRejected, "SHOPCAST_LLM_MODEL"),
        (400, ModelRejected, "shopcast doctor"),
        (429, ModelUnavailable, "ask again"),
        (500, ModelUnavailable, "ask again"),
        (503, ModelUnavailable, "ask again"),
    ],
)
def test_each_refusal_names_its_remedy_and_is_not_retried(ask, fake, status, error, remedy):
    fake.status, fake.body = status, {"error": {"message": "the server's own words", "code": status}}
    with pytest.raises(error) as caught:
        ask()
    assert remedy in caught.value.remedy
    assert len(fake.requests) == 1


def test_a_prompt_over_the_context_asks_for_a_shorter_question(ask, fake):
    fake.status = 400
    fake.body = {"error": {"message": "request (9000 tokens) exceeds the available context size"}}
    with pytest.raises(ModelRejected) as caught:
        ask()
    assert "9000 tokens" in caught.value.message
    assert "shorter" in caught.value.remedy


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html", "<html>welcome to the router</html>"),
        ("application/json", "{not json"),
        ("application/json", {"unexpected": True}),
        ("application/json", {"choices": []}),
    ],
)
def test_an_answer_that_is_no_completion_is_refused(ask, fake, content_type, body):
    fake.content_type, fake.body = content_type, body
    with pytest.raises(ModelRejected) as caught:
        ask()
    assert "SHOPCAST_LLM_URL" in caught.value.remedy


def test_a_silent_server_is_a_timeout_that_says_how_long(ask, fake):
    fake.hold = True
    with pytest.raises(ModelTimeout, match=r"within 0\.3 seconds"):
        ask(timeout_seconds=0.3)


def test_a_connection_that_breaks_is_unavailable(ask, fake):
    fake.hang_up = True
    with pytest.raises(ModelUnavailable, match="cannot be reached"):
        ask()


def test_an_answer_given_up_ends_at_once_and_is_no_fault_of_the_server(fake):
    fake.hold = True
    breaker, interrupt = Breaker(), Interrupt()
    client = fake.client(breaker=breaker)
    started = time.monotonic()
    for _ in range(FAILURES_TOLERATED):
        threading.Timer(0.1, interrupt.press).start()
        with interrupt.in_force(), pytest.raises(Stopped):
            client.complete(QUESTION, max_tokens=20, timeout_seconds=30)
    client.close()
    assert time.monotonic() - started < 10
    assert not breaker.is_open


def test_no_server_at_all_is_unavailable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = ChatClient(f"http://127.0.0.1:{port}/v1", "fake", use_proxy=False)
    with pytest.raises(ModelUnavailable, match=str(port)):
        client.complete(QUESTION, max_tokens=5, timeout_seconds=5)
    client.close()
