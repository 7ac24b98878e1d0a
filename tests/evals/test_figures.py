"""Figures and floors of runs small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.figures import FLOORED, Figures, FloorsInvalid, breached_floors, compute_figures, read_floors
from evals.results import ResultRow, Run
from evals.session import FLOORS


def row(case_id: str, epoch: int = 1, *, passed: bool = True, **changes: Any) -> ResultRow:
    values: dict[str, Any] = {
        "case_id": case_id,
        "epoch": epoch,
        "case_hash": "h",
        "skill": "sales/plain",
        "language": "en",
        "store": "bazaar",
        "tags": ["dev", "single"],
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


def figures_of(*rows: ResultRow) -> Figures:
    started_at = datetime(2026, 11, 1, tzinfo=UTC)
    return compute_figures(
        Run(
            suite="s",
            target="t",
            model="m",
            k=1,
            started_at=started_at,
            machine="x",
            seconds=1.0,
            rows=[*rows],
        )
    )


def test_a_case_counts_once_however_often_it_ran() -> None:
    often = [row("often", epoch, passed=True) for epoch in range(1, 9)]
    figures = figures_of(*often, row("once", passed=False))
    assert (figures.cases, figures.runs, figures.passed) == (2, 9, 8)
    assert figures.pass_at_1.rate == 0.5
    assert figures.pass_at_1.cases == 2


def test_repeats_do_not_narrow_the_interval() -> None:
    once = figures_of(*[row(f"c{i}", passed=i % 2 == 0) for i in range(20)])
    repeated = figures_of(
        *[row(f"c{i}", epoch, passed=i % 2 == 0) for i in range(20) for epoch in range(1, 5)]
    )
    assert (repeated.pass_at_1.low, repeated.pass_at_1.high) == (once.pass_at_1.low, once.pass_at_1.high)


def test_pass_hat_k_is_below_and_pass_at_k_above_pass_at_1() -> None:
    rows = [row("a", epoch, passed=epoch <= 2) for epoch in (1, 2, 3, 4)]
    rows += [row("b", epoch) for epoch in (1, 2, 3, 4)]
    figures = figures_of(*rows)
    by_k = {one.k: one for one in figures.repeated}
    assert list(by_k) == [2, 4]
    assert by_k[2].pass_hat.rate == pytest.approx((1 / 6 + 1) / 2)
    assert by_k[2].pass_at.rate == pytest.approx((5 / 6 + 1) / 2)
    assert by_k[4].pass_hat.rate == 0.5
    assert figures.unsteady == 1


def test_pass_hat_k_leaves_out_cases_that_ran_less_often() -> None:
    rows = [row("a", 1), row("a", 2), row("a", 3), row("b", 1, passed=False)]
    by_k = {one.k: one for one in figures_of(*rows).repeated}
    assert list(by_k) == [2, 3]
    assert by_k[3].pass_hat.cases == 1
    assert by_k[3].pass_hat.rate == 1.0


def test_an_error_fails_pass_at_1_and_is_absent_from_dimensions_and_costs() -> None:
    broken = row("b", passed=False, dimensions={}, error="hung", seconds=120.0, prompt_tokens=0)
    figures = figures_of(row("a"), broken)
    assert figures.errors == 1
    assert figures.pass_at_1.rate == 0.5
    assert (figures.dimensions["tool_choice"].rate, figures.dimensions["tool_choice"].cases) == (1.0, 1)
    assert figures.costs is not None
    assert figures.costs.seconds_p95 == 2.0
    assert figures.costs.prompt_tokens_mean == 100


def test_dimensions_that_no_case_tests_know_nothing() -> None:
    unknown = figures_of(row("a")).dimensions["clarification"]
    assert (unknown.cases, unknown.low, unknown.high) == (0, 0.0, 1.0)


def test_breakdowns_count_a_case_under_each_of_its_tags_and_tools() -> None:
    figures = figures_of(
        row("a", tags=["dev", "chained", "typo"], tools=["get_sales", "search_reviews"]),
        row("b", tags=["held_out", "chained"], language="zh", passed=False, store="uk"),
        row("c", tags=[]),
    )
    rates = {
        facet: {group.name: (group.rate, group.cases) for group in groups}
        for facet, groups in figures.breakdowns.items()
    }
    assert rates["split"] == {"dev": (1.0, 1), "held_out": (0.0, 1), "none": (1.0, 1)}
    assert rates["tag"] == {"chained": (0.5, 2), "typo": (1.0, 1)}
    assert rates["tool"] == {"get_sales": (2 / 3, 3), "search_reviews": (1.0, 1)}
    assert rates["language"] == {"en": (1.0, 2), "zh": (0.0, 1)}
    assert rates["store"] == {"bazaar": (1.0, 2), "uk": (0.0, 1)}
    assert rates["skill"] == {"sales/plain": (2 / 3, 3)}


def test_confusion_adds_up_over_runs() -> None:
    swapped = ("get_sales", "list_trending")
    figures = figures_of(row("a", confusion=[swapped, ("x", "x")]), row("b", confusion=[swapped]))
    assert [(one.expected, one.called, one.count) for one in figures.confusion] == [
        ("get_sales", "list_trending", 2),
        ("x", "x", 1),
    ]


def test_times_and_tokens() -> None:
    costs = figures_of(
        *[row(f"c{i}", seconds=float(i), plan_seconds=0.5, completion_tokens=i) for i in range(1, 101)]
    ).costs
    assert costs is not None
    assert costs.seconds_median == 50.5
    assert costs.seconds_p95 == pytest.approx(95.05)
    assert costs.plan_seconds_median == 0.5
    assert costs.completion_tokens_mean == 50.5


def test_a_run_of_nothing_has_figures_and_breaches_its_floor() -> None:
    nothing = figures_of()
    assert (nothing.cases, nothing.costs) == (0, None)
    assert breached_floors(nothing, {"pass@1": 0.1}) == ["pass@1 is 0.00%, below its floor of 10.00%"]


def test_a_floor_is_compared_with_the_figure_itself() -> None:
    half = figures_of(row("a"), row("b", passed=False))
    assert breached_floors(half, {"pass@1": 0.5, "tool_choice": 0.5}) == []
    assert breached_floors(half, {"tool_choice": 0.51}) == [
        "tool_choice is 50.00%, below its floor of 51.00%"
    ]


def test_a_dimension_that_was_not_judged_has_no_floor() -> None:
    assert breached_floors(figures_of(row("a")), {"clarification": 0.9}) == []


def test_the_shipped_floors_are_readable_and_say_something() -> None:
    assert read_floors(FLOORS)["pass@1"] > 0
    assert set(read_floors(FLOORS)) <= set(FLOORED)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tool_chioce: 0.9", "did you mean 'tool_choice'"),
        ("pass@1: 90", "within 0..1"),
        ("pass@1: yes", "within 0..1"),
        ("- pass@1", "holds no floors"),
        ("pass@1: [", "cannot be read"),
        ("", "holds no floors"),
    ],
)
def test_unusable_floors_say_what_to_write(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "floors.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FloorsInvalid, match=says):
        read_floors(tmp_path / "floors.yaml")


def test_missing_floors_are_said(tmp_path: Path) -> None:
    with pytest.raises(FloorsInvalid, match="cannot be read"):
        read_floors(tmp_path / "nowhere.yaml")
