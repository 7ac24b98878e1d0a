"""Importing a file of reviews."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from store import catalogue, reviews
from store.database import Store
from store.importing.columns import REVIEW_HEADINGS, map_columns
from store.importing.ledger import RowLedger
from store.importing.report import ImportReport
from store.importing.sales_file import known_products
from store.importing.table_file import TableFile, read_table
from store.importing.values import is_day_first, is_missing, read_column, read_day, read_number, read_text
from store.review_flags import flag_review

_HANZI = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
# What makes a review without an id the review that it is.
_CONTENT = ["product_id", "ds", "rating", "title", "text"]
_STARS = re.compile(r"^[★⭐]+[☆]*$")


def import_reviews(store: Store, path: Path | str, mapping: Mapping[str, str] | None = None) -> ImportReport:
    """Import reviews; a review that the store has already is replaced by the file's.

    Reviews without an id get one made from their content, so the same file never counts twice, and rows alike
    in every field are one review. A product that the store does not know is added to the catalogue.

    Args:
        store: an open store.
        path: CSV or Parquet file.
        mapping: column by field (product, text; id, date, rating, title, language); fields that are left out
            are guessed from the headings.

    Returns:
        What became of every row.

    Raises:
        ImportFailed: the file cannot be read, or no row can be used; the store is as it was.
    """
    table = read_table(path)
    columns, guessed = map_columns(
        list(table.frame.columns), REVIEW_HEADINGS, ("product", "text"), mapping, table.file_name
    )
    ledger = RowLedger(table)
    rows = _read_rows(store, table, columns, ledger)
    ledger.require(rows, "correct the file, or say which column holds what with the column mapping")
    once = rows[~rows.drop(columns="flags").duplicated()]
    ledger.reject(once["review_id"].duplicated().reindex(table.frame.index, fill_value=False), "repeated_id")
    used = once[~once["review_id"].duplicated()]
    with store.transaction() as cursor:
        catalogue.write_products(cursor, _new_products(store, used))
        new, changed = reviews.write_reviews(cursor, used)
    return ImportReport(
        table.file_name, table.encoding, table.rows_read, len(used), len(rows) - len(once),
        ledger.rejections(), columns, new, changed, guessed, ledger.repaired, tuple(ledger.notes),
    )  # fmt: skip


def _read_rows(store: Store, table: TableFile, columns: dict[str, str], ledger: RowLedger) -> pd.DataFrame:
    raw = table.fields(columns)
    rows = pd.DataFrame(index=raw.index)
    rows["product"] = read_column(raw["product"], read_text)
    rows["text"] = read_column(raw["text"], read_text)
    ledger.reject(rows["product"].isna(), "no_product")
    ledger.reject(rows["text"].isna(), "no_text")
    rows["product_id"] = known_products(store, rows["product"])
    rows["ds"] = _optional_days(raw, store.info.timezone, ledger)
    rows["rating"] = _optional_rating(raw, ledger)
    for field in ("title", "language", "id"):
        rows[field] = read_column(raw[field], read_text) if field in raw else None
    rows = ledger.usable(rows)
    rows["language"] = [
        given or guess_language(text) for given, text in zip(rows["language"], rows["text"], strict=True)
    ]
    rows["flags"] = [
        flag_review(f"{title or ''} {text}") for title, text in zip(rows["title"], rows["text"], strict=True)
    ]
    rows["review_id"] = [
        given or _content_id(content)
        for given, *content in rows[["id", *_CONTENT]].itertuples(index=False, name=None)
    ]
    return rows[reviews.REVIEW_COLUMNS]


def _optional_days(raw: pd.DataFrame, timezone: str, ledger: RowLedger) -> Any:
    if "date" not in raw:
        return None
    day_first = bool(is_day_first(raw["date"].unique()))
    days = read_column(raw["date"], partial(read_day, day_first=day_first, timezone=timezone))
    ledger.repair(days.isna() & ~is_missing(raw["date"]), "bad_date")
    return days


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
    known = store.products_by_id()
    names = sorted({name for name in rows["product_id"] if name not in known})
    return pd.DataFrame({"product_id": names, "title": names}, dtype=object)
