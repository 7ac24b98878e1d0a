"""Reviews as they were written, with what was noticed about each when it came in."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd
import pyarrow as pa

from store.upsert import Written, upsert

# Types are said, because a column of empty lists or of None has none to be guessed.
_SCHEMA = pa.schema(
    [
        ("review_id", pa.string()), ("product_id", pa.string()), ("ds", pa.date32()),
        ("rating", pa.int32()), ("language", pa.string()), ("title", pa.string()), ("text", pa.string()),
        ("flags", pa.list_(pa.string())), ("author", pa.string()),
    ]
)  # fmt: skip
REVIEW_COLUMNS = list(_SCHEMA.names)


def read_reviews(
    cursor: duckdb.DuckDBPyConnection,
    product_id: str | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """Return reviews, oldest first; those without a date come last and match no period.

    Args:
        cursor: of the store.
        product_id: only this product's; None for all.
        start: first day wanted, inclusive.
        end: last day wanted, inclusive.

    Returns:
        One row a review: review_id, product_id, ds (date or None), rating (1..5 or None), language
        ("en", "zh" or None), title (or None), text, flags (list of str, see `review_flags`), author (a hash, or None).
    """
    query = (
        f"SELECT {', '.join(REVIEW_COLUMNS)} FROM reviews"
        " WHERE ($product_id IS NULL OR product_id = $product_id)"
        " AND ($start IS NULL OR ds >= $start) AND ($end IS NULL OR ds <= $end)"
        " ORDER BY ds NULLS LAST, review_id"
    )
    rows = cursor.execute(query, {"product_id": product_id, "start": start, "end": end}).fetchall()
    return pd.DataFrame(rows, columns=REVIEW_COLUMNS, dtype=object)


def write_reviews(cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Written:
    """Insert reviews, replacing those of the same id.

    Args:
        cursor: of an open transaction.
        rows: one row a review, columns `REVIEW_COLUMNS`; `author` may be missing where nobody knows who wrote.
    """
    rows = rows if "author" in rows else rows.assign(author=None)
    cursor.register("incoming_frame", pa.Table.from_pandas(rows, schema=_SCHEMA, preserve_index=False))
    written = upsert(cursor, "reviews", "SELECT * FROM incoming_frame")
    cursor.unregister("incoming_frame")
    return written


def hash_reviews(cursor: duckdb.DuckDBPyConnection) -> str:
    """Return a hash of all reviews: the key of the index that is built from them."""
    row = cursor.execute(
        f"SELECT count(*), bit_xor(hash({', '.join(REVIEW_COLUMNS)})) FROM reviews"
    ).fetchone()
    assert row is not None
    count, mixed = row
    return f"{count:x}-{mixed or 0:016x}"
