"""Importing the orders that a Shopify shop exports: one row a product line, the order's own columns on its first.

Source of the headings and of what they mean: Shopify Help Center, "Exporting orders" (orders export CSV).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from store.database import Store
from store.importing.layout import Layout, TableLayout, read_layout
from store.importing.ledger import RowLedger
from store.importing.order_lines import read_amounts, read_ids, read_texts, share_totals, write_lines
from store.importing.report import ImportReport, count_of
from store.importing.sales_file import read_days

_ORDERS = TableLayout(
    {
        "order": ("name",),
        "date": ("createdat",),
        "units": ("lineitemquantity",),
        "title": ("lineitemname",),
        "price": ("lineitemprice",),
        "regular_price": ("lineitemcompareatprice",),
        "sku": ("lineitemsku",),
        "discount": ("lineitemdiscount",),
        "brand": ("vendor",),
        "currency": ("currency",),
        "subtotal": ("subtotal",),
        "payment": ("financialstatus",),
        "cancelled": ("cancelledat",),
        "refunded": ("refundedamount",),
    },
    ("order", "date", "units", "title", "price", "payment"),
)
# The payment was given back before anything was captured, or never came.
_UNPAID = {"voided", "expired"}


def write_shopify_orders(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write the lines of Shopify's orders on the day on which each order was placed, in the store's time zone.

    A product is its SKU, or the line's name where it has none. What a line brought is its share of the order's
    subtotal, which is after discounts and without shipping. Cancelled orders are no sales. Goods refunded later were
    sold first; the export does not say when they came back, so they are counted in a note and not as returns.
    Names, addresses, phones and emails are not read.

    Args:
        store: an open store in the shop's currency.
        cursor: of an open batch.
        files: "orders".

    Raises:
        ImportFailed: the file cannot be read or no row can be used.
        CurrencyMismatch: all orders are in another currency than the store's.
    """
    table, columns = read_layout(files["orders"], _ORDERS)
    ledger = RowLedger(table)
    raw = table.fields(columns)
    lines = _read_lines(raw)
    orders = _spread_orders(raw, lines["order"])
    lines["revenue"] = share_totals(lines["listed"], lines["order"], orders["subtotal"])
    _check_currency(store, orders["currency"], ledger)
    lines["ds"] = read_days(raw["date"], store.info.timezone, ledger)
    ledger.reject(lines["order"].isna(), "no_order")
    ledger.reject(lines["title"].isna(), "no_line")
    ledger.reject(~(lines["units"] >= 0), "bad_units")
    ledger.reject(orders["cancelled"].notna(), "order_cancelled")
    ledger.reject(orders["payment"].str.casefold().isin(_UNPAID), "not_paid")
    ledger.repair(lines["price"].isna(), "bad_price")
    _note_refunds(orders, lines["order"], ledger)
    return [write_lines(store, cursor, table, lines, ledger, columns)]


def _read_lines(raw: pd.DataFrame) -> pd.DataFrame:
    lines = pd.DataFrame(
        {"order": read_ids(raw["order"]), "title": read_texts(raw, "title")}, index=raw.index
    )
    lines["product"] = read_ids(raw["sku"]) if "sku" in raw else None
    lines["product"] = lines["product"].fillna(lines["title"])
    lines["brand"] = read_texts(raw, "brand")
    for field in ("units", "price", "regular_price"):
        lines[field] = read_amounts(raw, field)
    lines["listed"] = lines["units"] * lines["price"] - read_amounts(raw, "discount").fillna(0.0)
    return lines


def _spread_orders(raw: pd.DataFrame, order: pd.Series) -> pd.DataFrame:
    """Return what only the first row of an order says, on each of its rows."""
    first = pd.DataFrame(
        {
            "subtotal": read_amounts(raw, "subtotal"),
            "refunded": read_amounts(raw, "refunded"),
            **{field: read_texts(raw, field) for field in ("currency", "payment", "cancelled")},
        }
    )
    return first.groupby(order).transform("first").reindex(raw.index)


def _check_currency(store: Store, currency: pd.Series, ledger: RowLedger) -> None:
    """Reject lines in another currency; when no line is in the store's, refuse the file."""
    known = currency.dropna().str.upper()
    if len(known) and store.info.currency not in set(known):
        store.check_currency(str(known.mode().iloc[0]))
    ledger.reject(currency.notna() & (currency.str.upper() != store.info.currency), "other_currency")


def _note_refunds(orders: pd.DataFrame, order: pd.Series, ledger: RowLedger) -> None:
    refunded = orders.assign(order=order)[orders["refunded"] > 0].drop_duplicates("order")
    refunded = refunded[refunded["cancelled"].isna()]
    if len(refunded):
        money = refunded["refunded"].sum()
        ledger.notes.append(
            (
                f"{count_of(len(refunded), 'order')} with a refund in part or whole ({money:,.2f}): units are counted as"
                " sold, since the export does not say which goods came back, or when",
                f"{len(refunded):,} 张订单有退款（共 {money:,.2f}）；文件未注明退回的商品与日期，销量仍按卖出计",
            )
        )


SHOPIFY_ORDERS = Layout(
    name="shopify-orders",
    label={"en": "Shopify orders", "zh": "Shopify 订单"},
    tables={"orders": _ORDERS},
    write=write_shopify_orders,
)
