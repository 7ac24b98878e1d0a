"""The results of a run, row by row: what reports are made from and what a baseline keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, Field

from evals.case import Case
from evals.observed import Observed
from evals.scoring import CaseScore, Dimension


class ResultRow(BaseModel):
    """One run of one case."""

    case_id: str
    epoch: int
    case_hash: str = Field(description="Changes when the case does.")
    skill: str
    language: str
    store: str
    tags: list[str]
    tools: list[str] = Field(description="Tools that the case expects, or no_call, clarify.")
    passed: bool
    dimensions: dict[Dimension, bool]
    problems: list[str]
    confusion: list[tuple[str, str]]
    error: str | None
    seconds: float
    plan_seconds: float
    prompt_tokens: int
    completion_tokens: int


class Run(BaseModel):
    """A whole run: a suite against a target."""

    suite: str
    target: str
    model: str
    k: int = Field(description="Runs a case, where all cases had the same; else the largest.")
    started_at: datetime
    machine: str
    seconds: float
    rows: list[ResultRow]


def make_row(case: Case, observed: Observed, score: CaseScore) -> ResultRow:
    """Return the row of one run of a case."""
    return ResultRow(
        case_id=case.id,
        epoch=observed.epoch,
        case_hash=observed.case_hash or case_hash(case),
        skill=case.skill,
        language=case.language,
        store=case.store,
        tags=case.tags,
        tools=expected_tools(case),
        passed=score.passed,
        dimensions=score.dimensions,
        problems=score.problems,
        confusion=score.confusion,
        error=score.error,
        seconds=observed.seconds,
        plan_seconds=sum(turn.plan_seconds for turn in observed.turns),
        prompt_tokens=sum(turn.prompt_tokens for turn in observed.turns),
        completion_tokens=sum(turn.completion_tokens for turn in observed.turns),
    )


def case_hash(case: Case) -> str:
    """Return a fingerprint of what a case says and expects; `k` and the time limit do not matter."""
    meaning = case.model_dump_json(exclude={"k", "timeout", "tags"})
    return hashlib.sha256(meaning.encode()).hexdigest()[:12]


def expected_tools(case: Case) -> list[str]:
    """Return the tools that a case is about, in order, each once."""
    named: list[str] = []
    for expectation in filter(None, case.expectations):
        if expectation.calls:
            named += [call.tool for call in expectation.calls.expected]
        elif expectation.no_call:
            named.append("no_call")
        elif expectation.clarify:
            named.append("clarify")
    return list(dict.fromkeys(named))


def by_case(rows: Sequence[ResultRow]) -> dict[str, list[ResultRow]]:
    """Return the rows of each case, in the order of the cases."""
    grouped: dict[str, list[ResultRow]] = {}
    for row in rows:
        grouped.setdefault(row.case_id, []).append(row)
    return grouped
