"""Long frames as files: Parquet or CSV, by the ending of the name."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecasting.errors import ForecastingError

ENDINGS = (".parquet", ".csv")
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", "\t", ";", "|")
# Years of a forecast differ in the first digits, not in the eighth.
_CSV_DIGITS = "%.7g"


class FileUnusable(ForecastingError):
    """A file cannot be read as a table, or not be written."""


def read_frame(path: Path) -> pd.DataFrame:
    """Read a table; what its columns mean is not looked at.

    Args:
        path: ends in .parquet or .csv (UTF-8 or GBK; comma, tab, semicolon or bar).

    Returns:
        Parquet columns with their types; of a CSV unique_id and ds stay text, so that "007" keeps its zeros.

    Raises:
        FileUnusable: the file is missing, empty, damaged, of another kind, or has no row.
    """
    check_ending(path)
    read = _read_parquet if path.suffix.lower() == ".parquet" else _read_csv
    try:
        if path.stat().st_size == 0:
            raise FileUnusable(
                f"{path.name!r} is empty", "export it again with unique_id, ds, y and one row a period"
            )
        frame = read(path)
    except OSError as error:
        raise FileUnusable(
            f"{str(path)!r} cannot be opened: {error.strerror or error}", "check the path and its permissions"
        ) from error
    if frame.empty:
        raise FileUnusable(f"{path.name!r} has no rows", "export it again with at least one row")
    return frame


def check_ending(path: Path) -> None:
    """Raise FileUnusable unless the file's ending says Parquet or CSV."""
    if path.suffix.lower() not in ENDINGS:
        raise FileUnusable(
            f"{path.name!r} is neither Parquet nor CSV by its ending {path.suffix!r}",
            f"use one of the endings {', '.join(ENDINGS)}; save a spreadsheet as CSV first",
        )


def check_writable(path: Path) -> None:
    """Raise FileUnusable where a file of this name could not be written: known before the work begins."""
    check_ending(path)
    if not path.parent.is_dir():
        raise FileUnusable(f"there is no folder {str(path.parent)!r}", "make it first, or name another place")
    if path.is_dir():
        raise FileUnusable(f"{str(path)!r} is a folder", "name a file in it")


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table whole or not at all; an older file of that name is replaced.

    Raises:
        FileUnusable: the place cannot be written to.
    """
    check_writable(path)
    partial = path.with_name(f".{path.name}.partial")
    write: dict[str, Callable[[], object]] = {
        ".parquet": lambda: frame.to_parquet(partial, index=False),
        ".csv": lambda: frame.to_csv(partial, index=False, float_format=_CSV_DIGITS, date_format="%Y-%m-%d"),
    }
    try:
        write[path.suffix.lower()]()
        partial.replace(path)
    except OSError as error:
        raise FileUnusable(
            f"{str(path)!r} cannot be written: {error.strerror or error}",
            "check the place and its permissions",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        with path.open("rb") as file:
            frame: pd.DataFrame = pq.read_table(file).to_pandas()
    except (pa.ArrowException, ValueError) as error:
        raise FileUnusable(
            f"{path.name!r} is no readable Parquet file: {str(error).splitlines()[0]}",
            "write the file again; it may be cut short",
        ) from error
    return frame.reset_index(drop=True)


def _read_csv(path: Path) -> pd.DataFrame:
    text = _decode(path.name, path.read_bytes())
    header = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_DELIMITERS, key=header.count)
    try:
        names = [name.strip() for name in next(csv.reader([header], delimiter=separator), [])]
        _check_names(path.name, names)
        with warnings.catch_warnings():
            # Rows with more fields than the header would be cut off with no more than a warning.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                io.StringIO(text), sep=separator, header=0, names=names, index_col=False,
                dtype={"unique_id": str, "ds": str}, skipinitialspace=True, low_memory=False,
            )  # fmt: skip
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        raise FileUnusable(
            f"{path.name!r} is no readable CSV file: {str(error).strip()}",
            "give every row as many fields as the header, and quote fields that hold the separator",
        ) from error


def _check_names(file_name: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileUnusable(
            f"{file_name!r} has several columns named {twice!r}", "give each column a name of its own"
        )


def _decode(name: str, content: bytes) -> str:
    if b"\0" in content[:65536]:
        raise FileUnusable(f"{name!r} is no text file", "export it as CSV in UTF-8, or as Parquet")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnusable(f"{name!r} is in no known text encoding", "save it as UTF-8")
