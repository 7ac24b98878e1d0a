"""The mutation test on a suite small enough to run here: breaks are noticed, and a hole in a suite shows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent import graph
from agent.planning import offered_tools, plan_schema, system_prompt
from evals.case import Case
from evals.cassette import Reply, user_message
from evals.errors import CassetteUnusable, EvalError
from evals.mutation.catalogue import all_mutants
from evals.mutation.laboratory import Laboratory, open_laboratory
from evals.mutation.report import print_report
from evals.mutation.running import MutationReport, Verdict, try_mutants
from evals.observed import Observed
from evals.recording import Recording
from evals.scoring import score_case
from evals.targets.assistant import AssistantTarget
from evals.targets.base import Target
from serving.client import ChatClient
from store.demo import bazaar
from tools.shop import open_shop
from tools.toolbox import toolbox

MODEL = "scripted"
PLANS: dict[str, list[tuple[str, dict[str, Any]]]] = {}


def turn(say: str, *plan: tuple[str, dict[str, Any]], **expect: Any) -> dict[str, Any]:
    """One turn, with what the model plans for it; a turn without a plan is understood without the model."""
    if plan:
        PLANS[say] = list(plan)
    return {"say": say, **({"expect": expect} if expect else {})}


def case(name: str, *turns: dict[str, Any], language: str = "en", tags: tuple[str, ...] = ()) -> Case:
    return Case.model_validate(
        {
            "id": name,
            "skill": "mutation",
            "store": "bazaar",
            "language": language,
            "turns": turns,
            "tags": tags,
        }
    )


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


LIGHT, EARBUDS, FLASK = "rabbit night light pink", "真无线蓝牙耳机 白色", "vacuum flask, 500 ml"
SEPTEMBER = {"dates": "2026-09-01..2026-09-30"}
LAST_WEEK = {"dates": "2026-10-19..2026-10-25"}


def small_suite() -> list[Case]:
    hot, riser = ("list_trending", {"direction": "up"}), {"product": "$1", "horizon": "next 14 days"}
    return [
        case(
            "forecast-en",
            turn(
                f"How many {LIGHT} will sell in 9 days?",
                ("forecast_demand", {"product": LIGHT, "horizon": "9 days"}),
                calls=[call("forecast_demand", product="B002", horizon=9)],
            ),
        ),
        case(
            "forecast-zh",
            turn(
                f"{EARBUDS}大概能卖多少？",
                ("forecast_demand", {"product": EARBUDS}),
                calls=[call("forecast_demand", product="B003")],
                answer={"contains": ["真无线蓝牙耳机"]},
            ),
            language="zh",
        ),
        case(
            "sales-store",
            turn(
                "How much did the whole shop sell last week?",
                ("get_sales", {"period": "last week"}),
                calls=[call("get_sales", period=LAST_WEEK)],
                answer={"contains": ["¥"]},
            ),
        ),
        case(
            "sales-product",
            turn(
                f"sales of the {FLASK}",
                ("get_sales", {"product": FLASK}),
                calls=[call("get_sales", product="B007")],
            ),
        ),
        case(
            "sales-zh",
            turn(
                "九月店里卖得怎么样",
                ("get_sales", {"period": "九月"}),
                calls=[call("get_sales", period=SEPTEMBER)],
            ),
            language="zh",
        ),
        case(
            "trend-up",
            turn("which goods are hot", hot, calls=[call("list_trending", direction={"one_of": ["up", "both"]})]),
        ),
        case(
            "chained",
            turn(
                "What is rising, and how many of the top riser will sell in the next 14 days?",
                hot,
                ("forecast_demand", riser),
                calls=[
                    call("list_trending", direction="up"),
                    call("forecast_demand", product={"matches": "^B"}, horizon=14),
                ],
            ),
        ),
        case(
            "restock-all",
            turn(
                f"Should I reorder {LIGHT}? 120 left, delivery takes 6 days, I want 97% service",
                (
                    "recommend_restock",
                    {"product": LIGHT, "on_hand": "120", "lead_time": "6 days", "service_level": "97%"},
                ),
                calls=[
                    call("recommend_restock", product="B002", on_hand=120, lead_time=6, service_level=0.97)
                ],
            ),
        ),
        case(
            "restock-plain",
            turn(
                f"{EARBUDS}要不要补货",
                ("recommend_restock", {"product": EARBUDS}),
                calls=[call("recommend_restock", product="B003")],
            ),
            language="zh",
        ),
        case(
            "talk",
            turn(
                f"Forecast {FLASK} for 8 days",
                ("forecast_demand", {"product": FLASK, "horizon": "8 days"}),
                calls=[call("forecast_demand", product="B007", horizon=8)],
            ),
            turn(
                "and for 30 days?",
                ("forecast_demand", {"product": "it", "horizon": "30 days"}),
                calls=[call("forecast_demand", product="B007", horizon=30)],
            ),
        ),
        case("greeting", turn("hello there!", ("no_tool", {"reason": "greeting"}), no_call=True)),
        case(
            "other-trade",
            turn("What is the capital of France?", ("get_sales", {}), no_call=True),
        ),
        case(
            "which-one",
            turn("I need your help with something", ("ask_user", {"about": "goal"}), clarify={"about": "goal"}),
        ),
    ]  # fmt: skip


CASES = small_suite()


class Scripted(httpx.BaseTransport):
    """A model that knows a plan for each question; what it says goes on record."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        calls = [{"tool": t, "arguments": a} for t, a in PLANS[user_message(body).rpartition("Q: ")[2]]]
        reply = Reply(text=json.dumps({"calls": calls}, ensure_ascii=False))
        self._recording.add(body, reply)
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {"role": "assistant", "content": reply.text},
        }
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": MODEL, "choices": [choice]}
        return httpx.Response(200, json=answer)


class Live:
    """A connection to the scripted model."""

    description = MODEL
    is_awake = True

    def __init__(self, recording: Recording) -> None:
        client = ChatClient("http://scripted.invalid/v1", MODEL, use_proxy=False)
        self._client = client.through(lambda _: Scripted(recording))

    def client(self, on_progress: Any = None) -> ChatClient:
        return self._client

    def warm(self, messages: Any) -> None: ...

    def close(self) -> None:
        self._client.close()


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("mutation-home")
    bazaar.build(base, products=8, days=200, reviews=0).close()
    return base


@pytest.fixture(scope="module")
def cassette(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small suite's replies, as a real recording leaves them."""
    scratch = tmp_path_factory.mktemp("recording")
    recording = Recording(scratch / "small.jsonl", MODEL)
    live = Live(recording)
    target = AssistantTarget(lambda name: open_shop(name, None, home=small_home), live, scratch)  # type: ignore[arg-type]
    for one in CASES:
        target.run(one)
    target.close()
    live.close()
    recording.close()
    return recording.path


@pytest.fixture(scope="module")
def laboratory(
    cassette: Path, small_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Laboratory]:
    scratch = tmp_path_factory.mktemp("mutation")
    with open_laboratory(
        cassette, MODEL, lambda name: open_shop(name, None, home=small_home), scratch
    ) as opened:
        yield opened


def run(laboratory: Laboratory | None, *patterns: str, without: tuple[str, ...] = ()) -> MutationReport:
    cases = [one for one in CASES if one.id not in without]
    return try_mutants(all_mutants(patterns), cases, laboratory)


def names(verdicts: list[Verdict]) -> list[str]:
    return [verdict.mutant for verdict in verdicts]


def red(target: Target) -> dict[str, list[str]]:
    """The cases that fail, with what is wrong."""
    scores = [score_case(one, Observed(case_id=one.id, turns=target.run(one))) for one in CASES]
    return {score.case_id: score.problems for score in scores if not score.passed}


def test_the_small_suite_is_green(laboratory: Laboratory) -> None:
    assert red(laboratory.replay) == {}
    assert red(laboratory.strict) == {}


def test_every_break_of_the_harness_is_noticed_by_a_specimen() -> None:
    report = run(None, "matcher/*", "scoring/*", "checker/*")
    assert names(report.survivors) == []
    assert report.killed("specimen") == len(report.verdicts) > 100


def test_every_break_of_the_prompt_is_a_miss(laboratory: Laboratory) -> None:
    report = run(laboratory, "prompt/*")
    assert names(report.survivors) == []
    assert report.killed("miss") == len(report.verdicts) > 15


def test_a_replay_that_overlooks_the_prompt_is_found_out(laboratory: Laboratory) -> None:
    careless = Laboratory(laboratory.replay, laboratory.replay)
    report = try_mutants(all_mutants(["prompt/rule/*", "prompt/tool/*"]), CASES[:1], careless)
    assert report.score == 0


def test_what_the_suite_asks_about_cannot_break_in_silence(laboratory: Laboratory) -> None:
    report = run(
        laboratory,
        "schema/*",
        "argument/get_sales.*",
        "argument/forecast_demand.*",
        "argument/recommend_restock.*",
        "walk/memory/forgotten",
        "walk/memory/[cp]*-forgotten",
        "walk/plan/*",
        "walk/guard/[os]*",
        "walk/guard/gate-off",
        "walk/language/*",
        "answer/[iow]*",
        "answer/facts-dropped",
        "answer/calls-untold",
    )
    assert names(report.survivors) == []
    assert report.killed("behaviour") > report.killed("miss") > 0


def test_replies_to_another_prompt_are_refused(laboratory: Laboratory) -> None:
    (another_prompt,) = all_mutants(["prompt/intro/*"])
    with another_prompt.apply(), pytest.raises(CassetteUnusable, match=r"the prompt changed.*record again"):
        run(laboratory, "prompt/rule/*")


def test_a_hole_in_the_suite_shows(laboratory: Laboratory) -> None:
    whole = run(laboratory, "argument/recommend_restock.service_level/*")
    holed = run(laboratory, "argument/recommend_restock.service_level/*", without=("restock-all",))
    assert whole.score == 1
    assert names(holed.survivors) == [
        "argument/recommend_restock.service_level/another-level",
        "argument/recommend_restock.service_level/dropped-from-plan",
        "argument/recommend_restock.service_level/lost-in-resolution",
    ]
    assert [verdict.tried for verdict in holed.survivors] == [1, 1, 1]


def test_a_miss_counts_apart_from_a_change_of_behaviour(laboratory: Laboratory) -> None:
    asked, unasked = run(
        laboratory, "schema/get_sales.period/absent", "schema/list_trending.limit/absent"
    ).verdicts
    assert (unasked.how, asked.how) == ("behaviour", "miss") or (asked.how, unasked.how) == (
        "miss",
        "behaviour",
    )


def test_a_case_that_is_red_anyway_notices_nothing(laboratory: Laboratory) -> None:
    impossible = case(
        "impossible",
        turn(f"How many {LIGHT} will sell in 9 days?", calls=[call("forecast_demand", horizon=10)]),
    )
    report = try_mutants(
        all_mutants(["argument/forecast_demand.horizon/off-by-one"]), [impossible], laboratory
    )
    assert report.survivors and report.verdicts[0].tried == 0


def test_nothing_stays_broken(laboratory: Laboratory) -> None:
    places = (graph.remember, graph.make_plan, toolbox(), plan_schema(), system_prompt())
    for mutant in all_mutants():
        with mutant.apply():
            pass
    assert (graph.remember, graph.make_plan, toolbox(), plan_schema(), system_prompt()) == places
    assert red(laboratory.strict) == {}


def test_a_mutant_that_breaks_halfway_is_undone_too() -> None:
    before = system_prompt()
    (mutant,) = all_mutants(["prompt/intro/*"])
    with pytest.raises(KeyError), mutant.apply():
        assert system_prompt() != before
        raise KeyError
    assert system_prompt() == before


def test_names_say_what_is_broken_and_stand_once() -> None:
    mutants = all_mutants()
    found = [mutant.name for mutant in mutants]
    assert found == [mutant.name for mutant in all_mutants()]
    assert len(set(found)) == len(found)
    assert {f"schema/{tool.name}/removed" for tool in offered_tools()} <= set(found)
    for tool in toolbox().values():
        for parameter in tool.parameters:
            assert f"argument/{tool.name}.{parameter.said}/dropped-from-plan" in found


def test_an_unknown_name_lists_the_groups() -> None:
    with pytest.raises(EvalError, match=r"no mutant is called 'nonsense'.*matcher/\*.*walk/\*"):
        all_mutants(["nonsense"])


def test_replayed_mutants_need_a_laboratory() -> None:
    with pytest.raises(ValueError, match="open a laboratory"):
        run(None, "walk/plan/reversed")


def test_the_report_shows_score_and_survivors() -> None:
    verdicts = [
        Verdict("schema/a/removed", "schema", "behaviour", "case-1"),
        Verdict("schema/a/renamed", "schema", "miss", "case-1"),
        Verdict("walk/b", "walk", tried=12),
        Verdict("walk/[c]", "walk"),
    ]
    lines: list[str] = []
    assert print_report(MutationReport(verdicts, 3.2), lines.append) == 1
    assert lines[-1] == "mutation score 0.500, below 0.95, in 3 s"
    assert "survives: walk/b (12 cases or specimens stay green)" in lines
    assert "survives: walk/[c] (nothing green concerns it)" in lines
    assert lines[1].split() == ["schema", "2", "1", "1", "0", "0", "1.000"]
    assert print_report(MutationReport(verdicts[:2], 3.2), lines.append) == 0
