"""A merchant's own data, in and ready: what `shopcast import` and `shopcast train` do."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from store.database import Store
from store.errors import ImportFailed, StoreError
from store.importing import (
    ImportReport,
    import_recognised,
    import_reviews,
    import_sales,
    import_sql,
    recognise_files,
)
from store.importing.layouts import Recognised
from store.importing.report import count_of
from store.location import list_stores
from store.packs import import_packs

Importer = Callable[[Store], list[ImportReport]]


@dataclass(frozen=True)
class Target:
    """Where an import goes, and how it is told.

    Attributes:
        store: its name; made when it does not exist.
        currency: ISO code of the file's money; a store that is there must keep the same.
        timezone: IANA zone of a new store's days.
        is_dry_run: do everything and keep nothing.
        as_json: print the reports as JSON.
        language: of the printed report.
    """

    store: str
    currency: str | None = None
    timezone: str | None = None
    is_dry_run: bool = False
    as_json: bool = False
    language: Literal["en", "zh"] = "en"


def run_import_sales(target: Target, file: Path, columns: Sequence[str], day_first: bool | None) -> int:
    """Import a file of sales; `columns` are "FIELD=HEADER" pairs. Returns the exit status."""
    mapping = _mapping(columns)
    return run_import(target, lambda store: [import_sales(store, file, mapping or None, day_first=day_first)])


def run_import_reviews(target: Target, file: Path, columns: Sequence[str]) -> int:
    """Import a file of reviews; `columns` are "FIELD=HEADER" pairs. Returns the exit status."""
    mapping = _mapping(columns)
    return run_import(target, lambda store: [import_reviews(store, file, mapping or None)])


def run_import_sql(target: Target, url: str, query: str, kind: str, columns: Sequence[str]) -> int:
    """Import what a query gives, as sales or as reviews. Returns the exit status."""
    mapping = _mapping(columns)
    return run_import(target, lambda store: [import_sql(store, url, query, kind, mapping or None)])


def run_import_files(target: Target, files: Sequence[Path]) -> int:
    """Import the export of a platform, which is known by its headings. Returns the exit status."""
    seen = recognise_files(files)
    if seen is None:
        raise ImportFailed(
            f"no platform that is known has the headings of {', '.join(repr(file.name) for file in files)}",
            "use `shopcast import sales` or `shopcast import reviews`, with --column where a heading is not understood",
        )
    if not target.as_json:
        tables = ", ".join(f"{path.name}: {table}" for table, path in seen.files.items())
        label = seen.layout.label[target.language]
        _say(f"{label}（{tables}）" if target.language == "zh" else f"{label} ({tables})")
    return run_import(target, lambda store: import_recognised(store, seen), seen)


def run_import(target: Target, importer: Importer, seen: Recognised | None = None) -> int:
    """Import, and print what became of every row.

    Args:
        target: where to, and how it is told.
        importer: takes the open store and reports a file each.
        seen: the platform, whose currency and time zone a new store takes.

    Returns:
        Exit status: 0 when at least one row could be used.
    """
    is_new = target.store not in list_stores()
    store = _create(target, seen) if is_new else _open(target)
    try:
        if target.is_dry_run:
            with store.trial():
                reports = importer(store)
        else:
            reports = importer(store)
    except BaseException:
        # A first import that fails leaves no empty store behind.
        store.delete() if is_new else store.close()
        raise
    with store:
        _print_reports(target, reports)
        if is_new and not target.as_json:
            _describe_new(store, target.language)
        if not target.is_dry_run and not target.as_json:
            _describe_batch(store, target.language)
            _describe_store(store, target.language)
    if target.is_dry_run and is_new:
        store.delete()
    return 0 if any(report.rows_used for report in reports) else 1


def _print_reports(target: Target, reports: Sequence[ImportReport]) -> None:
    if target.as_json:
        click.echo(json.dumps([report.as_json() for report in reports], ensure_ascii=False))
        return
    for report in reports:
        for line in report.lines(target.language):
            _say(line)


def _describe_new(store: Store, language: str) -> None:
    """Say what a new store took for granted: neither can be changed later."""
    info = store.info
    _say(
        f"新店铺“{store.name}”：金额以 {info.currency} 计，按 {info.timezone} 时区划分日期"
        "（新建时可用 --currency 和 --timezone 指定）"
        if language == "zh"
        else f"{store.name!r}, a new store: money in {info.currency}, days that end at midnight in {info.timezone}"
        " (--currency and --timezone say otherwise when a store is made)"
    )


def _describe_store(store: Store, language: str) -> None:
    info = store.info
    if language == "zh":
        until = f"（截至 {info.as_of}）" * (info.as_of is not None)
        _say(
            f"店铺“{store.name}”：{info.product_count:,} 种商品，{info.sales_days:,} 条日销量{until}，"
            f"{info.review_count:,} 条评价。下一步：shopcast train --store {store.name}"
        )
        return
    until = f" to {info.as_of}" * (info.as_of is not None)
    _say(
        f"store {store.name!r}: {count_of(info.product_count, 'product')}, "
        f"{count_of(info.sales_days, 'product-day')}{until}, {count_of(info.review_count, 'review')}. "
        f"Next: shopcast train --store {store.name}"
    )


def _describe_batch(store: Store, language: str) -> None:
    """Say what the last import is called, and what about it may not have been meant."""
    *earlier, last = store.batches()
    undo = f"shopcast import undo {last.number} --store {store.name}"
    lines = [
        (f"batch {last.number}; take it back with: {undo}", f"批次 {last.number}；如需撤回：{undo}"),
        *(
            (f"note: this very file was imported before, as batch {batch.number}",
             f"说明：同一文件此前已导入过（批次 {batch.number}）")
            for batch in earlier[::-1]
            if batch.file_hash == last.file_hash and batch.undone_at is None
        ),
    ][:2]  # fmt: skip
    fewer = store.lessened(last.number)
    if fewer:
        lines.append(
            (
                f"note: fewer units than before on {count_of(fewer, 'product-day')}. A file replaces the days that it"
                " names; if this one held only some of their sales, undo it and import the days whole",
                f"说明：有 {fewer:,} 条日销量比原来少。文件会整天替换其中出现的日期；"
                "如果文件只含当天的部分销售，请撤回本批次，再按整天导入",
            )
        )
    for english, chinese in lines:
        _say(chinese if language == "zh" else english)


def _create(target: Target, seen: Recognised | None) -> Store:
    currency = target.currency or (seen and seen.layout.currency) or "USD"
    timezone = target.timezone or (seen and seen.layout.timezone) or "UTC"
    return Store.create(target.store, kind="imported", currency=currency, timezone=timezone)


def _open(target: Target) -> Store:
    store = Store.open(target.store)
    try:
        if target.currency is not None:
            store.check_currency(target.currency)
        if target.timezone not in {None, store.info.timezone}:
            raise StoreError(
                f"store {target.store!r} ends its days at midnight in {store.info.timezone}, not in {target.timezone}",
                "leave --timezone out, or import into another store",
            )
    except StoreError:
        store.close()
        raise
    return store


def run_import_packs(file: Path, store_name: str) -> None:
    """Import what packs hold, and print what was written."""
    with Store.open(store_name) as store:
        written = import_packs(store, file)
        _say(f"{file.name}: {count_of(written.new, 'row')} new, {written.changed:,} changed")
        _describe_batch(store, "en")


def _say(line: str) -> None:
    Console().print(line, highlight=False, markup=False, soft_wrap=True)


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
