"""One `shopcast eval run` from its options to its exit status."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from evals.baseline import compare, read_baseline
from evals.errors import EvalError, TargetUnusable
from evals.estimate import Price, describe_estimate
from evals.figures import breached_floors, compute_figures, read_floors
from evals.reports import Result, console_summary, write_reports
from evals.results import ResultRow
from evals.running import run_suite
from evals.suite import Suite
from evals.targets.base import Target
from serving.settings import home, load_settings

if TYPE_CHECKING:
    from serving.connection import ModelConnection
    from tools.shop import Shop

PASSED, REGRESSED, COULD_NOT_RUN = 0, 1, 2
RUNS_FOLDER = "evals"
CASSETTE = Path(__file__).with_name("cassettes") / "shipped.jsonl"
FLOORS = Path(__file__).with_name("floors.yaml")
# A server takes several questions at once; the embedded model one.
PARALLEL_OVER_HTTP = 4


@dataclass(frozen=True)
class Options:
    """What an engineer asked for; None means the default of the thing itself."""

    suite: Suite
    url: str | None = None
    model: str | None = None
    k: int | None = None
    parallel: int | None = None
    record: Path | None = None
    replay: Path | None = None
    folder: Path | None = None
    baseline: Path | None = None
    floors: Path | None = None
    price: Price | None = None
    html: Path | None = None
    junit: Path | None = None
    json: Path | None = None
    markdown: Path | None = None


def evaluate(options: Options, say: Callable[[str], None], on_row: Callable[[ResultRow], None]) -> int:
    """Run a suite, write the reports and return the exit status.

    Args:
        options: what to run.
        say: takes lines for the terminal.
        on_row: told of each run of a case as it ends.

    Returns:
        PASSED; REGRESSED below a floor or the baseline; COULD_NOT_RUN where not one case got an answer, or the
        baseline has not one case in common.

    Raises:
        EvalError, StoreError, ServingError: nothing could be run at all.
    """
    # What cannot be read is said before an hour of work, not after.
    baseline = read_baseline(options.baseline) if options.baseline else None
    floors = read_floors(options.floors) if options.floors else {}
    runs = home() / RUNS_FOLDER
    folder = options.folder or _new_folder(runs, options.suite.name)
    with open_target(options) as target:
        parallel = options.parallel or _parallel(options)
        kind = (target.description, target.model)
        say(describe_estimate(options.suite, options.k, parallel, runs, *kind, options.price))
        try:
            finished = run_suite(options.suite, target, folder, k=options.k, parallel=parallel, on_row=on_row)
        except KeyboardInterrupt:
            raise EvalError("stopped", f"go on where it stopped with --out {folder}") from None
    figures = compute_figures(finished.run)
    result = Result(
        run=finished.run,
        figures=figures,
        suite=options.suite,
        journal=finished.journal,
        comparison=compare(finished.run, baseline) if baseline else None,
        breaches=breached_floors(figures, floors),
    )
    write_reports(
        result, html=options.html, junit=options.junit, json=options.json, markdown=options.markdown
    )
    say(console_summary(result))
    say(f"kept in {folder}; `inspect view --log-dir {folder / 'logs'}` shows every conversation")
    return _status(result)


def _new_folder(runs: Path, suite: str) -> Path:
    """Return a folder that no other run has, also where two begin in one second."""
    stem = f"{suite}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for name in chain([stem], (f"{stem}-{number}" for number in count(2))):
        try:
            (runs / name).mkdir(parents=True)
        except FileExistsError:
            continue
        return runs / name
    raise AssertionError("count never ends")


def _status(result: Result) -> int:
    nothing_compared = result.comparison is not None and not result.comparison.overall.cases
    if all(row.error for row in result.run.rows) or nothing_compared:
        return COULD_NOT_RUN
    return PASSED if result.is_good else REGRESSED


def _parallel(options: Options) -> int:
    if options.replay:
        return os.cpu_count() or 1
    return PARALLEL_OVER_HTTP if options.url else 1


@contextmanager
def open_target(options: Options) -> Iterator[Target]:
    """Open what the options name: the assistant in process, a running Shopcast, or a bare model."""
    with ExitStack() as stack:
        if options.url and not options.model:
            from evals.targets.served import ServedTarget

            target: Target = ServedTarget(options.url)
        elif options.url and options.model:
            target = _bare_model(options.url, options.model)
        else:
            yield _assistant(options, stack)
            return
        stack.callback(target.close)
        yield target


def _bare_model(url: str, model: str) -> Target:
    from evals.targets.bare_model import BareModelTarget

    key = load_settings().llm_api_key
    return BareModelTarget(url, model, key.get_secret_value() if key else None, open_store)


def _assistant(options: Options, stack: ExitStack) -> Target:
    from evals.targets.assistant import AssistantTarget

    connection = _connection(options, stack)
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopcast-eval-")))
    target = AssistantTarget(open_store, connection, scratch)
    stack.callback(target.close)
    for store in dict.fromkeys(case.store for case in options.suite.cases):
        # A store that is missing is said at once, not once a case.
        target.assistant(store)
    return target


def _connection(options: Options, stack: ExitStack) -> ModelConnection:
    from evals.cassette import Cassette
    from evals.recording import Recording
    from evals.replay import RecordingConnection, ReplayConnection, configured_model
    from serving.connection import connect

    settings = load_settings()
    if options.model:
        settings = settings.model_copy(update={"model": options.model})
    if options.replay:
        connection: ModelConnection = ReplayConnection(
            Cassette.load(options.replay), configured_model(settings)
        )
    else:
        connection = connect(settings)
    if options.record:
        connection = RecordingConnection(connection, Recording(options.record, connection.description))
    stack.callback(connection.close)
    return connection


def open_store(name: str) -> Shop:
    """Open a store for an evaluation.

    Raises:
        TargetUnusable: it does not exist or another program has it.
    """
    from serving.embedder import default_embedder
    from store.errors import StoreError
    from tools.shop import open_shop

    try:
        return open_shop(name, default_embedder())
    except StoreError as error:
        hint = _STORE_HINTS.get(name, "")
        raise TargetUnusable(error.message, f"{hint}{error.remedy}") from error


_STORE_HINTS = {
    "bazaar": "`shopcast demo --once` makes it. ",
    "uk": "`shopcast import files FILE --store uk` makes it of the UCI Online Retail data. ",
}
