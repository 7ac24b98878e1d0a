"""Importing invoices in the layout of the UCI Online Retail data."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pandas as pd

from store import catalogue, sales
from store.database import Store
from store.importing.columns import map_columns
from store.importing.ledger import RowLedger
from store.importing.report import ImportReport
from store.importing.sales_file import read_days
from store.importing.table_file import TableFile, read_table
from store.importing.values import read_column, read_number, read_text

_HEADINGS: dict[str, tuple[str, ...]] = {
    "invoice": ("invoiceno", "invoice"),
    "product": ("stockcode",),
    "title": ("description",),
    "units": ("quantity",),
    "date": ("invoicedate",),
    "price": ("unitprice", "price"),
    "customer": ("customerid",),
}
_REQUIRED = ("invoice", "product", "title", "units", "date", "price")
# Goods have five digits and perhaps letters, or a house code; the rest is postage, fees, manual entries.
_GOODS = re.compile(r"^(\d{5}[A-Z]*|DCGS\w+|PADS|SP\d+)$")
_CANCELLED_WITHIN = pd.Timedelta(days=1)
_GROSS_NOTE = (
    "units are gross: goods that came back later were sold first;"
    " an order cancelled within a day was never demand",
    "销量为毛销量：之后退回的商品仍算卖出；一天之内取消的订单不算需求",
)


def import_online_retail(store: Store, path: Path | str) -> ImportReport:
    """Import invoice lines (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice).

    Rows are counted gross: a cancellation (invoice C...) is not subtracted from the day it is written on,
    since that day's demand did not fall; but a line that the same customer cancels in full within a day is
    left out together with its cancellation. Exact repeats are folded. A product's title is its most frequent
    description.

    Args:
        store: an open store.
        path: CSV or Parquet file; CustomerID may be missing, Country is not needed.

    Returns:
        What became of every row.

    Raises:
        ImportFailed: the file cannot be read or no row can be used; the store is as it was.
    """
    table = read_table(path)
    columns, guessed = map_columns(list(table.frame.columns), _HEADINGS, _REQUIRED, None, table.file_name)
    repeats = table.frame.duplicated()
    folded = int(repeats.sum())
    table = TableFile(
        table.file_name, table.encoding, table.rows_read, table.frame[~repeats], table.misfits, table.notes
    )
    ledger = RowLedger(table)
    rows = _read_rows(store, table, columns, ledger)
    ledger.require(rows, "check that the file holds invoice lines")
    with store.transaction() as cursor:
        catalogue.write_products(cursor, _product_rows(rows))
        written = sales.write_sales(cursor, _daily_rows(rows))
    return ImportReport(
        table.file_name, table.encoding, table.rows_read, len(rows), folded, ledger.rejections(), columns,
        written.new, written.changed, guessed, ledger.repaired, (*ledger.notes, _GROSS_NOTE),
    )  # fmt: skip


def _read_rows(store: Store, table: TableFile, columns: dict[str, str], ledger: RowLedger) -> pd.DataFrame:
    raw = table.fields(columns)
    rows = pd.DataFrame(index=raw.index)
    rows["moment"] = pd.to_datetime(raw["date"], errors="coerce", format="mixed")
    rows["ds"] = read_days(raw["date"], store.info.timezone, ledger)
    rows["product_id"] = read_column(raw["product"], read_text).str.upper()
    rows["title"] = read_column(raw["title"], _clean_title)
    rows["units"] = read_column(raw["units"], read_number).astype(float)
    rows["price"] = read_column(raw["price"], read_number).astype(float)
    rows["customer"] = read_column(raw["customer"], read_text) if "customer" in raw else None
    is_credit = (
        read_column(raw["invoice"], read_text).str.upper().str.startswith("C").fillna(False).astype(bool)
    )
    ledger.reject(rows["product_id"].isna(), "no_product")
    ledger.reject(rows["units"].isna(), "bad_units")
    ledger.reject(~rows["product_id"].fillna("").str.match(_GOODS), "not_a_product")
    ledger.reject(is_credit, "cancellation")
    ledger.reject(rows["units"] < 0, "stock_adjustment")
    ledger.reject(~(rows["price"] > 0), "no_price")
    ledger.reject(_cancelled_soon(rows, is_credit), "cancelled_order")
    return ledger.usable(rows)


def _clean_title(value: object) -> str | None:
    text = read_text(value)
    return re.sub(r"\s+", " ", text).strip(" .,*?") or None if text else None


def _cancelled_soon(rows: pd.DataFrame, is_credit: pd.Series) -> pd.Series:
    """Return the lines that their customer cancelled in full within a day; a cancellation takes one line."""
    fields = ["product_id", "customer", "units", "moment"]
    sold: dict[tuple[object, ...], list[tuple[pd.Timestamp, int]]] = defaultdict(list)
    cancellations = rows.loc[is_credit & rows["customer"].notna(), fields]
    wanted = set(
        zip(cancellations["product_id"], cancellations["customer"], -cancellations["units"], strict=True)
    )
    lines = rows.loc[~is_credit & (rows["units"] > 0) & rows["customer"].notna(), fields]
    for number, product, customer, units, moment in lines.itertuples(name=None):
        if (product, customer, units) in wanted:
            sold[product, customer, units].append((moment, number))
    cancelled = []
    for product, customer, units, moment in cancellations.sort_values("moment").itertuples(
        index=False, name=None
    ):
        candidates = [
            line
            for line in sold[product, customer, -units]
            if line[0] <= moment <= line[0] + _CANCELLED_WITHIN
        ]
        if candidates:
            last = max(candidates)
            sold[product, customer, -units].remove(last)
            cancelled.append(last[1])
    return rows.index.to_series().isin(cancelled)


def _product_rows(rows: pd.DataFrame) -> pd.DataFrame:
    titled = rows.dropna(subset=["title"])
    counts = titled.groupby(["product_id", "title"], sort=True).size().reset_index(name="count")
    best = counts.sort_values(
        ["product_id", "count"], ascending=[True, False], kind="stable"
    ).drop_duplicates("product_id")
    found = dict(zip(best["product_id"], best["title"], strict=True))
    ids = sorted(set(rows["product_id"]))
    return pd.DataFrame({"product_id": ids, "title": [found.get(i, i) for i in ids]}, dtype=object)


def _daily_rows(rows: pd.DataFrame) -> pd.DataFrame:
    daily = rows.assign(revenue=rows["units"] * rows["price"]).groupby(["product_id", "ds"], sort=True)
    frame = daily.agg(units=("units", "sum"), revenue=("revenue", "sum")).reset_index()
    frame["revenue"] = frame["revenue"].round(2)
    return frame
