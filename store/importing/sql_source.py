"""Importing what a query of the merchant's own database gives."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.database import Store
from store.errors import ImportFailed
from store.importing.report import ImportReport
from store.importing.reviews_file import import_reviews
from store.importing.sales_file import import_sales

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Connection

_ROWS_AT_A_TIME = 10_000
_SIGNS = re.compile(r"[^\w.@-]+")
_INSTALL = "pip install 'sqlalchemy>=2.1'"
_DRIVERS = {
    "mysql": "pymysql",
    "mariadb": "pymysql",
    "postgresql": "psycopg",
    "mssql": "pyodbc",
    "oracle": "oracledb",
}
_IMPORTERS: dict[str, Callable[[Store, Path, Mapping[str, str] | None], ImportReport]] = {
    "sales": import_sales,
    "reviews": import_reviews,
}


def import_sql(
    store: Store, url: str, query: str, kind: str, mapping: Mapping[str, str] | None = None
) -> ImportReport:
    """Import the rows that a query gives, as a file of sales or reviews with the query's columns would be.

    The query runs in a transaction that is rolled back, and its rows are read a few thousand at a time.

    Args:
        store: an open store.
        url: SQLAlchemy's, such as "mysql+pymysql://user:password@host/shop" or "sqlite:///shop.db".
        query: one SELECT.
        kind: "sales" or "reviews".
        mapping: column by field; fields that are left out are guessed from the query's columns.

    Returns:
        What became of every row; the source is named without its password.

    Raises:
        ImportFailed: SQLAlchemy or the database's driver is not installed, the database cannot be reached, the query
            fails, or no row can be used; the store is as it was.
    """
    with tempfile.TemporaryDirectory() as folder:
        with _connect(url) as (connection, name):
            # The import's batch is called like the file.
            path = Path(folder) / _SIGNS.sub("-", name)
            try:
                _spool(connection, query, path, name)
            except OSError as error:
                raise ImportFailed(
                    f"the rows of the query could not be kept in {folder!r}: {error.strerror}",
                    "make room there, or name another folder with the variable TMPDIR",
                ) from error
        report = _IMPORTERS[kind](store, path, mapping)
    return replace(report, file_name=name, encoding="SQL")


@contextmanager
def _connect(url: str) -> Iterator[tuple[Connection, str]]:
    try:
        import sqlalchemy
        from sqlalchemy.exc import SQLAlchemyError
    except ModuleNotFoundError as error:
        raise ImportFailed("SQLAlchemy is not installed", _INSTALL) from error
    try:
        address = sqlalchemy.make_url(url)
        engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
    except SQLAlchemyError as error:
        raise ImportFailed(
            "the database's URL cannot be read", "write it as driver://user:password@host/name"
        ) from error
    except ModuleNotFoundError as error:
        driver = _DRIVERS.get(address.get_backend_name(), error.name or "its driver")
        raise ImportFailed(
            f"the driver {error.name!r} of the database is not installed", f"pip install {driver}"
        ) from error
    name = _describe(address)
    # SQLite would make an empty database of a path that was mistyped.
    file = address.database or "" if address.get_backend_name() == "sqlite" else ""
    if file and not file.startswith("file:") and not Path(file).is_file():
        raise ImportFailed(f"there is no database {file!r}", "check the path in its URL")
    try:
        with engine.connect().execution_options(stream_results=True) as connection:
            yield connection, name
            connection.rollback()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise ImportFailed(
            f"{name} refused the query: {reason}", "check the address, the rights and the query"
        ) from error
    finally:
        engine.dispose()


def _describe(address: URL) -> str:
    """Return a database's address without user and password."""
    return address.set(username=None, password=None, query={}).render_as_string()


def _spool(connection: Connection, query: str, path: Path, name: str) -> None:
    """Write a query's rows to a CSV file, so that they are read like any other."""
    import sqlalchemy

    result = connection.execute(sqlalchemy.text(query.strip().rstrip(";").replace(":", "\\:")))
    if not result.returns_rows:
        raise ImportFailed("the query gives no rows, it is no SELECT", "give one SELECT")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(result.keys())
        count = 0
        for rows in result.partitions(_ROWS_AT_A_TIME):
            writer.writerows([_text(value) for value in row] for row in rows)
            count += len(rows)
    if not count:
        raise ImportFailed(f"the query of {name} found no rows", "check its conditions")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
