"""What a comparison with an earlier run calls a regression, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evals.baseline import Record, compare, read_baseline
from evals.errors import BaselineUnreadable
from evals.figures import compute_figures
from evals.results import ResultRow, Run

STARTED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def row(case_id: str, *, passed: bool = True, epoch: int = 1, **changes: Any) -> ResultRow:
    values: dict[str, Any] = {
        "case_id": case_id,
        "epoch": epoch,
        "case_hash": "h",
        "skill": "sales/plain",
        "language": "en",
        "store": "bazaar",
        "tags": [],
        "tools": ["get_sales"],
        "passed": passed,
        "dimensions": {"tool_choice": passed},
        "problems": [],
        "confusion": [],
        "error": None,
        "seconds": 2.0,
        "plan_seconds": 1.0,
        "prompt_tokens": 100,
        "completion_tokens": 10,
    }
    return ResultRow(**(values | changes))


def run_of(rows: list[ResultRow], **changes: Any) -> Run:
    values: dict[str, Any] = {
        "suite": "s",
        "target": "t",
        "model": "m",
        "k": 1,
        "machine": "x",
        "seconds": 1.0,
    }
    return Run(**(values | {"started_at": STARTED_AT, "rows": rows} | changes))


def cases(verdicts: str) -> Run:
    """A run with one case per letter: `+` passes, `-` fails."""
    return run_of([row(f"c{i:03}", passed=verdict == "+") for i, verdict in enumerate(verdicts)])


def test_the_same_run_is_no_regression() -> None:
    comparison = compare(cases("++-" * 30), cases("++-" * 30))
    assert not comparison.is_regression
    assert (comparison.overall.lost, comparison.overall.gained, comparison.overall.p_value) == ([], [], 1.0)


def test_six_lost_and_none_gained_is_a_regression_five_is_chance() -> None:
    before = cases("+" * 40)
    assert not compare(cases("-" * 5 + "+" * 35), before).is_regression
    worse = compare(cases("-" * 6 + "+" * 34), before)
    assert worse.is_regression
    assert worse.overall.lost == [f"c{i:03}" for i in range(6)]
    assert (worse.overall.before, worse.overall.after) == (1.0, 0.85)


def test_getting_better_is_no_regression_however_significant() -> None:
    better = compare(cases("+" * 40), cases("-" * 20 + "+" * 20))
    assert better.overall.p_value < 0.001
    assert len(better.overall.gained) == 20
    assert not better.is_regression


def test_changed_added_and_removed_cases_are_not_compared_but_told() -> None:
    now = run_of([row("same"), row("changed", passed=False, case_hash="new"), row("added", passed=False)])
    comparison = compare(now, run_of([row("same"), row("changed"), row("removed")]))
    assert (comparison.overall.cases, comparison.overall.lost) == (1, [])
    assert (comparison.changed, comparison.added, comparison.removed) == (["changed"], ["added"], ["removed"])


def test_nothing_in_common_compares_nothing() -> None:
    comparison = compare(run_of([row("a")]), run_of([row("b")]))
    assert comparison.overall.cases == 0
    assert comparison.dimensions == []
    assert not comparison.is_regression


def test_a_case_passes_by_the_majority_of_its_runs_so_different_k_compare() -> None:
    now = run_of([row("a", passed=epoch < 3, epoch=epoch) for epoch in (1, 2, 3)])
    draw = run_of([row("a", passed=epoch < 2, epoch=epoch) for epoch in (1, 2)])
    assert compare(now, run_of([row("a")])).overall.lost == []
    assert compare(draw, run_of([row("a")])).overall.lost == ["a"]


def graded(arguments: str, answer: str) -> Run:
    return run_of(
        [
            row(f"c{i}", passed=False, dimensions={"arguments": one == "+", "answer": two == "+"})
            for i, (one, two) in enumerate(zip(arguments, answer, strict=True))
        ]
    )


def test_a_dimension_that_drops_is_a_regression_although_no_case_passed_before() -> None:
    comparison = compare(graded("-" * 9 + "+" * 11, "+" * 20), graded("+" * 20, "+" * 20))
    assert [drop.name for drop in comparison.drops] == ["arguments"]
    assert comparison.is_regression


def test_a_dimension_is_held_to_holm_because_several_are_tested() -> None:
    """Six lost of one dimension, p = .031, is .0625 where two dimensions were tested."""
    comparison = compare(graded("-" * 6 + "+" * 14, "+" * 20), graded("+" * 20, "+" * 20))
    arguments = next(one for one in comparison.dimensions if one.name == "arguments")
    assert arguments.p_value < 0.05 < arguments.adjusted_p
    assert not comparison.is_regression


def test_a_dimension_is_compared_where_both_runs_judged_it() -> None:
    broken = row("a", passed=False, dimensions={}, error="hung")
    comparison = compare(run_of([broken, row("b")]), run_of([row("a"), row("b")]))
    assert [(one.name, one.cases) for one in comparison.dimensions] == [("tool_choice", 1)]
    assert comparison.overall.lost == ["a"]


def test_the_same_model_twice_seldom_alarms() -> None:
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(200):
        chance = rng.beta(0.6, 0.2, size=100)
        before, now = (cases("".join(np.where(rng.random(100) < chance, "+", "-"))) for _ in range(2))
        alarms += compare(now, before).is_regression
    assert alarms <= 0.05 * 200


def test_a_written_report_is_a_baseline(tmp_path: Path) -> None:
    run = cases("+-+")
    path = tmp_path / "run.json"
    path.write_text(Record(run=run, figures=compute_figures(run)).model_dump_json(), encoding="utf-8")
    assert read_baseline(path) == run


def report(**changes: Any) -> str:
    run = cases("+")
    data = Record(run=run, figures=compute_figures(run)).model_dump(mode="json")
    return json.dumps(data | changes)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1, 2]", "is not the report of a run"),
        ("{}", "is not the report of a run"),
        (json.dumps({"rows": []}), "is not the report of a run"),
        (report(version=7), "has version 7; this program reads version 1"),
        (report(run={"suite": "s"}), "'run.target'"),
        (report(run=None), "'run'"),
    ],
)
def test_an_unreadable_baseline_says_why_and_what_to_give(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineUnreadable, match=says) as caught:
        read_baseline(path)
    assert "--json" in caught.value.remedy


def test_a_missing_baseline_a_folder_and_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name, says in [("nowhere", "cannot be opened"), ("", "cannot be opened"), ("bytes", "is not JSON")]:
        with pytest.raises(BaselineUnreadable, match=says):
            read_baseline(tmp_path / name)
