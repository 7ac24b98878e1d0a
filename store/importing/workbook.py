"""Reading an Excel workbook (.xlsx) row by row; formulas are never run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from store.errors import ImportFailed
from store.importing.blocks import Block, check_header
from store.importing.report import count_of

_BLOCK_ROWS = 1 << 14
_TITLE_ROWS = 10
# A packed file of a few kilobytes may unpack to more than any memory holds.
_MOST_UNPACKED_BYTES = 4_000_000_000
_DAMAGED_REMEDY = "save it again as .xlsx, without a password, or as CSV"


class Workbook:
    """The first sheet of a workbook that has a table: a header with rows below it.

    Args:
        path: of the file.

    Raises:
        ImportFailed: the file is damaged, protected, has no table, or unpacks to more than can be read.
    """

    encoding = "xlsx"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[tuple[str, str]] = []
        try:
            self._formula_sheets = _sheets_with_formulas(path)
            self._sheet, header, self._above = self._find_table()
        except ImportFailed:
            raise
        except Exception as error:  # openpyxl lets through what zip, XML and its own readers raise
            raise _damaged(path, error) from error
        self.header = check_header(header, path.name, f"sheet {self._sheet!r}")

    def blocks(self, wanted: list[int]) -> Iterator[Block]:
        """Yield the sheet's rows as text; where a cell holds a formula, the value that Excel saved with it.

        A formula that was saved without a value is kept as its own text. Dates are written year first.

        Args:
            wanted: positions of the columns to return.
        """
        rows = self._rows(self._sheet)
        list(islice(rows, self._above + 1))
        before = 0
        while block := self._read_block(rows):
            numbers = np.arange(before + 1, before + 1 + len(block))
            columns = [[row[i] if i < len(row) else "" for row in block] for i in wanted]
            yield Block(numbers, columns, np.empty(0, dtype=np.int64))
            before += len(block)

    def _read_block(self, rows: Iterator[list[str]]) -> list[list[str]]:
        try:
            return list(islice(rows, _BLOCK_ROWS))
        except ImportFailed:
            raise
        except Exception as error:
            raise _damaged(self.path, error) from error

    def _find_table(self) -> tuple[str, list[str], int]:
        """Return the sheet's name, its header, and how many rows stand above it."""
        with self._open(data_only=True) as book:
            names = [sheet.title for sheet in book.worksheets]
        for name in names:
            first = list(islice(self._rows(name), _TITLE_ROWS + 2))
            widths = [sum(bool(cell) for cell in row) for row in first]
            above = next((i for i, width in enumerate(widths) if width * 2 > max(widths)), 0)
            if len(first) > above + 1:
                self._note_table(name, names, above)
                return name, first[above], above
        raise ImportFailed(
            f"{self.path.name!r} has no sheet with a header and rows", "export it again with at least one row"
        )

    def _rows(self, name: str) -> Iterator[list[str]]:
        """Yield a sheet's rows, cells as text; where the workbook has formulas, they are read beside the values."""
        with self._open(data_only=True) as book:
            values = book[name]
            values.reset_dimensions()
            if not self._formula_sheets:
                yield from ([_as_text(value) for value in row] for row in values.iter_rows(values_only=True))
                return
            with self._open(data_only=False) as formula_book:
                formulas = formula_book[name]
                formulas.reset_dimensions()
                pairs = zip(
                    values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=False
                )
                yield from (
                    [_shown(value, formula) for value, formula in zip(row, formula_row, strict=False)]
                    for row, formula_row in pairs
                )

    @contextmanager
    def _open(self, *, data_only: bool) -> Iterator[Any]:
        import openpyxl

        # Given a path, openpyxl would judge the file by its name.
        with self.path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
            with closing(book):
                yield book

    def _note_table(self, name: str, names: list[str], above: int) -> None:
        if len(names) > 1:
            self.notes.append(
                (
                    f"sheet {name!r} was read; the workbook has {len(names)} sheets",
                    f"读取的是工作表“{name}”；该文件共有 {len(names)} 张工作表",
                )
            )
        if above:
            self.notes.append(
                (f"skipped {count_of(above, 'row')} above the header", f"表头上方有 {above} 行，已跳过")
            )
        if self._formula_sheets:
            self.notes.append(
                (
                    "the workbook holds formulas: the values that were saved with them were read,"
                    " and no formula was run",
                    "该文件含有公式：读取的是随公式保存的数值，公式本身从未被执行",
                )
            )


def _sheets_with_formulas(path: Path) -> bool:
    """Say whether any sheet holds a formula; look through the packed file without building anything."""
    with zipfile.ZipFile(path) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > _MOST_UNPACKED_BYTES:
            raise ImportFailed(
                f"{path.name!r} unpacks to more than {_MOST_UNPACKED_BYTES:,} bytes", "save it as CSV"
            )
        sheets = [entry for entry in packed.infolist() if entry.filename.startswith("xl/worksheets/sheet")]
        return any(_has_formula(packed, entry) for entry in sheets)


def _has_formula(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    tail = b""
    with packed.open(entry) as sheet:
        while block := sheet.read(1 << 20):
            if b"<f>" in tail + block or b"<f " in tail + block:
                return True
            tail = block[-3:]
    return False


def _shown(value: Any, formula: Any) -> str:
    is_formula = isinstance(formula, str) and formula.startswith("=")
    return _as_text(formula if is_formula and value is None else value)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _damaged(path: Path, error: Exception) -> ImportFailed:
    return ImportFailed(f"{path.name!r} is no readable Excel workbook: {error}", _DAMAGED_REMEDY)
