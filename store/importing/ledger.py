"""The book in which each row of a file is used, folded or rejected, exactly once."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from store.errors import ImportFailed
from store.importing.report import REASONS, Rejection
from store.importing.table_file import TableFile


class RowLedger:
    """Keeps the first reason for which a row is not used.

    Args:
        table: the file; rows that fit no header are rejected already.
    """

    def __init__(self, table: TableFile) -> None:
        self._file_name = table.file_name
        self._misfits = table.misfits
        self._reason = pd.Series([None] * len(table.frame), index=table.frame.index, dtype=object)
        self.repaired: dict[str, int] = {}
        self.notes: list[tuple[str, str]] = list(table.notes)

    def reject(self, rows: pd.Series, reason: str) -> None:
        """Enter rows (a mask over the file) that cannot be used, unless they were rejected before."""
        self._reason[rows & self._reason.isna()] = reason

    def repair(self, rows: pd.Series, repair: str) -> None:
        """Count values (a mask over the file) that were left unknown in rows that are used all the same."""
        count = int((rows & self._reason.isna()).sum())
        if count:
            self.repaired[repair] = count

    def usable(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that nobody rejected."""
        return rows[self._reason.isna()].copy()

    def rejections(self) -> list[Rejection]:
        """Return every rejected row, by row number."""
        rejected = self._reason[self._reason.notna()]
        entries = [Rejection(number, reason) for number, reason in zip(rejected.index, rejected, strict=True)]
        return sorted(self._misfits + entries)

    def require(self, rows: pd.DataFrame, remedy: str) -> None:
        """Refuse a file of which no row is left.

        Raises:
            ImportFailed: `rows` is empty; the message counts the reasons.
        """
        if rows.empty:
            raise ImportFailed(f"no row of {self._file_name!r} can be used: {self._summary()}", remedy)

    def _summary(self) -> str:
        counts = Counter(rejection.reason for rejection in self.rejections()).most_common(3)
        return "; ".join(f"{count:,} rows: {REASONS[reason][0]}" for reason, count in counts)
