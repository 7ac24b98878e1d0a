"""How a store that an earlier Shopcast wrote gets today's tables: one step a version, all of them or none."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pyarrow as pa

from store.redaction import redact
from store.schema import SCHEMA_VERSION, VERSION_2


def _to_version_2(cursor: duckdb.DuckDBPyConnection) -> None:
    cursor.execute("ALTER TABLE reviews ADD COLUMN author VARCHAR")
    cursor.execute(VERSION_2)
    # Version 1 kept the customers' words as they came. Their ids stay: answers cite them, and a review that is
    # imported again is still the same one.
    held = cursor.execute("SELECT review_id, title, text FROM reviews").fetchall()
    kept = [(review_id, *(text and redact(text).text for text in words)) for review_id, *words in held]
    changed = [row for row, old in zip(kept, held, strict=True) if row != old]
    columns = zip(("review_id", "title", "text"), zip(*changed, strict=True), strict=False)
    if changed:
        cursor.register(
            "redacted", pa.table({name: pa.array(values, pa.string()) for name, values in columns})
        )
        cursor.execute(
            "UPDATE reviews SET title = redacted.title, text = redacted.text"
            " FROM redacted WHERE reviews.review_id = redacted.review_id"
        )
        cursor.unregister("redacted")


# By the version that a step starts from.
_STEPS: dict[int, Callable[[duckdb.DuckDBPyConnection], None]] = {1: _to_version_2}


def migrate(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Bring the tables of an older store to `SCHEMA_VERSION`; a kill or an error on the way leaves them as they were.

    Args:
        connection: of the store, with no transaction open.
        version: of its tables, from 1 to `SCHEMA_VERSION`.
    """
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    try:
        for step in range(version, SCHEMA_VERSION):
            _STEPS[step](cursor)
        cursor.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [str(SCHEMA_VERSION)])
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
