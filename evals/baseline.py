"""Comparing a run with an earlier one, case by case: the same questions, before and after.

A case passes when more than half of its runs pass, so runs with different `k` compare. Only cases that are in both
runs and have not been changed are compared; each is its own control, which is what makes McNemar's test sharp.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from evals.errors import BaselineUnreadable
from evals.figures import Figures
from evals.results import ResultRow, Run, by_case
from evals.scoring import DIMENSIONS, Dimension
from evals.statistics import holm, majority, mcnemar

VERSION: Literal[1] = 1
ALPHA = 0.05


class Record(BaseModel):
    """What `--json` writes and `--baseline` reads."""

    version: Literal[1] = VERSION
    run: Run
    figures: Figures


class Paired(BaseModel):
    """One verdict on the cases that both runs have."""

    name: str
    cases: int
    before: float = Field(description="Share of these cases that passed in the baseline.")
    after: float
    gained: list[str]
    lost: list[str]
    p_value: float = Field(description="McNemar's, exact and two-sided.")
    adjusted_p: float = Field(description="Of a dimension: by Holm over all dimensions.")

    @property
    def is_drop(self) -> bool:
        """Whether more was lost than gained, and by more than chance explains."""
        return len(self.lost) > len(self.gained) and self.adjusted_p < ALPHA


class Comparison(BaseModel):
    """A run against its baseline."""

    baseline_suite: str
    baseline_target: str
    baseline_model: str
    baseline_started_at: datetime
    overall: Paired
    dimensions: list[Paired]
    changed: list[str] = Field(description="Cases that were rewritten since; not compared.")
    added: list[str] = Field(description="Cases that the baseline does not have.")
    removed: list[str] = Field(description="Cases that only the baseline has.")

    @property
    def drops(self) -> list[Paired]:
        """What has become worse by more than chance explains."""
        return [paired for paired in [self.overall, *self.dimensions] if paired.is_drop]

    @property
    def is_regression(self) -> bool:
        """Whether the cases as a whole or any dimension of them became worse by more than chance explains."""
        return bool(self.drops)


def read_baseline(path: Path) -> Run:
    """Read the run of a report that `--json` wrote.

    Raises:
        BaselineUnreadable: no such file, not JSON, no report of a run, or of another version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineUnreadable(
            f"the baseline {str(path)!r} cannot be opened: {error.strerror}", _REMEDY
        ) from error
    except (ValueError, RecursionError) as error:
        raise BaselineUnreadable(f"the baseline {str(path)!r} is not JSON: {error}", _REMEDY) from error
    if not isinstance(data, dict) or "version" not in data:
        raise BaselineUnreadable(f"the baseline {str(path)!r} is not the report of a run", _REMEDY)
    if data["version"] != VERSION:
        raise BaselineUnreadable(
            f"the baseline {str(path)!r} has version {data['version']!r}; this program reads version {VERSION}",
            "run the suite again at the commit to compare with, using this program's `--json`",
        )
    try:
        return Run.model_validate(data.get("run"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, ("run", *first["loc"])))
        raise BaselineUnreadable(
            f"the baseline {str(path)!r} is not the report of a run: {where!r}: {first['msg'].lower()}",
            _REMEDY,
        ) from error


_REMEDY = "give the file that `shopcast eval run … --json FILE` wrote"


def compare(run: Run, baseline: Run) -> Comparison:
    """Compare a run with a baseline on the cases that both have, unchanged."""
    now, before = by_case(run.rows), by_case(baseline.rows)
    shared = [case_id for case_id in now if case_id in before]
    same = [one for one in shared if now[one][0].case_hash == before[one][0].case_hash]
    pairs = {case_id: (before[case_id], now[case_id]) for case_id in same}
    return Comparison(
        baseline_suite=baseline.suite,
        baseline_target=baseline.target,
        baseline_model=baseline.model,
        baseline_started_at=baseline.started_at,
        overall=_pair("passed", pairs, lambda rows: [row.passed for row in rows]),
        dimensions=_adjusted([_pair(name, pairs, _judged(name)) for name in DIMENSIONS]),
        changed=sorted(set(shared) - set(same)),
        added=sorted(set(now) - set(before)),
        removed=sorted(set(before) - set(now)),
    )


Verdicts = Callable[[list[ResultRow]], list[bool]]


def _judged(name: Dimension) -> Verdicts:
    return lambda rows: [row.dimensions[name] for row in rows if name in row.dimensions]


def _pair(name: str, pairs: dict[str, tuple[list[ResultRow], list[ResultRow]]], verdicts: Verdicts) -> Paired:
    judged = {case_id: (verdicts(old), verdicts(new)) for case_id, (old, new) in pairs.items()}
    both = {case_id: (majority(old), majority(new)) for case_id, (old, new) in judged.items() if old and new}
    lost = sorted(case_id for case_id, (old, new) in both.items() if old and not new)
    gained = sorted(case_id for case_id, (old, new) in both.items() if new and not old)
    p_value = mcnemar(len(lost), len(gained))
    return Paired(
        name=name,
        cases=len(both),
        before=_share([old for old, _ in both.values()]),
        after=_share([new for _, new in both.values()]),
        gained=gained,
        lost=lost,
        p_value=p_value,
        adjusted_p=p_value,
    )


def _share(verdicts: Sequence[bool]) -> float:
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def _adjusted(dimensions: list[Paired]) -> list[Paired]:
    """Adjust for how many dimensions were tested; those that no common case has were not."""
    tested = [paired for paired in dimensions if paired.cases]
    corrected = holm([paired.p_value for paired in tested])
    return [paired.model_copy(update={"adjusted_p": p}) for paired, p in zip(tested, corrected, strict=True)]
