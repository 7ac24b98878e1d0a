"""The benchmark of the assistant beside its peer, played whole against a scripted server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import agent as bench
from benchmarks.agent_figures import Marks, Numbers, Seconds, mark
from benchmarks.agent_sample import sample_by_skill, sample_one_tool, split_cases
from benchmarks.agent_table import Checker, Measured, Prose, make_rows, write_markdown
from benchmarks.agent_witness import read_witnessed
from evals.case import Case
from evals.figures import Estimate
from evals.journal import Journal
from evals.results import ResultRow, Run
from evals.running import Finished
from evals.suite import load_suite
from tests.evals.local_server import LocalServer, Reply, completion, serving
from tools.shop import open_shop

SUITE = """\
store: bazaar
skill: trend/up
cases:
  - id: hot
    language: en
    turns: ["What is hot right now in my shop?"]
    expect: {calls: [{tool: list_trending, arguments: {direction: up}}]}
  - id: hot-zh
    language: zh
    skill: trend/up-zh
    turns: ["现在店里什么东西卖得最火？"]
    expect: {calls: [{tool: list_trending, arguments: {direction: up}}]}
  - id: poem
    language: en
    skill: abstention/poem
    turns: ["Write me a poem about my cat"]
    expect: {no_call: true}
  - id: talk
    language: en
    skill: talk
    turns:
      - say: "Which products are climbing?"
        expect: {calls: [{tool: list_trending, arguments: {direction: up}}]}
      - {say: "thanks", expect: {no_call: true}}
      - say: "Which products are falling?"
        expect: {calls: [{tool: list_trending, arguments: {direction: down}}]}
      - {say: "bye", expect: {no_call: true}}
"""
UP = {"tool": "list_trending", "arguments": {"direction": "up"}}
DOWN = {"tool": "list_trending", "arguments": {"direction": "down"}}
NOTHING = {"tool": "no_tool", "arguments": {"reason": "off_topic"}}


class Model:
    """Plans rightly when it is asked for a plan; with the tools in its own hands it makes figures up."""

    def __init__(self) -> None:
        self.planned: list[str] = []
        self.looped: list[str] = []

    def answer(self, path: str, body: Any) -> Reply:
        asked = body["messages"][-1]["content"]
        if "tools" in body:
            self.looped.append(asked)
            return Reply(completion("It sold 987654 units."))
        self.planned.append(asked)
        return Reply(completion(json.dumps({"calls": [self.plan(asked.rpartition("Q: ")[2])]})))

    def plan(self, question: str) -> dict[str, Any]:
        if "falling" in question:
            return DOWN
        return (
            UP if any(word in question for word in ("hot", "火", "climbing", "trending", "好")) else NOTHING
        )


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def server(model: Model, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    with serving(model.answer) as server:
        monkeypatch.setenv("SHOPCAST_LLM_URL", f"{server.url}/v1")
        monkeypatch.setenv("SHOPCAST_LLM_MODEL", "tiny")
        yield server


@pytest.fixture
def small(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite of four held-out cases, the demo store, and a checker that was measured elsewhere."""
    folder = tmp_path / "suite" / "held_out"
    folder.mkdir(parents=True)
    (folder / "cases.yaml").write_text(SUITE, encoding="utf-8")
    monkeypatch.setattr(bench, "SUITE", str(tmp_path / "suite"))
    monkeypatch.setattr(bench, "open_store", lambda name: open_shop(name, None, demo_home))
    monkeypatch.setattr(bench, "measure_checker", lambda: Checker(recall=1, precision=0.98, mutations=500))
    return tmp_path


def test_the_whole_run_prints_both_agents_side_by_side_and_goes_on_where_it_stopped(
    small, server, model, capsys
):
    out = small / "run"
    bench.main(["--peer-cases", "3", "--timed", "2", "--out", str(out)])
    table = capsys.readouterr().out
    lines = {line.split(" | ")[0].removeprefix("| "): line.split(" | ") for line in table.splitlines()}
    tool = lines["right tool"]
    # Ours is right throughout, but three cases are no three hundred.
    assert tool[2].startswith("100.0% (") and tool[2].endswith("of 3") and tool[3] == "**missed**"
    assert tool[6].startswith("0.0%")
    talks = lines["4-turn conversations entirely right"]
    assert talks[2].startswith("100.0%") and talks[3] == "met"
    numbers = lines["answers with a number that has no receipt"]
    assert numbers[2] == "0 of 7; by the gate itself 0"
    # Every answer of the peer's holds a figure that nothing told it.
    invented, answers = numbers[6].rstrip(" |").split(" of ")
    assert invented == answers
    assert "2 answers" in lines["one-tool answer, median / p95"][2]
    assert "statements only" in table
    kept = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert kept["peer"]["right_tool"]["rate"] == 0 and len(kept["rows"]) == 8
    assert (out / "table.md").read_text(encoding="utf-8") in table

    asked = len(server.requests)
    bench.main(["--peer-cases", "3", "--timed", "2", "--out", str(out)])
    # Nothing is asked twice but what warms the peer, and here no dev case is there to warm it with.
    assert len(server.requests) == asked


def test_each_answer_is_judged_once_however_often_the_run_was_stopped(tmp_path):
    file = tmp_path / "gate.jsonl"
    line = '{"case_id": "a", "turn": 1, "violations": %s, "withheld": false}\n'
    file.write_text(
        line % '["[\\"number\\", \\"7\\"]"]' + line % "[]" + '{"case_id": "b", "tu', encoding="utf-8"
    )
    (only,) = read_witnessed(file)
    assert only.violations == []
    assert read_witnessed(tmp_path / "none.jsonl") == []


def make_case(name: str, language: str, skill: str, said: str = "", **fields: Any) -> Case:
    base = {"id": name, "language": language, "skill": skill, "store": "bazaar", "tags": ["held_out"]}
    expect = {"calls": [{"tool": skill.partition("/")[0]}]}
    return Case.model_validate({"expect": expect, **base, "turns": [said or name], **fields})


def test_a_sample_takes_the_skills_in_turn_and_both_languages_alike():
    many = [make_case(f"s{n}", "en", "get_sales/many") for n in range(50)]
    few = [make_case(f"t{n}", "en", "list_trending/few") for n in range(2)]
    chinese = [make_case(f"z{n}", "zh", "get_sales/many") for n in range(50)]
    drawn = sample_by_skill([*many, *few, *chinese], 8)
    assert [case.language for case in drawn] == ["en", "zh"] * 4
    assert sum(case.skill == "list_trending/few" for case in drawn) == 2
    assert drawn == sample_by_skill([*chinese, *few, *reversed(many)], 8)
    assert len(sample_by_skill([*many, *chinese], 1_000)) == 100


def test_only_single_questions_for_one_call_are_timed():
    one = make_case("one", "en", "get_sales/x")
    two = make_case("two", "en", "get_sales/x", turns=["a", "b"])
    none = make_case("none", "en", "get_sales/x", expect={"no_call": True})
    assert sample_one_tool([two, none, one], 5) == [one]


def test_what_a_prompt_quotes_is_no_held_out_case(tmp_path):
    (tmp_path / "en.md").write_text('Q: "How did the red kettle sell in May?"', encoding="utf-8")
    quoted = make_case("q", "en", "get_sales/x", said="how did the RED kettle sell in may")
    short = make_case("s", "en", "get_sales/x", said="in May?")
    other = make_case("o", "en", "get_sales/x", tags=["dev"])
    assert split_cases([quoted, short, other], "held_out", tmp_path) == [short]


def test_no_shipped_prompt_quotes_a_held_out_case_and_there_are_enough_of_them():
    cases = load_suite("all").cases
    held_out = split_cases(cases, "held_out")
    assert len(held_out) == sum("held_out" in case.tags for case in cases)
    calling = [case for case in held_out if any(one.calls for one in case.expectations if one)]
    chinese = sum(case.language == "zh" for case in calling)
    assert len(calling) >= 300 and 0.45 < chinese / len(calling) < 0.55
    assert sum(len(case.turns) == 4 for case in held_out) >= 24


def share(rate: float, cases: int = 320) -> Estimate:
    return Estimate(rate=rate, low=rate - 0.02, high=min(1, rate + 0.02), cases=cases)


def marks(**changes: Any) -> Marks:
    good = share(0.99)
    rates = dict.fromkeys(
        ("right_tool", "right_tool_en", "right_tool_zh", "right_arguments", "held_back", "whole_talks"), good
    )
    base = {"cases": 379, "errors": 0, "never_called": share(0), "seconds": None, **rates}
    return Marks.model_validate({"numbers": Numbers(answers=600, without_receipt=0), **base, **changes})


def measured(**changes: Any) -> Measured:
    base = {
        "machine": "2 cores", "date": "2026-11-22", "model": "tiny", "place": "embedded", "replayed": False,
        "quoted": 0, "users": 1, "held_out": marks(), "dev": marks(), "answers": Numbers(answers=600, without_receipt=0),
        "gate_violations": 0, "withheld": 0, "checker": Checker(recall=1, precision=1, mutations=400),
        "prose": Prose(written=False), "timed": Seconds(median=4, p95=9, answers=40),
    }  # fmt: skip
    return Measured.model_validate({**base, **changes})


@pytest.mark.parametrize(
    ("changes", "figure", "met"),
    [
        ({}, "right tool", True),
        ({"held_out": marks(right_tool=share(0.949))}, "right tool", False),
        ({"held_out": marks(right_tool=share(1, cases=299))}, "right tool", False),
        ({"held_out": marks(right_tool=share(0.97)), "place": "gpu"}, "right tool", False),
        ({"held_out": marks(whole_talks=None)}, "4-turn conversations entirely right", None),
        ({"answers": Numbers(answers=499, without_receipt=0)}, "answers with a number that has no receipt", False),
        ({"answers": Numbers(answers=600, without_receipt=1)}, "answers with a number that has no receipt", False),
        ({"gate_violations": 1}, "answers with a number that has no receipt", False),
        ({"checker": Checker(recall=0.98, precision=1, mutations=400)}, "checker: recall, precision", False),
        ({"checker": Checker(recall=1, precision=1, mutations=399)}, "checker: recall, precision", False),
        ({"prose": Prose(written=True, answers=200, sent_back=0.06)}, "prose sent back to statements", False),
        ({"prose": Prose(written=True)}, "prose sent back to statements", None),
        ({"timed": Seconds(median=4, p95=15.1, answers=40)}, "one-tool answer, median / p95", False),
        ({"timed": None}, "one-tool answer, median / p95", None),
        # One user is no measure of sixty-four.
        ({"place": "gpu", "timed": Seconds(median=1, p95=2, answers=40)}, "one-tool answer, median / p95", False),
    ],
)  # fmt: skip
def test_a_target_is_met_by_enough_cases_at_or_above_it(changes, figure, met):
    rows = {row.figure: row for row in make_rows(measured(**changes))}
    assert rows[figure].met is met
    assert all(row.met for name, row in rows.items() if name != figure and not changes)


def test_a_replay_shows_no_times():
    table = write_markdown(
        measured(replayed=True, timed=None, paired=marks(seconds=Seconds(median=0, p95=0, answers=9)))
    )
    assert "recorded replies, so no times" in table
    assert "0.0 s" not in table and "not measured" in table


def test_a_case_that_ended_in_an_error_counts_as_wrong(small, server, model, monkeypatch):
    def down(path: str, body: Any) -> Reply:
        return Reply({"error": {"message": "out of memory"}}, status=500)

    server.answer = down
    cases = list(load_suite(bench.SUITE).cases)
    with bench.connected(replay=False) as connection, bench.assistant_target(connection, small) as target:
        found = mark(cases, bench.play("assistant", cases, target, small, 1))
    assert found.errors == found.cases == 4
    for one in (found.right_tool, found.right_arguments, found.held_back, found.whole_talks):
        assert one is not None and one.rate == 0
    assert found.right_tool is not None and found.right_tool.cases == 3


def make_row(case: Case, **dimensions: bool) -> ResultRow:
    base = {
        "epoch": 1,
        "case_hash": "",
        "tags": case.tags,
        "tools": [],
        "problems": [],
        "confusion": [],
        "error": None,
    }
    costs = {"seconds": 2.0, "plan_seconds": 1.0, "prompt_tokens": 1, "completion_tokens": 1}
    about = {"case_id": case.id, "skill": case.skill, "language": case.language, "store": case.store}
    passed = all(dimensions.values())
    return ResultRow.model_validate({**base, **costs, **about, "passed": passed, "dimensions": dimensions})


def test_arguments_count_over_all_that_need_a_tool_and_silence_must_hold_both_ways(tmp_path):
    right, unasked, wrong = (make_case(name, "en", "get_sales/x") for name in ("right", "unasked", "wrong"))
    quiet, chatty = (
        make_case(name, "zh", "none/x", turns=["a", "b"], expect={"clarify": True})
        for name in ("quiet", "chatty")
    )
    rows = [
        make_row(right, tool_choice=True, arguments=True),
        make_row(unasked, tool_choice=True, arguments=False),
        make_row(wrong, tool_choice=False),
        make_row(quiet, abstention=True, clarification=True),
        make_row(chatty, abstention=True, clarification=False),
    ]
    cases = [right, unasked, wrong, quiet, chatty]
    run = Run(
        suite="s", target="t", model="m", k=1, started_at=datetime.now(UTC), machine="", seconds=1, rows=rows
    )
    found = mark(cases, Finished(run, Journal(tmp_path / "journal.jsonl"), tmp_path))
    assert found.right_tool is not None and (found.right_tool.rate, found.right_tool.cases) == (2 / 3, 3)
    assert found.right_arguments is not None
    assert (found.right_arguments.rate, found.right_arguments.cases) == (1 / 3, 3)
    assert found.held_back is not None and (found.held_back.rate, found.held_back.cases) == (0.5, 2)
    assert found.right_tool_zh is None and found.whole_talks is None
    assert found.seconds is not None and found.seconds.answers == 3
