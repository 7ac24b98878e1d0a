"""A run survives what its target does to it, goes on where it stopped, and leaves logs that inspect_ai reads."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.errors import EvalError, TargetFailed
from evals.journal import Journal
from evals.observed import Observed, ObservedCall, ObservedTurn
from evals.running import Finished, run_suite
from evals.suite import Suite

TREND = {"calls": [{"tool": "list_trending", "arguments": {"direction": {"ignore": True}}}]}


def case(name: str, **fields: Any) -> Case:
    base = {"id": name, "skill": "s", "language": "en", "store": "bazaar", "turns": ["What is hot?"]}
    return Case.model_validate({**base, "expect": TREND, **fields})


def suite(*cases: Case) -> Suite:
    return Suite("small", cases)


class Scripted:
    """Calls `list_trending` on everything, unless told otherwise by the case's id."""

    description = "scripted"
    model = "none"

    def __init__(self, **instead: Callable[[], list[ObservedTurn]]) -> None:
        self.instead = instead
        self.played: list[str] = []

    def run(self, case: Case) -> list[ObservedTurn]:
        self.played.append(case.id)
        if case.id in self.instead:
            return self.instead[case.id]()
        call = ObservedCall(tool="list_trending", arguments={"direction": "up"})
        return [
            ObservedTurn(said=turn.say, calls=[call], answer="It is on the rise.", prompt_tokens=800)
            for turn in case.turns
        ]

    def close(self) -> None: ...


def fail() -> list[ObservedTurn]:
    raise TargetFailed("the server died", "start it again")


@pytest.fixture
def hang() -> Iterator[Callable[[], list[ObservedTurn]]]:
    released = threading.Event()

    def wait() -> list[ObservedTurn]:
        released.wait()
        return []

    yield wait
    released.set()


def verdicts(finished: Finished) -> dict[str, bool]:
    return {row.case_id: row.passed for row in finished.run.rows}


def test_every_case_gets_a_row_in_the_order_of_the_suite(tmp_path: Path) -> None:
    wrong = case("wrong", expect={"calls": [{"tool": "get_sales"}]})
    finished = run_suite(suite(case("b"), wrong, case("a")), Scripted(), tmp_path, parallel=2)
    assert verdicts(finished) == {"b": True, "wrong": False, "a": True}
    row = finished.run.rows[0]
    assert (row.prompt_tokens, row.tools, row.error) == (800, ["list_trending"], None)


def test_a_target_that_hangs_dies_or_returns_rubbish_costs_only_its_own_case(
    tmp_path: Path, hang: Callable[[], list[ObservedTurn]]
) -> None:
    garbled = [ObservedTurn(said="?", answer="half a \ud83d")]
    target = Scripted(hangs=hang, dies=fail, rubbish=lambda: [], garbled=lambda: garbled)
    cases = [case("hangs", timeout=0.2), *map(case, ["dies", "rubbish", "garbled", "fine"])]
    rows = {row.case_id: row for row in run_suite(suite(*cases), target, tmp_path, parallel=2).run.rows}
    assert rows["fine"].passed
    assert rows["hangs"].error == "no answer within 0.2 s"
    assert "the server died" in str(rows["dies"].error)
    assert "0 turns for 1" in str(rows["rubbish"].error)
    assert rows["garbled"].error == "the answer is not valid Unicode"


def test_a_run_that_stopped_goes_on_with_what_is_missing_or_erred(tmp_path: Path) -> None:
    first = Scripted(dies=fail)
    run_suite(suite(case("done"), case("dies")), first, tmp_path)
    # The machine went down in the middle of a line.
    with (tmp_path / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.write('{"case_id": "cut", "epo')

    second = Scripted()
    finished = run_suite(suite(case("done"), case("dies"), case("cut")), second, tmp_path)
    assert sorted(second.played) == ["cut", "dies"]
    assert verdicts(finished) == {"done": True, "dies": True, "cut": True}


def test_a_case_that_changed_is_played_again(tmp_path: Path) -> None:
    run_suite(suite(case("a")), Scripted(), tmp_path)
    again = Scripted()
    run_suite(suite(case("a", turns=["What is rising?"])), again, tmp_path)
    assert again.played == ["a"]


def test_a_folder_belongs_to_one_suite_and_target(tmp_path: Path) -> None:
    run_suite(suite(case("a")), Scripted(), tmp_path)
    other = Scripted()
    other.model = "another"
    with pytest.raises(EvalError, match="model was 'none', is 'another'"):
        run_suite(suite(case("a")), other, tmp_path)


def test_cases_run_as_often_as_asked(tmp_path: Path) -> None:
    target = Scripted()
    finished = run_suite(suite(case("once"), case("thrice", k=3)), target, tmp_path)
    assert sorted(target.played) == ["once", "thrice", "thrice", "thrice"]
    assert [(row.case_id, row.epoch) for row in finished.run.rows] == [
        ("once", 1), ("thrice", 1), ("thrice", 2), ("thrice", 3)
    ]  # fmt: skip
    assert len(run_suite(suite(case("once")), Scripted(), tmp_path / "k", k=4).run.rows) == 4


def test_the_logs_are_inspects_own(tmp_path: Path) -> None:
    from inspect_ai.log import list_eval_logs, read_eval_log

    wrong = case("wrong", expect={"calls": [{"tool": "get_sales"}]})
    run_suite(suite(case("right"), wrong), Scripted(), tmp_path)
    (info,) = list_eval_logs(str(tmp_path / "logs"))
    log = read_eval_log(info)
    assert log.status == "success" and log.results is not None and log.samples is not None
    means = {score.name: score.metrics["mean"].value for score in log.results.scores}
    assert means["passed"] == means["tool_choice"] == 0.5
    assert means["arguments"] == 1.0
    sample = next(sample for sample in log.samples if sample.id == "wrong")
    assert sample.messages[1].tool_calls[0].function == "list_trending"  # type: ignore[union-attr,index]
    assert sample.scores is not None and "called ['list_trending']" in str(
        sample.scores["expectations"].explanation
    )


def test_a_journal_finds_the_last_of_each_case_and_drops_a_broken_end(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add(Observed(case_id="a", error="first"))
    journal.add(Observed(case_id="a"))
    journal.add(Observed(case_id="a", epoch=2))
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write(json.dumps({"case_id": "b"})[:-3])
    again = Journal(tmp_path / "journal.jsonl")
    found = again.find("a", 1)
    assert found is not None and found.error is None
    assert len(again) == 2 and again.find("b", 1) is None
    again.add(Observed(case_id="b"))
    assert again.find("b", 1) is not None


def test_a_run_works_where_an_event_loop_runs_already(tmp_path: Path) -> None:
    async def in_a_notebook() -> Finished:
        return run_suite(suite(case("a")), Scripted(), tmp_path)

    assert verdicts(asyncio.run(in_a_notebook())) == {"a": True}
