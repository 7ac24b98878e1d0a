"""Runs mutants: applies one at a time and looks for the first case or specimen that it turns red."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from evals.case import Case
from evals.errors import CassetteMiss, CassetteUnusable
from evals.mutation.laboratory import Laboratory
from evals.mutation.mutant import Detector, Mutant, patched
from evals.observed import Observed
from evals.scoring import score_case
from evals.specimen import run_specimen, shipped_specimens
from evals.targets.base import Target

logger = logging.getLogger(__name__)
How = Literal["behaviour", "miss", "specimen"]
# A case whose talk went another way finds no recorded reply: red, but another case may show what broke.
_MISSES_ENOUGH = 3
_STRICT_ENOUGH = 3
_STALE_AFTER = 20
_KEPT_RESULTS = 10_000


@dataclass(frozen=True)
class Verdict:
    """What came of one mutant; `how` is None for a survivor."""

    mutant: str
    group: str
    how: How | None = None
    by: str = ""
    problem: str = ""
    tried: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class MutationReport:
    """All verdicts, in the order of the mutants."""

    verdicts: list[Verdict] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def survivors(self) -> list[Verdict]:
        """The mutants that nothing noticed."""
        return [verdict for verdict in self.verdicts if verdict.how is None]

    @property
    def score(self) -> float:
        """The share that was noticed, 0 to 1."""
        return 1 - len(self.survivors) / len(self.verdicts) if self.verdicts else 0.0

    def killed(self, how: How) -> int:
        """Return how many were noticed by a changed behaviour, by a miss of the cassette, by a specimen."""
        return sum(verdict.how == how for verdict in self.verdicts)

    def of_group(self, group: str) -> MutationReport:
        """Return the verdicts on one group."""
        return MutationReport([verdict for verdict in self.verdicts if verdict.group == group])


@dataclass(frozen=True)
class _Red:
    how: How
    by: str
    problem: str


def try_mutants(
    mutants: Iterable[Mutant],
    cases: Sequence[Case] = (),
    laboratory: Laboratory | None = None,
    *,
    on_verdict: Callable[[Verdict], None] | None = None,
) -> MutationReport:
    """Apply each mutant and say what noticed it.

    Only what is green without a mutant can notice one; a case is tried without it the first time it is needed.

    Args:
        mutants: what to break, one at a time. The patches reach the whole process: nothing else may run in it.
        cases: what is replayed.
        laboratory: plays the cases; needless for mutants that only specimens can notice.
        on_verdict: told of each mutant as it ends.

    Raises:
        CassetteUnusable: the replies were recorded with another prompt or schema.
        ValueError: a mutant needs a laboratory and there is none.
    """
    started = time.monotonic()
    search = _Search(cases, laboratory)
    verdicts = []
    # The same cases run again and again: what their calls brought back is kept.
    with _silenced("agent"), patched("agent.execution.CACHED_RESULTS", by=lambda _: _KEPT_RESULTS):
        search.refuse_stale_replies()
        for mutant in mutants:
            verdicts.append(search.judge(mutant))
            if on_verdict:
                on_verdict(verdicts[-1])
    return MutationReport(verdicts, time.monotonic() - started)


@contextmanager
def _silenced(package: str) -> Iterator[None]:
    """Keep a package from logging: everything that breaks here was broken on purpose."""
    log = logging.getLogger(package)
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


class _Search:
    """Looks for red cases; remembers which are green without a mutant."""

    def __init__(self, cases: Sequence[Case], laboratory: Laboratory | None) -> None:
        self._cases = cases
        self._laboratory = laboratory
        self._green: dict[tuple[Detector, str], bool] = {}
        self._specimens = [
            (name, specimen)
            for kind, specimen in shipped_specimens()
            if run_specimen(name := f"{kind}/{specimen.name}", specimen).passed
        ]
        self._tried = 0

    def refuse_stale_replies(self) -> None:
        """Raise where the first cases all miss unbroken: then every mutant of a request would seem to survive."""
        if self._laboratory is None or not self._cases:
            return
        red: _Red | None = None
        for case in self._cases[:_STALE_AFTER]:
            red = _play(case, self._laboratory.strict)
            if red is None or red.how != "miss":
                return
        raise CassetteUnusable(
            f"the recorded replies answer none of the first cases: {red.problem if red else ''}",
            "record again with --record",
        )

    def judge(self, mutant: Mutant) -> Verdict:
        started, self._tried = time.monotonic(), 0
        red: _Red | None = None
        for detector in mutant.detectors:
            red = red or (
                self._among_specimens(mutant) if detector == "specimens" else self._replayed(mutant, detector)
            )
        seconds = time.monotonic() - started
        how, by, problem = (red.how, red.by, red.problem) if red else (None, "", "")
        return Verdict(mutant.name, mutant.group, how, by, problem, self._tried, seconds)

    def _among_specimens(self, mutant: Mutant) -> _Red | None:
        with mutant.apply():
            for name, specimen in self._specimens:
                self._tried += 1
                problems = run_specimen(name, specimen).problems
                if problems:
                    return _Red("specimen", name, problems[0])
        return None

    def _replayed(self, mutant: Mutant, detector: Detector) -> _Red | None:
        if self._laboratory is None:
            raise ValueError(f"the mutant {mutant.name!r} needs recorded replies; open a laboratory")
        if detector == "strict replay":
            # A changed request misses on every case alike.
            few = islice(self._green_cases(self._cases, detector, self._laboratory.strict), _STRICT_ENOUGH)
            return next(self._reds(mutant, few, self._laboratory.strict), None)
        concerned = sorted(
            filter(mutant.relevance, self._cases), key=lambda case: (-mutant.relevance(case), len(case.turns))
        )
        target = self._laboratory.replay
        misses: list[_Red] = []
        for red in self._reds(mutant, self._green_cases(concerned, detector, target), target):
            if red.how == "behaviour":
                return red
            misses.append(red)
            if len(misses) == _MISSES_ENOUGH:
                break
        return misses[0] if misses else None

    def _reds(self, mutant: Mutant, cases: Iterable[Case], target: Target) -> Iterator[_Red]:
        for case in cases:
            self._tried += 1
            with mutant.apply():
                red = _play(case, target)
            if red:
                yield red

    def _green_cases(self, cases: Sequence[Case], detector: Detector, target: Target) -> Iterator[Case]:
        return (case for case in cases if self._is_green(case, detector, target))

    def _is_green(self, case: Case, detector: Detector, target: Target) -> bool:
        key = (detector, case.id)
        if key not in self._green:
            red = _play(case, target)
            if red:
                logger.info("%s is red without a mutant: %s", case.id, red.problem)
            self._green[key] = red is None
        return self._green[key]


def _play(case: Case, target: Target) -> _Red | None:
    try:
        turns = target.run(case)
    except CassetteMiss as miss:
        return _Red("miss", case.id, miss.message)
    except Exception as error:
        # Whatever breaks below is what a mutant is for.
        return _Red("behaviour", case.id, f"{type(error).__name__}: {error}")
    score = score_case(case, Observed(case_id=case.id, turns=turns))
    return None if score.passed else _Red("behaviour", case.id, "; ".join(score.problems))
