"""Reading a CSV or Parquet file as a table whose every row is accounted for."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from store.errors import ImportFailed
from store.importing.report import Rejection

_DELIMITERS = (",", "\t", ";", "|")
_PARQUET_MARK = b"PAR1"
_COMMON_HANZI_SHARE = 0.6


@dataclass(frozen=True)
class TableFile:
    """A file's rows: `frame` is indexed by row number from 1; rows that fit no header are in `misfits`."""

    file_name: str
    encoding: str
    rows_read: int
    frame: pd.DataFrame
    misfits: list[Rejection] = field(default_factory=list)
    notes: tuple[tuple[str, str], ...] = ()

    def fields(self, columns: dict[str, str]) -> pd.DataFrame:
        """Return the rows with fields as columns, given the file's column of each field."""
        return pd.DataFrame({field: self.frame[column] for field, column in columns.items()})


def read_table(path: Path | str) -> TableFile:
    """Read a CSV (UTF-8 with or without BOM, UTF-16, GBK/GB18030, Latin) or Parquet file.

    Args:
        path: of the file; its content says what it is, not its name.

    Returns:
        CSV values are str with outer spaces removed, "" where empty; Parquet values keep their types.

    Raises:
        ImportFailed: the file is missing, empty, binary, damaged, or has no data row.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportFailed(
            f"{str(path)!r} cannot be opened: {error.strerror}", "check the path and its permissions"
        ) from error
    if not content.strip():
        raise ImportFailed(f"{path.name!r} is empty", "export it again with a header and at least one row")
    if content.startswith(_PARQUET_MARK) or path.suffix.lower() in {".parquet", ".pq"}:
        return _read_parquet(path)
    return _read_csv(path.name, content)


def _read_parquet(path: Path) -> TableFile:
    try:
        frame = pq.read_table(path).to_pandas(timestamp_as_object=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ImportFailed(
            f"{path.name!r} is no readable Parquet file: {error}", "write the file again; it may be cut short"
        ) from error
    if frame.empty:
        raise ImportFailed(f"{path.name!r} has no rows", "export it again with at least one row")
    frame = frame.reset_index(drop=True)
    frame.index += 1
    frame.columns = [str(c) for c in frame.columns]
    return TableFile(path.name, "parquet", len(frame), frame)


def _read_csv(name: str, content: bytes) -> TableFile:
    text, encoding = _decode(name, content)
    first_line = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    notes: tuple[tuple[str, str], ...] = ()
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        # One stray quotation mark would swallow every row up to the next: then quotes mean nothing here.
        plain = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, quoting=csv.QUOTE_NONE)
        rows = [[value.strip('"') for value in row] for row in plain]
        notes = (
            ("quotation marks do not pair up; they were read as plain signs", "引号不成对，按普通字符读取"),
        )
    rows = [row for row in rows if any(value.strip() for value in row)]
    if len(rows) < 2:
        raise ImportFailed(
            f"{name!r} has a header but no rows" if rows else f"{name!r} is empty",
            "export it again with at least one row",
        )
    header = [value.strip() for value in rows[0]]
    if len(set(header)) < len(header):
        twice = sorted({h for h in header if header.count(h) > 1})
        raise ImportFailed(
            f"{name!r} has several columns named {twice!r}", "give each column a name of its own"
        )
    fitting = [number for number, row in enumerate(rows[1:], start=1) if len(row) == len(header)]
    misfits = [
        Rejection(number, "field_count")
        for number, row in enumerate(rows[1:], start=1)
        if len(row) != len(header)
    ]
    frame = pd.DataFrame([rows[number] for number in fitting], columns=header, index=fitting, dtype=object)
    for column in frame.columns:
        frame[column] = frame[column].str.strip()
    return TableFile(name, encoding, len(rows) - 1, frame, misfits, notes)


def _decode(name: str, content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\0" in content[:65536]:
        raise ImportFailed(
            f"{name!r} is no text file", "export a CSV or Parquet file; a spreadsheet must be saved as CSV"
        )
    else:
        candidates = ["utf-8-sig", "gb18030" if _looks_chinese(content) else "cp1252", "latin-1"]
    for encoding in candidates:
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise ImportFailed(f"{name!r} is in no known text encoding", "save it as UTF-8")


def _looks_chinese(content: bytes) -> bool:
    """Say whether bytes above 127 mostly pair up as common Chinese characters; accents stand alone."""
    high = paired = 0
    position = 0
    while position < len(content):
        if content[position] < 0x80:
            position += 1
            continue
        pair = content[position : position + 2]
        is_common = len(pair) == 2 and 0xA1 <= pair[0] <= 0xF7 and pair[1] >= 0xA1
        high += 1
        paired += is_common
        position += 2 if is_common else 1
    return high > 0 and paired / high >= _COMMON_HANZI_SHARE
