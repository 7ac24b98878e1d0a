"""What readers thought of answers, as lines beside the store.

A file of its own, not a table: the DuckDB file is locked by the running page while an engineer triages.
Nothing in a file is ever changed; a verdict that changes, or gets a note, is a further line with the same id.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from store.lines import append_line, read_lines

FEEDBACK_FILE = "feedback.jsonl"
REVIEWED_FILE = "feedback_reviewed.jsonl"

Verdict = Literal["up", "down", "withdrawn"]


class RatedCall(BaseModel):
    """A tool call behind the rated answer: the model's words, and what code made of them."""

    tool: str
    said: dict[str, Any] = Field(default_factory=dict)
    arguments: dict[str, Any] = Field(default_factory=dict)


class Feedback(BaseModel):
    """One verdict on one answer, with what an engineer needs to see why.

    `id` is the answer's; `at` is when the verdict was given, `data_as_of` the store's own day when it was answered.
    """

    id: str
    verdict: Verdict
    note: str = ""
    at: datetime
    data_as_of: date | None = None
    question: str
    earlier_turns: list[str] = Field(default_factory=list)
    language: Literal["en", "zh"]
    store: str
    answer: str = ""
    calls: list[RatedCall] = Field(default_factory=list)
    outcome: str = ""
    reason: str = ""
    model: str = ""


class Review(BaseModel):
    """What became of a verdict: a case (`case_id`), or nothing."""

    id: str
    decision: Literal["labelled", "discarded"]
    case_id: str = ""


class Kept(NamedTuple):
    """The standing verdicts in the order in which they were first given, and how many lines could not be read."""

    feedback: list[Feedback]
    broken_lines: int


def append_feedback(folder: Path, feedback: Feedback) -> None:
    """Add a verdict to the store in `folder`.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    append_line(folder / FEEDBACK_FILE, feedback.model_dump_json())


def read_feedback(folder: Path) -> Kept:
    """Return each answer's last verdict; withdrawn ones are left out."""
    standing: dict[str, Feedback] = {}
    broken = 0
    for line in read_lines(folder / FEEDBACK_FILE):
        try:
            feedback = Feedback.model_validate_json(line)
        except ValidationError:
            broken += 1
        else:
            standing[feedback.id] = feedback
    return Kept([entry for entry in standing.values() if entry.verdict != "withdrawn"], broken)


def append_review(folder: Path, review: Review) -> None:
    """Remember what became of a verdict, so that nobody is shown it again."""
    append_line(folder / REVIEWED_FILE, review.model_dump_json())


def reviewed_ids(folder: Path) -> set[str]:
    """Return the ids of the verdicts that were reviewed; a broken line means one more look."""
    found = set()
    for line in read_lines(folder / REVIEWED_FILE):
        try:
            found.add(Review.model_validate_json(line).id)
        except ValidationError:
            continue
    return found
