"""The specimens that ship are judged as they must be, and a bad one is told by its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.errors import SuiteInvalid
from evals.mutation.mutant import replaced
from evals.specimen import SPECIMENS, read_specimens, run_specimen, run_specimens


def write(folder: Path, text: str) -> Path:
    path = folder / "bad.yaml"
    path.write_text(f"specimens:\n{text}", encoding="utf-8")
    return path


def test_every_specimen_is_judged_as_it_must_be() -> None:
    results = run_specimens()
    assert {result.name: result.problems for result in results if not result.passed} == {}
    assert len(results) > 120


@pytest.mark.parametrize("kind", ["matchers", "checker"])
def test_both_verdicts_are_there_in_both_languages(kind: str) -> None:
    specimens = read_specimens(SPECIMENS / f"{kind}.yaml", kind)
    verdicts = {
        (bool(getattr(one, "fails", getattr(one, "violations", []))), one.language) for one in specimens
    }
    assert verdicts == {(False, "en"), (True, "en"), (False, "zh"), (True, "zh")}


def test_a_gate_that_lets_everything_through_is_red() -> None:
    with replaced("agent.checking.check_text", lambda *given: [])():
        red = {result.name for result in run_specimens() if not result.passed}
    assert {"checker/other-number", "checker/chinese-word", "checker/citation-without-digits"} <= red
    assert "checker/rendered-fact" not in red


def test_a_crash_is_a_red_specimen_and_not_the_end() -> None:
    with replaced("evals.scoring.score_case", None)():
        results = run_specimens()
    assert any("broke with TypeError" in result.problems[0] for result in results if not result.passed)
    assert any(result.passed for result in results)


def test_a_dimension_that_nobody_expected_is_red(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "- {name: one, expect: {no_call: true}, observed: {answer: Hello there.}, holds: [abstention, language]}\n",
    )
    (one,) = read_specimens(path, "matchers")
    (problem,) = run_specimen("one", one).problems
    assert problem.startswith("dimensions: ") and "'grounding': True" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {name: one, expects: {}, observed: {}}\n", r"bad\.yaml:2: 'expects?'"),
        ("- name: one\n  expect: {no_call: true}\n  observed: {awnser: hi}\n", r"awnser"),
        (
            "- {name: one, expect: {no_call: true}, observed: {}, holds: [speed]}\n",
            r"bad\.yaml:2: 'holds\.0'",
        ),
        ("- {name: one, expect: {no_call: true}, observed: {}}\n" * 2, r"bad\.yaml:3: .*'one' stands twice"),
    ],
)
def test_a_malformed_specimen_is_told_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SuiteInvalid, match=said):
        read_specimens(write(tmp_path, text), "matchers")
