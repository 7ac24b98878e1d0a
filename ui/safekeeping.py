"""What is in the stores, imports taken back, backups: what the other commands of `ui.cli_import` do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich import filesize
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from store.backup import back_up, restore
from store.database import Store
from store.errors import StoreError
from store.location import list_stores


def print_stores() -> None:
    """List the stores with what they hold."""
    names = list_stores()
    if not names:
        _say("no stores yet. Run `shopcast demo`, or `shopcast import sales FILE --store NAME`.")
    for name in names:
        _say(f"{name}: {_described(name)}")


def _described(name: str) -> str:
    try:
        with Store.open(name) as store:
            info = store.info
    except StoreError as error:
        # One store in use, or damaged, does not hide the others.
        return str(error)
    return (
        f"{info.label['en']} · {info.kind} · {info.product_count:,} products · "
        f"{info.first_day} to {info.as_of} · {info.review_count:,} reviews"
    )


def print_batches(store_name: str | None) -> None:
    """List the imports of a store."""
    name = store_name or _only_imported_store()
    with Store.open(name) as store:
        records = store.batches()
    if not records:
        _say(
            f"store {name!r} has had no import yet. Bring something in: shopcast import sales FILE --store {name}"
        )
        return
    table = Table(box=None, header_style="dim")
    for heading in ("batch", "when (UTC)", "kind"):
        table.add_column(heading, no_wrap=True)
    table.add_column("file", overflow="fold")
    for heading in ("new", "changed"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("undone (UTC)", no_wrap=True)
    for each in records:
        undone = f"{each.undone_at:%Y-%m-%d %H:%M}" if each.undone_at else ""
        table.add_row(
            str(each.number), f"{each.imported_at:%Y-%m-%d %H:%M}", each.kind, escape(each.file_name),
            f"{each.new_rows:,}", f"{each.changed_rows:,}", undone,
        )  # fmt: skip
    Console().print(table)


def undo_import(number: int, store_name: str | None) -> None:
    """Take an import back, and print what that was."""
    name = store_name or _only_imported_store()
    with Store.open(name) as store:
        undone = store.undo(number)
        info = store.info
    kept = f", {undone.kept:,} stay because a later import holds them too" if undone.kept else ""
    _say(
        f"batch {number} ({undone.record.file_name}) is undone: {undone.gone:,} rows gone, {undone.restored:,} as they"
        f" were{kept}. Store {name!r} now: {info.sales_days:,} product-days to {info.as_of},"
        f" {info.review_count:,} reviews"
    )


def _only_imported_store() -> str:
    from store.demo import DEMO_STORES

    names = [name for name in list_stores() if name not in DEMO_STORES]
    if len(names) == 1:
        return names[0]
    raise click.UsageError(
        f"say which store with --store ({', '.join(names)})" if names else "nothing has been imported yet"
    )


def back_up_store(name: str, file: Path, *, with_secret: bool) -> None:
    """Write a store to one file, and print what it holds."""
    held = back_up(name, file, with_secret=with_secret)
    _say(
        f"store {name!r} is in {str(file)!r} ({filesize.decimal(file.stat().st_size)}): {', '.join(_folded(held))}"
    )


def _folded(paths: Sequence[str]) -> list[str]:
    """Return files as they are, and folders once each."""
    return sorted({path.partition("/")[0] + "/" * ("/" in path) for path in paths})


def restore_store(file: Path, as_name: str | None) -> None:
    """Make a store from a backup, and print what it holds."""
    name = restore(file, as_name=as_name)
    _say(f"{name}: {_described(name)}")


def _say(line: str) -> None:
    Console().print(line, highlight=False, markup=False, soft_wrap=True)
