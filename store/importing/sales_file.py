"""Importing a file of sales: one row a product and day, or one row a sale."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from store import catalogue, sales
from store.database import Store
from store.importing.columns import SALES_HEADINGS, map_columns
from store.importing.ledger import RowLedger
from store.importing.report import ImportReport
from store.importing.table_file import TableFile, read_table
from store.importing.values import (
    is_day_first,
    is_missing,
    read_column,
    read_day,
    read_mark,
    read_number,
    read_text,
)

_MOST_UNITS = 10_000_000
_OPTIONAL_NUMBERS = ("price", "revenue", "regular_price", "on_hand")


def import_sales(store: Store, path: Path | str, mapping: Mapping[str, str] | None = None) -> ImportReport:
    """Import sales; a product-day that the store has already is replaced by the file's.

    Rows of one product and day are added up. Rows that are alike in every column are one row written twice
    when each product and day has just one row otherwise; in a file of single sales they are separate sales.

    Args:
        store: an open store.
        path: CSV or Parquet file.
        mapping: column by field (date, product, units; price, revenue, regular_price, promo, on_hand, title,
            category); fields that are left out are guessed from the headings.

    Returns:
        What became of every row. Importing the same file again reports nothing new and nothing changed.

    Raises:
        ImportFailed: the file cannot be read, or no row can be used; the store is as it was.
    """
    table = read_table(path)
    columns, guessed = map_columns(
        list(table.frame.columns), SALES_HEADINGS, ("date", "product", "units"), mapping, table.file_name
    )
    ledger = RowLedger(table)
    rows = _read_rows(store, table, columns, ledger)
    ledger.require(rows, "correct the file, or say which column holds what with the column mapping")
    rows, folded = _fold_repeats(rows, ledger)
    rows["product_id"] = known_products(store, rows["product"])
    with store.transaction() as cursor:
        catalogue.write_products(cursor, _product_rows(store, rows))
        written = sales.write_sales(cursor, _daily_rows(rows))
    return ImportReport(
        table.file_name, table.encoding, table.rows_read, len(rows), folded, ledger.rejections(), columns,
        written.new, written.changed, guessed, ledger.repaired, tuple(ledger.notes),
    )  # fmt: skip


def _read_rows(store: Store, table: TableFile, columns: dict[str, str], ledger: RowLedger) -> pd.DataFrame:
    """Return the usable rows with fields as columns; the rest is entered in `ledger`."""
    raw = table.fields(columns)
    rows = pd.DataFrame(index=raw.index)
    rows["ds"] = read_days(raw["date"], store.info.timezone, ledger)
    rows["product"] = read_column(raw["product"], read_text)
    rows["units"] = read_column(raw["units"], read_number)
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(is_missing(raw["units"]), "no_units")
    ledger.reject(rows["units"].isna(), "bad_units")
    units = rows["units"].astype(float)
    ledger.reject(units < 0, "negative_units")
    ledger.reject(units > _MOST_UNITS, "too_many_units")
    for field in _OPTIONAL_NUMBERS:
        rows[field] = _optional_number(raw, field, ledger)
    rows["promo"] = None
    if "promo" in raw:
        rows["promo"] = read_column(raw["promo"], read_mark)
        ledger.repair(rows["promo"].isna(), "bad_promo")
    for field in ("title", "category"):
        rows[field] = read_column(raw[field], read_text) if field in raw else None
    rows["units"] = units
    rows["revenue"] = rows["revenue"].astype(float).fillna(units * rows["price"].astype(float))
    return ledger.usable(rows)


def read_days(values: pd.Series, timezone: str, ledger: RowLedger) -> pd.Series:
    """Return a column's days; rows without a readable one are entered in `ledger`."""
    day_first = is_day_first(values.unique())
    days = read_column(values, partial(read_day, day_first=bool(day_first), timezone=timezone))
    ledger.reject(is_missing(values), "no_date")
    ledger.reject(days.isna(), "bad_date")
    ledger.reject(days.map(lambda day: day is not None and not 1990 <= day.year <= 2100), "date_out_of_range")
    if day_first is None and values.astype(str).str.match(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d").any():
        ledger.notes.append(
            (
                "dates such as 05/01/2024 were read month first: nothing in the file says otherwise",
                "形如 05/01/2024 的日期按“月/日/年”读取，文件中没有相反的迹象",
            )
        )
    return days


def _optional_number(raw: pd.DataFrame, field: str, ledger: RowLedger) -> Any:
    """Return a column of numbers, NaN where unknown; what cannot be read costs the value, not the row."""
    if field not in raw:
        return float("nan")
    numbers = read_column(raw[field], read_number).astype(float)
    wrong = ~is_missing(raw[field]) & ~(numbers >= 0)
    ledger.repair(wrong, f"bad_{field}")
    return numbers.mask(wrong)


def _fold_repeats(rows: pd.DataFrame, ledger: RowLedger) -> tuple[pd.DataFrame, int]:
    repeats = rows.duplicated()
    if not repeats.any():
        return rows, 0
    once = rows[~repeats]
    if once.duplicated(["product", "ds"]).any():
        ledger.notes.append(
            (
                f"{int(repeats.sum()):,} rows repeat another exactly;"
                " in a file of single sales they count as sales",
                f"有 {int(repeats.sum()):,} 行与其他行完全相同；这是逐笔销售文件，按不同的销售计入",
            )
        )
        return rows, 0
    return once, int(repeats.sum())


def known_products(store: Store, names: pd.Series) -> pd.Series:
    """Return product ids; a product that the file calls by a title in the catalogue is that product."""
    known = store.products_by_id()
    by_title = {
        row[key]: product for product, row in known.items() for key in ("title", "title_zh") if row[key]
    }
    return names.map(lambda name: name if name in known else by_title.get(name, name))


def _product_rows(store: Store, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the file's products as catalogue rows; what only the store knows of them is kept."""
    found = rows.groupby("product_id", sort=True)[["title", "category"]].first().reset_index()
    known = store.products_by_id()
    found["title"] = [
        title or known.get(product, {}).get("title") or product
        for product, title in zip(found["product_id"], found["title"], strict=True)
    ]
    for column in ("title_zh", "category_zh", "brand", "aliases", "launched_on"):
        found[column] = [known.get(product, {}).get(column) for product in found["product_id"]]
    found["category"] = [
        category or known.get(product, {}).get("category")
        for product, category in zip(found["product_id"], found["category"], strict=True)
    ]
    return found


def _daily_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up the rows of a product and day. A price that some lack is taken from those that have one."""
    priced = rows["units"].where(rows["revenue"].notna())
    frame = rows.assign(priced_units=priced, promo=rows["promo"].astype(float))
    daily = frame.groupby(["product_id", "ds"], sort=True).agg(
        units=("units", "sum"),
        revenue=("revenue", lambda values: values.sum(min_count=1)),
        priced_units=("priced_units", "sum"),
        regular_price=("regular_price", "mean"),
        promo=("promo", "max"),
        on_hand=("on_hand", "last"),
    )
    share = (daily["units"] / daily["priced_units"]).where(daily["priced_units"] > 0, 1.0)
    daily["revenue"] = (daily["revenue"] * share).round(4)
    return daily.drop(columns="priced_units").reset_index()
