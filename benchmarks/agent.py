"""The assistant beside a plain LangChain agent: `make bench-agent`.

Same model, same tools, same cases. The model is the one that is configured: the embedded default, or the server
that SHOPCAST_LLM_URL names. Prints the table of targets as markdown and keeps it, with the figures as JSON and all
that was observed, in SHOPCAST_HOME/benchmarks. What was stopped goes on with --out FOLDER.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.prose import may_write_prose, read_verdict
from benchmarks.agent_figures import Marks, mark, spread
from benchmarks.agent_sample import sample_by_skill, sample_one_tool, split_cases
from benchmarks.agent_table import Checker, Measured, Place, Prose, describe_gaps, make_rows, write_markdown
from benchmarks.agent_timing import Timed, measure_seconds
from benchmarks.agent_witness import FILE, WitnessedTarget, read_witnessed
from evals.case import Case
from evals.checking_cases import measure as measure_checking
from evals.results import ResultRow
from evals.running import Finished, run_suite
from evals.session import CASSETTE, PARALLEL_OVER_HTTP, open_store
from evals.suite import Suite, load_suite
from evals.targets.base import Target
from evals.targets.create_agent import CreateAgentTarget
from serving.connection import RemoteConnection
from serving.registry import recognise_model
from serving.settings import home, load_settings

if TYPE_CHECKING:
    from serving.connection import ModelConnection

SUITE = "all"


@contextmanager
def connected(replay: bool) -> Iterator[ModelConnection]:
    """Yield the configured model, or its recorded replies."""
    from evals.cassette import Cassette
    from evals.replay import ReplayConnection, configured_model
    from serving.connection import connect

    settings = load_settings()
    connection: ModelConnection = (
        ReplayConnection(Cassette.load(CASSETTE), configured_model(settings)) if replay else connect(settings)
    )
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def assistant_target(connection: ModelConnection, folder: Path) -> Iterator[WitnessedTarget]:
    """Yield the assistant with its stores, opened as they are needed."""
    with tempfile.TemporaryDirectory(prefix="shopcast-bench-") as scratch:
        target = WitnessedTarget(open_store, connection, Path(scratch), folder / FILE)
        try:
            yield target
        finally:
            target.close()


def play(name: str, cases: list[Case], target: Target, folder: Path, parallel: int) -> Finished:
    """Play cases in a folder of their own; what was played there before is not played again."""
    return run_suite(
        Suite(SUITE, tuple(cases)),
        target,
        folder / name,
        k=1,
        parallel=parallel,
        on_row=progress(name, len(cases)),
    )


def play_peer(
    connection: ModelConnection, sample: list[Case], spare: list[Case], folder: Path, parallel: int
) -> Marks:
    """Play the sample with the plain loop, one call of the model beforehand for the server's prefix cache."""
    target = CreateAgentTarget(open_store, connection)
    try:
        if spare:
            _warm(target, spare[0])
        return mark(sample, play("peer", sample, target, folder, parallel))
    finally:
        target.close()


def _warm(target: CreateAgentTarget, case: Case) -> None:
    try:
        target.run(case)
    except Exception as error:
        # The same failure will count against it in the sample; here nothing is counted.
        say(f"the peer's warming failed: {error}")


def measure_checker() -> Checker:
    """Return how well the checker tells right texts from broken ones, made of the bazaar's own results."""
    shop = open_store("bazaar")
    try:
        score = measure_checking(shop)
    finally:
        shop.store.close()
    return Checker(recall=score.recall, precision=score.precision, mutations=score.cases)


def measure_prose(model: str) -> Prose:
    """Return whether a model writes prose, and what was found when it earned that."""
    spec = recognise_model(model)
    verdict = read_verdict(spec.name if spec else model)
    if not may_write_prose(model):
        return Prose(written=False)
    answers = verdict.cases if verdict else 0
    return Prose(written=True, answers=answers, sent_back=verdict.sent_back if verdict else 0.0)


def progress(name: str, total: int) -> Callable[[ResultRow], None]:
    """Return what tells of each case as it ends, with a guess at the time left."""
    started, done = time.monotonic(), 0

    def tell(row: ResultRow) -> None:
        nonlocal done
        done += 1
        left = (time.monotonic() - started) / done * (total - done) / 60
        verdict = "error" if row.error else "ok" if row.passed else "wrong"
        say(f"{name} {done}/{total} {row.case_id}: {verdict}, {row.seconds:.1f} s; about {left:.0f} min left")

    return tell


@dataclass(frozen=True)
class Played:
    """Everything that was asked of the model."""

    model: str
    place: Place
    prose: Prose
    timed: list[Timed]
    finished: Finished
    peer: Marks | None


def play_all(given: argparse.Namespace, folder: Path, cases: list[Case], sample: list[Case]) -> Played:
    """Play the timed part, the suites and the peer, as far as they were asked for."""
    with connected(given.replay) as connection:
        place: Place = "gpu" if isinstance(connection, RemoteConnection) else "embedded"
        # The embedded model answers one at a time.
        parallel = PARALLEL_OVER_HTTP if place == "gpu" or given.replay else 1
        with assistant_target(connection, folder) as target:
            timed = _timed(given, target, split_cases(cases, "held_out"), folder)
            finished = play("assistant", cases, target, folder, parallel)
        peer = None
        if sample and not given.replay:
            spare = [case for case in split_cases(cases, "dev") if case.store == sample[0].store]
            peer = play_peer(connection, sample, spare, folder, parallel)
        prose = measure_prose(connection.client().model)
        return Played(connection.description, place, prose, timed, finished, peer)


def measure(given: argparse.Namespace, folder: Path) -> Measured:
    """Run every part that was asked for and return what came of it."""
    cases = list(load_suite(SUITE).cases)
    held_out = split_cases(cases, "held_out")
    sample = sample_by_skill(held_out, given.peer_cases)
    checker = measure_checker()
    played = play_all(given, folder, cases, sample)
    witnessed = read_witnessed(folder / FILE)
    by_model = [one for one in played.timed if one.by_model]
    return Measured(
        machine=describe_machine(),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        model=played.model,
        place=played.place,
        replayed=given.replay,
        quoted=sum("held_out" in case.tags for case in cases) - len(held_out),
        users=given.users,
        held_out=mark(held_out, played.finished),
        dev=mark(split_cases(cases, "dev"), played.finished),
        paired=mark(sample, played.finished) if sample else None,
        peer=played.peer,
        answers=mark(cases, played.finished).numbers,
        gate_violations=sum(bool(one.violations) for one in witnessed),
        withheld=sum(one.withheld for one in witnessed),
        checker=checker,
        prose=played.prose,
        timed=spread([one.seconds for one in by_model]),
        timed_without_model=len(played.timed) - len(by_model),
        cached_share=_cached_share(by_model),
    )


def _timed(
    given: argparse.Namespace, target: WitnessedTarget, held_out: list[Case], folder: Path
) -> list[Timed]:
    if given.replay or not given.timed:
        return []
    questions = sample_one_tool(held_out, given.timed)
    return measure_seconds(target, questions, given.users, folder / "timed.jsonl", say)


def _cached_share(timed: list[Timed]) -> float | None:
    prompt = sum(one.prompt_tokens for one in timed)
    return sum(one.cached_tokens for one in timed) / prompt if prompt else None


def describe_machine() -> str:
    """Return processor, cores and system."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {processor}, {platform.system()}, Python {platform.python_version()}"


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.agent",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--peer-cases", type=int, default=60, help="cases for the peer, drawn by skill and language; 0: none"
    )
    parser.add_argument("--timed", type=int, default=40, help="one-tool questions by the clock; 0: none")
    parser.add_argument("--users", type=int, default=1, help="how many ask at once in the timed part")
    parser.add_argument(
        "--replay", action="store_true", help="recorded replies: our own column only, without times"
    )
    parser.add_argument("--out", type=Path, help="folder of the run; one that was stopped goes on there")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    given = read_options(arguments)
    folder: Path = given.out or home() / "benchmarks" / f"agent-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    say(f"kept in {folder}; if it is stopped, go on with --out {folder}")
    found = measure(given, folder)
    table = write_markdown(found)
    (folder / "table.md").write_text(table, encoding="utf-8")
    kept = {"rows": [row.model_dump() for row in make_rows(found)], **found.model_dump()}
    (folder / "figures.json").write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    print(table)
    say(describe_gaps(make_rows(found)))


if __name__ == "__main__":
    main()
