"""`shopcast eval`: suites for tool calls, as engineers run them before they change a prompt, a model or a tool."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from evals.mutation.running import Verdict
    from evals.results import ResultRow

REGRESSED, COULD_NOT_RUN = 1, 2
_FILE = click.Path(path_type=Path, dir_okay=False)
_SHIPPED = "shipped"


@click.group(name="eval")
def eval_group() -> None:
    """Run evaluation suites for tool calls: exit status 0 passed, 1 regressed, 2 could not run."""


def _price(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Any:
    from evals.estimate import Price

    if value is None:
        return None
    try:
        prompt, completion = (float(part) for part in value.split(","))
    except ValueError as error:
        raise click.BadParameter("give two numbers, PROMPT,COMPLETION, per million tokens") from error
    return Price(prompt, completion)


@eval_group.command(name="run")
@click.argument("suite")
@click.option(
    "--target",
    "url",
    metavar="URL",
    help="A running Shopcast; with --model any OpenAI-compatible server. By default the assistant, here.",
)
@click.option("--model", help="The model to ask: at --target, or a registered one in process.")
@click.option("--k", type=click.IntRange(1, 64), help="Runs of each case; by default what each case says.")
@click.option("--parallel", type=click.IntRange(1, 256), help="Cases at once.")
@click.option("--tag", "tags", multiple=True, help="Only cases with this tag; repeatable.")
@click.option("--split", type=click.Choice(["dev", "held_out"]), help="Only this half of the suite.")
@click.option("--limit", type=click.IntRange(1), help="Only the first so many cases.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a public set.",
)
@click.option(
    "--record",
    type=_FILE,
    is_flag=False,
    flag_value=_SHIPPED,
    metavar="[FILE]",
    help="Keep the model's replies in a cassette.",
)
@click.option(
    "--replay",
    type=_FILE,
    is_flag=False,
    flag_value=_SHIPPED,
    metavar="[FILE]",
    help="Take the model's replies from a cassette.",
)
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the run; one that was stopped goes on.",
)
@click.option("--baseline", type=_FILE, help="A JSON report of an earlier run to compare with.")
@click.option(
    "--floors", type=_FILE, help="YAML of the least that figures may be; the shipped suites have theirs."
)
@click.option("--price", callback=_price, metavar="IN,OUT", help="What the model costs per million tokens.")
@click.option("--html", type=_FILE, help="Write a report to read.")
@click.option("--junit", type=_FILE, help="Write JUnit XML for CI.")
@click.option("--json", type=_FILE, help="Write a report for machines, and later runs' --baseline.")
@click.option("--markdown", type=_FILE, help="Write a summary for a pull request.")
def run(
    suite: str, tags: tuple[str, ...], split: str | None, limit: int | None, data: Path | None, **given: Any
) -> None:
    """Run SUITE: a shipped suite, `all` of them, a YAML file or folder, `bfcl`, `agentdojo`."""
    with _told():
        from evals.catalogue import find_suite, is_shipped
        from evals.session import CASSETTE, FLOORS, Options, evaluate

        for name in ("record", "replay"):
            if given[name] is not None and str(given[name]) == _SHIPPED:
                given[name] = CASSETTE
        if given["record"] and given["replay"]:
            raise click.UsageError("--record and --replay exclude each other")
        if given["url"] and (given["record"] or given["replay"]):
            raise click.UsageError("--record and --replay are for the assistant in process, without --target")
        chosen = find_suite(suite, data, limit).select(tags=tags, split=split, limit=limit)
        if given["floors"] is None and is_shipped(suite) and not (tags or split or limit):
            given["floors"] = FLOORS
        with _progress(sum(given["k"] or case.k for case in chosen.cases)) as on_row:
            status = evaluate(Options(chosen, **given), click.echo, on_row)
    sys.exit(status)


@eval_group.command()
@click.argument("suite", default="all")
def check(suite: str) -> None:
    """Read SUITE and count its cases; hold the harness itself to inputs with a known verdict."""
    with _told():
        from evals.specimen import run_specimens
        from evals.suite import load_suite, tally

        click.echo(tally(load_suite(suite)))
        results = run_specimens()
        wrong = [result for result in results if not result.passed]
        for result in wrong:
            click.echo(f"misjudged: {result.name}: {'; '.join(result.problems)}", err=True)
        click.echo(f"harness: {len(results) - len(wrong)} of {len(results)} specimens judged as they must be")
    sys.exit(REGRESSED if wrong else 0)


@eval_group.command()
def schema() -> None:
    """Print the JSON schema of a suite's file, for editors."""
    from evals.schema import suite_schema_text

    click.echo(suite_schema_text(), nl=False)


@eval_group.command()
@click.option("--store", default="bazaar", show_default=True, help="The store whose answers were judged.")
@click.option("--suite", "suite_file", type=_FILE, help="The YAML file that the cases are added to.")
def triage(store: str, suite_file: Path | None) -> None:
    """Go through the thumbs-down of the chat; each becomes a case, or is dropped."""
    with _told():
        from evals.triage import triage_feedback

        triage_feedback(store, suite_file, ask=_ask, show=click.echo)


def _ask(question: str, default: str) -> str:
    answer: str = click.prompt(question, default=default, show_default=bool(default))
    return answer


@eval_group.command()
@click.argument("patterns", nargs=-1)
def mutate(patterns: tuple[str, ...]) -> None:
    """Break tools, arguments, matchers, checker and prompt one by one: does the shipped suite notice?

    PATTERNS choose among the mutants ("schema/*"); without one, all of them are tried.
    """
    with _told():
        from evals.mutation import print_report, run_mutation

        def tell(verdict: Verdict) -> None:
            click.echo(f"{verdict.mutant}: {verdict.by or 'survives'}", err=True)

        report = run_mutation(patterns or ("*",), tell)
        status = print_report(report, click.echo)
    sys.exit(status)


@eval_group.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--target", "url", metavar="URL", help="An OpenAI-compatible server; by default the configured model."
)
@click.option("--model", help="The judge's name.")
def judge(folder: Path | None, url: str | None, model: str | None) -> None:
    """Measure a model as judge of tone and usefulness; a trusted one judges the run in FOLDER."""
    with _told():
        from evals.judging import judge_run

        judge_run(folder, url, model, click.echo)


@contextmanager
def _told() -> Iterator[None]:
    """A known problem is one clear message and exit status 2: nothing was run."""
    try:
        yield
    except Exception as error:
        if not (hasattr(error, "message") and hasattr(error, "remedy")):
            raise
        click.echo(f"shopcast eval: {error}", err=True)
        sys.exit(COULD_NOT_RUN)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[ResultRow], None]]:
    """Show a bar with what passed so far and the time that is left."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    passed = erred = 0
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("passed 0", total=total)

        def show(row: ResultRow) -> None:
            nonlocal passed, erred
            passed += row.passed
            erred += row.error is not None
            said = f"passed {passed}" + (f", erred {erred}" if erred else "")
            bar.update(task, advance=1, description=said)

        yield show
