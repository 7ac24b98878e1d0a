"""Importing the tables of Olist, a Brazilian marketplace: orders, items, products, reviews, category names.

Source of the headings: the data dictionary of "Brazilian E-Commerce Public Dataset by Olist".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from store.database import Store
from store.errors import ImportFailed
from store.importing.layout import Layout, TableLayout, fold_repeats, read_layout, report_file
from store.importing.ledger import RowLedger
from store.importing.order_lines import read_amounts, read_ids, read_texts, to_store_days, write_lines
from store.importing.report import ImportReport
from store.importing.reviews_file import write_review_fields
from store.importing.sales_file import read_days

_CURRENCY, _TIMEZONE = "BRL", "America/Sao_Paulo"
_CANCELLED = {"canceled", "unavailable"}
_UNPAID = {"created"}
_TABLES = {
    "orders": TableLayout(
        {
            "order": ("orderid",), "status": ("orderstatus",), "date": ("orderpurchasetimestamp",),
            "customer": ("customerid",),
        },
        ("order", "status", "date"),
    ),
    "items": TableLayout(
        {"order": ("orderid",), "line": ("orderitemid",), "product": ("productid",), "price": ("price",)},
        ("order", "line", "product", "price"),
    ),
    "translation": TableLayout(
        {"category": ("productcategoryname",), "english": ("productcategorynameenglish",)},
        ("category", "english"),
    ),
    "products": TableLayout(
        {"product": ("productid",), "category": ("productcategoryname",)}, ("product", "category")
    ),
    "reviews": TableLayout(
        {
            "id": ("reviewid",), "order": ("orderid",), "rating": ("reviewscore",),
            "title": ("reviewcommenttitle",), "text": ("reviewcommentmessage",),
            "date": ("reviewcreationdate",),
        },
        ("id", "order", "rating", "text"),
    ),
    "customers": TableLayout(
        {"customer": ("customerid",), "person": ("customeruniqueid",)}, ("customer", "person")
    ),
    "payments": TableLayout({"payment": ("paymentsequential",)}, ("payment",)),
    "sellers": TableLayout({"seller": ("sellerzipcodeprefix",)}, ("seller",)),
    "geolocation": TableLayout({"place": ("geolocationlat",)}, ("place",)),
}  # fmt: skip
_NOT_NEEDED = ("payments", "sellers", "geolocation")
_ONE_UNIT_NOTE = (
    "each row of the items is one unit; freight is not revenue",
    "明细表每行为一件；运费不计入销售额",
)


def write_olist(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write Olist's orders and items, and its reviews, product categories and their English names where given.

    An item is one unit, sold on the day its order was placed in São Paulo; items of orders that were cancelled or
    whose goods were unavailable are no sales. A product has no name there: it is called by its category and the
    first eight characters of its id. A review belongs to an order: where that has several products, nothing says
    which of them it is about, and it is rejected.

    Args:
        store: an open store in BRL.
        cursor: of an open batch.
        files: by table: "orders" and "items"; "products", "translation", "reviews" may be missing.

    Raises:
        ImportFailed: a table is missing or unreadable.
        CurrencyMismatch: the store keeps another currency.
    """
    missing = [name for name in ("orders", "items") if name not in files]
    if missing:
        raise ImportFailed(
            f"Olist's {missing[0]} are missing",
            "import olist_orders_dataset.csv and olist_order_items_dataset.csv together",
        )
    store.check_currency(_CURRENCY)
    orders, orders_report = _read_orders(store, files["orders"])
    names, reports = _read_names(files)
    items, items_report = _write_items(store, cursor, files, orders, names)
    reports = [orders_report, items_report, *reports]
    if "reviews" in files:
        people, more = _read_people(files)
        orders["author"] = orders["customer"].map(lambda customer: people.get(customer, customer))
        reports += [_write_reviews(store, cursor, files["reviews"], orders["author"], items, names), *more]
    return reports


def _read_orders(store: Store, path: Path) -> tuple[pd.DataFrame, ImportReport]:
    """Return customer, day and reason (why it is no sale, or None) by order id."""
    table, columns = read_layout(path, _TABLES["orders"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    status = read_texts(raw, "status").str.casefold()
    rows = pd.DataFrame({"order": read_ids(raw["order"])}, index=raw.index)
    ledger.reject(rows["order"].isna(), "no_order")
    ledger.reject(rows["order"].duplicated(), "repeated_id")
    ledger.reject(status.isin(_CANCELLED), "order_cancelled")
    ledger.reject(status.isin(_UNPAID), "not_paid")
    rows["ds"] = read_days(to_store_days(store, raw["date"], _TIMEZONE), store.info.timezone, ledger)
    reasons = {rejection.row_number: rejection.reason for rejection in ledger.rejections()}
    rows["customer"] = read_ids(raw["customer"]) if "customer" in raw else None
    rows["reason"] = [reasons.get(number) for number in rows.index]
    report = report_file(table, ledger, columns, len(ledger.usable(rows)), folded)
    known = rows[rows["order"].notna()].drop_duplicates("order")
    return known.set_index("order")[["customer", "ds", "reason"]], report


def _read_names(files: Mapping[str, Path]) -> tuple[pd.DataFrame, list[ImportReport]]:
    """Return category and title by product id, in English where the translation is given."""
    if "products" not in files:
        return pd.DataFrame({"category": [], "title": []}, dtype=object), []
    table, columns = read_layout(files["products"], _TABLES["products"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    rows = pd.DataFrame({"product": read_ids(raw["product"]), "category": read_texts(raw, "category")})
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(rows["product"].duplicated(), "repeated_id")
    rows = ledger.usable(rows)
    reports = [report_file(table, ledger, columns, len(rows), folded)]
    if "translation" in files:
        english, report = _read_translation(files["translation"])
        rows["category"] = rows["category"].map(lambda name: english.get(name, name))
        reports.append(report)
    rows["category"] = rows["category"].str.replace("_", " ").str.capitalize()
    short = rows["product"].str[:8]
    rows["title"] = (rows["category"] + " " + short).where(rows["category"].notna(), short)
    return rows.set_index("product")[["category", "title"]], reports


def _not_needed(files: Mapping[str, Path]) -> list[tuple[str, str]]:
    names = ", ".join(files[name].name for name in _NOT_NEEDED if name in files)
    return [(f"not needed, and not read: {names}", f"无需读取：{names}")] if names else []


def _read_people(files: Mapping[str, Path]) -> tuple[dict[str, str], list[ImportReport]]:
    """Return who a customer id is: Olist makes a new one for every order."""
    if "customers" not in files:
        return {}, []
    table, columns = read_layout(files["customers"], _TABLES["customers"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    people = dict(zip(read_ids(raw["customer"]), read_ids(raw["person"]), strict=True))
    return people, [report_file(table, ledger, columns, len(raw), folded)]


def _read_translation(path: Path) -> tuple[dict[str, str], ImportReport]:
    table, columns = read_layout(path, _TABLES["translation"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    pairs = zip(read_texts(raw, "category"), read_texts(raw, "english"), strict=True)
    return dict(pairs), report_file(table, ledger, columns, len(raw), folded)


def _write_items(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    files: Mapping[str, Path],
    orders: pd.DataFrame,
    names: pd.DataFrame,
) -> tuple[pd.DataFrame, ImportReport]:
    """Write the items; return order and product of each, whatever became of the order."""
    table, columns = read_layout(files["items"], _TABLES["items"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    lines = pd.DataFrame(
        {"order": read_ids(raw["order"]), "product": read_ids(raw["product"])}, index=raw.index
    )
    lines["revenue"] = read_amounts(raw, "price")
    lines["units"] = 1.0
    for column in ("category", "title"):
        lines[column] = lines["product"].map(names[column])
    lines["ds"] = lines["order"].map(orders["ds"])
    ledger.reject(lines["product"].isna(), "no_product")
    ledger.reject(~lines["order"].isin(orders.index), "no_order")
    of_order = lines["order"].map(orders["reason"])
    for reason in of_order.dropna().unique():
        ledger.reject(of_order == reason, reason)
    ledger.repair(~(lines["revenue"] >= 0), "bad_price")
    ledger.notes += [_ONE_UNIT_NOTE, *_not_needed(files)]
    return lines[["order", "product"]], write_lines(store, cursor, table, lines, ledger, columns, folded)


def _write_reviews(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    path: Path,
    authors: pd.Series,
    items: pd.DataFrame,
    names: pd.DataFrame,
) -> ImportReport:
    table, columns = read_layout(path, _TABLES["reviews"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    order = read_ids(raw["order"])
    products = items.drop_duplicates().groupby("order")["product"].agg(["first", "size"])
    ledger.reject(~order.isin(products.index), "no_order")
    ledger.reject(order.map(products["size"]) > 1, "several_products")
    fields = raw.drop(columns="order").assign(
        product=order.map(products["first"]), author=order.map(authors), language="pt"
    )
    # One review may have been sent for several orders: it is one review of each of their products.
    fields["id"] = read_ids(raw["id"]).str[:16] + "-" + fields["product"].str[:8]
    fields["product_title"] = fields["product"].map(names["title"])
    fields["category"] = fields["product"].map(names["category"])
    return write_review_fields(store, cursor, table, fields, ledger, columns, folded=folded)


OLIST = Layout(
    name="olist",
    label={"en": "Olist (Brazil)", "zh": "Olist（巴西电商）"},
    tables=_TABLES,
    write=write_olist,
    currency=_CURRENCY,
    timezone=_TIMEZONE,
)
