"""Importing a file of reviews."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from store import catalogue, reviews
from store.batches import hash_file
from store.database import Store
from store.importing.columns import REVIEW_HEADINGS
from store.importing.layout import report_file
from store.importing.ledger import RowLedger
from store.importing.order_lines import product_rows
from store.importing.profiles import remember_columns, settle_columns
from store.importing.report import ImportReport
from store.importing.sales_file import known_products
from store.importing.table_file import OpenedTable, TableFile
from store.importing.values import (
    YEARS,
    is_day_first,
    is_missing,
    read_column,
    read_day,
    read_number,
    read_text,
)
from store.privacy import hash_customers
from store.redaction import redact_reviews
from store.review_flags import FLAGS, flag_review, refresh_flags
from store.review_flags.flagging import BY_CROWD

_LINE_BREAK = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# What makes a review without an id the review that it is; with its writer's, two who say the same are two.
_CONTENT = ["product_id", "ds", "rating", "title", "text"]
# What a file may say of a product beside its reviews.
_OF_PRODUCT = ("product_title", "category", "brand")
_STARS = re.compile(r"^[★⭐]+[☆]*$")


def import_reviews(store: Store, path: Path | str, mapping: Mapping[str, str] | None = None) -> ImportReport:
    """Import reviews; a review that the store has already is replaced by the file's.

    Reviews without an id get one made from their content, so the same file never counts twice, and rows alike
    in every field are one review. A product that the store does not know is added to the catalogue.

    Args:
        store: an open store.
        path: CSV, TSV, Excel, Parquet or JSON Lines file.
        mapping: column by field (product, text; id, date, rating, title, language, author, kept as a hash only);
            fields that are left out are taken from an earlier import, or guessed.

    Returns:
        What became of every row.

    Raises:
        ImportFailed: the file cannot be read, or no row can be used; the store is as it was.
    """
    opened = OpenedTable(path)
    name = Path(path).name
    columns, guessed, remembered = settle_columns(
        store, "reviews", opened.header, REVIEW_HEADINGS, ("product", "text"), mapping, name
    )
    table = opened.read(list(columns.values()))
    fields = table.fields(columns).astype(object)
    with store.batch("reviews", name, hash_file(path)) as batch:
        report = write_review_fields(store, batch.cursor, table, fields, RowLedger(table), columns)
        if not store.is_trial:
            remember_columns(store, "reviews", opened.header, columns)
    return replace(report, guessed=guessed, remembered=remembered, is_dry_run=store.is_trial)


def write_review_fields(
    store: Store,
    cursor: duckdb.DuckDBPyConnection,
    table: TableFile,
    fields: pd.DataFrame,
    ledger: RowLedger,
    columns: dict[str, str],
    folded: int = 0,
) -> ImportReport:
    """Write a table's reviews.

    Args:
        store: an open store.
        cursor: of an open batch.
        table: the file that they come from.
        fields: row number -> product and text; id, date, rating, title, language, author (kept as a hash only),
            and product_title, category, brand (of products that the store does not know yet) where the file has
            them.
        ledger: of the file; rows that it rejected are left out.
        columns: the file's column by field, for the report.
        folded: exact repeats that were left out before.

    Raises:
        ImportFailed: no row can be used.
    """
    rows = _read_rows(store, fields, ledger)
    ledger.require(rows, "correct the file, or say which column holds what with the column mapping")
    once = rows[~rows[[*_CONTENT, "author", "review_id"]].duplicated()]
    ledger.reject(once["review_id"].duplicated().reindex(table.frame.index, fill_value=False), "repeated_id")
    used = once[~once["review_id"].duplicated()]
    catalogue.write_products(cursor, _new_products(store, used))
    new, changed = reviews.write_reviews(cursor, _keep_crowd_flags(cursor, used)[reviews.REVIEW_COLUMNS])
    refresh_flags(cursor)
    return report_file(table, ledger, columns, len(used), folded + len(rows) - len(once), new, changed)


def _read_rows(store: Store, raw: pd.DataFrame, ledger: RowLedger) -> pd.DataFrame:
    rows = pd.DataFrame(index=raw.index)
    rows["product"] = read_column(raw["product"], read_text)
    rows["text"] = read_column(raw["text"], read_text)
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(rows["text"].isna(), "no_text")
    rows["product_id"] = known_products(store, rows["product"])
    rows["ds"] = _optional_days(raw, store.info.timezone, ledger)
    rows["rating"] = _optional_rating(raw, ledger)
    for field in ("title", "language", "id", "author", *_OF_PRODUCT):
        rows[field] = read_column(raw[field], read_text) if field in raw else None
    rows = ledger.usable(rows)
    rows["language"] = [
        given or guess_language(text) for given, text in zip(rows["language"], rows["text"], strict=True)
    ]
    # Flags read what redaction takes out; an id that is made here must not be a hash over a telephone number.
    rows["flags"] = [
        flag_review(f"{title or ''} {text}") for title, text in zip(rows["title"], rows["text"], strict=True)
    ]
    rows, redactions = redact_reviews(rows)
    if redactions is not None:
        ledger.notes.append(redactions)
    rows["author"] = hash_customers(store.folder, rows["author"])
    rows["review_id"] = [
        given or _content_id([*content, author] if author else content)
        for given, author, *content in rows[["id", "author", *_CONTENT]].itertuples(index=False, name=None)
    ]
    return rows


def _keep_crowd_flags(cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows, those that are there already with the flags that they have beside other reviews.

    Without these a file that comes again would seem to change them.
    """
    held = dict(cursor.execute("SELECT review_id, flags FROM reviews WHERE len(flags) > 0").fetchall())
    flags = [
        [flag for flag in FLAGS if flag in own or (flag in BY_CROWD and flag in held.get(review, ()))]
        for review, own in zip(rows["review_id"], rows["flags"], strict=True)
    ]
    return rows.assign(flags=pd.Series(flags, index=rows.index, dtype=object))


def _optional_days(raw: pd.DataFrame, timezone: str, ledger: RowLedger) -> Any:
    if "date" not in raw:
        return None
    day_first = bool(is_day_first(raw["date"].unique()))
    days = read_column(raw["date"], partial(_read_likely_day, day_first=day_first, timezone=timezone))
    ledger.repair(days.isna() & ~is_missing(raw["date"]), "bad_date")
    return days


def _read_likely_day(value: Any, *, day_first: bool, timezone: str) -> date | None:
    day = read_day(value, day_first=day_first, timezone=timezone)
    return day if day and YEARS[0] <= day.year <= YEARS[1] else None


def _optional_rating(raw: pd.DataFrame, ledger: RowLedger) -> Any:
    if "rating" not in raw:
        return None
    ratings = read_column(raw["rating"], _read_rating)
    ledger.repair(ratings.isna() & ~is_missing(raw["rating"]), "bad_rating")
    return ratings


def _read_rating(value: Any) -> int | None:
    text = str(value).strip()
    if _STARS.match(text):
        return min(5, text.count("★") + text.count("⭐"))
    number = read_number(text.removesuffix("星").removesuffix("分").removesuffix("/5").removesuffix("stars"))
    return int(number) if number is not None and number in {1, 2, 3, 4, 5} else None


def plain_texts(values: pd.Series) -> pd.Series:
    """Return texts that a web page gave (`&hellip;`, `<br />`) as their reader saw them."""
    return read_column(values, _plain_text)


def _plain_text(value: Any) -> str | None:
    text = read_text(value)
    return html.unescape(_LINE_BREAK.sub("\n", text)).strip() or None if text else None


def guess_language(text: str) -> str:
    """Return "zh" for text with Chinese characters, "en" for Latin letters, else "und" (undetermined)."""
    if _HANZI.search(text):
        return "zh"
    return "en" if _LATIN.search(text) else "und"


def _content_id(content: list[Any]) -> str:
    """Return an id that the same review gets again from any file."""
    joined = "\x1f".join(str(value) for value in content)
    return "R" + hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:16]


def _new_products(store: Store, rows: pd.DataFrame) -> pd.DataFrame:
    """Return catalogue rows of the products that the store does not know, as far as the file describes them."""
    new = rows[~rows["product_id"].isin(list(store.products_by_id()))]
    described = new.rename(columns={"title": "headline", "product_title": "title"})
    return product_rows(store, described)
