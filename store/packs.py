"""Packs and bundles: what is sold under an id of its own, and how many units of what is in it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from store import catalogue
from store.batches import Batch, hash_file
from store.database import Store
from store.errors import ImportFailed
from store.importing.columns import map_columns
from store.importing.table_file import read_table
from store.importing.values import read_column, read_number, read_text
from store.upsert import Written, upsert

_HEADINGS: dict[str, tuple[str, ...]] = {
    "product": (
        "product",
        "productid",
        "pack",
        "bundle",
        "sku",
        "商品编号",
        "组合",
        "套装",
        "组合编号",
        "商品",
    ),
    "component": (
        "component",
        "componentid",
        "item",
        "contains",
        "单品",
        "单品编号",
        "包含",
        "子商品",
        "组件",
    ),
    "units": ("units", "quantity", "qty", "count", "unitsapack", "数量", "件数", "每包数量"),
}


def import_packs(store: Store, path: Path | str) -> Written:
    """Import what packs and bundles hold: one row a product and component, with the units in one pack.

    From then on the sales of a pack count as sales of what is in it, those already in the store included. The
    list is short and made by hand: one wrong row refuses it whole.

    Args:
        store: an open store.
        path: table with the columns product, component, units.

    Returns:
        Rows that are new, and rows that changed.

    Raises:
        ImportFailed: the file cannot be read or a row makes no sense; the message names the row.
    """
    table = read_table(path)
    columns, _ = map_columns(list(table.frame.columns), _HEADINGS, tuple(_HEADINGS), None, table.file_name)
    if table.misfits:
        _refuse(table.file_name, table.misfits[0].row_number, "has more or fewer fields than the header")
    raw = table.fields(columns)
    rows = pd.DataFrame(
        {
            "bundle_id": read_column(raw["product"], read_text),
            "component_id": read_column(raw["component"], read_text),
            "units": read_column(raw["units"], read_number).astype(float),
        }
    )
    with store.batch("packs", table.file_name, hash_file(path)) as batch:
        _check(batch, rows, table.file_name)
        # Articles that were never sold singly have no line in the catalogue yet.
        unknown = sorted(set(rows["component_id"]) - store.products_by_id().keys())
        named = pd.DataFrame({"product_id": unknown, "title": unknown}, dtype=object)
        catalogue.write_products(batch.cursor, named)
        return write_packs(batch.cursor, rows)


def write_packs(cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Written:
    """Write what packs hold, replacing rows of the same pack and component.

    Args:
        cursor: of an open transaction or batch.
        rows: bundle_id, component_id, units.
    """
    cursor.register("incoming_packs", rows)
    written = upsert(cursor, "bundles", "SELECT bundle_id, component_id, units FROM incoming_packs")
    cursor.unregister("incoming_packs")
    return written


def _check(batch: Batch, rows: pd.DataFrame, file_name: str) -> None:
    held = batch.cursor.execute("SELECT bundle_id, component_id FROM bundles").fetchall()
    packs = set(rows["bundle_id"]) | {pack for pack, _ in held}
    components = {component for _, component in held}
    seen: set[tuple[str, str]] = set()
    for number, pack, component, units in rows.itertuples(name=None):
        if not pack or not component:
            _refuse(file_name, number, "lacks the product or its component")
        if not units > 0:
            _refuse(file_name, number, "needs a number of units above zero")
        if component in packs or pack in components:
            _refuse(file_name, number, f"has a pack in a pack ({component!r} in {pack!r})")
        if (pack, component) in seen:
            _refuse(file_name, number, f"names {component!r} in {pack!r} a second time")
        seen.add((pack, component))


def _refuse(file_name: str, number: int, what: str) -> None:
    raise ImportFailed(
        f"row {number} of {file_name!r} {what}",
        "write one row for each product and single article in it, with the units of the article in one pack",
    )
