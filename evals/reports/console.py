"""What the terminal shows at the end of a run."""

from __future__ import annotations

from collections.abc import Iterator

from evals.figures import Facet, Figures, Group
from evals.reports.headline import headlines
from evals.reports.result import Result
from evals.reports.walk import Walk, worst_cases
from evals.reports.wording import comparison_in_words, count, duration, interval, percent

_BAR = 24
_FACETS: tuple[Facet, ...] = ("split", "language", "store")
_WORST = 3
_LONGEST_PROBLEM = 100


def console_summary(result: Result) -> str:
    """Return the figures of a run as plain lines of text."""
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    run, figures = result.run, result.figures
    yield (
        f"{run.suite}: {count(figures.cases, 'case')}, {count(figures.runs, 'run')} in {duration(run.seconds)}; "
        f"{run.target}, {run.model}"
    )
    yield f"{'':18}{'rate':>7}   {'95% interval':<13} {'cases':>6}"
    for name, estimate in headlines(figures):
        bar = _bar(estimate.low, estimate.rate, estimate.high)
        yield f"{name:<18}{percent(estimate.rate):>7}   {interval(estimate):<13} {estimate.cases:>6,}  {bar}"
    for facet in _FACETS:
        yield f"by {facet:<15}{_groups(figures.breakdowns[facet])}"
    yield _costs(figures)
    if result.comparison:
        yield f"baseline          {comparison_in_words(result.comparison)}"
    yield from (f"FLOOR BREACHED    {breach}" for breach in result.breaches)
    yield from (f"worst             {_worst(walk)}" for walk in worst_cases(result, _WORST))


def _bar(low: float, rate: float, high: float) -> str:
    first, dot, last = (round(share * (_BAR - 1)) for share in (low, rate, high))
    marks = ["·" if not first <= place <= last else "─" for place in range(_BAR)]
    marks[dot] = "●"
    return "".join(marks)


def _groups(groups: list[Group]) -> str:
    return "   ".join(f"{group.name} {percent(group.rate)} of {group.cases:,}" for group in groups)


def _costs(figures: Figures) -> str:
    parts = [f"{count(figures.errors, 'error')}"]
    if figures.unsteady:
        parts.append(f"{count(figures.unsteady, 'unsteady case')}")
    if costs := figures.costs:
        parts += [
            f"a case takes {duration(costs.seconds_median)} (p95 {duration(costs.seconds_p95)}, "
            f"plan {duration(costs.plan_seconds_median)})",
            f"{costs.prompt_tokens_mean:,.0f} + {costs.completion_tokens_mean:,.0f} tokens",
        ]
    return f"{'costs':<18}{'; '.join(parts)}"


def _worst(walk: Walk) -> str:
    problem = " ".join(walk.row.problems[0].split()) if walk.row.problems else ""
    alike = f" (and {count(walk.alike, 'more case')})" if walk.alike else ""
    return f"{walk.row.case_id}{alike}: {problem[:_LONGEST_PROBLEM]}"
