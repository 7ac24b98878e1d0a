"""Calls are compared as a fair reader would: types aside, pairs found, an empty plan never enough."""

from __future__ import annotations

from typing import Any

import pytest

from evals.case import ExpectedCalls, Matcher
from evals.matching import match_calls, match_tools, matches
from evals.observed import ObservedCall


def call(tool: str, **arguments: Any) -> ObservedCall:
    return ObservedCall(tool=tool, arguments=arguments)


def expected(mode: str, *calls: dict[str, Any]) -> ExpectedCalls:
    return ExpectedCalls.model_validate({"mode": mode, "expected": list(calls)})


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        (7, [7, "7", 7.0, "7.0"], [8, "seven", None, True]),
        ("UP", ["up", " Up ", "ＵＰ"], ["down", 1]),
        ({"one_of": [7, "both"]}, ["7", "Both"], [8, ""]),
        ({"near": 100, "within": 5}, [95, "105", 100.5], [94, "106", "many"]),
        ({"near": 200, "percent": 10}, [180, 220], [179, 221]),
        ({"matches": "zip|拉链"}, ["the ZIPPER broke", "拉链坏了"], ["handle"]),
        ({"dates": "2026-10-01..2026-10-31"}, [{"start": "2026-10-01", "end": "2026-10-31"}, "2026-10-01..2026-10-31"],
         [{"start": "2026-10-01", "end": "2026-10-30"}, "October", 3]),
        ({"dates": "2026-10-31"}, ["2026-10-31", {"start": "2026-10-31", "end": "2026-10-31"}], ["2026-10-30"]),
        ({"ignore": True}, ["whatever", 3, None], []),
    ],
)  # fmt: skip
def test_a_rule_accepts_and_refuses(rule: Any, good: list[Any], bad: list[Any]) -> None:
    matcher = Matcher.model_validate(rule)
    assert [value for value in good if not matches(matcher, value)] == []
    assert [value for value in bad if matches(matcher, value)] == []


def test_an_argument_that_nobody_asked_for_is_an_error() -> None:
    want = expected("strict", {"tool": "get_sales", "arguments": {"product": "B001"}})
    assert match_calls(want, [call("get_sales", product_id="B001")]) == []
    (problem,) = match_calls(want, [call("get_sales", product_id="B001", period={"start": "x", "end": "y"})])
    assert "get_sales.period" in problem and "not asked for" in problem


def test_a_default_that_was_written_out_is_as_good_as_left_out() -> None:
    want = expected("strict", {"tool": "list_trending"})
    assert match_calls(want, [call("list_trending", direction="both")]) == []
    assert match_calls(want, [call("list_trending", direction="up")])
    either = expected(
        "strict", {"tool": "list_trending", "arguments": {"direction": {"one_of": ["up", "both"]}}}
    )
    assert match_calls(either, [call("list_trending")]) == []
    assert match_calls(either, [call("list_trending", direction="down")])


def test_unasked_arguments_may_be_ignored_or_forbidden_one_by_one() -> None:
    lax = expected("strict", {"tool": "list_trending", "others": "ignore"})
    assert match_calls(lax, [call("list_trending", limit=3)]) == []
    picky = expected(
        "strict",
        {"tool": "list_trending", "others": "ignore", "arguments": {"limit": {"forbid_unasked": True}}},
    )
    assert match_calls(picky, [call("list_trending", direction="up")]) == []
    assert match_calls(picky, [call("list_trending", limit=3)])


def test_a_missing_argument_is_an_error_unless_it_does_not_matter() -> None:
    want = expected(
        "strict", {"tool": "forecast_demand", "arguments": {"product": {"ignore": True}, "horizon": 7}}
    )
    assert match_calls(want, [call("forecast_demand", horizon_days=7)]) == []
    assert match_calls(want, [call("forecast_demand", product_id="B001")]) == [
        "forecast_demand.horizon is 14, not 7"
    ]


def test_what_could_not_be_resolved_is_compared_as_it_was_said() -> None:
    want = expected("strict", {"tool": "get_sales", "arguments": {"product": "backpack"}})
    observed = ObservedCall(tool="get_sales", said={"product": "Backpack"}, arguments={}, ok=False)
    assert match_calls(want, [observed]) == []


TREND, SALES, WHY = {"tool": "list_trending"}, {"tool": "get_sales"}, {"tool": "explain_trend"}
trend, sales, why = call("list_trending"), call("get_sales"), call("explain_trend")


@pytest.mark.parametrize(
    ("mode", "right", "wrong"),
    [
        ("strict", [[trend, sales]], [[sales, trend], [trend], [trend, sales, why], []]),
        ("unordered", [[trend, sales], [sales, trend]], [[trend], [trend, sales, why], [trend, trend], []]),
        ("subset", [[trend], [sales], [sales, trend]], [[], [why], [trend, why]]),
        ("superset", [[trend, sales], [why, sales, trend]], [[trend], [why], []]),
    ],
)
def test_modes(mode: str, right: list[list[ObservedCall]], wrong: list[list[ObservedCall]]) -> None:
    want = expected(mode, TREND, SALES)
    for calls in right:
        assert match_calls(want, calls) == []
        assert match_tools(want, calls)
    for calls in wrong:
        assert match_calls(want, calls) != []
        assert not match_tools(want, calls)


def test_pairs_are_found_where_a_greedy_choice_would_block() -> None:
    want = expected(
        "unordered",
        {"tool": "get_sales", "arguments": {"product": {"one_of": ["B001", "B002"]}}},
        {"tool": "get_sales", "arguments": {"product": "B001"}},
    )
    assert (
        match_calls(want, [call("get_sales", product_id="B001"), call("get_sales", product_id="B002")]) == []
    )


def test_the_right_tool_with_the_wrong_argument_is_told_apart() -> None:
    want = expected("strict", {"tool": "forecast_demand", "arguments": {"product": "B001", "horizon": 21}})
    observed = [call("forecast_demand", product_id="B001", horizon_days=3)]
    assert match_tools(want, observed)
    assert match_calls(want, observed) == ["forecast_demand.horizon is 3, not 21"]
