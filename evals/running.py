"""Runs a suite against a target in a folder of its own, from where it stopped if it did."""

from __future__ import annotations

import asyncio
import json
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals.case import Case
from evals.errors import EvalError
from evals.journal import Journal
from evals.observed import Observed
from evals.results import ResultRow, Run, make_row
from evals.scoring import CaseScore
from evals.suite import Suite
from evals.targets.base import Target

JOURNAL_FILE = "journal.jsonl"
ABOUT_FILE = "about.json"
RUN_FILE = "run.json"
LOGS_FOLDER = "logs"
Progress = Callable[[ResultRow], None]


@dataclass(frozen=True)
class Finished:
    """A run that came to its end, with what was observed."""

    run: Run
    journal: Journal
    folder: Path


def run_suite(
    suite: Suite,
    target: Target,
    folder: Path,
    *,
    k: int | None = None,
    parallel: int = 1,
    on_row: Progress | None = None,
) -> Finished:
    """Play and score every case.

    Args:
        suite: the cases.
        target: what is evaluated; the caller closes it.
        folder: keeps the journal, the rows and the logs. Where a journal of the same suite and target lies
            there, what it holds without error is not played again.
        k: runs of each case; None lets each case say.
        parallel: cases at once.
        on_row: told of each run as it ends.

    Raises:
        EvalError: the folder belongs to another run.
    """
    started_at, started = datetime.now(UTC), time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, {"suite": suite.name, "target": target.description, "model": target.model})
    journal = Journal(folder / JOURNAL_FILE)
    epochs = {case.id: k or case.k for case in suite.cases}
    rows: list[ResultRow] = []

    def report(case: Case, observed: Observed, score: CaseScore) -> None:
        rows.append(make_row(case, observed, score))
        if on_row:
            on_row(rows[-1])

    _evaluate(suite, epochs, target, journal, folder / LOGS_FOLDER, parallel, report)
    order = {case.id: index for index, case in enumerate(suite.cases)}
    run = Run(
        suite=suite.name,
        target=target.description,
        model=target.model,
        k=max(epochs.values()),
        started_at=started_at,
        machine=_machine(),
        seconds=time.monotonic() - started,
        rows=sorted(rows, key=lambda row: (order[row.case_id], row.epoch)),
    )
    (folder / RUN_FILE).write_text(run.model_dump_json(), encoding="utf-8")
    return Finished(run, journal, folder)


def _claim(folder: Path, about: dict[str, Any]) -> None:
    path = folder / ABOUT_FILE
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        differing = [
            f"{key} was {before.get(key)!r}, is {value!r}"
            for key, value in about.items()
            if before.get(key) != value
        ]
        if differing:
            raise EvalError(
                f"{str(folder)!r} belongs to another run: {'; '.join(differing)}",
                "choose another folder with --out",
            )
    path.write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def _evaluate(
    suite: Suite,
    epochs: dict[str, int],
    target: Target,
    journal: Journal,
    logs: Path,
    parallel: int,
    report: Callable[[Case, Observed, CaseScore], None],
) -> None:
    import anyio
    from inspect_ai import eval as evaluate

    from evals.playing import play
    from evals.tasks import suite_task

    limiter = anyio.CapacityLimiter(parallel)

    async def play_one(case: Case, epoch: int) -> Observed:
        return await play(case, epoch, target, journal, limiter)

    def run() -> None:
        evaluate(
            suite_task(suite, epochs, play_one, report),
            model=None,
            log_dir=str(logs),
            display="none",
            max_samples=parallel,
            log_realtime=False,
            log_header_only=True,
            ctl_server=False,
            score_display=False,
            log_level="error",
        )

    _outside_any_loop(run)


def _outside_any_loop(run: Callable[[], None]) -> None:
    """Call what starts an event loop of its own: in a thread where one runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        run()
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
