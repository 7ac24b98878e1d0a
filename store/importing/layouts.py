"""Which platform's export a file is, and importing the files of one platform together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from store.batches import hash_file
from store.database import Store
from store.errors import ImportFailed
from store.importing.amazon_reviews import AMAZON_REVIEWS
from store.importing.jd_comments import JD_COMMENTS
from store.importing.layout import Layout
from store.importing.olist import OLIST
from store.importing.online_retail import ONLINE_RETAIL
from store.importing.report import ImportReport
from store.importing.shopify_catalogue import SHOPIFY_INVENTORY, SHOPIFY_PRODUCTS
from store.importing.shopify_orders import SHOPIFY_ORDERS
from store.importing.table_file import read_columns
from store.importing.taobao import TAOBAO

LAYOUTS: tuple[Layout, ...] = (
    ONLINE_RETAIL,
    OLIST,
    AMAZON_REVIEWS,
    SHOPIFY_ORDERS,
    SHOPIFY_PRODUCTS,
    SHOPIFY_INVENTORY,
    TAOBAO,
    JD_COMMENTS,
)


@dataclass(frozen=True)
class Recognised:
    """Files that are one export of a platform: `files` by name of their table."""

    layout: Layout
    files: dict[str, Path]


def recognise_files(paths: Sequence[Path]) -> Recognised | None:
    """Say which platform's export the files are, from their headings alone.

    Args:
        paths: of one file, or of several that belong together.

    Returns:
        The layout and the table that each file is; None when no file is of a known layout.

    Raises:
        ImportFailed: a file cannot be read, or the files are not of one export.
    """
    seen = [(path, *_recognise(read_columns(path))) for path in paths]
    layouts = {layout.name: layout for _, layout, _ in seen if layout is not None}
    if not layouts:
        return None
    if len(layouts) > 1 or any(layout is None for _, layout, _ in seen):
        what = ", ".join(f"{path.name!r}: {layout.name if layout else 'unknown'}" for path, layout, _ in seen)
        raise ImportFailed(
            f"the files are not of one export ({what})", "import the files of each platform by themselves"
        )
    files: dict[str, Path] = {}
    for path, _, table in seen:
        if table in files:
            raise ImportFailed(
                f"{files[table].name!r} and {path.name!r} are both the {table} of one export",
                "import them one after the other",
            )
        files[table] = path
    return Recognised(next(iter(layouts.values())), files)


def _recognise(columns: Sequence[str]) -> tuple[Layout | None, str]:
    for layout in LAYOUTS:
        table = layout.table_of(columns)
        if table is not None:
            return layout, table
    return None, ""


def import_recognised(store: Store, recognised: Recognised) -> list[ImportReport]:
    """Import the files of one export as one batch.

    Args:
        store: an open store.
        recognised: see `recognise_files`.

    Returns:
        What became of every row, a report a file.

    Raises:
        ImportFailed: a file cannot be read or used; the store is as it was.
        CurrencyMismatch: the export is in another currency than the store's.
    """
    paths = list(recognised.files.values())
    names = ", ".join(path.name for path in paths)
    with store.batch(recognised.layout.name, names, _hash_files(paths)) as batch:
        reports = recognised.layout.write(store, batch.cursor, recognised.files)
    return [replace(report, is_dry_run=store.is_trial) for report in reports]


def _hash_files(paths: Sequence[Path]) -> str:
    hashes = sorted(hash_file(path) for path in paths)
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
