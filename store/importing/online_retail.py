"""Importing invoices in the layout of the UCI Online Retail data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from store.database import Store
from store.importing.layout import Layout, TableLayout, fold_repeats, read_layout
from store.importing.ledger import RowLedger
from store.importing.order_lines import write_lines
from store.importing.report import ImportReport
from store.importing.sales_file import read_days
from store.importing.table_file import TableFile
from store.importing.values import read_column, read_number, read_text

_INVOICES = TableLayout(
    {
        "invoice": ("invoiceno", "invoice"),
        "product": ("stockcode",),
        "title": ("description",),
        "units": ("quantity",),
        "date": ("invoicedate",),
        "price": ("unitprice", "price"),
        "customer": ("customerid",),
    },
    ("invoice", "product", "title", "units", "date", "price"),
)
# Goods have five digits and perhaps letters, or a house code; the rest is postage, fees, manual entries.
_GOODS = re.compile(r"^(\d{5}[A-Z]*|DCGS\w+|PADS|SP\d+)$")
_CANCELLED_WITHIN = pd.Timedelta(days=1)
_GROSS_NOTE = (
    "units are gross: goods that came back later were sold first, and are kept as returns of the day they came back;"
    " an order cancelled within a day was never demand",
    "销量为毛销量：之后退回的商品仍算卖出，按退回当天另记为退货；一天之内取消的订单不算需求",
)


def write_online_retail(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write invoice lines (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice).

    Sales are gross: a cancellation (invoice C...) is a return of the day it is written on; but a line that the same
    customer cancels in full within a day is left out together with its cancellation. Exact repeats are folded. A
    product's title is its most frequent description.

    Args:
        store: an open store.
        cursor: of an open batch.
        files: "invoices"; CustomerID may be missing, Country is not needed.

    Returns:
        What became of every row.

    Raises:
        ImportFailed: the file cannot be read or no row can be used.
    """
    table, columns = read_layout(files["invoices"], _INVOICES)
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    lines = _read_lines(store, table, columns, ledger)
    ledger.notes.append(_GROSS_NOTE)
    return [write_lines(store, cursor, table, lines, ledger, columns, folded)]


def _read_lines(store: Store, table: TableFile, columns: dict[str, str], ledger: RowLedger) -> pd.DataFrame:
    raw = table.fields(columns)
    rows = pd.DataFrame(index=raw.index)
    rows["moment"] = pd.to_datetime(raw["date"], errors="coerce", format="mixed")
    rows["ds"] = read_days(raw["date"], store.info.timezone, ledger)
    rows["product"] = read_column(raw["product"], read_text).str.upper()
    rows["title"] = read_column(raw["title"], _clean_title)
    rows["units"] = read_column(raw["units"], read_number).astype(float)
    rows["price"] = read_column(raw["price"], read_number).astype(float)
    # Lines without a customer cancel each other too: most follow their sale within minutes.
    rows["customer"] = read_column(raw["customer"], read_text).fillna("") if "customer" in raw else ""
    is_credit = (
        read_column(raw["invoice"], read_text).str.upper().str.startswith("C").fillna(False).astype(bool)
    )
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(rows["units"].isna(), "bad_units")
    ledger.reject(~rows["product"].fillna("").str.match(_GOODS), "not_a_product")
    ledger.reject((rows["units"] < 0) & ~is_credit, "stock_adjustment")
    ledger.reject(~(rows["price"] > 0), "no_price")
    cancelled, cancellations = _cancelled_soon(rows, is_credit)
    ledger.reject(cancelled, "cancelled_order")
    ledger.reject(cancellations | (is_credit & ~(rows["units"] < 0)), "cancellation")
    rows["is_return"] = is_credit
    rows["units"] = rows["units"].abs()
    rows["revenue"] = rows["units"] * rows["price"]
    return rows


def _clean_title(value: object) -> str | None:
    text = read_text(value)
    return re.sub(r"\s+", " ", text).strip(" .,*?") or None if text else None


def _cancelled_soon(rows: pd.DataFrame, is_credit: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the lines that their customer cancelled in full within a day, and the lines that cancel them."""
    fields = ["product", "customer", "units", "moment"]
    sold: dict[tuple[object, ...], list[tuple[pd.Timestamp, int]]] = defaultdict(list)
    cancellations = rows.loc[is_credit, fields]
    wanted = set(
        zip(cancellations["product"], cancellations["customer"], -cancellations["units"], strict=True)
    )
    lines = rows.loc[~is_credit & (rows["units"] > 0), fields]
    for number, product, customer, units, moment in lines.itertuples(name=None):
        if (product, customer, units) in wanted:
            sold[product, customer, units].append((moment, number))
    pairs = []
    for number, product, customer, units, moment in cancellations.sort_values("moment").itertuples(name=None):
        candidates = [
            line
            for line in sold[product, customer, -units]
            if line[0] <= moment <= line[0] + _CANCELLED_WITHIN
        ]
        if candidates:
            last = max(candidates)
            sold[product, customer, -units].remove(last)
            pairs.append((last[1], number))
    numbers = rows.index.to_series()
    return numbers.isin([line for line, _ in pairs]), numbers.isin([cancelled for _, cancelled in pairs])


ONLINE_RETAIL = Layout(
    name="online-retail",
    label={"en": "UCI Online Retail", "zh": "UCI Online Retail（英国网店）"},
    tables={"invoices": _INVOICES},
    write=write_online_retail,
    currency="GBP",
    timezone="Europe/London",
)
