"""The reports of a run: what is in them, whatever a model or a case may say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from evals.baseline import compare, read_baseline
from evals.case import Case
from evals.figures import breached_floors, compute_figures
from evals.journal import Journal
from evals.observed import Observed, ObservedCall, ObservedReview, ObservedTurn
from evals.reports import ReportUnwritable, Result, console_summary, write_reports
from evals.reports.expected import describe_expectation
from evals.reports.walk import LONGEST_TEXT, worst_cases
from evals.results import ResultRow, Run, make_row
from evals.scoring import CaseScore
from evals.suite import Suite

NASTY = 'sold <b>5</b> & </code></details><script>alert("x")</script> | `t` | @everyone *x* _y_ [a](b)\x1b[31m\x00'
CASE = Case.model_validate(
    {
        "id": "talk",
        "skill": "sales/chain",
        "language": "zh",
        "store": "bazaar",
        "tags": ["held_out", "multi_turn"],
        "turns": [
            {"say": "上周卖了多少", "expect": {"clarify": {"about": "product"}}},
            "那个蓝色的 <i>杯子</i>",
        ],
        "expect": {
            "calls": [{"tool": "get_sales", "arguments": {"product": {"one_of": ["B001", "B002"]}}}],
            "answer": {"values": [{"equals": 412, "within": 1, "metric": "units"}], "cites": 1},
        },
    }
)


def case(case_id: str, **changes: Any) -> Case:
    values: dict[str, Any] = {"id": case_id, "skill": "sales/plain", "language": "en", "store": "bazaar"}
    turns = [{"say": "How much?", "expect": {"no_call": True}}]
    return Case.model_validate(values | {"turns": turns} | changes)


Maker = Callable[..., Result]


@pytest.fixture
def result_of(tmp_path: Path) -> Maker:
    """Make the result of cases, each with the observation and the verdict on each of its runs."""
    journal = Journal(tmp_path / "journal.jsonl")

    def make(*played: tuple[Case, Observed, CaseScore], **changes: Any) -> Result:
        rows = []
        for played_case, observed, score in played:
            journal.add(observed)
            rows.append(make_row(played_case, observed, score))
        suite = Suite("bazaar", tuple({one.id: one for one, _, _ in played}.values()))
        run = run_of(rows)
        return Result(
            **({"run": run, "figures": compute_figures(run), "suite": suite, "journal": journal} | changes)
        )

    return make


def run_of(rows: list[ResultRow]) -> Run:
    return Run(
        suite="bazaar",
        target="http://shop.example/?a=1&b=<2>",
        model="small|model",
        k=1,
        started_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        machine="2 cores",
        seconds=61.0,
        rows=rows,
    )


def played(
    one: Case, failed: list[Any] | None = None, *, epoch: int = 1, problem: str = "wrong", **changes: Any
) -> tuple[Case, Observed, CaseScore]:
    """One run of a case that fails in the named dimensions."""
    turns = [ObservedTurn(said=turn.say, answer="fine", seconds=1.5) for turn in one.turns]
    observed = Observed(case_id=one.id, epoch=epoch, turns=turns, seconds=1.5).model_copy(update=changes)
    score = CaseScore(one.id, epoch, error=observed.error)
    if observed.error is None:
        score.dimensions = {"grounding": True, **dict.fromkeys(failed or [], False)}
        score.problems = [problem] if failed else []
    else:
        score.problems = [observed.error]
    return one, observed, score


def nasty_run() -> tuple[Case, Observed, CaseScore]:
    second = ObservedTurn(
        said="那个蓝色的 <i>杯子</i>",
        calls=[
            ObservedCall(tool="get_sales", said={"product": NASTY}, arguments={"product": "B007"}, ok=False)
        ],
        answer=NASTY,
        citations=[ObservedReview(review_id="R9", product_id="B007", text=NASTY)],
        seconds=2.0,
    )
    first = ObservedTurn(said="上周卖了多少", outcome="asked_back", reason="product", answer="哪一件？")
    return played(CASE, ["arguments", "answer"], turns=[first, second], problem=NASTY)


class Page(HTMLParser):
    """What a browser would make of the page: its elements, and the text that a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def written(result: Result, tmp_path: Path) -> dict[str, str]:
    paths = {name: tmp_path / "out" / f"report.{name}" for name in ("html", "junit", "json", "markdown")}
    write_reports(result, **paths)
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script(result_of: Maker, tmp_path: Path) -> None:
    html = written(result_of(nasty_run()), tmp_path)["html"]
    elements = Page(html).elements
    assert not {"script", "link", "img", "iframe", "i>"} & {tag for tag, _ in elements}
    assert not [attrs for _, attrs in elements if {"src", "href", "onload", "onclick"} & attrs.keys()]
    assert "url(" not in html
    assert "@import" not in html


def test_the_page_shows_the_whole_walk_as_it_was_said(result_of: Maker, tmp_path: Path) -> None:
    text = Page(written(result_of(nasty_run()), tmp_path)["html"]).text
    for shown in [
        "上周卖了多少",
        "asks back about the product",
        "asked back (product)",
        "哪一件？",
        "那个蓝色的 <i>杯子</i>",
        "get_sales(product ∈ ['B001', 'B002'])",
        "answer states 412 ± 1 (units)",
        'get_sales(product="B007") failed',
        '</code></details><script>alert("x")</script> | `t` | @everyone',
        "R9",
    ]:
        assert shown in text


def test_the_page_tells_headline_verdict_breakdown_and_confusion(result_of: Maker, tmp_path: Path) -> None:
    one, observed, score = played(case("b"), ["abstention"])
    score.confusion = [("no_call", "get_sales")]
    result = result_of(played(case("a")), (one, observed, score))
    result = Result(**(vars(result) | {"breaches": breached_floors(result.figures, {"pass@1": 0.9})}))
    page = Page(written(result, tmp_path)["html"])
    assert "50.0%" in page.text
    assert "9.5 – 90.5" in page.text
    assert "Verdict fails" in page.text
    assert "pass@1 is 50.00%, below its floor of 90.00%" in page.text
    assert ("td", {"class": "miss", "style": "--share:1.000"}) in page.elements
    assert [tag for tag, _ in page.elements].count("svg") >= 8


def test_the_page_tells_what_was_lost_against_the_baseline(result_of: Maker, tmp_path: Path) -> None:
    names = [f"c{i}" for i in range(8)]
    before = result_of(*[played(case(name)) for name in names]).run
    result = result_of(*[played(case(name), ["abstention"]) for name in names])
    result = Result(**(vars(result) | {"comparison": compare(result.run, before)}))
    reports = written(result, tmp_path)
    assert "Regression in passed" in Page(reports["html"]).text
    assert "8 cases lost" in Page(reports["html"]).text
    assert "worse than the baseline" in Page(reports["html"]).text
    assert "8 lost, 0 gained (p 0.008)" in reports["markdown"]
    assert "❌" in reports["markdown"]
    assert "8 lost, 0 gained" in console_summary(result)
    assert not result.is_good


def test_a_baseline_with_nothing_in_common_is_said_in_every_report(result_of: Maker, tmp_path: Path) -> None:
    result = result_of(played(case("a")))
    other = run_of([make_row(*played(case("z")))])
    result = Result(**(vars(result) | {"comparison": compare(result.run, other)}))
    reports = written(result, tmp_path)
    for text in (Page(reports["html"]).text, reports["markdown"], console_summary(result), reports["junit"]):
        assert "nothing was compared (0 changed, 1 new, 1 only in the baseline)" in text
    assert "nothing in common with the baseline" in Page(reports["html"]).text


def test_errors_come_first_then_failed_dimensions_then_held_out(result_of: Maker) -> None:
    result = result_of(
        played(case("good")),
        played(case("dev-one", tags=["dev"]), ["abstention"]),
        played(case("z-held-one", tags=["held_out"]), ["abstention"]),
        played(case("dev-two", tags=["dev"]), ["abstention", "language"]),
        played(case("broken", tags=["dev"]), error="the server hung", turns=[]),
    )
    assert [walk.row.case_id for walk in worst_cases(result)] == [
        "broken",
        "dev-two",
        "z-held-one",
        "dev-one",
    ]


def test_a_case_is_shown_in_its_worst_run(result_of: Maker) -> None:
    one = case("a")
    result = result_of(
        played(one, epoch=1),
        played(one, ["abstention", "language"], epoch=2),
        played(one, ["abstention"], epoch=3),
    )
    (walk,) = worst_cases(result)
    assert (walk.row.epoch, walk.failed_runs, walk.runs) == (2, 2, 3)


def test_a_server_that_died_hides_nothing_else(result_of: Maker, tmp_path: Path) -> None:
    broken = [played(case(f"broken-{i:02}"), error="the server is gone", turns=[]) for i in range(15)]
    result = result_of(*broken, played(case("wrong"), ["abstention"]))
    walks = worst_cases(result)
    assert [(walk.row.case_id, walk.alike) for walk in walks] == [("broken-00", 14), ("wrong", 0)]
    reports = written(result, tmp_path)
    assert "14 more cases ended in the same error" in Page(reports["html"]).text
    assert "and 14 more cases" in reports["markdown"]


def test_a_case_that_erred_midway_shows_how_far_it_came(result_of: Maker, tmp_path: Path) -> None:
    first = ObservedTurn(said="上周卖了多少", outcome="asked_back", reason="product", answer="哪一件？")
    result = result_of(played(CASE, error="no answer within 120 s", turns=[first]))
    text = Page(written(result, tmp_path)["html"]).text
    assert text.index("哪一件？") < text.index("那个蓝色的") < text.index("never answered")
    assert "no answer within 120 s" in text


def test_a_case_that_is_gone_from_the_suite_still_shows_what_happened(
    result_of: Maker, tmp_path: Path
) -> None:
    result = result_of(nasty_run(), suite=Suite("bazaar", ()))
    assert "哪一件？" in Page(written(result, tmp_path)["html"]).text


def test_a_flood_of_rubbish_is_cut(result_of: Maker, tmp_path: Path) -> None:
    flood = [ObservedTurn(said="How much?", answer="x" * 5_000_000)]
    html = written(result_of(played(case("a"), ["abstention"], turns=flood)), tmp_path)["html"]
    assert len(html) < 100_000
    assert f"({5_000_000 - LONGEST_TEXT:,} characters more)" in html


def test_junit_has_a_test_a_case_with_the_reason_it_fails(result_of: Maker, tmp_path: Path) -> None:
    result = result_of(
        played(case("good")),
        nasty_run(),
        played(case("broken"), error="the server hung\x1b[0m", turns=[]),
    )
    suite = ET.fromstring(written(result, tmp_path)["junit"]).find("testsuite")
    assert suite is not None
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "time")} == {
        "name": "bazaar",
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "time": "61.000",
    }
    good, failed, broken = suite.findall("testcase")
    assert (good.get("classname"), good.get("name"), good.get("time")) == (
        "bazaar.sales.plain",
        "good",
        "1.500",
    )
    assert len(good) == 0
    failure, error = failed.find("failure"), broken.find("error")
    assert failure is not None
    assert error is not None
    assert '<script>alert("x")</script>' in (failure.get("message") or "")
    assert failure.get("type") == "arguments,answer"
    assert error.get("message") == "the server hung\ufffd[0m"


def test_junit_judges_a_repeated_case_by_the_majority_of_its_runs(result_of: Maker, tmp_path: Path) -> None:
    steady, shaky = case("steady"), case("shaky")
    result = result_of(
        *[played(steady, ["abstention"] if epoch == 1 else None, epoch=epoch) for epoch in (1, 2, 3)],
        *[played(shaky, ["abstention"] if epoch != 1 else None, epoch=epoch) for epoch in (1, 2, 3)],
    )
    failures = ET.fromstring(written(result, tmp_path)["junit"]).findall(".//failure")
    assert [failure.text for failure in failures] == ["2 of 3 runs failed\nwrong"]


def test_junit_carries_the_figures(result_of: Maker, tmp_path: Path) -> None:
    junit = written(result_of(played(case("a"))), tmp_path)["junit"]
    properties = {one.get("name"): one.get("value") for one in ET.fromstring(junit).iter("property")}
    assert properties["pass@1"] == "1.0000 [0.2065, 1.0000] n=1"
    assert properties["model"] == "small|model"


def test_nothing_that_was_said_is_read_as_markdown(result_of: Maker, tmp_path: Path) -> None:
    markdown = written(result_of(nasty_run()), tmp_path)["markdown"]
    for dangerous in ("<script", "@everyone", "*x*", "`t`", "[a](b)", "<2>", "small|model"):
        assert dangerous not in markdown
    assert markdown.count("<details>") == markdown.count("</details>") == 1
    assert markdown.count("<code>") == markdown.count("</code>")
    folded = markdown[markdown.index("<details><summary>The worst") :].strip()
    assert "\n\n" not in folded, "a blank line would end the block in which Markdown is not read"
    tables = [line for line in markdown.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {5}


def test_the_json_report_is_the_next_baseline(result_of: Maker, tmp_path: Path) -> None:
    result = result_of(nasty_run())
    written(result, tmp_path)
    assert read_baseline(tmp_path / "out" / "report.json") == result.run


def test_the_terminal_shows_aligned_figures_with_intervals(result_of: Maker) -> None:
    result = result_of(*[played(case(f"c{i}"), ["abstention"] if i < 3 else None) for i in range(20)])
    lines = console_summary(result).splitlines()
    assert len(lines) < 30
    assert max(map(len, lines)) < 130
    figures = [line for line in lines if "●" in line]
    assert {line.index("%") for line in figures} == {24}
    assert re.search(r"pass@1 +85\.0% +64\.0 – 94\.8 +20 ", figures[0])
    assert any(line.startswith("worst") and "c0: wrong" in line for line in lines)


def test_every_report_of_a_run_of_nothing_can_be_written(result_of: Maker, tmp_path: Path) -> None:
    result = result_of()
    assert "0 cases" in Page(written(result, tmp_path)["html"]).text
    assert "0 cases" in console_summary(result)


def test_half_a_character_does_not_lose_a_report(result_of: Maker, tmp_path: Path) -> None:
    result = result_of(played(case("a"), ["abstention"], problem="odd \ud83d"))
    reports = written(result, tmp_path)
    assert "odd \\ud83d" in reports["html"]
    assert read_baseline(tmp_path / "out" / "report.json") == result.run


def test_a_report_that_cannot_be_written_is_said_and_the_others_are_written(
    result_of: Maker, tmp_path: Path
) -> None:
    result = result_of(played(case("a")))
    good = tmp_path / "deep" / "er" / "run.md"
    with pytest.raises(ReportUnwritable, match="cannot be written"):
        write_reports(result, html=tmp_path, junit=None, json=None, markdown=good)
    assert good.is_file()


def test_an_expectation_in_words() -> None:
    expectation = case(
        "a",
        turns=[
            {
                "say": "x",
                "expect": {
                    "calls": {
                        "mode": "superset",
                        "expected": [
                            {
                                "tool": "forecast_demand",
                                "others": "ignore",
                                "arguments": {
                                    "product": "B001",
                                    "horizon": {"near": 14, "percent": 10},
                                    "lead_time": {"forbid_unasked": True},
                                },
                            }
                        ],
                    },
                    "forbid_calls": ["search_reviews"],
                    "answer": {"not_contains": ["sorry"], "language": "en", "cites": {"forbid": ["R1"]}},
                },
            }
        ],
    ).expectations[0]
    assert expectation is not None
    assert describe_expectation(expectation) == [
        "all of these calls, others allowed:",
        "forecast_demand(product = 'B001', horizon = 14 ± 10%, lead_time absent, …)",
        "never calls search_reviews",
        "answer does not contain 'sorry'",
        "answer is in 'en'",
        "answer cites at least 1 review",
        "answer does not cite R1",
    ]
