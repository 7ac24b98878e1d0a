"""What the evaluation harness costs: replay of the shipped suites, overhead a case, memory of ten thousand cases."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from evals.case import Case
from evals.observed import ObservedCall, ObservedFact, ObservedTurn
from evals.reports import Result, write_reports
from evals.running import run_suite
from evals.session import CASSETTE, Options, open_target
from evals.suite import Suite, load_suite

MANY = 10_000
SOME = 300
CORES = 2


class Instant:
    """A target that costs nothing, so that what is measured is the harness."""

    description = "instant"
    model = "none"

    def run(self, case: Case) -> list[ObservedTurn]:
        call = ObservedCall(tool="list_trending", said={"direction": "up"}, arguments={"direction": "up"})
        fact = ObservedFact(metric="units", entity="B002", value=12, shown="12 units")
        return [
            ObservedTurn(
                said=turn.say, calls=[call], answer="Sales rose by 12 units. " * 20, facts=[fact] * 20
            )
            for turn in case.turns
        ]

    def close(self) -> None: ...


def cases(count: int) -> Iterator[Case]:
    expect = {"calls": [{"tool": "list_trending", "arguments": {"direction": "up"}}]}
    for number in range(count):
        yield Case.model_validate(
            {
                "id": f"case-{number}",
                "skill": f"skill-{number % 50}",
                "language": "en",
                "store": "bazaar",
                "turns": ["What is hot?"],
                "expect": expect,
            }
        )


def measure_harness(count: int) -> None:
    """Print the seconds and megabytes of a run with all its reports, as JSON; a process of its own each."""
    from evals.figures import compute_figures

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        run_suite(Suite("warm", tuple(cases(2))), Instant(), out / "warm")
        suite = Suite("many", tuple(cases(count)))
        started = time.perf_counter()
        finished = run_suite(suite, Instant(), out / "many", parallel=CORES)
        seconds = time.perf_counter() - started
        result = Result(finished.run, compute_figures(finished.run), suite, finished.journal)
        write_reports(result, html=out / "a", junit=out / "b", json=out / "c", markdown=out / "d")
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"ms_a_case": 1000 * seconds / count, "peak_mb": peak_mb}))


def measure_replay() -> None:
    """Print how long the whole shipped suite takes from the cassette, stores opened, as JSON."""
    suite = load_suite("all")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, open_target(Options(suite, replay=CASSETTE)) as target:
        finished = run_suite(suite, target, Path(folder), parallel=CORES)
    rows = finished.run.rows
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cases": len(rows),
                "erred": sum(row.error is not None for row in rows),
                "passed": sum(row.passed for row in rows),
            }
        )
    )


def _measured(*arguments: str) -> dict[str, float]:
    printed = subprocess.run(
        [sys.executable, "-m", "benchmarks.evaluation", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(printed.stdout.splitlines()[-1])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--harness", type=int)
    parser.add_argument("--replay", action="store_true")
    given = parser.parse_args()
    if given.harness:
        measure_harness(given.harness)
    elif given.replay:
        measure_replay()
    else:
        some, many = _measured("--harness", str(SOME)), _measured("--harness", str(MANY))
        replay = _measured("--replay")
        print(f"harness overhead, {SOME} cases: {some['ms_a_case']:.1f} ms a case (target 20)")
        print(f"harness overhead, {MANY:,} cases: {many['ms_a_case']:.1f} ms a case (target 20)")
        print(f"peak memory, {MANY:,} cases with reports: {many['peak_mb']:.0f} MB (target 1,000)")
        print(
            f"replay of the shipped suites: {replay['cases']} cases in {replay['seconds']:.0f} s (target 60), "
            f"{replay['passed']} passed, {replay['erred']} erred"
        )


if __name__ == "__main__":
    main()
