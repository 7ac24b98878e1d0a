"""Importing reviews in the layouts of the Amazon Reviews data of 2018 and 2023 (JSON lines), with their metadata.

Source of the field names: the pages of both data sets, McAuley Lab, UC San Diego ("Amazon Review Data (2018)",
"Amazon Reviews 2023").
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
from store.importing.order_lines import read_amounts, read_ids, read_texts
from store.importing.report import ImportReport
from store.importing.reviews_file import plain_texts, write_review_fields

_ABOUT_PRODUCT: dict[str, tuple[str, ...]] = {"title": ("title",), "category": ("maincategory", "maincat")}
_TABLES = {
    "reviews": TableLayout(
        {
            "product": ("parentasin", "asin"),
            "text": ("reviewtext", "text"),
            "rating": ("overall", "rating"),
            "title": ("summary", "title"),
            "author": ("reviewerid", "userid"),
            "date": ("unixreviewtime", "timestamp"),
        },
        ("product", "text", "rating", "author", "date"),
    ),
    "metadata": TableLayout(
        {"product": ("parentasin", "asin"), **_ABOUT_PRODUCT, "brand": ("brand", "store")},
        ("product", "title", "category"),
    ),
}
# Seconds since 1970 have ten digits until the year 2286, milliseconds thirteen.
_LEAST_MILLISECONDS = 1e11


def write_amazon_reviews(
    store: Store, cursor: duckdb.DuckDBPyConnection, files: Mapping[str, Path]
) -> list[ImportReport]:
    """Write Amazon reviews; the product is the ASIN that its colours and sizes share, where the file has it.

    A review of 2018 carries the midnight (UTC) of its day and keeps that day; one of 2023 carries its moment, and
    counts on the store's day.

    Args:
        store: an open store.
        cursor: of an open batch.
        files: "reviews", and "metadata" for the products' titles, categories and brands.

    Raises:
        ImportFailed: a file cannot be read, no row can be used, or there are no reviews.
    """
    if "reviews" not in files:
        raise ImportFailed(
            "the metadata of products were given without reviews",
            "import them together with the reviews' file",
        )
    table, columns = read_layout(files["reviews"], _TABLES["reviews"])
    table, folded = fold_repeats(table)
    ledger = RowLedger(table)
    fields = table.fields(columns)
    for field in ("text", "title"):
        fields[field] = plain_texts(fields[field]) if field in fields else None
    fields["product"] = read_ids(fields["product"])
    days = _days(read_amounts(fields, "date"), store.info.timezone)
    fields["date"] = days.where(days != "", fields["date"])
    names, reports = _read_metadata(files)
    for field, column in (("product_title", "title"), ("category", "category"), ("brand", "brand")):
        fields[field] = fields["product"].map(names[column])
    return [write_review_fields(store, cursor, table, fields, ledger, columns, folded=folded), *reports]


def _days(seconds: pd.Series, timezone: str) -> pd.Series:
    seconds = seconds.where(~(seconds >= _LEAST_MILLISECONDS), seconds / 1000)
    moments = pd.to_datetime(seconds, unit="s", utc=True, errors="coerce")
    is_day = (seconds % 86400) == 0
    days = moments.dt.tz_convert(timezone).dt.strftime("%Y-%m-%d")
    return days.where(~is_day, moments.dt.strftime("%Y-%m-%d")).fillna("")


def _read_metadata(files: Mapping[str, Path]) -> tuple[pd.DataFrame, list[ImportReport]]:
    """Return title, category and brand by product."""
    if "metadata" not in files:
        return pd.DataFrame({"title": [], "category": [], "brand": []}, dtype=object), []
    table, columns = read_layout(files["metadata"], _TABLES["metadata"])
    ledger = RowLedger(table)
    raw = table.fields(columns)
    rows = pd.DataFrame({"product": read_ids(raw["product"])}, index=raw.index)
    for field in ("title", "category", "brand"):
        rows[field] = read_texts(raw, field)
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(rows["product"].duplicated(), "repeated_id")
    rows = ledger.usable(rows)
    return rows.set_index("product"), [report_file(table, ledger, columns, len(rows))]


AMAZON_REVIEWS = Layout(
    name="amazon-reviews",
    label={"en": "Amazon reviews", "zh": "亚马逊评论"},
    tables=_TABLES,
    write=write_amazon_reviews,
    currency="USD",
)
