"""Reading separated text (CSV, TSV, ; and |) by blocks, every record counted."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from operator import itemgetter
from pathlib import Path

import numpy as np

from store.errors import ImportFailed
from store.importing.blocks import Block, check_header
from store.importing.encodings import Encoding, detect_encoding, text_lines
from store.importing.report import count_of

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_RECORDS = 50
_BLOCK_RECORDS = 1 << 16
_UNPAIRED_NOTE = (
    "quotation marks do not pair up; they were read as plain signs", "引号不成对，按普通字符读取",
)  # fmt: skip


class DelimitedFile:
    """A text file of records; the first record as wide as most of the others is its header.

    Args:
        path: of the file.

    Raises:
        ImportFailed: the file is empty, binary, has no row below its header, or a header that names nothing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._encoding = detect_encoding(path)
        self.encoding = self._encoding.name
        self.notes: list[tuple[str, str]] = _foreign_notes(self._encoding)
        self._quoting = csv.QUOTE_MINIMAL
        first = list(islice(text_lines(path, self._encoding), _SAMPLE_RECORDS * 4))
        self._skip_lines = int(first[0].lower().startswith("sep=") and len(first[0].strip()) == 5)
        self.delimiter = first[0][4] if self._skip_lines else _sniff(first)
        self._skip_records, header = self._find_header(first[self._skip_lines :])
        self.header = check_header(header, path.name, f"columns separated by {self.delimiter!r}")

    def blocks(self, wanted: list[int]) -> Iterator[Block]:
        """Yield the records below the header; blank lines are none.

        Args:
            wanted: positions of the columns to return.

        Raises:
            ImportFailed: a cell or line is too long to be one.
            UnpairedQuotes: quotation marks do not pair up; after `read_quotes_plainly` they need not.
        """
        reader = self._reader(islice(text_lines(self.path, self._encoding), self._skip_lines, None))
        records = islice((record for record in reader if record), self._skip_records + 1, None)
        number = 0
        while True:
            try:
                block = list(islice(records, _BLOCK_RECORDS))
            except csv.Error as error:
                raise self._broken(error) from error
            if not block:
                return
            yield self._block(block, number, wanted)
            number += len(block)

    def read_quotes_plainly(self) -> None:
        """Take quotation marks as plain signs: one stray mark would swallow every row up to the next."""
        self._quoting = csv.QUOTE_NONE
        self.notes.append(_UNPAIRED_NOTE)

    def _block(self, records: list[list[str]], before: int, wanted: list[int]) -> Block:
        width = len(self.header)
        numbers = np.arange(before + 1, before + 1 + len(records))
        misfits = [i for i, record in enumerate(records) if len(record) != width and not _fits(record, width)]
        rejected = numbers[misfits]
        if misfits:
            numbers = np.delete(numbers, misfits)
            dropped = set(misfits)
            records = [record for i, record in enumerate(records) if i not in dropped]
        return Block(numbers, [list(map(itemgetter(i), records)) for i in wanted], rejected)

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        if self._quoting == csv.QUOTE_MINIMAL:
            return csv.reader(lines, delimiter=self.delimiter, strict=True)
        plain = csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return ([value.strip('"') for value in record] for record in plain)

    def _broken(self, error: csv.Error) -> Exception:
        if self._quoting == csv.QUOTE_MINIMAL:
            return UnpairedQuotes(str(error))
        return ImportFailed(
            f"{self.path.name!r} has a cell that cannot be read: {error}",
            "check its separator and quotation marks, and export it again",
        )

    def _find_header(self, lines: list[str]) -> tuple[int, list[str]]:
        """Return how many records stand above the header (titles, print dates), and the header."""
        records = _sample_records(lines, self.delimiter)
        if not records:
            raise ImportFailed(
                f"{self.path.name!r} has no header that can be read",
                "export it again as a table with a header",
            )
        usual = Counter(len(record) for record in records).most_common(1)[0][0]
        above = next((i for i, record in enumerate(records) if len(record) >= usual), 0)
        # Wide rows above narrow ones are data that misfit, not titles.
        above = above if above <= 10 and all(len(record) * 2 <= usual for record in records[:above]) else 0
        if above:
            self.notes.append(
                (f"skipped {count_of(above, 'line')} above the header", f"表头上方有 {above} 行，已跳过")
            )
        return above, records[above]


class UnpairedQuotes(Exception):
    """A quotation mark opens and is not closed where a cell ends."""


def _fits(record: list[str], width: int) -> bool:
    """Say whether only empty cells stand beyond the header's width, as spreadsheets leave them."""
    return len(record) > width and not any(value.strip() for value in record[width:])


def _sniff(lines: list[str]) -> str:
    """Return the separator that cuts most records into the same number of cells, and into many."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(record) for record in _sample_records(lines, delimiter))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return (count / max(1, widths.total()) if width > 1 else 0.0, width)

    header_counts = {delimiter: lines[0].count(delimiter) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: (score(d)[0] > 0 and header_counts[d] > 0, *score(d)))


def _sample_records(lines: list[str], delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    # What comes before a cell that is too long tells enough.
    with suppress(csv.Error):
        for record in csv.reader(iter(lines), delimiter=delimiter):
            if any(record):
                records.append(record)
            if len(records) == _SAMPLE_RECORDS:
                break
    return records


def _foreign_notes(encoding: Encoding) -> list[tuple[str, str]]:
    if not encoding.foreign:
        return []
    lines = ", ".join(map(str, encoding.foreign_lines)) + ", ..." * (encoding.foreign_count > 5)
    return [
        (
            f"mixed encodings: {count_of(encoding.foreign_count, 'line')} of the file in {encoding.foreign},"
            f" not {encoding.name} (line {lines}); each was read in its own",
            f"编码混用：文件中有 {encoding.foreign_count:,} 行是 {encoding.foreign} 而不是 {encoding.name}"
            f"（文件第 {lines} 行），已分别按各自编码读取",
        )
    ]
