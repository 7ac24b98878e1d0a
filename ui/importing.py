"""`shopcast import`, `shopcast stores`, `shopcast train`: a merchant's own data, in and ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from store.database import Store
from store.errors import StoreError
from store.importing.online_retail import import_online_retail
from store.importing.report import ImportReport
from store.importing.reviews_file import import_reviews
from store.importing.sales_file import import_sales
from store.location import list_stores


def run_import(
    kind: str, file: Path, store_name: str, *, columns: Sequence[str], currency: str, timezone: str
) -> int:
    """Import a file and print what became of every row.

    Args:
        kind: "sales", "reviews" or "online-retail".
        file: what to import.
        store_name: the store to fill; made when it does not exist.
        columns: "FIELD=HEADER" pairs; what is not given is guessed and shown.
        currency: ISO code, for a new store.
        timezone: IANA zone, for a new store.

    Returns:
        Exit status: 0 when at least one row could be used.
    """
    mapping = _mapping(columns)
    is_new = store_name not in list_stores()
    store = _create(kind, store_name, currency, timezone) if is_new else Store.open(store_name)
    try:
        report = _importer(kind, mapping)(store, file)
    except BaseException:
        # A first import that fails leaves no empty store behind.
        store.delete() if is_new else store.close()
        raise
    console = Console()
    for line in report.lines():
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    info = store.info
    console.print(
        f"store {store_name!r}: {info.product_count:,} products, {info.sales_days:,} product-days to {info.as_of}, "
        f"{info.review_count:,} reviews. Next: shopcast train --store {store_name}",
        highlight=False,
        markup=False,
    )
    store.close()
    return 0 if report.rows_used else 1


def _mapping(columns: Sequence[str]) -> dict[str, str]:
    pairs = [column.partition("=") for column in columns]
    wrong = [
        column
        for column, (field, sign, header) in zip(columns, pairs, strict=True)
        if not (field and sign and header)
    ]
    if wrong:
        raise click.UsageError(f"--column takes FIELD=HEADER, such as units=销量; got {wrong[0]!r}")
    return {field: header for field, _, header in pairs}


def _create(kind: str, name: str, currency: str, timezone: str) -> Store:
    if kind == "online-retail":
        # The layout is that of one British shop.
        currency, timezone = "GBP", "Europe/London"
    return Store.create(name, kind="imported", currency=currency, timezone=timezone)


def _importer(kind: str, mapping: dict[str, str]) -> Callable[[Store, Path], ImportReport]:
    if kind == "online-retail":
        if mapping:
            raise click.UsageError(
                "the online-retail layout has fixed columns; use `import sales` with --column"
            )
        return import_online_retail
    chosen = import_sales if kind == "sales" else import_reviews
    return lambda store, file: chosen(store, file, mapping or None)


def print_stores() -> None:
    """List the stores with what they hold."""
    console = Console()
    names = list_stores()
    if not names:
        console.print("no stores yet. Run `shopcast demo`, or `shopcast import sales FILE --store NAME`.")
    for name in names:
        console.print(f"{name}: {_described(name)}", highlight=False, markup=False)


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


def train_store(name: str) -> None:
    """Train a store's forecasters and build its review index, with progress."""
    from serving.embedder import default_embedder
    from tools.shop import open_shop

    shop = open_shop(name, default_embedder())
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            task = progress.add_task(f"training the forecasters of {name!r}", total=1.0)
            shop.engine.train(lambda share, _stage: progress.update(task, completed=share))
            if shop.reviews is not None and not shop.reviews.is_fresh():
                task = progress.add_task("indexing reviews", total=None)
                shop.reviews.build(lambda done, total: progress.update(task, completed=done, total=total))
    finally:
        shop.store.close()
