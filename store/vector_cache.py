"""The vectors of texts, kept in the store: an index that is lost is built again without reading a review anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
HalfVectors = NDArray[np.float16]

# A cache, made where it is missing: a store older than it is opened as before. Half precision: cosines move by 1e-4.
_ROWS_A_BATCH = 5000
_TABLE = "CREATE TABLE IF NOT EXISTS review_vectors (text_key VARCHAR, embedder VARCHAR, vector BLOB)"


def searchable_text(title: str | None, text: str) -> str:
    """Return what of a review is read by the index."""
    return f"{title}. {text}" if title else str(text)


def text_key(text: str) -> str:
    """Return the key of a searchable text's vector."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def read_keys(cursor: duckdb.DuckDBPyConnection, embedder: str) -> set[str]:
    """Return the keys of the texts that `embedder` has read."""
    cursor.execute(_TABLE)
    rows = cursor.execute("SELECT text_key FROM review_vectors WHERE embedder = ?", [embedder]).fetchall()
    return {key for (key,) in rows}


def read_vectors(cursor: duckdb.DuckDBPyConnection, embedder: str) -> tuple[list[str], HalfVectors]:
    """Return the keys of the texts that `embedder` has read, and their vectors, shape (n, dimensions)."""
    cursor.execute(_TABLE)
    query = "SELECT text_key, vector FROM review_vectors WHERE embedder = ?"
    keys: list[str] = []
    parts: list[HalfVectors] = []
    for batch in cursor.sql(query, params=[embedder]).to_arrow_reader(_ROWS_A_BATCH):
        keys += batch["text_key"].to_pylist()
        packed = b"".join(batch["vector"].to_pylist())
        parts.append(np.frombuffer(packed, np.float16).reshape(batch.num_rows, -1))
    return keys, np.concatenate(parts) if parts else np.zeros((0, 0), np.float16)


def keep_vectors(
    cursor: duckdb.DuckDBPyConnection, embedder: str, keys: Sequence[str], vectors: Vectors
) -> None:
    """Add vectors of texts that are not there yet, shape (n, dimensions).

    Args:
        cursor: of the store; what is added is kept at once, so that a build that is killed goes on from there.
        embedder: the name of who made them.
        keys: of the texts.
        vectors: one a key.
    """
    packed = [row.tobytes() for row in vectors.astype(np.float16)]
    incoming = pa.table({"text_key": list(keys), "vector": pa.array(packed, pa.binary())})
    cursor.execute(_TABLE)
    cursor.register("incoming_vectors", incoming)
    cursor.execute("INSERT INTO review_vectors SELECT text_key, ?, vector FROM incoming_vectors", [embedder])
    cursor.unregister("incoming_vectors")


def copy_vectors(old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection) -> None:
    """Add all vectors of one store to another.

    Args:
        old: a cursor of the store that has them.
        new: a cursor of the store that gets them.
    """
    for cursor in (old, new):
        cursor.execute(_TABLE)
    new.register("copied_vectors", old.sql("SELECT * FROM review_vectors").to_arrow_table())
    new.execute("INSERT INTO review_vectors SELECT * FROM copied_vectors")
    new.unregister("copied_vectors")


def forget_vectors(cursor: duckdb.DuckDBPyConnection, embedder: str | None = None) -> None:
    """Delete vectors of texts that no review has any more, and those of any other embedder than `embedder`.

    Args:
        cursor: of the store; may be in a transaction that deletes reviews.
        embedder: the name of the one whose vectors stay; None for all.
    """
    cursor.execute(_TABLE)
    texts = cursor.execute("SELECT title, text FROM reviews").fetchall()
    wanted = pa.array(list({text_key(searchable_text(*row)) for row in texts}), pa.string())
    cursor.register("wanted_keys", pa.table({"text_key": wanted}))
    cursor.execute(
        "DELETE FROM review_vectors WHERE embedder <> coalesce(?, embedder)"
        " OR text_key NOT IN (SELECT text_key FROM wanted_keys)",
        [embedder],
    )
    cursor.unregister("wanted_keys")
