"""The worst cases of a run with all that happened in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evals.case import Case
from evals.figures import split_of
from evals.observed import Observed, ObservedCall, ObservedReview, ObservedTurn
from evals.reports.expected import describe_expectation
from evals.reports.result import Result
from evals.results import ResultRow, by_case

# A target that returns rubbish may return a lot of it; the journal has the whole.
LONGEST_TEXT = 4000
LONGEST_VALUE = 300


@dataclass(frozen=True)
class WalkedCall:
    """A call as the model wrote it and as code understood it."""

    tool: str
    said: str
    arguments: str
    ok: bool


@dataclass(frozen=True)
class WalkedTurn:
    """One turn; what was never reached has no outcome."""

    said: str
    expected: list[str]
    outcome: str
    calls: list[WalkedCall]
    answer: str
    citations: list[ObservedReview]
    seconds: float


@dataclass(frozen=True)
class Walk:
    """A case that failed, in its worst run."""

    row: ResultRow
    failed_runs: int
    runs: int
    alike: int
    """How many further cases ended in the same error."""
    turns: list[WalkedTurn]

    @property
    def failed(self) -> list[str]:
        """The dimensions that do not hold."""
        return [name for name, holds in self.row.dimensions.items() if not holds]


def worst_cases(result: Result, limit: int = 10) -> list[Walk]:
    """Return the worst cases, worst first, each in its worst run.

    A run with an error is worse than any other, then more failed dimensions are; then held-out cases come first,
    then those that fail in more of their runs, then by id. Of cases with one and the same error only the first is
    shown: a server that died must not hide all else.
    """
    cases = {case.id: case for case in result.suite.cases}
    failed = [rows for rows in by_case(result.run.rows).values() if not all(row.passed for row in rows)]
    shown: dict[str, list[list[ResultRow]]] = {}
    for rows in sorted(failed, key=_badness):
        shown.setdefault(_worst_run(rows).error or rows[0].case_id, []).append(rows)
    return [
        _walk(result, alike[0], cases.get(alike[0][0].case_id), len(alike) - 1)
        for alike in list(shown.values())[:limit]
    ]


def _worst_run(rows: list[ResultRow]) -> ResultRow:
    return min(rows, key=_run_badness)


def _run_badness(row: ResultRow) -> tuple[bool, int, int]:
    return (row.error is None, -sum(not holds for holds in row.dimensions.values()), row.epoch)


def _badness(rows: list[ResultRow]) -> tuple[bool, int, bool, float, str]:
    has_no_error, minus_failed, _ = _run_badness(_worst_run(rows))
    passed = sum(row.passed for row in rows) / len(rows)
    return (has_no_error, minus_failed, split_of(rows[0]) != "held_out", passed, rows[0].case_id)


def _walk(result: Result, rows: list[ResultRow], case: Case | None, alike: int) -> Walk:
    row = _worst_run(rows)
    observed = result.journal.find(row.case_id, row.epoch)
    return Walk(row, sum(not one.passed for one in rows), len(rows), alike, _turns(case, observed))


def _turns(case: Case | None, observed: Observed | None) -> list[WalkedTurn]:
    """Lay what happened beside what was expected; an error may have ended the case before its last turn."""
    happened = observed.turns if observed else []
    if case is None:
        return [_turn(turn.said, [], turn) for turn in happened]
    seen: list[ObservedTurn | None] = [*happened, *[None] * (len(case.turns) - len(happened))]
    expected = [describe_expectation(one) if one else [] for one in case.expectations]
    return [_turn(turn.say, lines, one) for turn, lines, one in zip(case.turns, expected, seen, strict=False)]


def _turn(said: str, expected: list[str], seen: ObservedTurn | None) -> WalkedTurn:
    if seen is None:
        return WalkedTurn(_cut(said), expected, "", [], "", [], 0.0)
    return WalkedTurn(
        said=_cut(said),
        expected=expected,
        outcome=f"{seen.outcome} ({seen.reason})" if seen.reason else seen.outcome,
        calls=[_call(call) for call in seen.calls],
        answer=_cut(seen.answer or ""),
        citations=[
            one.model_copy(update={"text": _cut(one.text, LONGEST_VALUE)}) for one in seen.citations[:10]
        ],
        seconds=seen.seconds,
    )


def _call(call: ObservedCall) -> WalkedCall:
    return WalkedCall(call.tool, _shown(call.said), _shown(call.arguments), call.ok)


def _shown(values: Mapping[str, Any]) -> str:
    shown = (
        f"{name}={_cut(json.dumps(value, ensure_ascii=False, default=str), LONGEST_VALUE)}"
        for name, value in values.items()
    )
    return _cut(", ".join(shown))


def _cut(text: str, longest: int = LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[:longest]} … ({len(text) - longest:,} characters more)"
