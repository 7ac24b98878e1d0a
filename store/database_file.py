"""The file of a store's database: made, locked, brought up to date, copied."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from store.errors import StoreError, StoreLocked, StoreUnreadable
from store.migrations import migrate
from store.schema import SCHEMA_VERSION, TABLES

_LOCK_HOLDER = re.compile(r"PID (\d+)")
_CURRENCY = re.compile(r"[A-Z]{3}")


def check_settings(currency: str, timezone: str) -> None:
    """Refuse what a store cannot be made with.

    Raises:
        StoreError: the currency has no ISO code's form, or there is no such IANA time zone.
    """
    if not _CURRENCY.fullmatch(currency):
        raise StoreError(
            f"{currency!r} is no currency", "give its three-letter code, such as CNY, USD or EUR"
        )
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise StoreError(
            f"{timezone!r} is no time zone", "give its name, such as Asia/Shanghai, Europe/London or UTC"
        ) from error


def create_database(name: str, path: Path, facts: dict[str, str]) -> None:
    """Write an empty store's file, beside its place first: a kill meanwhile leaves no store that cannot be opened.

    Args:
        name: of the store, for messages.
        path: of the file.
        facts: what the store is, by key; the tables' version is added.
    """
    draft = draft_of(path)
    for rest in (draft, draft.with_name(f"{draft.name}.wal")):
        rest.unlink(missing_ok=True)
    facts = {"schema_version": str(SCHEMA_VERSION), **facts}
    with open_database(name, draft) as connection:
        connection.execute("BEGIN")
        connection.execute(TABLES)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [list(pair) for pair in facts.items()])
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")
    draft.replace(path)


def draft_of(path: Path) -> Path:
    """Return where a database's new file is written before it takes the place of the old one."""
    return path.with_name(f"{path.name}.draft")


def open_database(name: str, path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database's file for this process alone.

    Raises:
        StoreLocked: another process has it open; the message names its process id.
        StoreUnreadable: the file is damaged or cannot be written.
    """
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise _unreadable(name, path, "its file is damaged or cannot be written") from error
        found = _LOCK_HOLDER.search(str(error))
        raise _locked(name, int(found.group(1)) if found else None) from error
    except duckdb.Error as error:
        raise _unreadable(name, path, "its file is damaged") from error


def bring_up_to_date(name: str, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Migrate the tables of an earlier Shopcast to today's.

    Raises:
        StoreUnreadable: the file holds no store, or one that a later Shopcast wrote.
    """
    try:
        row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    except duckdb.Error as error:
        raise _unreadable(name, path, "it holds no store") from error
    found = row[0] if row else "none"
    if not found.isdecimal() or not 1 <= int(found) <= SCHEMA_VERSION:
        raise _unreadable(
            name, path, f"its format is {found!r}, and this Shopcast knows 1 to {SCHEMA_VERSION}"
        )
    if int(found) < SCHEMA_VERSION:
        migrate(connection, int(found))


def copy_database(name: str, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write everything that a database holds to a file, as one moment of it.

    Args:
        name: of the store, for messages.
        connection: to it.
        path: of the copy; a file that is there is replaced.

    Raises:
        StoreError: the file cannot be written.
    """
    path.unlink(missing_ok=True)
    cursor = connection.cursor()
    here = cursor.execute("SELECT current_database()").fetchone()
    assert here is not None  # a query without a table has its row
    try:
        cursor.execute(f"ATTACH {_quoted(path)} AS copied")
        try:
            cursor.execute(f'COPY FROM DATABASE "{here[0]}" TO copied')
        finally:
            cursor.execute("DETACH copied")
    except duckdb.IOException as error:
        raise StoreError(
            f"store {name!r} cannot be copied: {error}", "make room on the disk and try again"
        ) from error


def _quoted(path: Path) -> str:
    escaped = str(path).replace("'", "''")
    return f"'{escaped}'"


def _locked(name: str, pid: int | None) -> StoreLocked:
    holder = f"process {pid}" if pid else "another process"
    return StoreLocked(
        f"store {name!r} is open in {holder}",
        f"a store has one owner at a time: stop {holder} (Ctrl+C where it runs, `shopcast web` for instance"
        f"{f', or kill {pid}' if pid else ''}), run this, then start it again",
        pid,
    )


def _unreadable(name: str, path: Path, why: str) -> StoreUnreadable:
    return StoreUnreadable(
        f"store {name!r} cannot be read: {why}",
        f"restore {str(path.parent)!r} from a copy, or delete it and import (or build the demo store) again",
    )
