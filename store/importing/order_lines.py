"""What the order lines of all platforms have in common: ids, days, shares of an order's total, and being written."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from store import catalogue, sales
from store.database import Store
from store.errors import ImportFailed
from store.importing.layout import report_file
from store.importing.ledger import RowLedger
from store.importing.report import ImportReport
from store.importing.sales_file import catalogue_rows, known_products
from store.importing.table_file import TableFile
from store.importing.values import is_day_first, read_column, read_number, read_text

_ROUNDED = r"^\d\.\d+[eE]\+\d+$"


def read_id(value: object) -> str | None:
    """Return an id as text: spreadsheets write ="0123" or '0123 to keep it from becoming a number."""
    text = read_text(value)
    if text is None:
        return None
    return text.removeprefix("=").strip("\"'").strip("\t ") or None


def read_ids(values: pd.Series) -> pd.Series:
    """Return a column of ids, None where empty."""
    return read_column(values, read_id)


def require_whole_ids(ids: pd.Series, file_name: str) -> None:
    """Refuse a file whose long ids a spreadsheet has rounded: several orders would then be one.

    Raises:
        ImportFailed: an id reads like 1.93068E+15.
    """
    known = ids.dropna().astype(str)
    rounded = known[known.str.match(_ROUNDED).astype(bool)]
    if len(rounded):
        raise ImportFailed(
            f"a spreadsheet has rounded the ids of {file_name!r}: {rounded.iloc[0]!r} in row {rounded.index[0]:,}",
            "download it again and import it as it is, without opening and saving it",
        )


def read_amounts(raw: pd.DataFrame, field: str) -> pd.Series:
    """Return a column of numbers; NaN where it is missing, empty or cannot be read."""
    if field not in raw:
        return pd.Series(np.nan, index=raw.index)
    return read_column(raw[field], read_number).astype(float)


def read_texts(raw: pd.DataFrame, field: str) -> pd.Series:
    """Return a column of texts; None where it is missing or empty."""
    if field not in raw:
        return pd.Series(None, index=raw.index, dtype=object)
    return read_column(raw[field], read_text)


def to_store_days(store: Store, values: pd.Series, timezone: str) -> pd.Series:
    """Return moments as the store's days, where the store's time zone is not the platform's.

    Args:
        store: whose midnight counts.
        values: moments as the platform writes them, without an offset.
        timezone: IANA zone that the platform writes them in.

    Returns:
        Days as text; a value without a time, or that cannot be read, as it was.
    """
    if timezone == store.info.timezone:
        return values
    day_first = bool(is_day_first(values.unique()))
    moments = pd.to_datetime(values, errors="coerce", format="mixed", dayfirst=day_first)
    is_summer = np.ones(len(values), dtype=bool)
    here = moments.dt.tz_localize(timezone, ambiguous=is_summer, nonexistent="shift_forward")
    days = here.dt.tz_convert(store.info.timezone).dt.strftime("%Y-%m-%d")
    has_time = values.astype(str).str.contains(":") & moments.notna()
    return days.where(has_time, values)


def share_totals(listed: pd.Series, order: pd.Series, total: pd.Series) -> pd.Series:
    """Return what each line brought: its order's total, shared in proportion to the lines' listed amounts.

    Args:
        listed: price times units of each line.
        order: order of each line.
        total: what the whole order brought for goods, the same on each of its lines; NaN where unknown.

    Returns:
        Money a line; the listed amount where the total is unknown or nothing is listed.
    """
    of_order = listed.groupby(order).transform("sum")
    share = (listed / of_order).where(of_order > 0)
    return (total * share).fillna(listed)


def write_lines(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    table: TableFile,
    lines: pd.DataFrame,
    ledger: RowLedger,
    columns: dict[str, str],
    folded: int = 0,
) -> ImportReport:
    """Add up order lines by product and day, and write the days with their products.

    Args:
        store: an open store.
        cursor: of an open batch.
        table: the file that the lines come from.
        lines: row number -> product (id or known title), ds (date), units, revenue (NaN unknown), both positive;
            title, category, brand and regular_price where the platform has them; is_return, True on lines that say
            what came back on that day.
        ledger: of the file; lines that it rejected are left out.
        columns: the file's column by field, for the report.
        folded: exact repeats that were left out before.

    Raises:
        ImportFailed: no line can be used.
    """
    used = ledger.usable(lines)
    ledger.require(used, "check that the file holds orders that were paid for")
    used["product_id"] = known_products(store, used["product"])
    is_return = used["is_return"] if "is_return" in used else pd.Series(False, index=used.index)
    catalogue.write_products(cursor, product_rows(store, used))
    sold = sales.write_sales(cursor, _daily_rows(used[~is_return]))
    returned = sales.write_returns(cursor, _daily_rows(used[is_return])[sales.RETURN_COLUMNS])
    return report_file(
        table, ledger, columns, len(used), folded, sold.new + returned.new, sold.changed + returned.changed
    )


def product_rows(store: Store, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the catalogue rows of the products in `rows`; what only the store knows of them is kept.

    Args:
        store: an open store.
        rows: product_id, and title, category, brand where known; of several titles the most frequent counts.
    """
    return catalogue_rows(store, rows, _most_frequent)


def _most_frequent(rows: pd.DataFrame, column: str) -> dict[str, str]:
    counts = rows.groupby(["product_id", column], sort=True).size().reset_index(name="count")
    best = counts.sort_values(["product_id", "count"], ascending=[True, False], kind="stable")
    best = best.drop_duplicates("product_id")
    return dict(zip(best["product_id"], best[column], strict=True))


def _daily_rows(lines: pd.DataFrame) -> pd.DataFrame:
    fields = {"units": ("units", "sum"), "revenue": ("revenue", "sum")}
    if "regular_price" in lines:
        fields["regular_price"] = ("regular_price", "mean")
    daily = lines.groupby(["product_id", "ds"], sort=True).agg(**fields).reset_index()
    daily["revenue"] = daily["revenue"].round(2)
    return daily
