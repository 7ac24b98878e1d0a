"""`shopcast eval` as CI calls it: the exit status says what happened, and what is wrong is said with its remedy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

import evals.session
from evals.case import Case
from evals.errors import TargetFailed, TargetUnusable
from evals.observed import ObservedCall, ObservedTurn
from ui.cli import shopcast

SUITE = """\
store: bazaar
skill: trend/any
cases:
  - {id: hot, language: en, turns: ["What is hot?"], expect: {calls: [{tool: list_trending}]}}
  - {id: fell, language: zh, turns: ["什么在跌？"], expect: {calls: [{tool: list_trending, arguments: {direction: down}}]}}
"""


class Scripted:
    """Lists what trends, in both directions, whatever it is asked."""

    description = "scripted"
    model = "none"
    fails = False

    def run(self, case: Case) -> list[ObservedTurn]:
        if self.fails:
            raise TargetFailed("the server died", "start it again")
        return [
            ObservedTurn(said=turn.say, calls=[ObservedCall(tool="list_trending")]) for turn in case.turns
        ]

    def close(self) -> None: ...


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    scripted = Scripted()

    @contextmanager
    def open_scripted(_options: Any) -> Iterator[Scripted]:
        yield scripted

    monkeypatch.setattr(evals.session, "open_target", open_scripted)
    return scripted


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(shopcast, ["eval", *map(str, arguments)])


def test_all_reports_are_written_and_no_floor_means_status_0(
    target: Scripted, suite: Path, tmp_path: Path
) -> None:
    reports = {kind: tmp_path / f"report.{kind}" for kind in ("html", "junit", "json", "markdown")}
    result = run("run", suite, *(word for kind, path in reports.items() for word in (f"--{kind}", path)))
    assert result.exit_code == 0, result.output
    assert "2 conversations, 2 turns" in result.output and "50.0%" in result.output
    assert "fell" in reports["html"].read_text(encoding="utf-8")
    junit = ElementTree.parse(reports["junit"]).getroot()
    assert [case.get("name") for case in junit.iter("testcase") if case.find("failure") is not None] == [
        "fell"
    ]
    assert json.loads(reports["json"].read_text(encoding="utf-8"))["figures"]["passed"] == 1
    assert "50.0%" in reports["markdown"].read_text(encoding="utf-8")


def test_a_breached_floor_is_status_1(target: Scripted, suite: Path, tmp_path: Path) -> None:
    floors = tmp_path / "floors.yaml"
    floors.write_text("pass@1: 0.9\n")
    result = run("run", suite, "--floors", floors)
    assert result.exit_code == 1
    assert "FLOOR BREACHED" in result.output


def test_worse_than_the_baseline_is_status_1(target: Scripted, tmp_path: Path) -> None:
    cases = "\n".join(
        f'  - {{id: c{n}, language: en, turns: ["What is hot, {n}?"], expect: {{calls: [{{tool: list_trending}}]}}}}'
        for n in range(12)
    )
    suite = tmp_path / "many.yaml"
    suite.write_text(f"store: bazaar\nskill: trend/any\ncases:\n{cases}\n")
    before = tmp_path / "before.json"
    assert run("run", suite, "--json", before).exit_code == 0
    assert run("run", suite, "--baseline", before).exit_code == 0

    class Silent(Scripted):
        def run(self, case: Case) -> list[ObservedTurn]:
            return [ObservedTurn(said=turn.say, outcome="declined") for turn in case.turns]

    target.run = Silent().run  # type: ignore[method-assign]
    result = run("run", suite, "--baseline", before)
    assert result.exit_code == 1
    assert "12 lost" in result.output


def test_nothing_answered_is_status_2(target: Scripted, suite: Path) -> None:
    target.fails = True
    result = run("run", suite)
    assert result.exit_code == 2
    assert "2 errors" in result.output and "the server died" in result.output


def test_a_target_that_cannot_be_opened_is_status_2(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_options: Any) -> Any:
        raise TargetUnusable("nobody listens at http://127.0.0.1:9", "start `shopcast web`")

    monkeypatch.setattr(evals.session, "open_target", refuse)
    result = run("run", suite)
    assert result.exit_code == 2
    assert "nobody listens" in result.output and "Remedy: start `shopcast web`" in result.output


def test_a_missing_store_is_said_at_once_with_how_to_make_it(suite: Path) -> None:
    result = run("run", suite, "--replay")
    assert result.exit_code == 2
    assert "'bazaar'" in result.output and "shopcast demo --once" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "bazar"], "did you mean 'bazaar'"),
        (["run", "bfcl"], "--data FOLDER"),
        (["run", "bazaar", "--tag", "nosuch"], "its tags are"),
        (["run", "bazaar", "--record", "a", "--replay", "b"], "exclude each other"),
        (["run", "bazaar", "--record", "a", "--target", "http://127.0.0.1:9"], "without --target"),
        (["run", "bazaar", "--price", "cheap"], "PROMPT,COMPLETION"),
        (["check", "nosuch.yaml"], "no suite"),
    ],
)
def test_what_cannot_run_is_status_2_with_a_remedy(arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_an_unreadable_baseline_is_said_before_anything_runs(
    target: Scripted, suite: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "baseline.json"
    broken.write_text("{")
    target.fails = True
    result = run("run", suite, "--baseline", broken)
    assert result.exit_code == 2
    assert "baseline" in result.output and "the server died" not in result.output


def test_the_price_turns_tokens_into_money(target: Scripted, suite: Path) -> None:
    assert "no earlier run" in run("run", suite).output
    again = run("run", suite, "--price", "1,2")
    assert "as the last run took" in again.output and "at the given price" in again.output


def test_the_cases_are_counted() -> None:
    result = run("check", "online-retail")
    assert result.exit_code == 0
    assert "language: en" in result.output and "store: uk" in result.output
    assert "169 of 169 specimens" in result.output
