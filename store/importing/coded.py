"""Columns of text as codes into their distinct values: little memory, and each different value is read once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from store.importing.dates import cut_to_days

# Characters that nobody sees: controls (NUL too), zero-width and direction marks, soft hyphens.
_INVISIBLE = (
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# Joiners hold an emoji or an Indian or Persian word together; after Latin letters and Hanzi they mean nothing.
_TO_REMOVE = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    "|(?<![^\\x00-\\x7f\u4e00-\u9fff])[\u200c\u200d]"
)
# What a spreadsheet would run: "=1+1", "@SUM(A1)", "+cmd|..."; not "-5" and not "+86 10".
_FORMULA = r"^(=|@[A-Za-z]+\(|[+\-][A-Za-z(=@])"
_PROTECTED = re.compile(r'^="([^"]*)"$')
_ROWS_SHOWN = 5


class CodedColumns:
    """Collects blocks of text cells, column by column.

    Args:
        names: of the columns.
        days: those of `names` that are cut to days as they come (see `dates.cut_to_days`), so that moments by the
            second, of which hardly two are alike, need not all be held.
    """

    def __init__(self, names: list[str], days: Sequence[str] = ()) -> None:
        self.names = names
        self._days = days
        self._chunks: list[list[pa.DictionaryArray]] = [[] for _ in names]
        self._numbers: list[np.ndarray] = []
        self.repaired: Counter[str] = Counter()
        self.repaired_rows: dict[str, list[int]] = {}

    def add(self, numbers: np.ndarray, columns: list[list[str]]) -> None:
        """Add rows: their numbers, and one list of cells a column."""
        self._numbers.append(numbers)
        for name, chunks, cells in zip(self.names, self._chunks, columns, strict=True):
            texts = _text_array(cells)
            chunks.append((cut_to_days(texts) if name in self._days else texts).dictionary_encode())

    def frame(self) -> pd.DataFrame:
        """Return all rows, indexed by row number; columns are categories of trimmed, cleaned text."""
        numbers = np.concatenate(self._numbers) if self._numbers else np.empty(0, dtype=np.int64)
        index = pd.Index(numbers) if len(numbers) != _last(numbers) else pd.RangeIndex(1, len(numbers) + 1)
        columns = {}
        for position, name in enumerate(self.names):
            columns[name] = self._cleaned(self._chunks[position], numbers)
            self._chunks[position] = []
        return pd.DataFrame(columns, index=index)

    def _cleaned(self, chunks: list[pa.DictionaryArray], numbers: np.ndarray) -> pd.Categorical:
        if not chunks:
            return pd.Categorical([])
        unified = pa.chunked_array(chunks).unify_dictionaries()
        # pandas' stubs know codes as lists only.
        codes: Any = np.concatenate([chunk.indices.to_numpy() for chunk in unified.chunks]).astype(np.int32)
        values = pc.utf8_trim_whitespace(unified.chunk(0).dictionary)
        values = self._rewritten(
            values, codes, numbers, _INVISIBLE, "invisible_characters", _remove_invisible
        )
        values = self._rewritten(values, codes, numbers, _FORMULA, "formula", _unwrap)
        distinct = values.dictionary_encode()
        if len(distinct.dictionary) < len(values):
            codes = distinct.indices.to_numpy()[codes]
            values = distinct.dictionary
        return pd.Categorical.from_codes(codes, pd.Index(values.to_numpy(zero_copy_only=False), dtype=object))

    def _rewritten(
        self,
        values: pa.Array,
        codes: np.ndarray,
        numbers: np.ndarray,
        pattern: str,
        repair: str,
        rewrite: Callable[[str], tuple[str, bool]],
    ) -> pa.Array:
        """Return the values with `rewrite` of those that match; rows whose value counts as repaired are noted."""
        found = pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False)
        if not found.any():
            return values
        texts = values.to_pylist()
        is_counted = np.zeros(len(texts), dtype=bool)
        for position in np.flatnonzero(found):
            texts[position], is_counted[position] = rewrite(texts[position])
        rows = numbers[is_counted[codes]]
        if len(rows):
            self.repaired[repair] += len(rows)
            shown = self.repaired_rows.get(repair, []) + rows[:_ROWS_SHOWN].tolist()
            self.repaired_rows[repair] = sorted(set(shown))[:_ROWS_SHOWN]
        return pa.array(texts, pa.large_string())


def _text_array(cells: list[str]) -> pa.Array:
    try:
        return pa.array(cells, pa.large_string())
    except UnicodeEncodeError:
        # Half of a surrogate pair, as broken JSON has them, is no character.
        return pa.array([cell.encode("utf-8", "replace").decode() for cell in cells], pa.large_string())


def _remove_invisible(text: str) -> tuple[str, bool]:
    cleaned = _TO_REMOVE.sub("", text)
    return cleaned.strip(), cleaned != text


def _unwrap(text: str) -> tuple[str, bool]:
    """Return the text in ="0123", a spreadsheet's way to keep a zero; any other formula stays and is counted."""
    protected = _PROTECTED.match(text)
    return (protected.group(1).strip(), False) if protected else (text, True)


def _last(numbers: np.ndarray) -> int:
    return int(numbers[-1]) if len(numbers) else 0
