"""A verdict by dimension: only what a case tests, for reasons that can be read."""

from __future__ import annotations

from typing import Any

import pytest

from evals.case import Case
from evals.observed import Observed, ObservedCall, ObservedFact, ObservedReview, ObservedTurn
from evals.scoring import CaseScore, score_case

FACT = ObservedFact(metric="units_sold", entity="B002", value=120, shown="120 units")


def case(*turns: Any, language: str = "en", **expect: Any) -> Case:
    return Case.model_validate(
        {
            "id": "c",
            "skill": "s",
            "language": language,
            "store": "bazaar",
            "turns": list(turns) or ["Sales of the pink light?"],
            "expect": expect,
        }
    )


def turn(answer: str | None = "It sold 120 units.", **changes: Any) -> ObservedTurn:
    base: dict[str, Any] = {
        "said": "Sales of the pink light?",
        "calls": [ObservedCall(tool="get_sales", arguments={"product_id": "B002"})],
        "answer": answer,
        "facts": [FACT],
    }
    return ObservedTurn(**{**base, **changes})


def score(case: Case, *turns: ObservedTurn) -> CaseScore:
    return score_case(case, Observed(case_id=case.id, turns=list(turns)))


SALES = [{"tool": "get_sales", "arguments": {"product": "B002"}}]


def test_a_right_answer_passes_in_every_dimension_it_touches() -> None:
    verdict = score(case(calls=SALES, answer={"values": [{"equals": 120, "metric": "units_sold"}]}), turn())
    assert verdict.passed
    assert verdict.dimensions == {
        "tool_choice": True, "arguments": True, "answer": True, "grounding": True, "language": True
    }  # fmt: skip
    assert verdict.confusion == [("get_sales", "get_sales")]


def test_arguments_are_judged_only_where_the_tool_is_right() -> None:
    verdict = score(case(calls=[{"tool": "forecast_demand"}]), turn())
    assert verdict.dimensions["tool_choice"] is False
    assert "arguments" not in verdict.dimensions
    assert verdict.confusion == [("forecast_demand", "get_sales")]


def test_a_number_that_nothing_carries_is_found_without_the_assistants_own_check() -> None:
    verdict = score(case(calls=SALES), turn("It sold 120 units, 37 more than planned."))
    assert not verdict.passed
    assert verdict.problems == ["turn 1: no receipt for 37"]


def test_numbers_of_the_question_and_of_cited_reviews_have_a_source() -> None:
    reviews = [ObservedReview(review_id="r-9", product_id="B002", text="lasted 3 weeks")]
    answer = "Of the 14 days you ask about: “lasted 3 weeks” [r-9]\n1. It sold 120 units."
    verdict = score(case(calls=SALES), turn(answer, said="the last 14 days?", citations=reviews))
    assert verdict.dimensions["grounding"]


@pytest.mark.parametrize(
    ("answer", "language", "right"),
    [
        ("卖出了 120 units 的兔子灯，比上周多。", "zh", True),
        ("It sold 120 units.", "zh", False),
        ("“兔子小夜灯 粉色”, the night light you mean, sold 120 units in the week before last.", "en", True),
        ("上周一共卖出 120 units，卖得最好的是兔子灯。", "en", False),
    ],
)
def test_language_is_that_of_the_sentences_not_of_the_names_in_them(
    answer: str, language: str, right: bool
) -> None:
    assert score(case(language=language, calls=SALES), turn(answer)).dimensions["language"] is right


def test_abstention_forbids_every_call_and_a_question_back() -> None:
    wanted = case(no_call=True)
    assert score(wanted, turn("Hello!", calls=[], outcome="declined", facts=[])).passed
    assert score(wanted, turn()).problems == ["turn 1: called get_sales; no call is needed"]
    assert not score(wanted, turn("Which one?", calls=[], outcome="asked_back", facts=[])).passed


def test_clarification_wants_a_question_about_the_right_thing() -> None:
    back = turn("Which product?", calls=[], outcome="asked_back", reason="product", facts=[])
    assert score(case(clarify=True), back).passed
    assert score(case(clarify={"about": "product"}), back).passed
    assert not score(case(clarify={"about": "goal"}), back).passed
    assert score(case(clarify=True), turn()).confusion == [("clarify", "get_sales")]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"values": [{"equals": 121}]}, "does not state 121"),
        ({"values": [{"equals": 120, "metric": "revenue"}]}, "does not state 120 as revenue"),
        ({"values": [{"equals": 120, "entity": "B009"}]}, "does not state 120 as B009"),
        ({"contains": ["rose|climbed"]}, "does not contain"),
        ({"not_contains": ["120 UNITS"]}, "contains '120 UNITS'"),
        ({"cites": 1}, "cites 0 reviews"),
    ],
)
def test_what_an_answer_must_say(wanted: dict[str, Any], problem: str) -> None:
    (found,) = score(case(calls=SALES, answer=wanted), turn()).problems
    assert problem in found


def test_a_value_may_be_off_by_its_tolerance() -> None:
    for tolerance in ({"within": 1}, {"percent": 1}):
        wanted = {"values": [{"equals": 121, **tolerance}]}
        assert score(case(calls=SALES, answer=wanted), turn()).passed


def test_cited_reviews_must_be_of_the_product_and_allowed() -> None:
    cited = turn(citations=[ObservedReview(review_id="r-1", product_id="B007")])
    wanted = {"cites": {"at_least": 1, "product": "B002", "forbid": ["r-1"]}}
    verdict = score(case(calls=SALES, answer=wanted), cited)
    assert len(verdict.problems) == 2


def test_a_conversation_is_right_when_every_turn_is() -> None:
    talk = case({"say": "a", "expect": {"calls": SALES}}, "b", calls=SALES)
    assert score(talk, turn(), turn()).dimensions["multi_turn"]
    bad = score(talk, turn(calls=[]), turn())
    assert not bad.dimensions["multi_turn"]
    assert bad.problems[0].startswith("turn 1: called nothing")


def test_an_error_is_no_pass_and_no_figure() -> None:
    verdict = score_case(case(calls=SALES), Observed(case_id="c", error="no answer within 120 s"))
    assert not verdict.passed
    assert verdict.dimensions == {}


def test_a_target_without_words_is_judged_by_its_calls_alone() -> None:
    verdict = score(case(calls=SALES, answer={"contains": ["120"]}), turn(None))
    assert verdict.dimensions == {"tool_choice": True, "arguments": True}


def test_a_tool_that_broke_is_no_answer() -> None:
    broken = ObservedCall(tool="get_sales", arguments={"product_id": "B002"}, ok=False, error="tool_broke")
    verdict = score(case(calls=SALES), turn("Something broke on our side.", calls=[broken], facts=[]))
    assert verdict.dimensions["answer"] is False
    assert verdict.problems == ["turn 1: get_sales broke (tool_broke)"]
