"""The figures of a run: shares with their intervals, by what the cases are about, times, tokens, confusion; floors.

The independent unit is the case: a case's repeats share its question, so they sharpen its own rate and never
count as further evidence. A share is the mean over cases of each case's rate, and its interval is Wilson's with
as many trials as there are cases. Repeats can make that interval wider than it need be, never too narrow.

A run that ended in an error is a failed run in pass@1, pass^k and every breakdown; no dimension was judged in it,
so it is absent there, and from the times and tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from statistics import fmean
from typing import Literal, get_args

import numpy as np
import yaml
from pydantic import BaseModel, Field

from evals.errors import EvalError
from evals.results import ResultRow, Run, by_case
from evals.scoring import DIMENSIONS, Dimension
from evals.statistics import pass_at_k, pass_hat_k, wilson_interval
from evals.suite import SPLITS

Facet = Literal["split", "language", "tag", "tool", "store", "skill"]
FLOORED: tuple[str, ...] = ("pass@1", *DIMENSIONS)


class Estimate(BaseModel):
    """A share over cases, with its 95 % interval."""

    rate: float
    low: float
    high: float
    cases: int


class Rate(Estimate):
    """A share of runs that passed; `rate` is the mean of the cases' own rates."""

    passes: int
    runs: int


class Group(Rate):
    """The runs that pass among cases of one kind."""

    name: str


class Repeated(BaseModel):
    """What repeats say: at least one of k passes, all of k pass; over cases that ran at least k times."""

    k: int
    pass_at: Estimate
    pass_hat: Estimate


class Confusion(BaseModel):
    """How often `called` came where `expected` should have."""

    expected: str
    called: str
    count: int


class Costs(BaseModel):
    """What a run of a case takes, over the runs without an error."""

    seconds_median: float
    seconds_p95: float
    plan_seconds_median: float
    prompt_tokens_mean: float
    completion_tokens_mean: float


class Figures(BaseModel):
    """Everything that reports show of a run."""

    cases: int
    runs: int
    errors: int = Field(description="Runs that ended in an error.")
    passed: int = Field(description="Runs that passed.")
    unsteady: int = Field(description="Cases that pass in some of their runs only.")
    pass_at_1: Rate
    repeated: list[Repeated]
    dimensions: dict[Dimension, Rate]
    breakdowns: dict[Facet, list[Group]]
    costs: Costs | None
    confusion: list[Confusion]


def compute_figures(run: Run) -> Figures:
    """Return the figures of a run."""
    cases = by_case(run.rows)
    verdicts = [[row.passed for row in rows] for rows in cases.values()]
    return Figures(
        cases=len(cases),
        runs=len(run.rows),
        errors=sum(row.error is not None for row in run.rows),
        passed=sum(row.passed for row in run.rows),
        unsteady=sum(0 < sum(one) < len(one) for one in verdicts),
        pass_at_1=rate_of(verdicts),
        repeated=[_repeated(verdicts, k) for k in _ks(verdicts)],
        dimensions={name: rate_of(_judged(cases.values(), name)) for name in DIMENSIONS},
        breakdowns={facet: _groups(cases, names) for facet, names in _FACETS.items()},
        costs=_costs([row for row in run.rows if row.error is None]),
        confusion=_confusion(run.rows),
    )


def rate_of(verdicts: Iterable[Sequence[bool]]) -> Rate:
    """Return the share that passes, given each case's verdicts; cases without any do not count."""
    judged = [one for one in verdicts if one]
    estimate = _estimate([sum(one) / len(one) for one in judged])
    return Rate(
        **estimate.model_dump(), passes=sum(sum(one) for one in judged), runs=sum(len(one) for one in judged)
    )


def _estimate(rates: Sequence[float]) -> Estimate:
    low, high = wilson_interval(sum(rates), len(rates))
    return Estimate(rate=fmean(rates) if rates else 0.0, low=low, high=high, cases=len(rates))


def _judged(cases: Iterable[list[ResultRow]], name: Dimension) -> Iterator[list[bool]]:
    for rows in cases:
        yield [row.dimensions[name] for row in rows if name in row.dimensions]


def _ks(verdicts: list[list[bool]]) -> list[int]:
    """Return 2, 4, 8 … and the most that any case ran."""
    most = max((len(one) for one in verdicts), default=1)
    return sorted({k for k in (2, 4, 8, 16, 32, 64) if k < most} | ({most} if most > 1 else set()))


def _repeated(verdicts: list[list[bool]], k: int) -> Repeated:
    counted = [(len(one), sum(one)) for one in verdicts if len(one) >= k]
    return Repeated(
        k=k,
        pass_at=_estimate([pass_at_k(runs, passes, k) for runs, passes in counted]),
        pass_hat=_estimate([pass_hat_k(runs, passes, k) for runs, passes in counted]),
    )


def split_of(row: ResultRow) -> str:
    """Return the split that a row's case belongs to, or `none`."""
    return next((split for split in SPLITS if split in row.tags), "none")


_FACETS: dict[Facet, Callable[[ResultRow], Iterable[str]]] = {
    "split": lambda row: [split_of(row)],
    "language": lambda row: [row.language],
    "tag": lambda row: [tag for tag in row.tags if tag not in SPLITS],
    "tool": lambda row: row.tools,
    "store": lambda row: [row.store],
    "skill": lambda row: [row.skill],
}
FACETS: tuple[Facet, ...] = get_args(Facet)


def _groups(cases: dict[str, list[ResultRow]], names: Callable[[ResultRow], Iterable[str]]) -> list[Group]:
    verdicts: dict[str, list[list[bool]]] = {}
    for rows in cases.values():
        for name in names(rows[0]):
            verdicts.setdefault(name, []).append([row.passed for row in rows])
    return [Group(name=name, **rate_of(verdicts[name]).model_dump()) for name in sorted(verdicts)]


def _costs(rows: list[ResultRow]) -> Costs | None:
    if not rows:
        return None
    seconds = [row.seconds for row in rows]
    return Costs(
        seconds_median=float(np.median(seconds)),
        seconds_p95=float(np.quantile(seconds, 0.95)),
        plan_seconds_median=float(np.median([row.plan_seconds for row in rows])),
        prompt_tokens_mean=fmean(row.prompt_tokens for row in rows),
        completion_tokens_mean=fmean(row.completion_tokens for row in rows),
    )


def _confusion(rows: list[ResultRow]) -> list[Confusion]:
    counts = Counter(pair for row in rows for pair in row.confusion)
    return [
        Confusion(expected=expected, called=called, count=count)
        for (expected, called), count in sorted(counts.items())
    ]


class FloorsInvalid(EvalError):
    """A floors file that cannot be used."""


def read_floors(path: Path) -> dict[str, float]:
    """Read a floors file; the one that ships beside this module is for the suites that ship.

    Raises:
        FloorsInvalid: not YAML, a figure that does not exist, or a floor outside 0..1.
    """
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FloorsInvalid(f"{str(path)!r} cannot be read: {error}", "give a YAML file of floors") from error
    if not isinstance(read, dict):
        raise FloorsInvalid(f"{str(path)!r} holds no floors", "write one a line, like `pass@1: 0.5`")
    for name, floor in read.items():
        _refuse_unusable(path, name, floor)
    return {name: float(floor) for name, floor in read.items()}


def _refuse_unusable(path: Path, name: object, floor: object) -> None:
    if name not in FLOORED:
        nearest = get_close_matches(str(name), FLOORED, 1)
        hint = f"did you mean {nearest[0]!r}? " if nearest else ""
        raise FloorsInvalid(
            f"{str(path)!r}: there is no figure {name!r}", f"{hint}It is one of {', '.join(FLOORED)}"
        )
    if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor <= 1:
        raise FloorsInvalid(f"{str(path)!r}: the floor of {name!r} is {floor!r}", "give a share within 0..1")


def breached_floors(figures: Figures, floors: Mapping[str, float]) -> list[str]:
    """Return a message for each floor that is not reached.

    A floor is compared with the figure itself: an interval that reaches above it does not excuse it. A dimension
    that no case of this run was judged on is not compared; a run without a single case breaches its pass@1.
    """
    reached = {"pass@1": figures.pass_at_1} | {str(name): rate for name, rate in figures.dimensions.items()}
    return [
        f"{name} is {reached[name].rate:.2%}, below its floor of {floor:.2%}"
        for name, floor in floors.items()
        if reached[name].rate < floor and (reached[name].cases or name == "pass@1")
    ]
