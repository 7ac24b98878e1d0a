"""The layout of a platform's export: which tables it has, and how each is told by its headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from store.database import Store
from store.errors import ImportFailed
from store.importing.columns import map_columns
from store.importing.ledger import RowLedger
from store.importing.report import ImportReport
from store.importing.table_file import OpenedTable, TableFile


@dataclass(frozen=True)
class TableLayout:
    """One table of an export: likely headings by field (as `columns.map_columns` compares them).

    `required`: fields whose headings, together, no other table has.
    """

    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]

    def matches(self, columns: Sequence[str]) -> bool:
        """Say whether a file with these headings is this table."""
        try:
            self.map(columns, "")
        except ImportFailed:
            return False
        return True

    def map(self, columns: Sequence[str], file_name: str) -> dict[str, str]:
        """Return the file's column by field.

        Raises:
            ImportFailed: a required field has no column.
        """
        return map_columns(list(columns), self.headings, self.required, None, file_name)[0]


@dataclass(frozen=True)
class Layout:
    """A platform's export.

    `label`: what it is called, by language. `currency` (ISO 4217) and `timezone` (IANA) are the platform's, None
    where each shop has its own. `write` takes an open store, a batch's cursor and the files by name of their table,
    and reports on each.
    """

    name: str
    label: Mapping[str, str]
    tables: Mapping[str, TableLayout]
    write: Callable[[Store, duckdb.DuckDBPyConnection, Mapping[str, Path]], list[ImportReport]]
    currency: str | None = None
    timezone: str | None = None

    def table_of(self, columns: Sequence[str]) -> str | None:
        """Return the name of the table that has these headings, None when none has."""
        return next((name for name, table in self.tables.items() if table.matches(columns)), None)


def read_layout(path: Path, layout: TableLayout) -> tuple[TableFile, dict[str, str]]:
    """Read a file's rows, and no other column than those that the layout names: the rest may be personal.

    Returns:
        The rows, and the file's column by field.

    Raises:
        ImportFailed: the file cannot be read, or a required field has no column.
    """
    opened = OpenedTable(path)
    columns = layout.map(opened.header, Path(path).name)
    table = opened.read(list(columns.values()))
    return replace(table, frame=table.frame.astype(object)), columns


def fold_repeats(table: TableFile) -> tuple[TableFile, int]:
    """Return a table without rows that repeat another exactly, and how many those were."""
    repeats = table.frame.duplicated()
    return replace(table, frame=table.frame[~repeats]), int(repeats.sum())


def report_file(
    table: TableFile,
    ledger: RowLedger,
    columns: dict[str, str],
    used: int,
    folded: int = 0,
    new: int = 0,
    changed: int = 0,
) -> ImportReport:
    """Return what became of a file; nothing is written of one that only explains others."""
    return ImportReport(
        file_name=table.file_name,
        encoding=table.encoding,
        rows_read=table.rows_read,
        rows_used=used,
        rows_folded=folded,
        rejected=ledger.rejections(),
        mapping=columns,
        new=new,
        changed=changed,
        repaired=ledger.repaired,
        repaired_rows=ledger.repaired_rows,
        notes=tuple(ledger.notes),
    )
