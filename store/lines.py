"""Lines of JSON beside a store: written in one piece, read past what a crash cut short.

A file of its own, not a table, is what may be read while the running page holds the DuckDB file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def append_line(path: Path, text: str) -> None:
    """Write one line in one piece: lines of several threads and processes never mix.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = text.encode() + b"\n"
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(file).st_size
        # A line that a crash cut short must not swallow this one.
        if size and os.pread(file, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(file, line)
    finally:
        os.close(file)


def read_lines(path: Path) -> Iterator[bytes]:
    """Yield the file's lines, empty ones left out; none where there is no file."""
    if path.exists():
        with path.open("rb") as file:
            yield from (line for line in file if line.strip())
