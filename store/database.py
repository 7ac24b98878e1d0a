"""One merchant's store: a folder whose DuckDB file is the truth and whose other files can be rebuilt."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, get_args

import duckdb
import pandas as pd

from store import batches, catalogue, receipts, reviews, sales
from store.batches import Batch, BatchRecord, Undone
from store.catalogue import StockLevel
from store.database_file import (
    bring_up_to_date,
    check_settings,
    copy_database,
    create_database,
    draft_of,
    open_database,
)
from store.errors import DiskFull, StoreError, StoreExists, StoreNotFound
from store.location import DATABASE_FILE, list_stores, store_folder
from store.review_flags import refresh_flags

StoreKind = Literal["real", "synthetic", "imported"]
# An error of the file system while an import reads is the importer's own and comes as ImportFailed.
_NO_ROOM = (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException, OSError)


class _TrialEnds(Exception):
    """Everything was tried; roll it back."""


class CurrencyMismatch(StoreError):
    """Money in another currency than the store's."""


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
        self.is_trial = False
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
            StoreError: the currency or the time zone is none.
        """
        folder = store_folder(name, home)
        check_settings(currency, timezone)
        path = folder / DATABASE_FILE
        if path.exists():
            raise StoreExists(
                f"a store named {name!r} exists", f"choose another name, or delete {str(folder)!r}"
            )
        facts = {
            "kind": kind,
            "currency": currency,
            "timezone": timezone,
            "label": json.dumps(label or {"en": name, "zh": name}, ensure_ascii=False),
        }
        folder.mkdir(parents=True, exist_ok=True)
        create_database(name, path, facts)
        return cls(name, folder, open_database(name, path))

    @classmethod
    def open(cls, name: str, *, home: Path | str | None = None) -> Store:
        """Open the store `name` for reading and writing.

        Raises:
            StoreNotFound: there is none; the message lists those that exist.
            StoreLocked: another process has it open; the message names its process id.
            StoreUnreadable: the file is damaged, or was written by a later version. An earlier version's is migrated.
        """
        folder = store_folder(name, home)
        path = folder / DATABASE_FILE
        if not path.is_file():
            known = ", ".join(list_stores(home)) or "none yet"
            raise StoreNotFound(
                f"there is no store named {name!r} (stores here: {known})",
                "name one of those, run `shopcast demo` for the demo stores, or import your own sales",
            )
        connection = open_database(name, path)
        try:
            bring_up_to_date(name, path, connection)
        except BaseException:
            connection.close()
            raise
        return cls(name, folder, connection)

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
        """Yield a cursor whose writes are kept together, or not at all when the block raises.

        Raises:
            DiskFull: the disk or the memory took no more; the store is as it was.
        """
        cursor = self.cursor()
        cursor.execute("BEGIN")
        try:
            yield cursor
            cursor.execute("COMMIT")
        except BaseException as error:
            with suppress(duckdb.Error):  # a write that failed may have ended the transaction by itself
                cursor.execute("ROLLBACK")
            # A write-ahead log that takes no more at COMMIT is a failed transaction to DuckDB.
            if isinstance(error, _NO_ROOM) or "Failed to commit: Could not write" in str(error):
                raise DiskFull(
                    f"store {self.name!r} could not be written: {error}",
                    f"make room on the disk of {str(self.folder)!r} and try again; the store is as it was",
                ) from error
            raise
        self._info = self._data_version = None

    @contextmanager
    def batch(self, kind: str, file_name: str, file_hash: str) -> Iterator[Batch]:
        """Yield an import's batch: a transaction whose writes can be taken back with `undo`.

        Args:
            kind: "sales", "reviews", "packs" or the name of a layout.
            file_name: as the merchant calls it.
            file_hash: of its content, `batches.hash_file`.
        """
        with suppress(_TrialEnds), self.transaction() as cursor:
            batch = batches.begin_batch(cursor, kind, file_name, file_hash)
            yield batch
            batches.finish_batch(batch)
            if self.is_trial:
                raise _TrialEnds

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Let every batch of the block do its work and leave nothing behind; `is_trial` is True meanwhile."""
        self.is_trial = True
        try:
            yield
        finally:
            self.is_trial = False

    def batches(self) -> list[BatchRecord]:
        """Return the imports that the store has had, oldest first."""
        return batches.read_batches(self.cursor())

    def undo(self, number: int) -> Undone:
        """Take an import back (see `batches.undo_batch`)."""
        with self.transaction() as cursor:
            holds_reviews = batches.holds_reviews(cursor, number)
            undone = batches.undo_batch(cursor, number)
            sales.rebuild_calendar(cursor)
            if holds_reviews:
                refresh_flags(cursor)
        return undone

    def lessened(self, number: int) -> int:
        """Return how many product-days a batch left with fewer units than before."""
        return batches.count_lessened(self.cursor(), number)

    def check_currency(self, currency: str) -> None:
        """Refuse money in another currency.

        Raises:
            CurrencyMismatch: the store keeps another.
        """
        if currency != self.info.currency:
            raise CurrencyMismatch(
                f"store {self.name!r} keeps {self.info.currency}, and this is {currency}",
                f"convert the amounts to {self.info.currency} first, or import into another store, made with"
                f" --currency {currency}",
            )

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

    def returns(
        self,
        product_ids: Sequence[str] | None = None,
        start: date | None = None,
        end: date | None = None,
    ) -> pd.DataFrame:
        """Return what came back, by day (see `sales.read_returns`)."""
        return sales.read_returns(self.cursor(), product_ids, start, end)

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

    def copy_database(self, path: Path) -> None:
        """Write everything that the database holds to a new file, as one moment of it.

        Raises:
            StoreError: the file cannot be written.
        """
        copy_database(self.name, self._connection, path)

    def rewrite(self) -> None:
        """Write the database's file anew: what was deleted is then no longer in its bytes.

        The store is closed and opened again; no cursor of it may be in use.

        Raises:
            StoreError: the disk has no room for a second file.
        """
        path = self.folder / DATABASE_FILE
        draft = draft_of(path)
        # The log beside the file belongs to the old one: nothing may be left in it.
        self._connection.execute("CHECKPOINT")
        copy_database(self.name, self._connection, draft)
        # Put in its place before the lock goes: whoever opens the store next opens the new file.
        draft.replace(path)
        self.close()
        self._connection = open_database(self.name, path)

    def delete(self) -> None:
        """Close the store and delete its folder for good."""
        self.close()
        shutil.rmtree(self.folder)
