"""One merchant's store: a folder whose DuckDB file is the truth and whose other files can be rebuilt."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

import duckdb
import pandas as pd

from store import catalogue, receipts, reviews, sales
from store.catalogue import StockLevel
from store.errors import StoreExists, StoreLocked, StoreNotFound, StoreUnreadable
from store.location import DATABASE_FILE, list_stores, store_folder
from store.schema import SCHEMA_VERSION, TABLES

StoreKind = Literal["real", "synthetic", "imported"]
_LOCK_HOLDER = re.compile(r"PID (\d+)")


@dataclass(frozen=True)
class StoreInfo:
    """What a store is and how much it holds.

    `as_of` is the last day with sales, the store's own "today"; it and `first_day` are None only
    in a store without sales. `sales_days` counts product-days with a record.
    """

    name: str
    kind: StoreKind
    label: dict[str, str]
    currency: str
    timezone: str
    first_day: date | None
    as_of: date | None
    product_count: int
    sales_days: int
    review_count: int


class Store:
    """An open store. One process owns it at a time; its threads each take a cursor of their own."""

    def __init__(self, name: str, folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.name = name
        self.folder = folder
        self._connection = connection
        self._info: StoreInfo | None = None
        self._data_version: str | None = None

    @classmethod
    def create(
        cls,
        name: str,
        *,
        kind: StoreKind,
        currency: str,
        timezone: str,
        label: dict[str, str] | None = None,
        home: Path | str | None = None,
    ) -> Store:
        """Make a new, empty store and open it.

        Args:
            name: folder name of the store.
            kind: "real", "synthetic" or "imported"; shown wherever the store is shown.
            currency: ISO 4217 code of all money in it.
            timezone: IANA zone whose midnight ends a sales day.
            label: what the store is called, by language; default its name.
            home: base folder instead of `SHOPCAST_HOME`.

        Raises:
            StoreExists: a store of that name is there.
            StoreNameInvalid: the name cannot be a folder's.
        """
        folder = store_folder(name, home)
        path = folder / DATABASE_FILE
        if path.exists():
            raise StoreExists(
                f"a store named {name!r} exists", f"choose another name, or delete {str(folder)!r}"
            )
        folder.mkdir(parents=True, exist_ok=True)
        store = cls(name, folder, _connect(name, path))
        facts = {
            "schema_version": str(SCHEMA_VERSION),
            "kind": kind,
            "currency": currency,
            "timezone": timezone,
            "label": json.dumps(label or {"en": name, "zh": name}, ensure_ascii=False),
        }
        with store.transaction() as cursor:
            cursor.execute(TABLES)
            cursor.executemany("INSERT INTO meta VALUES (?, ?)", [list(pair) for pair in facts.items()])
        return store

    @classmethod
    def open(cls, name: str, *, home: Path | str | None = None) -> Store:
        """Open the store `name` for reading and writing.

        Raises:
            StoreNotFound: there is none; the message lists those that exist.
            StoreLocked: another process has it open; the message names its process id.
            StoreUnreadable: the file is damaged, or was written by another version.
        """
        folder = store_folder(name, home)
        path = folder / DATABASE_FILE
        if not path.is_file():
            known = ", ".join(list_stores(home)) or "none yet"
            raise StoreNotFound(
                f"there is no store named {name!r} (stores here: {known})",
                "name one of those, run `shopcast demo` for the demo stores, or import your own sales",
            )
        store = cls(name, folder, _connect(name, path))
        try:
            store._check_version()
        except StoreUnreadable:
            store.close()
            raise
        return store

    def _check_version(self) -> None:
        try:
            row = self.cursor().execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        except duckdb.Error as error:
            raise _unreadable(self.name, self.folder, "it holds no store") from error
        if row is None or row[0] != str(SCHEMA_VERSION):
            found = row[0] if row else "none"
            raise _unreadable(self.name, self.folder, f"its format is {found!r}, not {SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the store; another process may then open it. Closing twice is harmless."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor for this call: cursors may be used side by side, one cursor may not be shared."""
        return self._connection.cursor()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor whose writes are kept together, or not at all when the block raises."""
        cursor = self.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        self._info = self._data_version = None

    @property
    def info(self) -> StoreInfo:
        """What the store is and how much it holds (read once, again after a write)."""
        if self._info is None:
            self._info = self._read_info()
        return self._info

    def _read_info(self) -> StoreInfo:
        cursor = self.cursor()
        meta: dict[str, str] = dict(cursor.execute("SELECT key, value FROM meta").fetchall())
        kind = next(k for k in get_args(StoreKind) if k == meta["kind"])
        counted = cursor.execute(
            "SELECT min(ds), max(ds), count(*), (SELECT count(*) FROM reviews),"
            f" (SELECT count(*) FROM ({catalogue.LIVE_PRODUCTS})) FROM sales"
        ).fetchone()
        assert counted is not None  # an aggregate always has its row
        first_day, as_of, sales_days, review_count, product_count = counted
        return StoreInfo(
            self.name, kind, json.loads(meta["label"]), meta["currency"], meta["timezone"],
            first_day, as_of, product_count, sales_days, review_count,
        )  # fmt: skip

    def products(self) -> pd.DataFrame:
        """Return the catalogue (see `catalogue.read_products`)."""
        return catalogue.read_products(self.cursor())

    def products_by_id(self) -> dict[str, dict[str, Any]]:
        """Return every catalogue row by product id, products without sales or reviews included."""
        return catalogue.read_all_products(self.cursor())

    def stock(self, product_id: str) -> StockLevel | None:
        """Return what is on the shelf and on its way, or None when the store keeps no stock of it."""
        return catalogue.read_stock(self.cursor(), product_id)

    def daily_sales(
        self,
        product_ids: Sequence[str] | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> pd.DataFrame:
        """Return daily sales on a full grid of days (see `sales.read_daily_sales`)."""
        return sales.read_daily_sales(self.cursor(), product_ids, start, end)

    def reviews(
        self, product_id: str | None = None, start: date | None = None, end: date | None = None
    ) -> pd.DataFrame:
        """Return reviews, oldest first (see `reviews.read_reviews`)."""
        return reviews.read_reviews(self.cursor(), product_id, start, end)

    def save_answer(self, answer: dict[str, Any]) -> None:
        """Keep an answer with its receipt."""
        receipts.save_answer(self.cursor(), answer)

    def answers(self, limit: int = 20) -> list[dict[str, Any]]:
        """Return the kept answers, newest first."""
        return receipts.read_answers(self.cursor(), limit)

    def data_version(self) -> str:
        """Return a hash that changes with the sales data: the key of whatever is computed from them."""
        if self._data_version is None:
            self._data_version = sales.hash_sales(self.cursor())
        return self._data_version

    def planted_causes(self) -> list[dict[str, Any]]:
        """Return the documented truth of a generated store; an empty list for any other."""
        return catalogue.read_planted_causes(self.cursor())

    def delete(self) -> None:
        """Close the store and delete its folder for good."""
        self.close()
        shutil.rmtree(self.folder)


def _connect(name: str, path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path))
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise _unreadable(name, path.parent, "its file is damaged or cannot be written") from error
        found = _LOCK_HOLDER.search(str(error))
        pid = int(found.group(1)) if found else None
        holder = f"process {pid}" if pid else "another process"
        raise StoreLocked(
            f"store {name!r} is open in {holder}",
            f"ask there, or stop {holder} and try again; a store has one owner at a time",
            pid,
        ) from error
    except duckdb.Error as error:
        raise _unreadable(name, path.parent, "its file is damaged") from error


def _unreadable(name: str, folder: Path, why: str) -> StoreUnreadable:
    return StoreUnreadable(
        f"store {name!r} cannot be read: {why}",
        f"restore {str(folder)!r} from a copy, or delete it and import (or build the demo store) again",
    )
