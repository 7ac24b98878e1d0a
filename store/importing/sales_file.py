"""Importing a file of sales: one row a product and day, or one row a sale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from store import catalogue, sales
from store.batches import hash_file
from store.database import Store
from store.importing.columns import SALES_HEADINGS
from store.importing.dates import DayColumn, read_day_column
from store.importing.ledger import RowLedger
from store.importing.numbers import NumberColumn, read_currency, read_number_columns
from store.importing.profiles import remember_columns, settle_columns
from store.importing.report import ImportReport, count_of
from store.importing.table_file import OpenedTable, TableFile
from store.importing.values import YEARS, code_values, is_missing, read_column, read_mark, read_text
from store.upsert import Written

_MOST_UNITS = 10_000_000
_REQUIRED = ("date", "product", "units")
_OPTIONAL_NUMBERS = ("price", "revenue", "regular_price", "on_hand")
_MONEY = ("price", "revenue", "regular_price")
_REMEDY = "correct the file, or say which column holds what with the column mapping"


def import_sales(
    store: Store,
    path: Path | str,
    mapping: Mapping[str, str] | None = None,
    *,
    day_first: bool | None = None,
) -> ImportReport:
    """Import sales; a product-day that the store has already is replaced by the file's.

    Rows of one product and day are added up; negative units are returns of their day. Rows that are alike in every
    column are one row written twice when each product and day has just one row otherwise; in a file of single sales
    they are separate sales. What the columns mean is kept for the next file of the same header.

    Args:
        store: an open store.
        path: CSV, TSV, Excel, Parquet or JSON Lines file.
        mapping: column by field (date, product, units; price, revenue, regular_price, promo, on_hand, currency,
            title, category); fields that are left out are taken from an earlier import, or guessed.
        day_first: how to read 05/01/2024; None: as the file's other dates say.

    Returns:
        What became of every row. Importing the same file again reports nothing new and nothing changed.

    Raises:
        ImportFailed: the file cannot be read, or no row can be used; the store is as it was.
    """
    opened = OpenedTable(path)
    columns, guessed, remembered = settle_columns(
        store, "sales", opened.header, SALES_HEADINGS, _REQUIRED, mapping, Path(path).name
    )
    table = opened.read(list(columns.values()), days=[columns["date"]])
    ledger = RowLedger(table)
    rows, evidence = _read_rows(store, table, columns, ledger, day_first)
    # What follows needs none of the text.
    table = replace(table, frame=pd.DataFrame())
    ledger.require(rows, _REMEDY)
    rows, folded = _fold_repeats(opened, rows, ledger)
    rows["product_id"] = read_categories(known_products(store, rows["product"]))
    _note_returns(rows, ledger)
    with store.batch("sales", table.file_name, hash_file(path)) as batch:
        written = _write(store, batch.cursor, rows)
        if not store.is_trial:
            remember_columns(store, "sales", opened.header, columns)
    return ImportReport(
        table.file_name, table.encoding, table.rows_read, len(rows), folded, ledger.rejections(), columns,
        written.new, written.changed, guessed, ledger.repaired, tuple(ledger.notes), ledger.repaired_rows,
        tuple(evidence), remembered, store.is_trial,
    )  # fmt: skip


def _write(store: Store, cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Written:
    is_return = rows["units"] < 0
    catalogue.write_products(cursor, catalogue_rows(store, rows, _first_said))
    sold = sales.write_sales(cursor, _daily_rows(rows[~is_return] if is_return.any() else rows))
    if not is_return.any():
        return sold
    returned = rows[is_return].assign(units=rows["units"].abs())
    if "revenue" in rows:
        returned["revenue"] = returned["revenue"].abs()
    back = sales.write_returns(cursor, _daily_rows(returned).reindex(columns=sales.RETURN_COLUMNS))
    return Written(sold.new + back.new, sold.changed + back.changed)


def _read_rows(
    store: Store, table: TableFile, columns: dict[str, str], ledger: RowLedger, day_first: bool | None
) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return the usable rows with fields as columns, and how they were read; the rest is entered in `ledger`."""
    raw = table.fields(columns)
    rows = pd.DataFrame(index=raw.index)
    ledger.reject(_is_empty(raw), "empty_row")
    days = read_day_column(raw["date"], store.info.timezone, day_first=day_first)
    _enter_days(raw["date"], days, ledger)
    rows["ds"] = days.days
    rows["product"] = read_categories(raw["product"])
    numbers = read_number_columns(raw, {f: columns[f] for f in ("units", *_OPTIONAL_NUMBERS) if f in raw})
    units = numbers["units"].numbers
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(is_missing(raw["units"]), "no_units")
    ledger.reject(np.isnan(units), "bad_units")
    ledger.reject(np.abs(units) > _MOST_UNITS, "too_many_units")
    for field in numbers.keys() & _MONEY:
        ledger.reject(numbers[field].is_foreign(store.info.currency), "other_currency")
    _enter_currencies(store, raw, ledger)
    for field, column in numbers.items():
        rows[field] = (
            column.numbers if field == "units" else _optional_number(raw[field], column, field, ledger)
        )
    if "promo" in raw:
        rows["promo"] = read_column(raw["promo"], read_mark).astype(float)
        ledger.repair(rows["promo"].isna(), "bad_promo")
    for field in ("title", "category"):
        if field in raw:
            rows[field] = read_categories(raw[field])
    if "price" in rows:
        total = rows["units"] * rows["price"]
        rows["revenue"] = rows["revenue"].fillna(total) if "revenue" in rows else total
    return ledger.usable(rows), days.evidence + [
        line for column in numbers.values() for line in column.evidence
    ]


def read_categories(values: pd.Series) -> pd.Series:
    """Return a column's texts as categories, null where empty; each different value is read once."""
    codes, distinct = code_values(values)
    texts = [read_text(value) for value in distinct]
    names, positions = np.unique(np.array([text or "" for text in texts], dtype=object), return_inverse=True)
    kept = names != ""
    codes_of_names = np.where(kept, np.cumsum(kept) - 1, -1)
    table = np.append(codes_of_names[positions], -1)
    return pd.Series(
        pd.Categorical.from_codes(table[codes], pd.Index(names[kept], dtype=object)), values.index
    )


def read_days(values: pd.Series, timezone: str, ledger: RowLedger) -> pd.Series:
    """Return a column's days (datetime64[s]); rows without a readable one are entered in `ledger`."""
    days = read_day_column(values, timezone)
    _enter_days(values, days, ledger)
    return days.days


def _enter_days(values: pd.Series, days: DayColumn, ledger: RowLedger) -> None:
    ledger.reject(is_missing(values), "no_date")
    ledger.reject(days.is_ambiguous, "ambiguous_date")
    ledger.reject(days.days.isna(), "bad_date")
    ledger.reject(~days.days.dt.year.between(*YEARS), "date_out_of_range")
    ledger.notes += days.notes


def _note_returns(rows: pd.DataFrame, ledger: RowLedger) -> None:
    count = int((rows["units"] < 0).sum())
    if count:
        ledger.notes.append(
            (
                f"{count_of(count, 'row')} with negative units: kept as returns of their day, apart from sales",
                f"有 {count:,} 行数量为负：作为当日退货单独记录，不从销量中扣除",
            )
        )


def _enter_currencies(store: Store, raw: pd.DataFrame, ledger: RowLedger) -> None:
    if "currency" in raw:
        meant = read_column(raw["currency"], read_currency)
        is_foreign = [codes is not None and store.info.currency not in codes for codes in meant.unique()]
        foreign = dict(zip(meant.unique(), is_foreign, strict=True))
        ledger.reject(meant.map(foreign).astype(bool), "other_currency")


def _is_empty(raw: pd.DataFrame) -> pd.Series:
    is_empty = pd.Series(True, index=raw.index)
    for field in raw:
        is_empty &= is_missing(raw[field])
    return is_empty


def _optional_number(
    raw: pd.Series, column: NumberColumn, field: str, ledger: RowLedger
) -> npt.NDArray[np.float64]:
    """Return a column's numbers, NaN where they are empty, negative or unreadable; the last two are counted."""
    # What comes back takes its money with it.
    is_right = np.isfinite(column.numbers) if field == "revenue" else column.numbers >= 0
    ledger.repair(~is_missing(raw) & ~is_right, f"bad_{field}")
    return np.where(is_right, column.numbers, np.nan)


def _fold_repeats(opened: OpenedTable, rows: pd.DataFrame, ledger: RowLedger) -> tuple[pd.DataFrame, int]:
    """Leave out rows written twice; in a file of single sales two alike are two sales, and that is noted."""
    days = _labels(rows[["product", "ds"]])
    if not days.duplicated().any():
        return rows, 0
    repeats = _labels(rows).duplicated().to_numpy()
    if repeats.any() and not days[~repeats].duplicated().any():
        # An order number or time of day that no field holds tells two sales apart from one written twice.
        repeats = _labels(opened.read().frame.loc[rows.index]).duplicated().to_numpy()
    count = int(repeats.sum())
    if not days[~repeats].duplicated().any():
        return rows[~repeats], count
    if count:
        ledger.notes.append(
            (
                f"{count_of(count, 'exact repeat')}: in a file of single sales they count as sales",
                f"有 {count:,} 行与其他行完全相同；这是逐笔销售文件，按不同的销售计入",
            )
        )
    return rows, 0


def _labels(rows: pd.DataFrame) -> pd.Series:
    """Return one number a row, the same for rows that are alike; a column at a time, since rows are many."""
    labels = np.zeros(len(rows), dtype=np.int64)
    for column in rows:
        codes, distinct = code_values(rows[column])
        labels = pd.factorize(labels * (len(distinct) + 1) + codes + 1)[0]
    return pd.Series(labels)


def known_products(store: Store, names: pd.Series) -> pd.Series:
    """Return product ids; a product that the file calls by a title in the catalogue is that product."""
    known = store.products_by_id()
    by_title = {
        row[key]: product for product, row in known.items() for key in ("title", "title_zh") if row[key]
    }
    return read_column(names, lambda name: name if name in known else by_title.get(name, name))


def catalogue_rows(
    store: Store, rows: pd.DataFrame, choose: Callable[[pd.DataFrame, str], dict[str, str]]
) -> pd.DataFrame:
    """Return a file's products as catalogue rows; what only the store knows of them is kept.

    Args:
        store: an open store.
        rows: product_id, and columns of the catalogue where the file has them.
        choose: which of the values that the rows say of a product counts, by product; given the rows and a column.
    """
    known = store.products_by_id()
    ids = sorted(set(rows["product_id"].unique()))
    found = pd.DataFrame({"product_id": ids}, dtype=object)
    for column in catalogue.PRODUCT_COLUMNS[1:]:
        said = choose(rows, column) if column in rows else {}
        found[column] = [said.get(product) or known.get(product, {}).get(column) for product in ids]
    found["title"] = found["title"].fillna(found["product_id"])
    return found


def _first_said(rows: pd.DataFrame, column: str) -> dict[str, str]:
    said = rows.loc[rows[column].notna(), ["product_id", column]].drop_duplicates("product_id")
    return dict(zip(said["product_id"], said[column], strict=True))


def _daily_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up the rows of a product and day. A price that some lack is taken from those that have one."""
    how = {"units": "sum", "regular_price": "mean", "promo": "max", "on_hand": "last"}
    frame = rows[["product_id", "ds", *(column for column in how if column in rows)]]
    if "revenue" in rows:
        frame = frame.assign(
            revenue=rows["revenue"], priced_units=rows["units"].where(rows["revenue"].notna())
        )
    grouped = frame.groupby(["product_id", "ds"], sort=True, observed=True)
    daily = grouped.agg({column: how[column] for column in frame if column in how})
    if "revenue" in rows:
        money = grouped[["revenue", "priced_units"]].sum(min_count=1)
        share = (daily["units"] / money["priced_units"]).where(money["priced_units"] > 0, 1.0)
        daily["revenue"] = (money["revenue"] * share).round(4)
    return daily.reset_index()
