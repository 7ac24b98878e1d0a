"""Daily sales: written as the days that have a record, read as a grid in which no day is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pandas as pd

from store.errors import StoreError
from store.upsert import Written, upsert

SALES_COLUMNS = ["product_id", "ds", "units", "revenue", "regular_price", "promo", "on_hand"]
RETURN_COLUMNS = ["product_id", "ds", "units", "revenue"]

# A product's grid begins where it was first on sale, as far as the data reach back.
_GRID = """
WITH sold AS MATERIALIZED (
    SELECT * FROM unit_sales WHERE $all_products OR product_id IN (SELECT unnest($product_ids))
), span AS (
    SELECT s.product_id, CASE WHEN any_value(p.launched_on) < min(s.ds)
        THEN greatest(any_value(p.launched_on), (SELECT min(ds) FROM calendar)) ELSE min(s.ds) END AS born
    FROM sold s LEFT JOIN products p USING (product_id)
    GROUP BY s.product_id
), day AS (
    SELECT span.product_id, c.ds, c.is_open FROM span JOIN calendar c ON c.ds >= span.born
), filled AS (
    SELECT d.product_id AS unique_id, d.ds::TIMESTAMP_NS AS ds,
        CASE WHEN s.product_id IS NOT NULL THEN s.units WHEN d.is_open THEN 0.0 END AS y,
        CASE WHEN s.product_id IS NOT NULL THEN s.revenue WHEN d.is_open THEN 0.0 END AS revenue,
        CASE WHEN s.units > 0 THEN s.revenue / s.units END AS price,
        last_value(s.regular_price IGNORE NULLS) OVER (
            PARTITION BY d.product_id ORDER BY d.ds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS regular_price,
        coalesce(s.promo, 0.0) AS promo,
        s.on_hand,
        d.is_open OR s.product_id IS NOT NULL AS is_open,
        coalesce(s.on_hand <= 0, FALSE) AS is_stockout
    FROM day d LEFT JOIN sold s ON s.product_id = d.product_id AND s.ds = d.ds
)
SELECT * FROM filled
WHERE ($start IS NULL OR ds >= $start) AND ($end IS NULL OR ds <= $end)
ORDER BY unique_id, ds
"""

# A shop that sells many lines a day and has none on one day was closed: exp(-5) < 1%. A shop with few lines
# may just have sold nothing: there, only a weekday that came five times without a record counts as closed.
_CLOSED_WITHOUT_RECORD_ABOVE = 5.0

_CALENDAR = """
CREATE OR REPLACE TEMP TABLE recorded AS SELECT ds, count(*) AS lines FROM sales GROUP BY ds;
DELETE FROM calendar;
INSERT INTO calendar
WITH day AS (
    SELECT unnest(
        generate_series((SELECT min(ds) FROM recorded), (SELECT max(ds) FROM recorded), INTERVAL 1 DAY)
    )::DATE AS ds
), busy AS (
    SELECT avg(lines) >= {threshold} AS is_busy FROM recorded
), rest_day AS (
    SELECT dayofweek(day.ds) AS weekday FROM day LEFT JOIN recorded USING (ds)
    GROUP BY weekday HAVING count(recorded.lines) = 0 AND count(*) >= 5
)
SELECT day.ds,
    recorded.ds IS NOT NULL OR (NOT busy.is_busy AND dayofweek(day.ds) NOT IN (SELECT weekday FROM rest_day))
FROM day LEFT JOIN recorded ON recorded.ds = day.ds CROSS JOIN busy
"""


def read_daily_sales(
    cursor: duckdb.DuckDBPyConnection,
    product_ids: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """Return daily sales, one row a product and day from its first day on sale to the store's last day.

    Args:
        cursor: of the store.
        product_ids: products wanted; None for all. An unknown id simply has no rows.
        start: first day wanted, inclusive; None for the first on sale.
        end: last day wanted, inclusive; None for the store's last.

    Returns:
        Long frame sorted by unique_id, ds. y: units sold, 0.0 when the shop was open and sold none,
        NaN when it was closed or nothing is known. revenue: money taken. price: average paid a unit,
        NaN when none was sold. regular_price: shelf price, carried forward, NaN until first known.
        promo: 1.0 on promotion, else 0.0. on_hand: units left at the day's close, NaN unknown.
        is_open, is_stockout (the shelf was empty at the close, so demand may have been higher than y): bool.
    """
    frame = cursor.execute(
        _GRID,
        {
            "all_products": product_ids is None,
            "product_ids": list(product_ids or []),
            "start": start,
            "end": end,
        },
    ).df()
    numbers = ["y", "revenue", "price", "regular_price", "promo", "on_hand"]
    frame[numbers] = frame[numbers].astype("float64")
    frame["unique_id"] = frame["unique_id"].astype(object)
    frame["ds"] = frame["ds"].astype("datetime64[ns]")
    return frame.astype({"is_open": bool, "is_stockout": bool})


def write_sales(cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Written:
    """Write product-days; a product-day that is there already is replaced.

    Sales are gross: what comes back is written with `write_returns`, and never makes a day's units negative.

    Args:
        cursor: of an open transaction or batch.
        rows: one row a product and day, `SALES_COLUMNS`; regular_price, promo and on_hand may be missing.

    Returns:
        How many product-days are new, and how many were there with other values.

    Raises:
        StoreError: units below zero.
    """
    written = _write_days(cursor, "sales", rows, SALES_COLUMNS)
    rebuild_calendar(cursor)
    return written


def write_returns(cursor: duckdb.DuckDBPyConnection, rows: pd.DataFrame) -> Written:
    """Write what came back, by the day on which it did; a product-day that is there already is replaced.

    Args:
        cursor: of an open transaction or batch.
        rows: one row a product and day: product_id, ds, units, revenue, both positive.

    Returns:
        How many product-days are new, and how many were there with other values.

    Raises:
        StoreError: units below zero.
    """
    return _write_days(cursor, "returns", rows, RETURN_COLUMNS)


def _write_days(
    cursor: duckdb.DuckDBPyConnection, table: str, rows: pd.DataFrame, columns: Sequence[str]
) -> Written:
    if rows.empty:
        return Written(new=0, changed=0)
    negative = int((rows["units"].astype(float) < 0).sum())
    if negative:
        raise StoreError(
            f"{negative:,} product-days of {table} have units below zero",
            "keep returns apart: as positive units, on the day on which they came back",
        )
    known = [column for column in columns if column in rows.columns]
    cursor.register("incoming_frame", rows[known])
    select = ["product_id", "ds::DATE AS ds", *(f"{c}::DOUBLE AS {c}" for c in known[2:])]
    written = upsert(cursor, table, f"SELECT {', '.join(select)} FROM incoming_frame")
    cursor.unregister("incoming_frame")
    return written


def read_returns(
    cursor: duckdb.DuckDBPyConnection,
    product_ids: Sequence[str] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pd.DataFrame:
    """Return what came back, one row a product and day with returns, sorted by unique_id, ds.

    Args:
        cursor: of the store.
        product_ids: products wanted; None for all.
        start: first day wanted, inclusive.
        end: last day wanted, inclusive.

    Returns:
        unique_id, ds, units (positive), revenue (money given back, NaN unknown).
    """
    query = """
        SELECT product_id AS unique_id, ds::TIMESTAMP_NS AS ds, units, revenue FROM unit_returns
        WHERE ($all_products OR product_id IN (SELECT unnest($product_ids)))
            AND ($start IS NULL OR ds >= $start) AND ($end IS NULL OR ds <= $end)
        ORDER BY unique_id, ds
    """
    wanted = {
        "all_products": product_ids is None,
        "product_ids": list(product_ids or []),
        "start": start,
        "end": end,
    }
    return cursor.execute(query, wanted).df()


def rebuild_calendar(cursor: duckdb.DuckDBPyConnection) -> None:
    """Find the shop's days anew from its sales, in the open transaction that changed them."""
    cursor.execute(_CALENDAR.format(threshold=_CLOSED_WITHOUT_RECORD_ABOVE))
    cursor.execute("DROP TABLE recorded")


def hash_sales(cursor: duckdb.DuckDBPyConnection) -> str:
    """Return a hash of all sales rows and of what the packs among them hold, whatever their order on disk."""
    row = cursor.execute(
        f"SELECT count(*), bit_xor(hash({', '.join(SALES_COLUMNS)})),"
        " (SELECT bit_xor(hash(bundle_id, component_id, units)) FROM bundles) FROM sales"
    ).fetchone()
    assert row is not None
    count, mixed, packs = row
    return f"{count:x}-{(mixed or 0) ^ (packs or 0):016x}"
