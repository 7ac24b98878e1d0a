"""Reports of a run: a page for people, JUnit for CI, JSON for machines, Markdown for a pull request, a summary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evals.errors import EvalError
from evals.reports.console import console_summary
from evals.reports.junit import junit_xml
from evals.reports.markdown import pull_request_comment
from evals.reports.page import html_page
from evals.reports.record import json_record
from evals.reports.result import Result

__all__ = ["ReportUnwritable", "Result", "console_summary", "write_reports"]


class ReportUnwritable(EvalError):
    """A report whose file cannot be written."""


def write_reports(
    result: Result, *, html: Path | None, junit: Path | None, json: Path | None, markdown: Path | None
) -> None:
    """Write the reports that are asked for.

    Raises:
        ReportUnwritable: one could not be written; the others are.
    """
    wanted: list[tuple[Path | None, Callable[[Result], str]]] = [
        (html, html_page),
        (junit, junit_xml),
        (json, json_record),
        (markdown, pull_request_comment),
    ]
    failed = [error for path, render in wanted if path and (error := _write(path, render(result)))]
    if failed:
        raise failed[0]


def _write(path: Path, text: str) -> ReportUnwritable | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A target may answer with half a character; the report shows it as an escape.
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        return ReportUnwritable(
            f"the report {str(path)!r} cannot be written: {error.strerror}",
            "name a file that you may write; the run itself is kept, so running it again takes seconds",
        )
    return None
