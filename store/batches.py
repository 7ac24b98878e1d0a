"""Imports as batches: each is numbered, knows what it changed, and can be taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from store.errors import StoreError
from store.schema import TRACKED
from store.upsert import BATCH_VARIABLE, log_changes

# What `new_rows` and `changed_rows` count; a batch writes its products over again every time.
_COUNTED = [table for table in TRACKED if table != "products"]
_REFERRING = {"sales": "product_id", "returns": "product_id", "stock": "product_id", "reviews": "product_id",
              "bundles": "component_id"}  # fmt: skip


class BatchNotFound(StoreError):
    """The store has no such import, or it was taken back before."""


class BatchNotLast(StoreError):
    """A later import, `later`, changed rows of this one."""

    def __init__(self, message: str, remedy: str, later: int) -> None:
        super().__init__(message, remedy)
        self.later = later


@dataclass(frozen=True)
class Batch:
    """An import that is being written: `cursor` takes its rows, `number` is what it is called afterwards."""

    number: int
    cursor: duckdb.DuckDBPyConnection


@dataclass(frozen=True)
class BatchRecord:
    """An import that the store has had.

    Attributes:
        number: counted from 1 in each store.
        kind: "sales", "reviews", "packs" or the name of the layout.
        file_name: as the merchant called it.
        file_hash: SHA-256 of its content.
        imported_at: when, UTC.
        new_rows: product-days, reviews, stock levels and packs that it added.
        changed_rows: those that it changed.
        undone_at: when it was taken back, UTC; None while it counts.
    """

    number: int
    kind: str
    file_name: str
    file_hash: str
    imported_at: datetime
    new_rows: int
    changed_rows: int
    undone_at: datetime | None


@dataclass(frozen=True)
class Undone:
    """What taking an import back did.

    Attributes:
        record: the import as it was.
        gone: product-days, reviews, stock levels and packs that the store no longer holds.
        restored: those that are again what they were before.
        kept: those that stay, because a later import holds them too.
    """

    record: BatchRecord
    gone: int
    restored: int
    kept: int


def hash_file(path: Path | str) -> str:
    """Return the SHA-256 of a file's content, as hexadecimal digits."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def begin_batch(cursor: duckdb.DuckDBPyConnection, kind: str, file_name: str, file_hash: str) -> Batch:
    """Number a new batch; what is written with the cursor from now on belongs to it.

    Args:
        cursor: of an open transaction, and of nothing else afterwards.
        kind: see `BatchRecord`.
        file_name: see `BatchRecord`.
        file_hash: see `BatchRecord`.
    """
    row = cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM batches").fetchone()
    assert row is not None  # an aggregate always has its row
    number = int(row[0])
    cursor.execute(f"SET VARIABLE {BATCH_VARIABLE} = {number}")
    now = datetime.now(UTC).replace(tzinfo=None)
    cursor.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?, 0, 0, NULL)", [number, kind, file_name, file_hash, now]
    )
    return Batch(number, cursor)


def finish_batch(batch: Batch) -> None:
    """Count what a batch wrote, and note which products its rows speak of: taking back an older one must keep them."""
    spoken_of = " UNION ".join(
        f"SELECT {column} AS product_id FROM {table}"
        f" SEMI JOIN (SELECT * FROM batch_{table} WHERE batch = {batch.number}) USING ({', '.join(TRACKED[table])})"
        for table, column in _REFERRING.items()
    )
    log_changes(
        batch.cursor,
        "products",
        f"SELECT product_id, 'same' AS change FROM ({spoken_of}) SEMI JOIN products USING (product_id)",
    )
    changes = " UNION ALL ".join(f"SELECT batch, change FROM batch_{table}" for table in _COUNTED)
    batch.cursor.execute(
        f"UPDATE batches SET new_rows = (SELECT count(*) FILTER (change = 'new') FROM ({changes}) WHERE batch = $number),"
        f" changed_rows = (SELECT count(*) FILTER (change = 'changed') FROM ({changes}) WHERE batch = $number)"
        " WHERE number = $number",
        {"number": batch.number},
    )


def read_batches(cursor: duckdb.DuckDBPyConnection) -> list[BatchRecord]:
    """Return all imports, those that were taken back included, oldest first."""
    rows = cursor.execute("SELECT * FROM batches ORDER BY number").fetchall()
    return [BatchRecord(*row) for row in rows]


def count_lessened(cursor: duckdb.DuckDBPyConnection, number: int) -> int:
    """Return how many product-days hold fewer units than before a batch changed them: its file may be a part only."""
    row = cursor.execute(
        "SELECT count(*) FROM sales JOIN batch_sales AS before USING (product_id, ds)"
        " WHERE before.batch = ? AND before.change = 'changed' AND sales.units < before.units",
        [number],
    ).fetchone()
    assert row is not None  # an aggregate always has its row
    return int(row[0])


def undo_batch(cursor: duckdb.DuckDBPyConnection, number: int) -> Undone:
    """Take an import back: every row that it added goes, every row that it changed is what it was.

    A row that a later import confirmed (wrote with the same values) stays, as that import's.

    Args:
        cursor: of an open transaction; the calendar is the caller's to rebuild.
        number: of the batch.

    Raises:
        BatchNotFound: there is none of that number, or it was taken back before.
        BatchNotLast: a later import changed rows of this one; the message names it.
    """
    record = _find(cursor, number)
    _check_last(cursor, number)
    counts = {table: _restore(cursor, table, number) for table in TRACKED}
    cursor.execute(
        "UPDATE batches SET undone_at = ? WHERE number = ?", [datetime.now(UTC).replace(tzinfo=None), number]
    )
    gone, restored, kept = (
        sum(column) for column in zip(*(counts[table] for table in _COUNTED), strict=True)
    )
    return Undone(record, gone, restored, kept)


def _find(cursor: duckdb.DuckDBPyConnection, number: int) -> BatchRecord:
    found = {record.number: record for record in read_batches(cursor)}
    record = found.get(number)
    if record is None:
        raise BatchNotFound(
            f"there is no batch {number}", "see the numbers with `shopcast import list --store NAME`"
        )
    if record.undone_at is not None:
        raise BatchNotFound(
            f"batch {number} ({record.file_name}) was undone before", "there is nothing left to undo"
        )
    return record


def _check_last(cursor: duckdb.DuckDBPyConnection, number: int) -> None:
    overlaps = " UNION ALL ".join(
        f"SELECT later.batch, '{table}' AS held FROM batch_{table} mine JOIN batch_{table} later USING ({', '.join(key)})"
        f" WHERE mine.batch = $number AND later.batch > $number AND mine.change <> 'same' AND later.change <> 'same'"
        for table, key in TRACKED.items()
    )
    rows = cursor.execute(
        "SELECT b.number, b.file_name, count(*), mode(held) FROM"
        f" ({overlaps}) o JOIN batches b ON b.number = o.batch GROUP BY ALL ORDER BY b.number DESC",
        {"number": number},
    ).fetchall()
    if rows:
        later, file_name, count, held = rows[0]
        raise BatchNotLast(
            f"batch {number} cannot be undone: batch {later} ({file_name}) changed {count:,} of its rows since"
            f" ({held})",
            f"undo batch {later} first: shopcast import undo {later}",
            later,
        )


def _restore(cursor: duckdb.DuckDBPyConnection, table: str, number: int) -> tuple[int, int, int]:
    """Return how many rows went, are what they were, and stay as a later import's."""
    key = ", ".join(TRACKED[table])
    log = f"batch_{table}"
    # The first later batch that confirmed a row takes it over, with what this batch found there.
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE heirs AS"
        f" SELECT {key}, min(later.batch) AS heir FROM {log} mine JOIN {log} later USING ({key})"
        f" WHERE mine.batch = {number} AND later.batch > {number} AND mine.change <> 'same' GROUP BY {key}"
    )
    kept = _count(cursor, "SELECT count(*) FROM heirs")
    deleted = _count(
        cursor,
        f"DELETE FROM {table} WHERE ({key}) IN (SELECT ({key}) FROM {log} ANTI JOIN heirs USING ({key})"
        f" WHERE batch = {number} AND change <> 'same')",
    )
    restored = _count(
        cursor,
        f"INSERT INTO {table} SELECT * EXCLUDE (batch, change) FROM {log} ANTI JOIN heirs USING ({key})"
        f" WHERE batch = {number} AND change = 'changed'",
    )
    cursor.execute(f"DELETE FROM {log} WHERE ({key}, batch) IN (SELECT ({key}, heir) FROM heirs)")
    cursor.execute(
        f"INSERT INTO {log} SELECT heirs.heir AS batch, {log}.* EXCLUDE (batch)"
        f" FROM {log} JOIN heirs USING ({key}) WHERE {log}.batch = {number}"
    )
    cursor.execute(f"DELETE FROM {log} WHERE batch = {number}")
    cursor.execute("DROP TABLE heirs")
    return deleted - restored, restored, kept


def _count(cursor: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Return the number that a statement answers with: a count, or how many rows it touched."""
    row = cursor.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def holds_reviews(cursor: duckdb.DuckDBPyConnection, number: int) -> bool:
    """Return whether a batch wrote reviews: the flags that they earn by each other then change with it."""
    found = cursor.execute("SELECT 1 FROM batch_reviews WHERE batch = ? LIMIT 1", [number]).fetchone()
    return found is not None


def forget_reviews(cursor: duckdb.DuckDBPyConnection, review_ids: Sequence[str]) -> None:
    """Drop what the log remembers of reviews; undoing a batch will then leave them alone."""
    cursor.execute("DELETE FROM batch_reviews WHERE review_id IN (SELECT unnest(?))", [list(review_ids)])
