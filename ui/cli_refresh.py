"""`shopcast refresh` and `shopcast score`: a store's forecasts made ahead, and held to account afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID
    from rich.table import Table

    from store.track_records import ScoreSummary

DEFAULT_STORE = "bazaar"
_ROWS = (
    ("forecasts", "forecasts", "{:,}"),
    ("  their total could be judged", "totals", "{:,}"),
    ("totals off by", "total_error", "{:.0%}"),
    ("  the last week repeated", "naive_total_error", "{:.0%}"),
    ("totals inside 80%", "totals_inside80", "{:.0%}"),
    ("days off by", "daily_error", "{:.0%}"),
    ("  the last week repeated", "naive_daily_error", "{:.0%}"),
    ("days inside 80%", "days_inside80", "{:.0%}"),
    ("weighted quantile loss", "wql", "{:.3f}"),
)


@click.command()
@click.argument("store", default=DEFAULT_STORE)
def refresh(store: str) -> None:
    """Forecast every product of STORE whose sales changed; a stopped refresh goes on where it was.

    Trains the forecasters first where they do not know the store's latest sales.
    """
    from serving.embedder import default_embedder
    from tools.refreshing import refresh as refresh_shop
    from tools.shop import open_shop

    shop = open_shop(store, default_embedder())
    try:
        with _bars() as bars:
            train, forecast = _task(bars, f"training on {store!r}"), _task(bars, f"forecasting {store!r}")
            done = refresh_shop(shop, forecast, lambda share, _stage: train(round(100 * share), 100))
    finally:
        shop.store.close()
    click.echo(f"store {store!r}: {done.made:,} products forecast, {done.fresh:,} were still fresh")
    if done.without_history:
        click.echo(f"{done.without_history:,} have no recorded day of sales, and no likes to borrow from")


@click.command()
@click.argument("store", default=DEFAULT_STORE)
def score(store: str) -> None:
    """Hold the past forecasts of STORE against what sold since, and print how they did."""
    from rich.console import Console

    from tools.forecast_scoring import score_forecasts
    from tools.shop import open_shop

    shop = open_shop(store, embedder=None)
    try:
        with _bars() as bars:
            scored = score_forecasts(shop, _task(bars, f"scoring {store!r}"))
        summaries, waiting = shop.track_records.summaries(), shop.track_records.waiting()
    finally:
        shop.store.close()
    if summaries:
        Console().print(_table(summaries))
    elif not waiting:
        click.echo(f"no forecast of {store!r} has been kept yet; make some: shopcast refresh {store}")
    click.echo(f"{scored:,} scored now, {waiting:,} wait for their days to pass")


@contextmanager
def _bars() -> Iterator[Progress]:
    """Yield what shows progress on stderr."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield bars


def _task(bars: Progress, what: str) -> Callable[[int, int], None]:
    """Return what shows a bar from when it is first told how much is done, of how much."""
    tasks: list[TaskID] = []

    def tell(done: int, total: int) -> None:
        if not tasks:
            tasks.append(bars.add_task(what, total=None))
        bars.update(tasks[0], completed=done, total=total)

    return tell


def _table(summaries: list[ScoreSummary]) -> Table:
    """Return the scores, one column for each time ahead; errors in percent of what sold."""
    from rich.table import Table

    table = Table(box=None, header_style="dim")
    table.add_column("")
    for each in summaries:
        table.add_column(f"{each.days} days", justify="right")
    for label, name, form in _ROWS:
        values = [getattr(each, name) for each in summaries]
        table.add_row(label, *("–" if value is None else form.format(value) for value in values))
    return table
