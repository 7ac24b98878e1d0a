"""`shopcast import`, `stores`, `backup`, `restore`: data in, taken back, and kept safe."""

from __future__ import annotations

import dataclasses
import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.errors import StoreLocked

if TYPE_CHECKING:
    from ui.importing import Target

_PATH = click.Path(path_type=Path)


@click.command()
def stores() -> None:
    """List the stores on this machine."""
    from ui.safekeeping import print_stores

    print_stores()


@click.group(name="import")
def import_group() -> None:
    """Bring in your own sales and reviews; list and undo what was brought in."""


def _to_a_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of `Target`, handed over as one `target`."""

    @functools.wraps(command)
    def with_target(**options: Any) -> None:
        from ui.importing import Target

        wanted = {each.name: options.pop(each.name) for each in dataclasses.fields(Target)}
        try:
            command(target=Target(**wanted), **options)
        except StoreLocked as error:
            if wanted["language"] != "zh":
                raise
            click.echo(_locked_in_chinese(wanted["store"], error.pid), err=True)
            sys.exit(1)

    options = (
        click.option("--store", required=True, help="The store to fill; it is made when it does not exist."),
        click.option(
            "--currency", help="ISO code of the file's money; a new store keeps it.  [default: USD]"
        ),
        click.option("--timezone", help="Time zone of a new store's days.  [default: UTC]"),
        click.option("--dry-run", "is_dry_run", is_flag=True, help="Report on every row, and keep nothing."),
        click.option("--json", "as_json", is_flag=True, help="Print the report as JSON."),
        click.option(
            "--language",
            type=click.Choice(["en", "zh"]),
            default="en",
            show_default=True,
            help="Of the report.",
        ),
    )
    for option in reversed(options):
        with_target = option(with_target)
    return with_target


def _locked_in_chinese(store: str, pid: int | None) -> str:
    holder = f"进程 {pid}" if pid else "另一个进程"
    return (
        f"shopcast：店铺“{store}”已被{holder}打开，同一时间只能由一个进程使用。请先停掉{holder}"
        f"（在它的窗口按 Ctrl+C，多半是 `shopcast web`{f'；或执行 kill {pid}' if pid else ''}），导入之后再启动。"
    )


_columns = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=HEADER",
    help="Which column holds a field; repeatable.",
)


@import_group.command()
@click.argument("files", type=_PATH, nargs=-1, required=True)
@_to_a_store
def files(target: Target, files: tuple[Path, ...]) -> None:
    """Import a platform's export (Shopify, Taobao, JD, Amazon, Olist, Online Retail), known by its headings.

    Give the FILES that belong together at once.
    """
    from ui.importing import run_import_files

    sys.exit(run_import_files(target, files))


@import_group.command()
@click.argument("file", type=_PATH)
@_columns
@click.option(
    "--date-order", type=click.Choice(["day-first", "month-first"]), help="How 05/01/2024 is meant."
)
@_to_a_store
def sales(target: Target, file: Path, columns: tuple[str, ...], date_order: str | None) -> None:
    """Import sales, by the day or sale by sale (CSV, Excel, Parquet, JSON Lines)."""
    from ui.importing import run_import_sales

    day_first = None if date_order is None else date_order == "day-first"
    sys.exit(run_import_sales(target, file, columns, day_first))


@import_group.command()
@click.argument("file", type=_PATH)
@_columns
@_to_a_store
def reviews(target: Target, file: Path, columns: tuple[str, ...]) -> None:
    """Import reviews (CSV, Excel, Parquet, JSON Lines)."""
    from ui.importing import run_import_reviews

    sys.exit(run_import_reviews(target, file, columns))


@import_group.command()
@click.argument("url")
@click.option("--query", required=True, help="One SELECT.")
@click.option(
    "--as", "kind", type=click.Choice(["sales", "reviews"]), required=True, help="What its rows are."
)
@_columns
@_to_a_store
def sql(target: Target, url: str, query: str, kind: str, columns: tuple[str, ...]) -> None:
    """Import what a query gives, from a database at URL (as SQLAlchemy writes it)."""
    from ui.importing import run_import_sql

    sys.exit(run_import_sql(target, url, query, kind, columns))


@import_group.command()
@click.argument("file", type=_PATH)
@click.option("--store", required=True, help="The store whose packs they are.")
def packs(file: Path, store: str) -> None:
    """Import what packs and bundles hold (product, component, units); their sales then count as its units."""
    from ui.importing import run_import_packs

    run_import_packs(file, store)


@import_group.command(name="list")
@click.option("--store", help="The store; needed where there are several imported ones.")
def list_imports(store: str | None) -> None:
    """List what was imported, oldest first, with the number that `undo` takes."""
    from ui.safekeeping import print_batches

    print_batches(store)


@import_group.command()
@click.argument("batch", type=click.IntRange(1))
@click.option("--store", help="The store; needed where there are several imported ones.")
def undo(batch: int, store: str | None) -> None:
    """Take import number BATCH back: what it added goes, what it changed is what it was."""
    from ui.safekeeping import undo_import

    undo_import(batch, store)


@click.command()
@click.argument("store")
@click.argument("file", type=_PATH)
@click.option("--with-secret", is_flag=True, help="Also keep the secret that customers' ids are hashed with.")
def backup(store: str, file: Path, with_secret: bool) -> None:
    """Write STORE to one FILE: data, answers, verdicts, trained forecasters."""
    from ui.safekeeping import back_up_store

    back_up_store(store, file, with_secret=with_secret)


@click.command()
@click.argument("file", type=_PATH)
@click.option("--as", "as_name", metavar="NAME", help="The store's new name; default the one it had.")
def restore(file: Path, as_name: str | None) -> None:
    """Make a store from a backup FILE."""
    from ui.safekeeping import restore_store

    restore_store(file, as_name)
