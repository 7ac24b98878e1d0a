"""A comment for a pull request: short, the failures folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evals.baseline import Paired
from evals.reports.headline import headlines
from evals.reports.result import Result
from evals.reports.walk import Walk, worst_cases
from evals.reports.wording import comparison_in_words, count, duration, interval, percent, probability

_PUNCTUATION = re.compile(r"[^\w\s]|_")
_LONGEST_PROBLEM = 300
_LISTED_CASES = 20


def pull_request_comment(result: Result) -> str:
    """Return a run as Markdown; nothing that a model or a case said is read as Markdown."""
    return "\n".join(_lines(result)) + "\n"


def _lines(result: Result) -> Iterator[str]:
    run, figures = result.run, result.figures
    yield f"### {'✅' if result.is_good else '❌'} Evaluation of {_verbatim(run.suite)}"
    yield ""
    yield (
        f"{count(figures.cases, 'case')}, {count(figures.runs, 'run')}, {count(figures.errors, 'error')} "
        f"in {duration(run.seconds)} · {_verbatim(run.target)} · {_verbatim(run.model)}"
    )
    for breach in result.breaches:
        yield f"\n**Floor breached:** {breach}"
    yield "\n| figure | rate | 95 % interval | cases |\n|---|--:|:-:|--:|"
    for name, estimate in headlines(figures):
        yield f"| `{name}` | {percent(estimate.rate)} | {interval(estimate)} | {estimate.cases:,} |"
    if costs := figures.costs:
        yield (
            f"\nA case takes {duration(costs.seconds_median)} at the median, {duration(costs.seconds_p95)} at p95; "
            f"{costs.prompt_tokens_mean:,.0f} + {costs.completion_tokens_mean:,.0f} tokens."
        )
    yield from _comparison(result)
    yield from _failures(worst_cases(result))


def _comparison(result: Result) -> Iterator[str]:
    comparison = result.comparison
    if comparison is None:
        return
    yield (
        f"\n**Against the baseline** of {comparison.baseline_started_at:%Y-%m-%d} "
        f"({_verbatim(comparison.baseline_model)}): {comparison_in_words(comparison)}"
    )
    moved = [one for one in [comparison.overall, *comparison.dimensions] if one.lost or one.gained]
    if moved:
        yield "\n| figure | cases | before | now | lost | gained | p |\n|---|--:|--:|--:|--:|--:|---|"
        yield from map(_moved, moved)
    yield from _listed("lost", comparison.overall.lost)
    yield from _listed("gained", comparison.overall.gained)


def _moved(paired: Paired) -> str:
    mark = "**" if paired.is_drop else ""
    return (
        f"| {mark}`{paired.name}`{mark} | {paired.cases:,} | {percent(paired.before)} | {percent(paired.after)} "
        f"| {len(paired.lost)} | {len(paired.gained)} | {probability(paired.adjusted_p)} |"
    )


def _listed(what: str, cases: list[str]) -> Iterator[str]:
    if cases:
        more = f" and {len(cases) - _LISTED_CASES} more" if len(cases) > _LISTED_CASES else ""
        shown = ", ".join(f"<code>{case_id}</code>" for case_id in cases[:_LISTED_CASES])
        yield f"\n<details><summary>{count(len(cases), 'case')} {what}</summary>{shown}{more}</details>"


def _failures(walks: list[Walk]) -> Iterator[str]:
    if not walks:
        return
    yield "\n<details><summary>The worst cases</summary><ul>"
    for walk in walks:
        problems = [_verbatim(problem[:_LONGEST_PROBLEM]) for problem in walk.row.problems[:3]]
        often = f" ({walk.failed_runs} of {walk.runs} runs failed)" if walk.runs > 1 else ""
        alike = f" and {count(walk.alike, 'more case')}" if walk.alike else ""
        yield f"<li><code>{walk.row.case_id}</code>{often}{alike}<br>{'<br>'.join(problems)}</li>"
    yield "</ul></details>"


def _verbatim(text: str) -> str:
    """Write text so that neither Markdown nor HTML nor a mention of anybody comes of it."""
    words = " ".join(text.split())
    return f"<code>{_PUNCTUATION.sub(lambda mark: f'&#{ord(mark[0])};', words)}</code>"
