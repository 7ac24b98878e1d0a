"""The table of `make bench-agent`: each figure beside its target and beside the peer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from benchmarks.agent_figures import Marks, Numbers, Seconds
from evals.figures import Estimate

Place = Literal["embedded", "gpu"]
FEWEST_CASES, FEWEST_ANSWERS, FEWEST_MUTATIONS = 300, 500, 400
_NOTHING = "–"


class Goals(BaseModel):
    """What must be reached: least shares, longest seconds, most prose sent back."""

    right_tool: float
    right_arguments: float
    held_back: float
    whole_talks: float
    recall: float = 0.99
    precision: float = 0.97
    sent_back: float = 0.05
    median_seconds: float
    p95_seconds: float
    users: int


GOALS: dict[Place, Goals] = {
    "embedded": Goals(
        right_tool=0.95,
        right_arguments=0.90,
        held_back=0.92,
        whole_talks=0.70,
        median_seconds=6,
        p95_seconds=15,
        users=1,
    ),
    "gpu": Goals(
        right_tool=0.98,
        right_arguments=0.95,
        held_back=0.96,
        whole_talks=0.85,
        median_seconds=3,
        p95_seconds=8,
        users=64,
    ),
}


class Checker(BaseModel):
    """How well the checker tells right texts from wrong ones."""

    recall: float
    precision: float
    mutations: int


class Prose(BaseModel):
    """Whether the model writes prose, and which share of so many answers went back to the statements."""

    written: bool
    answers: int = 0
    sent_back: float = 0.0


class Measured(BaseModel):
    """Everything that a run of the benchmark found; None where a part was left out."""

    machine: str
    date: str
    model: str
    place: Place
    replayed: bool
    quoted: int
    users: int
    held_out: Marks
    dev: Marks
    paired: Marks | None = None
    peer: Marks | None = None
    answers: Numbers
    gate_violations: int
    withheld: int
    checker: Checker
    prose: Prose
    timed: Seconds | None = None
    timed_without_model: int = 0
    cached_share: float | None = None


class Row(BaseModel):
    """One line; `met` is None where nothing was measured."""

    figure: str
    goal: str
    ours: str
    met: bool | None
    dev: str = _NOTHING
    paired: str = _NOTHING
    peer: str = _NOTHING


def make_rows(found: Measured) -> list[Row]:
    """Return the rows in the order of the targets."""
    goals = GOALS[found.place]
    return [
        _share_row(found, "right tool", "right_tool", goals.right_tool, FEWEST_CASES),
        _share_row(found, "all arguments right, none unasked", "right_arguments", goals.right_arguments),
        _share_row(
            found, "no call when none is needed; clarify when ambiguous", "held_back", goals.held_back
        ),
        _share_row(found, "4-turn conversations entirely right", "whole_talks", goals.whole_talks),
        _numbers_row(found),
        _checker_row(found.checker, goals),
        _prose_row(found.prose, goals),
        _seconds_row(found, goals),
    ]


def _share_row(found: Measured, figure: str, name: str, goal: float, fewest: int = 1) -> Row:
    ours: Estimate | None = getattr(found.held_out, name)
    return Row(
        figure=figure,
        goal=f"≥ {100 * goal:.0f}%" + (f", ≥ {fewest} cases" if fewest > 1 else ""),
        ours=_share(ours),
        met=None if ours is None else ours.rate >= goal and ours.cases >= fewest,
        dev=_share(getattr(found.dev, name)),
        paired=_share(getattr(found.paired, name)) if found.paired else _NOTHING,
        peer=_share(getattr(found.peer, name)) if found.peer else _NOTHING,
    )


def _numbers_row(found: Measured) -> Row:
    ours = found.answers
    return Row(
        figure="answers with a number that has no receipt",
        goal=f"0, ≥ {FEWEST_ANSWERS} answers",
        ours=f"{_numbers(ours)}; by the gate itself {found.gate_violations}",
        met=ours.without_receipt == found.gate_violations == 0 and ours.answers >= FEWEST_ANSWERS,
        dev=_numbers(found.dev.numbers),
        paired=_numbers(found.paired.numbers) if found.paired else _NOTHING,
        peer=_numbers(found.peer.numbers) if found.peer else _NOTHING,
    )


def _checker_row(checker: Checker, goals: Goals) -> Row:
    enough = checker.mutations >= FEWEST_MUTATIONS
    return Row(
        figure="checker: recall, precision",
        goal=f"≥ {100 * goals.recall:.0f}%, ≥ {100 * goals.precision:.0f}%, ≥ {FEWEST_MUTATIONS} mutations",
        ours=f"{checker.recall:.1%}, {checker.precision:.1%}, {checker.mutations:,} mutations",
        met=checker.recall >= goals.recall and checker.precision >= goals.precision and enough,
    )


def _prose_row(prose: Prose, goals: Goals) -> Row:
    met: bool | None = True
    ours = "statements only"
    if prose.written and prose.answers:
        ours, met = f"{prose.sent_back:.1%} of {prose.answers:,}", prose.sent_back <= goals.sent_back
    elif prose.written:
        ours, met = "prose, and nobody measured it", None
    return Row(
        figure="prose sent back to statements",
        goal=f"≤ {100 * goals.sent_back:.0f}%, where prose is earned",
        ours=ours,
        met=met,
    )


def _seconds_row(found: Measured, goals: Goals) -> Row:
    timed = found.timed
    limits = (goals.median_seconds, goals.p95_seconds)
    at = f" at {goals.users} users" if goals.users > 1 else ""
    return Row(
        figure="one-tool answer, median / p95",
        goal=f"≤ {limits[0]:g} s / {limits[1]:g} s{at}",
        ours=_seconds(timed) + (f" at {found.users} users" if timed and found.users > 1 else ""),
        met=timed.median <= limits[0] and timed.p95 <= limits[1] and found.users >= goals.users
        if timed
        else None,
        paired=_NOTHING if found.replayed else _seconds(found.paired.seconds if found.paired else None),
        peer=_seconds(found.peer.seconds if found.peer else None),
    )


def write_markdown(found: Measured) -> str:
    """Return the table with what must be known to read it."""
    lines = [
        f"{found.model}, {found.machine}, {found.date}"
        + ("; recorded replies, so no times" if found.replayed else ""),
        "",
        "| figure | target | Shopcast, held-out | met | dev | Shopcast on the peer's cases | create_agent |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.figure} | {row.goal} | {row.ours} | {_verdict(row.met)} | {row.dev} | {row.paired} | {row.peer} |"
        for row in make_rows(found)
    ]
    return "\n".join([*lines, "", *_notes(found)]) + "\n"


def _notes(found: Measured) -> list[str]:
    ours = found.held_out
    notes = [
        f"Held-out: {ours.cases} cases, {ours.errors} ended in an error and count as wrong; {found.quoted} more are "
        f"quoted by a prompt and were left out. Right tool in English {_share(ours.right_tool_en)}, in Chinese "
        f"{_share(ours.right_tool_zh)}.",
        f"The gate withheld a paragraph in {found.withheld} of {found.answers.answers:,} answers.",
    ]
    if found.timed_without_model:
        notes.append(f"{found.timed_without_model} timed answers were by keywords and are not counted.")
    if found.cached_share is not None:
        notes.append(
            f"Of the prompt's tokens {found.cached_share:.0%} came out of the server's prefix cache."
        )
    if found.peer:
        notes.append(
            f"The peer had {found.peer.cases} cases, {found.peer.errors} ended in an error; it called no tool at all "
            f"in {_share(found.peer.never_called)} of those that need one."
        )
    return notes


def _verdict(met: bool | None) -> str:
    return {True: "met", False: "**missed**", None: "not measured"}[met]


def _share(estimate: Estimate | None) -> str:
    if estimate is None:
        return _NOTHING
    interval = f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f}"
    return f"{100 * estimate.rate:.1f}% ({interval}) of {estimate.cases}"


def _numbers(numbers: Numbers) -> str:
    return f"{numbers.without_receipt} of {numbers.answers:,}"


def _seconds(seconds: Seconds | None) -> str:
    return f"{seconds.median:.1f} s / {seconds.p95:.1f} s, {seconds.answers} answers" if seconds else _NOTHING


def describe_gaps(rows: Sequence[Row]) -> str:
    """Return in a line which targets were missed."""
    missed = [row.figure for row in rows if row.met is False]
    return f"missed: {'; '.join(missed)}" if missed else "no target was missed"
