"""Writing rows that may be there already."""

from __future__ import annotations

from typing import NamedTuple

import duckdb

from store.schema import TRACKED

# Set on a batch's cursor: it belongs to that cursor alone, so what others write meanwhile is not taken for the batch's.
BATCH_VARIABLE = "shopcast_batch"


class Written(NamedTuple):
    """Rows that a write added, and rows that it changed."""

    new: int
    changed: int


def upsert(cursor: duckdb.DuckDBPyConnection, table: str, incoming: str) -> Written:
    """Put rows into a table, replacing those of the same key; rows that say nothing new are left alone.

    On the cursor of a batch the rows that were there are kept in the batch's log.

    Args:
        cursor: of an open transaction.
        table: to write to, one of `TRACKED`.
        incoming: query that gives rows, one a key, by the table's column names; a column left out becomes NULL.
    """
    key = ", ".join(TRACKED[table])
    # In one statement: DuckDB 2.0 loses what is inserted, in the same transaction, into a table that was made AS a
    # query without rows, from a row group's size on (122,880).
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE incoming AS (SELECT * FROM {table} LIMIT 0) UNION ALL BY NAME ({incoming})"
    )
    cursor.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT {key}, CASE WHEN old.rowid IS NULL THEN 'new'"
        " WHEN old IS DISTINCT FROM incoming THEN 'changed' ELSE 'same' END AS change"
        f" FROM incoming LEFT JOIN {table} AS old USING ({key})"
    )
    log_changes(cursor, table, "SELECT * FROM compared")
    cursor.execute(
        f"DELETE FROM {table} WHERE ({key}) IN (SELECT ({key}) FROM compared WHERE change = 'changed')"
    )
    cursor.execute(
        f"INSERT INTO {table} SELECT incoming.* FROM incoming"
        f" SEMI JOIN (SELECT {key} FROM compared WHERE change <> 'same') USING ({key}) ORDER BY {key}"
    )
    counted = cursor.execute(
        "SELECT count(*) FILTER (change = 'new'), count(*) FILTER (change = 'changed') FROM compared"
    ).fetchone()
    assert counted is not None  # an aggregate always has its row
    cursor.execute("DROP TABLE incoming")
    cursor.execute("DROP TABLE compared")
    return Written(*counted)


def log_changes(cursor: duckdb.DuckDBPyConnection, table: str, changes: str) -> None:
    """Keep what a batch is about to replace; on a cursor that belongs to no batch nothing is kept.

    A row that the batch wrote before stays as it was logged then, unless it was only confirmed.

    Args:
        cursor: of an open transaction, before the table is written.
        table: that is written.
        changes: query that gives the key's columns and `change` ("new", "changed", "same").
    """
    row = cursor.execute(f"SELECT getvariable('{BATCH_VARIABLE}')").fetchone()
    number = row[0] if row else None
    if number is None:
        return
    key = ", ".join(TRACKED[table])
    cursor.execute(
        f"DELETE FROM batch_{table} WHERE batch = {number} AND change = 'same'"
        f" AND ({key}) IN (SELECT ({key}) FROM ({changes}) WHERE change = 'changed')"
    )
    cursor.execute(
        f"INSERT INTO batch_{table} BY NAME"
        f" SELECT {number} AS batch, change, {key}, old.* EXCLUDE ({key})"
        f" FROM ({changes}) LEFT JOIN {table} AS old USING ({key})"
        f" ANTI JOIN (SELECT * FROM batch_{table} WHERE batch = {number}) USING ({key})"
    )
