"""A thumbs-down becomes a case that a suite can run, once, and nothing else in the file moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.errors import EvalError, SuiteInvalid
from evals.suite import load_suite
from evals.triage import Triaged, triage_feedback
from serving.settings import home
from store.feedback import FEEDBACK_FILE, Feedback, RatedCall, append_feedback, reviewed_ids
from store.location import store_folder

TRENDING = RatedCall(tool="list_trending", arguments={"direction": "up"})
FORECAST = RatedCall(
    tool="forecast_demand",
    said={"product": "the lamp", "horizon": "two weeks"},
    arguments={"product_id": "B002", "horizon_days": 14},
)
SALES = RatedCall(
    tool="get_sales", arguments={"period": {"start": "2026-10-18", "end": "2026-10-24"}, "product_id": "B002"}
)


class Engineer:
    """Answers from a script, "" taking the default; what was shown and asked is kept."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.seen = ""
        self.asked: list[tuple[str, str]] = []

    def ask(self, question: str, default: str) -> str:
        self.asked.append((question.strip(), default))
        return self.answers.pop(0) or default

    def show(self, text: str) -> None:
        self.seen += text + "\n"

    def triage(self, suite_file: Path | None = None) -> Triaged:
        return triage_feedback("bazaar", suite_file, ask=self.ask, show=self.show)


def complain(name: str, question: str = "How many lamps in two weeks?", **changes: Any) -> None:
    values: dict[str, Any] = {
        "id": name,
        "verdict": "down",
        "at": datetime(2026, 11, 2, tzinfo=UTC),
        "data_as_of": date(2026, 10, 31),
        "question": question,
        "language": "en",
        "store": "bazaar",
        "answer": "About 12 units.",
        "calls": [FORECAST],
    }
    append_feedback(store_folder("bazaar"), Feedback(**(values | changes)))


def cases(path: Path | None = None) -> list[dict[str, Any]]:
    suite = load_suite(path or home() / "evals" / "triaged.yaml")
    return [case.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for case in suite.cases]


def only(found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    (case,) = found
    return case


def test_pressing_enter_keeps_what_was_observed() -> None:
    complain("a", calls=[TRENDING, FORECAST])
    engineer = Engineer(*[""] * 10)
    assert engineer.triage() == Triaged(labelled=1)
    case = only(cases())
    assert case["id"] == "triaged-1"
    assert case["skill"] == "triaged/list_trending"
    assert case["tags"] == ["triaged", "chained"]
    assert [call["tool"] for call in case["expect"]["calls"]["expected"]] == [
        "list_trending",
        "forecast_demand",
    ]
    first, second = (call["arguments"] for call in case["expect"]["calls"]["expected"])
    assert first == {"direction": {"equals": "up"}}
    assert second == {"product": {"equals": "B002"}, "horizon": {"equals": 14}}


def test_the_engineer_sees_what_was_asked_called_and_answered() -> None:
    complain(
        "a",
        note="wrong numbers",
        earlier_turns=["What is hot?"],
        outcome="answered",
        answer="About \x1b[31m12 units.",
    )
    engineer = Engineer("q")
    engineer.triage()
    for part in (
        "What is hot?",
        "How many lamps in two weeks?",
        "wrong numbers",
        "data until 2026-10-31",
        "forecast_demand(product_id=B002, horizon_days=14)",
        "'two weeks'",
        "12 units",
    ):
        assert part in engineer.seen
    assert "\x1b" not in engineer.seen


def test_each_argument_can_be_corrected_and_nonsense_is_asked_again() -> None:
    complain("a", calls=[SALES])
    engineer = Engineer(
        "l", "", "/B00[12]/", "last week", "2026-10-19..2026-10-25", "5", "/lamp(/", "/lamp|light/", "*",
        "-", "angry", "negative|any", ".",
    )  # fmt: skip
    engineer.triage()
    sales, reviews = only(cases())["expect"]["calls"]["expected"]
    assert sales["arguments"] == {
        "product": {"matches": "B00[12]"},
        "period": {"dates": "2026-10-19..2026-10-25"},
    }
    assert reviews["arguments"] == {
        "query": {"matches": "lamp|light"},
        "product": {"ignore": True},
        "opinion": {"one_of": ["negative", "any"]},
    }
    assert ("period", "2026-10-18..2026-10-24") in engineer.asked
    for said in ("2026-10-01..2026-10-31", "no regular expression", "one of any, negative, positive"):
        assert said in engineer.seen


def test_an_argument_that_a_tool_needs_cannot_be_left_out() -> None:
    complain("a", calls=[])
    engineer = Engineer("l", "forecast_demand", "", "-", "B001", "seven", "7", "")
    engineer.triage()
    (call,) = only(cases())["expect"]["calls"]["expected"]
    assert call["arguments"] == {"product": {"equals": "B001"}, "horizon": {"equals": 7}}
    assert "product is needed" in engineer.seen
    assert "horizon is a number" in engineer.seen


def test_a_call_can_be_none_at_all_or_a_question_back() -> None:
    complain("a", "Tell me a joke")
    complain("b", "那个灯能卖多少", language="zh", earlier_turns=["有哪些灯"])
    Engineer("l", "9", "n", "l", "a", "the lamp", "product").triage()
    joke, lamp = cases()
    assert joke["expect"] == {"no_call": True}
    assert (joke["skill"], joke["tags"]) == ("triaged/no_call", ["triaged", "single", "abstention"])
    assert lamp["expect"] == {"clarify": {"about": "product"}}
    assert lamp["tags"] == ["triaged", "multi_turn", "clarification"]
    assert [turn["say"] for turn in lamp["turns"]] == ["有哪些灯", "那个灯能卖多少"]
    assert lamp["language"] == "zh"


def test_what_was_decided_does_not_come_again_and_what_was_skipped_does() -> None:
    for name in ("label", "skip", "discard", "later"):
        complain(name, f"{name} this lamp")
    assert Engineer("l", "n", "s", "d", "nonsense", "q").triage() == Triaged(1, 1, 2)
    assert reviewed_ids(store_folder("bazaar")) == {"label", "discard"}
    engineer = Engineer("d", "d")
    assert engineer.triage() == Triaged(0, 2, 0)
    assert "skip this lamp" in engineer.seen
    assert "label this lamp" not in engineer.seen
    assert Engineer().triage() == Triaged()


def test_the_same_complaint_is_asked_once_whoever_makes_it_and_whenever() -> None:
    complain("a", "Forecast the lamp?")
    complain("b", "  forecast the LAMP ？")
    complain("c", "Forecast the lamp?", earlier_turns=["Hello"])
    engineer = Engineer("l", "n", "l", "n")
    assert engineer.triage() == Triaged(labelled=3)
    assert "2 times" in engineer.seen
    assert len(cases()) == 2
    complain("d", "forecast the lamp")
    later = Engineer()
    assert later.triage() == Triaged(labelled=1)
    assert "is the case triaged-1 already" in later.seen
    assert len(cases()) == 2


def test_thumbs_up_and_broken_lines_are_no_candidates() -> None:
    complain("a", verdict="up")
    with (store_folder("bazaar") / FEEDBACK_FILE).open("a") as file:
        file.write("{broken\n")
    engineer = Engineer()
    assert engineer.triage() == Triaged()
    assert "1 broken line" in engineer.seen


def test_a_store_that_is_not_there_is_named() -> None:
    with pytest.raises(EvalError, match="no store 'bazaar'"):
        Engineer().triage()


def test_a_suite_that_is_broken_already_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    complain("a")
    path = tmp_path / "mine.yaml"
    path.write_text("store: bazaar\ncasess: []\n")
    with pytest.raises(SuiteInvalid, match=r"mine\.yaml:2"):
        Engineer().triage(path)
    assert reviewed_ids(store_folder("bazaar")) == set()
