"""What every reader of rows yields, and the checks of a header that all of them share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from store.errors import ImportFailed

# A spreadsheet ends at 16,384 columns; a header that is wider is no header.
MOST_COLUMNS = 16_384


class Block(NamedTuple):
    """Some rows of a file, as text: `columns` are those wanted, each as long as `numbers`.

    `numbers`, shape (rows,): row numbers, 1 the first below the header. `misfits`: numbers of the rows among
    them that fit no header, which have no cells.
    """

    numbers: np.ndarray
    columns: list[list[str]]
    misfits: np.ndarray


class TextSource(Protocol):
    """A file of rows that can be read as text."""

    path: Path
    encoding: str
    header: list[str]
    notes: list[tuple[str, str]]

    def blocks(self, wanted: list[int]) -> Iterator[Block]:
        """Yield the rows; `wanted` are positions in `header`."""
        ...


def check_header(cells: list[str], name: str, read_as: str) -> list[str]:
    """Return a header's names; a column without one is called by its position.

    Args:
        cells: as they stand in the file.
        name: of the file, for the message.
        read_as: how the columns were told apart, for the message.

    Raises:
        ImportFailed: too many columns, or several of one name.
    """
    if len(cells) > MOST_COLUMNS:
        raise ImportFailed(
            f"{name!r} has {len(cells):,} columns ({read_as}); at most {MOST_COLUMNS:,} can be read",
            "check that its first line is a header and that rows and columns were not exchanged",
        )
    header = [cell.replace("\ufeff", "").replace("\0", "").strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    twice = sorted(cell for cell, count in Counter(filter(None, header)).items() if count > 1)
    if twice:
        raise ImportFailed(
            f"{name!r} has several columns named {twice!r}", "give each column a name of its own"
        )
    return [cell or f"column {position}" for position, cell in enumerate(header, start=1)]
