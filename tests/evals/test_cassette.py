"""Replies come back for the very request that they answered, and for no other; whoever misses is told why."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.cassette import Cassette
from evals.errors import CassetteMiss, CassetteUnusable
from evals.recording import Recording
from evals.replay import RecordingConnection, ReplayConnection, configured_model
from evals.targets.assistant import AssistantTarget
from serving.client import ChatClient, Completion
from serving.connection import RemoteConnection
from serving.errors import ModelRejected
from serving.settings import Settings
from tests.evals.local_server import LocalServer, Reply, completion, serving
from tools.shop import open_shop

PROMPT = "You choose tool calls."
SCHEMA = {"type": "object", "properties": {"tool": {"type": "string"}, "days": {"type": "string"}}}
QUESTION = "橙色雨伞未来三周能卖多少？"


def ask(client: ChatClient, question: str = QUESTION, **changes: Any) -> Completion:
    asked = {"prompt": PROMPT, "schema": SCHEMA, "max_tokens": 50, **changes}
    messages = [
        {"role": "system", "content": asked["prompt"]},
        {"role": "user", "content": f"Q: {question}"},
    ]
    return client.complete(
        messages, schema=asked["schema"], max_tokens=asked["max_tokens"], timeout_seconds=5
    )


@pytest.fixture
def model() -> Iterator[LocalServer]:
    """A model that echoes what it was asked, as plans are: one line of JSON."""

    def echo(_: str, body: Any) -> Reply:
        return Reply(completion(json.dumps({"heard": body["messages"][-1]}, ensure_ascii=False)))

    with serving(echo) as server:
        yield server


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassettes" / "suite.jsonl"


def record(model: LocalServer, path: Path, *questions: str, name: str = "small", **changes: Any) -> None:
    inner = RemoteConnection(ChatClient(f"{model.url}/v1", name, "sesame", use_proxy=False))
    connection = RecordingConnection(inner, Recording(path, inner.description))
    for question in questions or (QUESTION,):
        ask(connection.client(), question, **changes)
    connection.close()


@pytest.fixture
def replay(path: Path) -> Iterator[Any]:
    opened = []

    def start(name: str = "small", **options: Any) -> ReplayConnection:
        opened.append(ReplayConnection(Cassette.load(path, **options), name))
        return opened[-1]

    yield start
    for connection in opened:
        connection.close()


def miss(connection: ReplayConnection, question: str = QUESTION, **changes: Any) -> str:
    with pytest.raises(ModelRejected):
        ask(connection.client(), question, **changes)
    found = connection.take_miss(question)
    assert found is not None
    assert found.remedy == "record again with --record"
    return found.message


def test_a_replay_says_what_the_model_said_with_its_cost_and_without_a_model(model, path, replay):
    record(model, path)
    heard = len(model.requests)
    replayed = ask(replay().client())
    assert json.loads(replayed.text)["heard"]["content"] == f"Q: {QUESTION}"
    assert (replayed.prompt_tokens, replayed.completion_tokens, replayed.cached_tokens) == (9, 4, 6)
    assert len(model.requests) == heard


def test_the_recorded_run_itself_gets_the_models_replies(model, path):
    inner = RemoteConnection(ChatClient(f"{model.url}/v1", "small", use_proxy=False))
    connection = RecordingConnection(inner, Recording(path, "here"))
    assert QUESTION in json.loads(ask(connection.client()).text)["heard"]["content"]
    assert connection.description == inner.description
    connection.close()


def test_a_recorded_client_still_goes_through_the_environments_proxy(model, path, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", model.url)
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    inner = RemoteConnection(ChatClient("http://model.invalid/v1", "small"))
    connection = RecordingConnection(inner, Recording(path, "here"))
    ask(connection.client())
    connection.close()
    assert model.requests[0][0] == "http://model.invalid/v1/chat/completions"
    assert len(Cassette.load(path)) == 1


def test_the_same_request_replays_as_often_as_it_is_asked(model, path, replay):
    record(model, path)
    connection = replay()
    assert len({ask(connection.client()).text for _ in range(4)}) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prompt": PROMPT + " Be brief."}, "the prompt changed since the recording"),
        ({"schema": {**SCHEMA, "required": ["tool"]}}, "the schema changed since the recording"),
        (
            {"schema": {"type": "object", "properties": dict(reversed(SCHEMA["properties"].items()))}},
            "the schema changed since the recording",
        ),
        ({"max_tokens": 51}, "the options changed since the recording"),
        (
            {"prompt": "Other.", "schema": {"type": "object"}},
            "the prompt changed and the schema changed since the recording",
        ),
    ],
)
def test_whatever_changed_is_a_miss_that_names_it(model, path, replay, changes, said):
    record(model, path)
    message = miss(replay(), **changes)
    assert message == f"no recorded reply to {'Q: ' + QUESTION!r}: {said}"


def test_another_model_is_a_miss_that_names_both(model, path, replay):
    record(model, path)
    assert miss(replay("large")).endswith(": the model is 'large', recorded was 'small'")


def test_what_was_never_asked_says_so(model, path, replay):
    record(model, path)
    assert "never recorded (or an earlier turn went differently)" in miss(replay(), "What fell in May?")


def test_each_question_takes_its_own_miss_and_only_once(model, path, replay):
    record(model, path)
    connection = replay()
    for question in ("why did the lamp fall?", "why"):
        with pytest.raises(ModelRejected):
            ask(connection.client(), question)
    short = connection.take_miss(" why ")
    long = connection.take_miss("why did the lamp fall?")
    assert short and "'Q: why'" in short.message
    assert long and "lamp" in long.message
    assert connection.take_miss("why") is None
    ask(connection.client())
    assert connection.take_miss(QUESTION) is None


def test_the_mutation_tests_match_finds_old_replies_but_never_another_models(model, path, replay):
    record(model, path)
    loose = replay(match="user")
    assert QUESTION in ask(loose.client(), prompt="Mutated.", schema={"type": "object"}).text
    assert "never recorded" in miss(loose, "What fell in May?")
    assert "the model is 'large'" in miss(replay("large", match="user"))


def test_a_second_recording_asks_the_model_only_what_is_new(model, path):
    record(model, path, "one", "two", "three")
    first, heard = path.read_bytes(), len(model.requests)
    record(model, path, "three", "one", "two")
    assert path.read_bytes() == first
    assert len(model.requests) == heard
    record(model, path, "four", "one")
    assert len(model.requests) == heard + 1
    assert len(Cassette.load(path)) == 4


def test_a_new_prompt_replaces_the_replies_that_the_old_one_had_and_no_others(model, path, replay):
    record(model, path, "one", "two")
    record(model, path, "one", prompt="New.")
    assert len(Cassette.load(path)) == 2
    connection = replay()
    ask(connection.client(), "one", prompt="New.")
    ask(connection.client(), "two")
    assert "the prompt changed" in miss(connection, "one")


def test_the_file_is_sorted_readable_and_holds_no_key_of_the_server(model, path):
    record(model, path, "one", "x" * 300 + " 卖多少", "two")
    header, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert header == {"version": 1, "model": "small", "description": f"small at {model.url}/v1"}
    assert [line["key"] for line in lines] == sorted(line["key"] for line in lines)
    assert {len(line["key"]) for line in lines} == {64}
    (long,) = [line["question"] for line in lines if "xx" in line["question"]]
    assert len(long) == 120
    assert long.endswith("xx 卖多少")
    assert lines[0]["reply"]["usage"] == {"prompt": 9, "completion": 4, "cached": 6}
    assert "卖多少" in path.read_text(encoding="utf-8")
    assert "sesame" not in path.read_text(encoding="utf-8")


def test_a_recording_that_is_killed_keeps_what_it_heard(model, path, replay):
    inner = RemoteConnection(ChatClient(f"{model.url}/v1", "small", use_proxy=False))
    killed = RecordingConnection(inner, Recording(path, "here"))
    for question in ("one", "two"):
        ask(killed.client(), question)
    killed.client().close()
    cut = path.read_bytes()[:-20]
    path.write_bytes(cut)
    ask(replay().client(), "one")
    record(model, path, "three")
    connection = replay()
    for question in ("one", "three"):
        ask(connection.client(), question)
    assert "never recorded" in miss(connection, "two")
    killed.close()


def test_recording_from_many_threads_keeps_every_reply(model, path, replay):
    inner = RemoteConnection(ChatClient(f"{model.url}/v1", "small", use_proxy=False))
    connection = RecordingConnection(inner, Recording(path, "here"))
    questions = [f"question {number}" for number in range(24)]
    threads = [
        threading.Thread(target=lambda part=part: [ask(connection.client(), q) for q in questions[part::6]])
        for part in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    client = replay().client()
    assert all(f"Q: {question}" in ask(client, question).text for question in questions)


def test_what_is_no_completion_is_passed_on_and_not_kept(path):
    with serving(lambda *_: Reply({"error": {"message": "no such model"}}, status=404)) as server:
        inner = RemoteConnection(ChatClient(f"{server.url}/v1", "small", use_proxy=False))
        connection = RecordingConnection(inner, Recording(path, "here"))
        with pytest.raises(ModelRejected, match="no such model"):
            ask(connection.client())
        connection.close()
    assert len(Cassette.load(path)) == 0


def test_tool_calls_are_replayed_as_they_were(path, replay):
    messages = [{"role": "user", "content": "how many?"}]
    tools = [{"type": "function", "function": {"name": "get_sales", "parameters": {"type": "object"}}}]
    reply = completion(calls=[("get_sales", '{"period": ')])
    with serving(lambda *_: Reply(reply)) as server:
        inner = RemoteConnection(ChatClient(f"{server.url}/v1", "small", use_proxy=False))
        connection = RecordingConnection(inner, Recording(path, "here"))
        said = connection.client().complete_with_tools(messages, tools, max_tokens=9, timeout_seconds=5)
        connection.close()
    again = replay().client().complete_with_tools(messages, tools, max_tokens=9, timeout_seconds=5)
    assert again.requests == said.requests
    assert again.requests[0].arguments == '{"period": '


def test_the_assistant_errs_by_the_miss_and_not_by_its_keywords(model, path, replay, demo_home, tmp_path):
    record(model, path)
    connection = replay()
    target = AssistantTarget(lambda name: open_shop(name, None, demo_home), connection, tmp_path)
    case = Case.model_validate(
        {
            "id": "c",
            "skill": "s",
            "language": "en",
            "store": "bazaar",
            "turns": ["What did we sell in May?"],
            "expect": {"calls": [{"tool": "get_sales"}]},
        }
    )
    with pytest.raises(CassetteMiss, match=r"'Q: What did we sell in May\?': this question was never"):
        target.run(case)
    target.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no cassette"),
        (b"", "is no cassette"),
        (b"plain text\n", "is no cassette"),
        (b"\xff\xfe\n", "cannot be read"),
        (b'{"version": 2, "model": "m"}\n', "has version 2; this program reads 1"),
        (b'{"version": 1}\n{"key": "k"}\n', "line 2 of the cassette"),
    ],
)
def test_a_file_that_is_no_cassette_says_what_to_do(tmp_path, content, said):
    path = tmp_path / "c.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CassetteUnusable) as caught:
        Cassette.load(path)
    assert said in caught.value.message
    assert "--record" in caught.value.remedy


def test_a_foreign_file_is_never_overwritten_by_a_recording(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("precious\n")
    with pytest.raises(CassetteUnusable):
        Recording(path, "here")
    assert path.read_text() == "precious\n"


def test_the_configured_model_is_named_without_being_started():
    assert configured_model(Settings(llm_url="http://127.0.0.1:1/v1", llm_model="qwen3-4b")) == "qwen3-4b"
    assert "qwen2.5" in configured_model(Settings())
