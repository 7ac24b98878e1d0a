"""Verdicts survive crashes, crowds and changes of mind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from store.feedback import (
    FEEDBACK_FILE,
    REVIEWED_FILE,
    Feedback,
    RatedCall,
    Review,
    append_feedback,
    append_review,
    read_feedback,
    reviewed_ids,
)


def feedback(name: str = "a", **changes: Any) -> Feedback:
    values: dict[str, Any] = {
        "id": name,
        "verdict": "down",
        "at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "data_as_of": date(2025, 6, 30),
        "question": "上个月卖了多少？",
        "earlier_turns": ["最近什么卖得火？"],
        "language": "zh",
        "store": "bazaar",
        "answer": "**412 件**\n\n八成把握",
        "calls": [RatedCall(tool="get_sales", said={"period": "上个月"}, arguments={"period": "x"})],
        "outcome": "answered",
        "model": "a model",
    }
    return Feedback(**(values | changes))


def test_a_verdict_comes_back_whole_and_lies_on_one_line(tmp_path: Path) -> None:
    append_feedback(tmp_path, feedback())
    assert read_feedback(tmp_path).feedback == [feedback()]
    assert (tmp_path / FEEDBACK_FILE).read_bytes().count(b"\n") == 1


def test_a_store_without_feedback_has_none(tmp_path: Path) -> None:
    assert read_feedback(tmp_path) == ([], 0)
    assert reviewed_ids(tmp_path) == set()


def test_the_last_word_on_an_answer_counts_and_one_taken_back_does_not(tmp_path: Path) -> None:
    for entry in (
        feedback("a"),
        feedback("b"),
        feedback("a", note="wrong numbers"),
        feedback("c"),
        feedback("c", verdict="withdrawn"),
        feedback("b", verdict="up"),
    ):
        append_feedback(tmp_path, entry)
    standing = read_feedback(tmp_path).feedback
    assert [(entry.id, entry.verdict, entry.note) for entry in standing] == [
        ("a", "down", "wrong numbers"),
        ("b", "up", ""),
    ]


def test_broken_lines_are_counted_and_swallow_nothing(tmp_path: Path) -> None:
    append_feedback(tmp_path, feedback("a"))
    with (tmp_path / FEEDBACK_FILE).open("ab") as file:
        file.write(b'\xff not json\n{"id": "half"}\n\n{"id": "cut')
    append_feedback(tmp_path, feedback("b"))
    kept = read_feedback(tmp_path)
    assert [entry.id for entry in kept.feedback] == ["a", "b"]
    assert kept.broken_lines == 3


def test_a_crowd_of_writers_never_mixes_lines(tmp_path: Path) -> None:
    entries = [feedback(str(number), answer="x" * 5000) for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda entry: append_feedback(tmp_path, entry), entries))
    kept = read_feedback(tmp_path)
    assert kept.broken_lines == 0
    assert {entry.id for entry in kept.feedback} == {entry.id for entry in entries}


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    append_feedback(tmp_path / "store", feedback())
    assert (tmp_path / "store" / FEEDBACK_FILE).stat().st_mode & 0o077 == 0


def test_what_was_reviewed_is_remembered(tmp_path: Path) -> None:
    append_review(tmp_path, Review(id="a", decision="labelled", case_id="triaged-1"))
    with (tmp_path / REVIEWED_FILE).open("ab") as file:
        file.write(b"rubbish\n")
    append_review(tmp_path, Review(id="b", decision="discarded"))
    assert reviewed_ids(tmp_path) == {"a", "b"}
