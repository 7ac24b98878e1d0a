"""Writing rows that may be there already."""

from __future__ import annotations

from typing import NamedTuple

import duckdb


class Written(NamedTuple):
    """Rows that a write added, and rows that it changed."""

    new: int
    changed: int


def upsert(cursor: duckdb.DuckDBPyConnection, table: str, key: str, incoming: str) -> Written:
    """Put rows into a table, replacing those of the same key.

    Args:
        cursor: of an open transaction.
        table: to write to.
        key: its key columns, as SQL.
        incoming: query that gives rows with the table's columns, in their order.
    """
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {incoming}")
    counted = cursor.execute(
        f"SELECT count(*), (SELECT count(*) FROM incoming SEMI JOIN {table} USING ({key})),"
        f" (SELECT count(*) FROM (SELECT * FROM incoming EXCEPT SELECT * FROM {table})) FROM incoming"
    ).fetchone()
    assert counted is not None  # an aggregate always has its row
    total, existing, different = counted
    cursor.execute(f"DELETE FROM {table} WHERE ({key}) IN (SELECT ({key}) FROM incoming)")
    cursor.execute(f"INSERT INTO {table} SELECT * FROM incoming ORDER BY {key}")
    cursor.execute("DROP TABLE incoming")
    new = int(total - existing)
    return Written(new=new, changed=int(different) - new)
