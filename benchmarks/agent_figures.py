"""What a run says of an agent, row by row: a case that ended in an error is a case that went wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import median

import numpy as np
from pydantic import BaseModel

from evals.case import Case
from evals.figures import Estimate, rate_of
from evals.grounding import unreceipted_numbers
from evals.observed import ObservedTurn
from evals.results import ResultRow
from evals.running import Finished
from evals.scoring import _FIXED_REPLIES

TURNS_OF_A_TALK = 4
Verdict = Callable[[ResultRow], bool]


class Seconds(BaseModel):
    """How long answers took."""

    median: float
    p95: float
    answers: int


class Numbers(BaseModel):
    """How many answers hold a number that nothing vouches for."""

    answers: int
    without_receipt: int


class Marks(BaseModel):
    """Everything that the table shows of one agent on one set of cases; None where the set has no such case."""

    cases: int
    errors: int
    right_tool: Estimate | None
    right_tool_en: Estimate | None
    right_tool_zh: Estimate | None
    right_arguments: Estimate | None
    held_back: Estimate | None
    never_called: Estimate | None
    whole_talks: Estimate | None
    numbers: Numbers
    seconds: Seconds | None


def mark(cases: Sequence[Case], finished: Finished) -> Marks:
    """Return the marks of a run on some of its cases, one run each."""
    rows = {row.case_id: row for row in finished.run.rows}
    calling = [rows[case.id] for case in cases if expects_calls(case)]
    silent = [rows[case.id] for case in cases if expects_silence(case)]
    talks = [rows[case.id] for case in cases if len(case.turns) == TURNS_OF_A_TALK]
    turns = [turn for case in cases for turn in _turns(finished, case)]
    single = [rows[case.id].seconds for case in cases if is_one_tool(case) and not rows[case.id].error]
    return Marks(
        cases=len(cases),
        errors=sum(rows[case.id].error is not None for case in cases),
        right_tool=share(map(_right_tool, calling)),
        right_tool_en=share(_right_tool(row) for row in calling if row.language == "en"),
        right_tool_zh=share(_right_tool(row) for row in calling if row.language == "zh"),
        right_arguments=share(map(_right_arguments, calling)),
        held_back=share(map(_held_back, silent)),
        never_called=share(
            not any(turn.calls for turn in _turns(finished, case)) for case in cases if expects_calls(case)
        ),
        whole_talks=share(row.passed for row in talks),
        numbers=count_numbers(turns),
        seconds=spread(single),
    )


def share(verdicts: Iterable[bool]) -> Estimate | None:
    """Return the share that holds with Wilson's interval, or None of nothing."""
    judged = [[verdict] for verdict in verdicts]
    return Estimate.model_validate(rate_of(judged).model_dump()) if judged else None


def spread(seconds: Sequence[float]) -> Seconds | None:
    """Return median and 95th percentile, or None of nothing."""
    if not seconds:
        return None
    return Seconds(median=median(seconds), p95=float(np.quantile(seconds, 0.95)), answers=len(seconds))


def count_numbers(turns: Sequence[ObservedTurn]) -> Numbers:
    """Count the answers, and those with a number that no fact, cited review or word of the user's carries."""
    answered = [turn for turn in turns if turn.answer and turn.reason not in _FIXED_REPLIES]
    return Numbers(
        answers=len(answered), without_receipt=sum(bool(unreceipted_numbers(turn)) for turn in answered)
    )


def expects_calls(case: Case) -> bool:
    """Whether some turn of it must call a tool."""
    return any(one.calls for one in case.expectations if one)


def expects_silence(case: Case) -> bool:
    """Whether some turn of it must be declined or asked back."""
    return any(one.no_call or one.clarify for one in case.expectations if one)


def is_one_tool(case: Case) -> bool:
    """Whether it is one question for one call."""
    one = case.expectations[0]
    return len(case.turns) == 1 and one is not None and one.calls is not None and len(one.calls.expected) == 1


def _turns(finished: Finished, case: Case) -> list[ObservedTurn]:
    observed = finished.journal.find(case.id, 1)
    return observed.turns if observed else []


def _right_tool(row: ResultRow) -> bool:
    return row.error is None and row.dimensions.get("tool_choice", False)


def _right_arguments(row: ResultRow) -> bool:
    return _right_tool(row) and row.dimensions.get("arguments", False)


def _held_back(row: ResultRow) -> bool:
    judged = [row.dimensions[name] for name in ("abstention", "clarification") if name in row.dimensions]
    return row.error is None and all(judged) and bool(judged)
