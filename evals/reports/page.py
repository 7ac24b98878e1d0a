"""The report for people: one HTML file that needs nothing else, no network and no script."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evals.figures import FACETS, Confusion
from evals.reports import wording
from evals.reports.headline import headlines
from evals.reports.result import Result
from evals.reports.walk import worst_cases

_HERE = Path(__file__).parent
# What is not a tool stands last in the matrix.
_NOT_TOOLS = ("clarify", "no_call", "nothing")


def html_page(result: Result) -> str:
    """Return the whole report as one page; every text in it is escaped."""
    template = _environment().get_template("page.html.j2")
    return template.render(
        result=result,
        run=result.run,
        figures=result.figures,
        comparison=result.comparison,
        headlines=headlines(result.figures),
        breakdowns=[(facet, result.figures.breakdowns[facet]) for facet in FACETS],
        matrix=_Matrix(result.figures.confusion),
        walks=worst_cases(result),
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
    )


def _environment() -> Environment:
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(_HERE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for filter_ in (
        wording.percent,
        wording.interval,
        wording.duration,
        wording.count,
        wording.probability,
        wording.comparison_in_words,
    ):
        environment.filters[filter_.__name__] = filter_
    return environment


class _Matrix:
    """The confusion of tools as rows and columns, each cell with its share of the row."""

    def __init__(self, confusion: list[Confusion]) -> None:
        self._counts = {(one.expected, one.called): one.count for one in confusion}
        self.expected = sorted({one.expected for one in confusion}, key=_order)
        self.called = sorted({one.called for one in confusion}, key=_order)
        self.totals = {
            expected: sum(one.count for one in confusion if one.expected == expected)
            for expected in self.expected
        }

    def count(self, expected: str, called: str) -> int:
        """Return how often `called` came where `expected` should have."""
        return self._counts.get((expected, called), 0)

    def share(self, expected: str, called: str) -> float:
        """Return the cell's share of its row."""
        return self.count(expected, called) / self.totals[expected]


def _order(name: str) -> tuple[bool, str]:
    return (name in _NOT_TOOLS, name)
