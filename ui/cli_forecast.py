"""`shopcast forecast`: a file of sales in, a file of forecasts out; no store needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from forecasting.frames import Forecasts
    from forecasting.panel import Frequency

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=_PATH)
@click.option("--horizon", required=True, type=int, help="Periods ahead: days, weeks or months, as in FILE.")
@click.option("--out", required=True, type=_PATH, help="Where the forecasts go: .parquet or .csv.")
@click.option("--total", is_flag=True, help="Also forecast the sums over the horizon, into OUT-totals.")
@click.option(
    "--frequency",
    type=click.Choice(["D", "W", "M"], case_sensitive=False),
    help="Days, weeks or months; by default found from the dates.",
)
def forecast(file: Path, horizon: int, out: Path, total: bool, frequency: Frequency | None) -> None:
    """Forecast every series of FILE, a Parquet or CSV file.

    FILE has the columns unique_id, ds (date) and y (units sold), and may have price, promo (0 to 1) and on_hand
    (stock at the close). Rows without y after the last sales tell prices and promotions ahead. OUT gets unique_id,
    ds, mean and the quantiles q05 to q95.
    """
    from forecasting.frame_files import read_frame, write_frame
    from forecasting.frames import forecast_frame

    places = [out, totals_file(out)] if total else [out]
    _check_places(file, places)
    with _progress() as report:
        made = forecast_frame(read_frame(file), horizon, frequency=frequency, totals=total, progress=report)
    tables = [made.daily] if made.totals is None else [made.daily, made.totals]
    for place, table in zip(places, tables, strict=True):
        write_frame(place, table)
    _tell(made, horizon, places)


def totals_file(out: Path) -> Path:
    """Return where the totals go: beside `out`, for a row that is a sum has no place among days."""
    return out.with_name(f"{out.stem}-totals{out.suffix}")


def _check_places(file: Path, places: list[Path]) -> None:
    from forecasting.frame_files import check_writable

    for place in places:
        check_writable(place)
        if place.resolve() == file.resolve():
            raise click.UsageError(f"{str(place)!r} is the file to read: name another file with --out")


@contextmanager
def _progress() -> Iterator[Callable[[float, str], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda share, stage: bar.update(task, completed=share, description=stage)


def _tell(made: Forecasts, horizon: int, places: list[Path]) -> None:
    from forecasting.frequency import WORDS

    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    days = made.daily["ds"]
    click.echo(
        f"{made.daily['unique_id'].nunique():,} series, {WORDS[made.frequency]}, {horizon} ahead: "
        f"{days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}. Written: {', '.join(str(place) for place in places)}"
    )
