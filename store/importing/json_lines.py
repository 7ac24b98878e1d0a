"""Reading JSON Lines (one object a line, perhaps gzip) by blocks, every line counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from store.errors import ImportFailed
from store.importing.blocks import Block, check_header
from store.importing.encodings import detect_encoding, text_lines

_HEADER_ROWS = 10_000
_BLOCK_ROWS = 1 << 15


class JsonLines:
    """A file with one JSON object a line; its columns are the keys of the first 10,000 objects.

    Args:
        path: of the file.

    Raises:
        ImportFailed: the file is empty, binary, or its first lines hold no objects.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._encoding = detect_encoding(path)
        self.encoding = f"JSON Lines, {self._encoding.name}"
        self.notes: list[tuple[str, str]] = []
        keys: dict[str, None] = {}
        for row in islice(self._rows(), _HEADER_ROWS):
            keys.update(dict.fromkeys(row or ()))
        if not keys:
            raise ImportFailed(f"{path.name!r} holds no JSON objects", "write one object a line")
        self.header = check_header(list(keys), path.name, "keys of JSON objects")
        self._keys = list(keys)

    def blocks(self, wanted: list[int]) -> Iterator[Block]:
        """Yield the objects; a missing key or null is an empty cell, a nested value its JSON text.

        Args:
            wanted: positions of the keys to return.
        """
        known = set(self._keys)
        late: set[str] = set()
        keys = [self._keys[i] for i in wanted]
        rows = self._rows()
        before = 0
        while block := list(islice(rows, _BLOCK_ROWS)):
            numbers = np.arange(before + 1, before + 1 + len(block))
            is_object = np.array([row is not None for row in block])
            objects = [row for row in block if row is not None]
            late.update(key for row in objects for key in row.keys() - known)
            columns = [[_as_text(row.get(key)) for row in objects] for key in keys]
            yield Block(numbers[is_object], columns, numbers[~is_object])
            before += len(block)
        if late:
            names = ", ".join(sorted(late)[:5])
            self.notes.append(
                (
                    f"keys that first come after {_HEADER_ROWS:,} rows were left out: {names}",
                    f"前 {_HEADER_ROWS:,} 行之后才出现的键未读取：{names}",
                )
            )

    def _rows(self) -> Iterator[dict[str, Any] | None]:
        """Yield each line's object, None for a line that holds none; blank lines are no rows."""
        for line in text_lines(self.path, self._encoding):
            if line.strip():
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    row = None
                yield row if isinstance(row, dict) else None


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    # Numbers as the file wrote them, true and false in small letters, lists and objects as they stand.
    return json.dumps(value, ensure_ascii=False)
