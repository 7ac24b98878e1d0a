"""Importing the products and the inventory that a Shopify shop exports.

Source of the headings: Shopify Help Center, "Using CSV files to import and export products" and "Inventory CSV file
format"; the product export has had other headings since 2025, and both are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from store import catalogue
from store.catalogue import StockLevel
from store.database import Store
from store.errors import ImportFailed
from store.importing.layout import Layout, TableLayout, read_layout, report_file
from store.importing.ledger import RowLedger
from store.importing.order_lines import product_rows, read_amounts, read_ids, read_texts
from store.importing.report import ImportReport

_OPTIONS = {f"option{number}": (f"option{number}value",) for number in (1, 2, 3)}
_PRODUCTS = TableLayout(
    {
        "handle": ("handle", "urlhandle"),
        "title": ("title",),
        **_OPTIONS,
        "price": ("variantprice", "price"),
        "sku": ("variantsku", "sku"),
        "type": ("type",),
        "category": ("productcategory",),
        "brand": ("vendor",),
    },
    ("handle", "title", "price", "brand"),
)
_INVENTORY = TableLayout(
    {
        "handle": ("handle",),
        "title": ("title",),
        **_OPTIONS,
        "sku": ("sku",),
        "location": ("location",),
        "incoming": ("incoming",),
        "available": ("available",),
        "on_hand": ("onhand",),
    },
    ("handle", "title", "location", "available"),
)
_ONE_VARIANT = "Default Title"
_AVAILABLE_NOTE = (
    "stock is what is available, all locations together: on hand without what is committed to orders or unavailable;"
    " lead times are not in the export",
    "库存取各仓“可售”之和：不含已被订单占用和不可售的部分；导出文件中没有交货期",
)


def write_shopify_products(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write the catalogue of a Shopify shop: one product a variant, called by its SKU (or name where it has none).

    Rows that only add a picture are rejected for that reason.

    Args:
        store: an open store.
        cursor: of an open batch.
        files: "products".

    Raises:
        ImportFailed: the file cannot be read or no row can be used.
    """
    table, columns = read_layout(files["products"], _PRODUCTS)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    rows = _read_variants(raw)
    for field in ("type", "category", "brand"):
        rows[field] = read_texts(raw, field).groupby(rows["handle"]).transform("first")
    # "Apparel & Accessories > Clothing > Shirts": the last one says most.
    rows["category"] = rows["type"].fillna(rows["category"].str.split(">").str[-1].str.strip())
    _reject_variants(rows, ledger)
    ledger.reject(read_texts(raw, "price").isna(), "no_line")
    ledger.reject(rows["product_id"].duplicated(), "repeated_id")
    used = ledger.usable(rows)
    ledger.require(used, "export the products again, all columns")
    new, changed = catalogue.write_products(cursor, product_rows(store, used))
    return [report_file(table, ledger, columns, len(used), new=new, changed=changed)]


def write_shopify_inventory(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write the stock of a Shopify shop, its locations together, as of the store's last day of sales.

    Args:
        store: an open store that has sales: the export carries no date.
        cursor: of an open batch.
        files: "inventory".

    Raises:
        ImportFailed: the file cannot be read, no row can be used, or the store has no sales yet.
    """
    as_of = store.info.as_of
    if as_of is None:
        raise ImportFailed(
            "an inventory export says no date, and the store has no sales to date it by",
            "import the orders first, then the inventory of the same day",
        )
    table, columns = read_layout(files["inventory"], _INVENTORY)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    rows = _read_variants(raw)
    for field in ("available", "incoming"):
        rows[field] = read_amounts(raw, field).fillna(0.0)
    is_stocked = read_texts(raw, "available").str.casefold() != "not stocked"
    _reject_variants(rows, ledger)
    ledger.repair(read_amounts(raw, "available").isna() & is_stocked, "bad_on_hand")
    used = ledger.usable(rows)
    ledger.require(used, "export the inventory again, all columns")
    ledger.notes.append(_AVAILABLE_NOTE)
    unknown = used[~used["product_id"].isin(list(store.products_by_id()))]
    catalogue.write_products(cursor, product_rows(store, unknown))
    levels = []
    for product, stock in used.groupby("product_id")[["available", "incoming"]].sum().iterrows():
        held = catalogue.read_stock(cursor, str(product))
        levels.append(
            StockLevel(
                product_id=str(product),
                on_hand=max(0.0, stock["available"]),
                on_order=stock["incoming"],
                lead_time_days=held.lead_time_days if held else None,
                pack_size=held.pack_size if held else 1,
                as_of=as_of,
            )
        )
    written = catalogue.write_stock(cursor, levels)
    return [report_file(table, ledger, columns, len(used), 0, written.new, written.changed)]


def _read_variants(raw: pd.DataFrame) -> pd.DataFrame:
    """Return handle, title ("Shirt - Red / M", as the orders write it) and product_id of each row."""
    handle = read_ids(raw["handle"])
    rows = pd.DataFrame({"handle": handle, "name": read_texts(raw, "title")}, index=raw.index)
    rows["name"] = rows.groupby("handle")["name"].transform("first")
    options = pd.DataFrame({option: read_texts(raw, option) for option in _OPTIONS})
    variant = options.replace(_ONE_VARIANT, None).apply(lambda row: " / ".join(row.dropna()), axis=1)
    rows["title"] = rows["name"].where(variant == "", rows["name"] + " - " + variant)
    sku = read_ids(raw["sku"]) if "sku" in raw else pd.Series(None, index=raw.index, dtype=object)
    rows["product_id"] = sku.fillna(rows["title"])
    return rows


def _reject_variants(rows: pd.DataFrame, ledger: RowLedger) -> None:
    ledger.reject(rows["handle"].isna(), "no_product")
    ledger.reject(rows["product_id"].isna(), "no_product")


SHOPIFY_PRODUCTS = Layout(
    name="shopify-products",
    label={"en": "Shopify products", "zh": "Shopify 商品"},
    tables={"products": _PRODUCTS},
    write=write_shopify_products,
)
SHOPIFY_INVENTORY = Layout(
    name="shopify-inventory",
    label={"en": "Shopify inventory", "zh": "Shopify 库存"},
    tables={"inventory": _INVENTORY},
    write=write_shopify_inventory,
)
