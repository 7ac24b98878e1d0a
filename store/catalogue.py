"""The catalogue: products, their stock, and the planted truth of a generated store."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from store.upsert import Written, upsert

# A product without a sale or a review is a row in somebody's master data, not something to ask about; the sales of a
# pack are those of what is in it.
LIVE_PRODUCTS = """
    SELECT * FROM products p
    WHERE product_id IN (
        SELECT coalesce(component_id, product_id) FROM sales LEFT JOIN bundles ON bundle_id = product_id
    ) OR product_id IN (SELECT product_id FROM reviews)
"""
# Types are said, because a column of empty lists or of None has none to be guessed.
_SCHEMA = pa.schema(
    [
        ("product_id", pa.string()), ("title", pa.string()), ("title_zh", pa.string()),
        ("category", pa.string()), ("category_zh", pa.string()), ("brand", pa.string()),
        ("aliases", pa.list_(pa.string())), ("launched_on", pa.date32()),
    ]
)  # fmt: skip
PRODUCT_COLUMNS = list(_SCHEMA.names)
_STOCK_SCHEMA = pa.schema(
    [
        ("product_id", pa.string()), ("on_hand", pa.float64()), ("on_order", pa.float64()),
        ("lead_time_days", pa.int32()), ("pack_size", pa.int32()), ("as_of", pa.date32()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class StockLevel:
    """What lies on the shelf at the close of `as_of`, what is on its way, and how new stock arrives.

    Units everywhere; `pack_size` is the number of units that an order must be a multiple of; `lead_time_days` is None
    where nobody has said it.
    """

    product_id: str
    on_hand: float
    on_order: float
    lead_time_days: int | None
    pack_size: int
    as_of: date


def read_products(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return products that have sales or reviews.

    Returns:
        One row a product, sorted by id: product_id, title, title_zh, category, category_zh, brand
        (None where unknown), aliases (list of str), launched_on (date or None).
    """
    query = f"SELECT {', '.join(PRODUCT_COLUMNS)} FROM ({LIVE_PRODUCTS}) ORDER BY product_id"
    rows = cursor.execute(query).fetchall()
    return pd.DataFrame(rows, columns=PRODUCT_COLUMNS, dtype=object)


def read_all_products(cursor: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Return every catalogue row by product id, products without sales or reviews included."""
    rows = cursor.execute(f"SELECT {', '.join(PRODUCT_COLUMNS)} FROM products").fetchall()
    return {row[0]: dict(zip(PRODUCT_COLUMNS, row, strict=True)) for row in rows}


def write_products(cursor: duckdb.DuckDBPyConnection, products: pd.DataFrame) -> Written:
    """Insert products, replacing those of the same id.

    Args:
        cursor: of an open transaction or batch.
        products: frame with product_id and title; other columns of the catalogue may be missing.

    Returns:
        How many products are new, and how many were there with other values.
    """
    whole = products.reindex(columns=PRODUCT_COLUMNS).astype(object)
    rows = pa.Table.from_pandas(whole, schema=_SCHEMA, preserve_index=False)
    cursor.register("incoming_products", rows)
    written = upsert(
        cursor, "products", "SELECT * REPLACE (coalesce(aliases, []) AS aliases) FROM incoming_products"
    )
    cursor.unregister("incoming_products")
    return written


def read_stock(cursor: duckdb.DuckDBPyConnection, product_id: str) -> StockLevel | None:
    """Return a product's stock, or None when none is kept."""
    row = cursor.execute(
        "SELECT product_id, on_hand, on_order, lead_time_days, pack_size, as_of FROM stock"
        " WHERE product_id = ?",
        [product_id],
    ).fetchone()
    return StockLevel(*row) if row else None


def write_stock(cursor: duckdb.DuckDBPyConnection, levels: list[StockLevel]) -> Written:
    """Insert stock levels, replacing those of the same products; in an open transaction or batch."""
    cursor.register(
        "incoming_stock", pa.Table.from_pylist([asdict(level) for level in levels], _STOCK_SCHEMA)
    )
    written = upsert(cursor, "stock", "SELECT * FROM incoming_stock")
    cursor.unregister("incoming_stock")
    return written


def read_planted_causes(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the causes that a generator planted, by day.

    Returns:
        Dicts with kind, product_id (None: the whole shop), start, end, effect, effect_meaning, and sentence
        by language.
    """
    rows = cursor.execute("SELECT * FROM planted_causes ORDER BY starts, kind, product_id").fetchall()
    return [
        {
            "kind": kind,
            "product_id": product_id,
            "start": start,
            "end": end,
            "effect": effect,
            "effect_meaning": meaning,
            "sentence": {"en": english, "zh": chinese},
        }
        for kind, product_id, start, end, effect, meaning, english, chinese in rows
    ]


def write_planted_causes(cursor: duckdb.DuckDBPyConnection, causes: list[dict[str, Any]]) -> None:
    """Replace the planted causes; each dict has the keys that `read_planted_causes` returns."""
    cursor.execute("DELETE FROM planted_causes")
    for cause in causes:
        cursor.execute(
            "INSERT INTO planted_causes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                cause["kind"], cause["product_id"], cause["start"], cause["end"], cause["effect"],
                cause["effect_meaning"], cause["sentence"]["en"], cause["sentence"]["zh"],
            ],
        )  # fmt: skip
