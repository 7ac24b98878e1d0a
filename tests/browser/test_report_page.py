"""The evaluation's report in a real browser: alone, on a phone, in the dark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from evals.case import Case
from evals.figures import compute_figures
from evals.journal import Journal
from evals.observed import Observed, ObservedCall, ObservedTurn
from evals.reports import Result, write_reports
from evals.results import Run, make_row
from evals.scoring import score_case
from evals.suite import Suite
from tools.toolbox import toolbox

pytestmark = pytest.mark.browser


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report with every tool in its matrix, long words and Chinese."""
    expect = {"calls": [{"tool": "get_sales", "arguments": {"product": "B001"}}]}
    cases = [
        Case.model_validate(
            {
                "id": f"{tool.replace('_', '-')}-with-a-rather-long-name-for-a-case",
                "skill": f"a-rather-long-skill-name/with-{tool}-in-it",
                "language": "zh",
                "store": "bazaar",
                "tags": ["held_out", "multi_turn", "mixed_script", "hard_name", "hard_date"],
                "turns": [{"say": "上周卖了多少", "expect": expect}],
            }
        )
        for tool in toolbox()
    ]
    journal = Journal(tmp_path / "journal.jsonl")
    rows = []
    for case, tool in zip(cases, toolbox(), strict=True):
        call = ObservedCall(tool=tool, said={"product": "x" * 200}, arguments={"product": "B001"})
        turn = ObservedTurn(said="上周卖了多少", calls=[call], answer="字" * 300 + "w" * 200, seconds=2)
        observed = Observed(case_id=case.id, turns=[turn], seconds=2)
        journal.add(observed)
        rows.append(make_row(case, observed, score_case(case, observed)))
    started_at = datetime(2026, 11, 1, tzinfo=UTC)
    run = Run(
        suite="s", target="t", model="m" * 90, k=1, started_at=started_at, machine="x", seconds=9, rows=rows
    )
    path = tmp_path / "report.html"
    result = Result(run, compute_figures(run), Suite("s", tuple(cases)), journal)
    write_reports(result, html=path, junit=None, json=None, markdown=None)
    return path


def opened(browser: Browser, report: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: told.append(request.url))
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page, told


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out_and_nothing_is_fetched(browser: Browser, report: Path, width: int) -> None:
    page, told = opened(browser, report, width, "light")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert told == [report.as_uri()]
    page.close()


def test_the_page_follows_the_reader_into_the_dark(browser: Browser, report: Path) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        page, _ = opened(browser, report, 800, scheme)
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert grounds == ["rgb(246, 247, 249)", "rgb(18, 22, 28)"]
