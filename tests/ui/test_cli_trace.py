"""`shopcast trace` shows how an answer came about, also while the page holds the store."""

import json
from pathlib import Path

import pytest

from agent.answer import Answer
from agent.assistant import Assistant
from serving.settings import home
from store.database import Store
from store.demo import bazaar
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop
from ui.cli import main


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Answer]:
    """Two answers of a page whose store no other process may open."""
    connection = ScriptedConnection()
    with bazaar.build(home(), products=16, days=120, reviews=10) as store:
        connection.scripted.enqueue(("get_sales", {"period": "last week"}))
        assistant = Assistant(Shop(store), connection)
        made = [
            assistant.ask(question) for question in ("How much did we sell last week?", "multiply that by 3")
        ]

    def locked(*_: object, **__: object) -> Store:
        raise AssertionError("the page holds the store")

    monkeypatch.setattr(Store, "open", locked)
    return made


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["trace", *arguments])
    captured = capsys.readouterr()
    return int(str(ended.value.code or 0)), captured.out + captured.err


def test_an_answers_walk(answers: list[Answer], capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, answers[0].id)
    assert status == 0
    for part in (
        "How much did we sell last week?", "planned by the model", 'wrote: {"calls"', "prompt: system",
        'said: {"period": "last week"}', "arguments: ", "units = ", "every number has its receipt", "800 tokens read",
    ):  # fmt: skip
        assert part in out
    assert "You choose tool calls" not in out


def test_the_prompt_is_shown_when_asked_for(
    answers: list[Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    _, out = run(capsys, answers[0].id, "--prompts")
    assert "You choose tool calls" in out and "Q: How much did we sell last week?" in out


def test_the_last_answer_and_the_list(answers: list[Answer], capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, "last")
    assert "multiply that by 3" in out and "no model needed" in out
    _, out = run(capsys, "--list")
    assert out.index(answers[0].id) < out.index(answers[1].id)


def test_json_for_other_programs(answers: list[Answer], capsys: pytest.CaptureFixture[str]) -> None:
    _, out = run(capsys, answers[0].id[:12], "--json")
    kept = json.loads(out)
    assert kept["id"] == answers[0].id and kept["model_calls"][0]["messages"][0]["role"] == "system"
    _, out = run(capsys, "--list", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [answer.id for answer in answers]


@pytest.mark.parametrize("arguments", [(), ("last", "--list")])
def test_an_answer_or_the_list(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, *arguments)
    assert status == 2 and "--list" in out


def test_an_unknown_id_says_where_to_look(answers: list[Answer], capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "zzz")
    assert status == 1 and "shopcast trace --list" in out


def test_nothing_was_asked_yet(capsys: pytest.CaptureFixture[str]) -> None:
    status, out = run(capsys, "last")
    assert status == 1 and "ask something first" in out
