"""Reading a merchant's file, whatever its format, as a table whose every row is accounted for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import ImportFailed
from store.importing.blocks import TextSource, check_header
from store.importing.coded import CodedColumns
from store.importing.delimited import DelimitedFile, UnpairedQuotes
from store.importing.encodings import read_sample
from store.importing.json_lines import JsonLines
from store.importing.report import Rejection
from store.importing.workbook import Workbook

_PARQUET_MARK = b"PAR1"
_ZIP_MARK = b"PK\x03\x04"
_OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"
_CUT_SHORT = "write the file again; it may be cut short"


@dataclass(frozen=True)
class TableFile:
    """A file's rows: `frame` is indexed by row number from 1; rows that fit no header are in `misfits`.

    `repaired` counts rows by key of `REPAIRS` that were changed as they were read, `repaired_rows` numbers the
    first of them.
    """

    file_name: str
    encoding: str
    rows_read: int
    frame: pd.DataFrame
    misfits: list[Rejection] = field(default_factory=list)
    notes: tuple[tuple[str, str], ...] = ()
    repaired: dict[str, int] = field(default_factory=dict)
    repaired_rows: dict[str, list[int]] = field(default_factory=dict)

    def fields(self, columns: dict[str, str]) -> pd.DataFrame:
        """Return the rows with fields as columns, given the file's column of each field."""
        return pd.DataFrame({field: self.frame[column] for field, column in columns.items()})


class OpenedTable:
    """A file whose header was read and whose rows were not yet.

    Args:
        path: of the file; its content says what it is, not its name.

    Raises:
        ImportFailed: the file is missing, empty, binary, damaged, or has no header.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        sample = read_sample(self._path)
        self._source: TextSource | None = None
        if sample.startswith(_PARQUET_MARK) or self._path.suffix.lower() in {".parquet", ".pq"}:
            self.header = _parquet_header(self._path)
            return
        self._source = _text_source(self._path, sample)
        self.header = self._source.header

    def read(self, columns: Sequence[str] | None = None, days: Sequence[str] = ()) -> TableFile:
        """Read the rows.

        Args:
            columns: those wanted; None for all.
            days: columns of dates and moments of which only the day is wanted; the rest of their text is cut off.

        Returns:
            Text is trimmed, without invisible characters, "" where empty, and held as categories: each distinct
            text once. A Parquet file's other values keep their types.

        Raises:
            ImportFailed: the file is damaged or has no rows.
        """
        wanted = list(self.header if columns is None else dict.fromkeys(columns))
        source = self._source
        table = self._read_parquet(wanted, days) if source is None else self._read_text(source, wanted, days)
        if not table.rows_read:
            raise ImportFailed(
                f"{self._path.name!r} has a header but no rows", "export it again with at least one row"
            )
        return table

    def _read_text(self, source: TextSource, wanted: list[str], days: Sequence[str]) -> TableFile:
        try:
            coded, misfits, rows_read = _collect(source, wanted, days)
        except UnpairedQuotes:
            assert isinstance(source, DelimitedFile)
            source.read_quotes_plainly()
            coded, misfits, rows_read = _collect(source, wanted, days)
        frame = coded.frame()
        return TableFile(
            self._path.name, source.encoding, rows_read, frame, misfits, tuple(source.notes),
            dict(coded.repaired), coded.repaired_rows,
        )  # fmt: skip

    def _read_parquet(self, wanted: list[str], days: Sequence[str]) -> TableFile:
        try:
            table = pq.read_table(self._path, columns=wanted)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _unreadable_parquet(self._path, error) from error
        coded = CodedColumns([name for name in wanted if _is_text(table.schema.field(name).type)], days)
        numbers = np.arange(1, table.num_rows + 1)
        for start in range(0, table.num_rows, 1 << 17):
            part = table.slice(start, 1 << 17)
            cells = [part[name].cast(pa.large_string()).fill_null("").to_pylist() for name in coded.names]
            coded.add(numbers[start : start + part.num_rows], cells)
        frame = coded.frame()
        others = [name for name in wanted if name not in coded.names]
        typed = table.select(others).to_pandas(timestamp_as_object=False).set_axis(frame.index)
        frame = pd.concat([frame, typed], axis="columns")[wanted]
        return TableFile(
            self._path.name, "parquet", len(frame), frame, [], (), dict(coded.repaired), coded.repaired_rows
        )


def read_table(path: Path | str) -> TableFile:
    """Read a whole file: CSV, TSV and the like, Excel (.xlsx), Parquet or JSON Lines; text may be gzip.

    Text may be UTF-8 with or without BOM, UTF-16, GBK/GB18030 or Latin.

    Args:
        path: of the file; its content says what it is, not its name.

    Returns:
        Cells are str without outer spaces or invisible characters, "" where empty; a Parquet file's other
        values keep their types.

    Raises:
        ImportFailed: the file is missing, empty, binary, damaged, or has no data row.
    """
    table = OpenedTable(path).read()
    frame = table.frame.copy(deep=False)
    for column in frame.columns:
        if isinstance(frame[column].dtype, pd.CategoricalDtype):
            frame[column] = frame[column].astype(object)
    return replace(table, frame=frame)


def read_columns(path: Path | str) -> list[str]:
    """Return a file's header; of a large file only the beginning and its encoding are looked at.

    Raises:
        ImportFailed: as `read_table`.
    """
    return OpenedTable(path).header


def _text_source(path: Path, sample: bytes) -> TextSource:
    if sample.startswith(_ZIP_MARK):
        return Workbook(path)
    if sample.startswith(_OLD_EXCEL_MARK):
        raise ImportFailed(
            f"{path.name!r} is an old Excel file (.xls), or one with a password",
            "save it as .xlsx without a password, or as CSV",
        )
    if sample.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return JsonLines(path)
    return DelimitedFile(path)


def _collect(
    source: TextSource, wanted: list[str], days: Sequence[str]
) -> tuple[CodedColumns, list[Rejection], int]:
    coded = CodedColumns(wanted, days)
    misfits: list[Rejection] = []
    rows_read = 0
    reason = "bad_json" if isinstance(source, JsonLines) else "field_count"
    for block in source.blocks([source.header.index(name) for name in wanted]):
        coded.add(block.numbers, block.columns)
        misfits += [Rejection(number, reason) for number in block.misfits.tolist()]
        rows_read += len(block.numbers) + len(block.misfits)
    return coded, misfits, rows_read


def _parquet_header(path: Path) -> list[str]:
    try:
        return check_header(list(pq.read_schema(path).names), path.name, "columns of the Parquet file")
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable_parquet(path, error) from error


def _is_text(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value))


def _unreadable_parquet(path: Path, error: Exception) -> ImportFailed:
    return ImportFailed(f"{path.name!r} is no readable Parquet file: {error}", _CUT_SHORT)
