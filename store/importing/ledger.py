"""The book in which each row of a file is used, folded or rejected, exactly once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from store.errors import ImportFailed
from store.importing.report import REASONS, Rejections, count_of
from store.importing.table_file import TableFile

_CODES = {reason: code for code, reason in enumerate(REASONS, start=1)}
_ROWS_SHOWN = 5


class RowLedger:
    """Keeps the first reason for which a row is not used.

    Args:
        table: the file; rows that fit no header are rejected already.
    """

    def __init__(self, table: TableFile) -> None:
        self._file_name = table.file_name
        self._misfits = table.misfits
        self._index = table.frame.index
        self._reason = np.zeros(len(table.frame), dtype=np.uint8)
        self.repaired: dict[str, int] = dict(table.repaired)
        self.repaired_rows: dict[str, list[int]] = dict(table.repaired_rows)
        self.notes: list[tuple[str, str]] = list(table.notes)

    def reject(self, rows: pd.Series | npt.NDArray[np.bool_], reason: str) -> None:
        """Enter rows (a mask over the file) that cannot be used, unless they were rejected before."""
        self._reason[_mask(rows) & (self._reason == 0)] = _CODES[reason]

    def repair(self, rows: pd.Series | npt.NDArray[np.bool_], repair: str) -> None:
        """Count values (a mask over the file) that were changed in rows that are used all the same."""
        found = _mask(rows) & (self._reason == 0)
        count = int(found.sum())
        if count:
            self.repaired[repair] = self.repaired.get(repair, 0) + count
            self.repaired_rows.setdefault(repair, self._index[found][:_ROWS_SHOWN].tolist())

    def usable(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that nobody rejected."""
        return rows.take(np.flatnonzero(self._reason == 0))

    def rejections(self) -> Rejections:
        """Return every rejected row, by row number."""
        rejected = np.flatnonzero(self._reason)
        reasons = list(REASONS)
        misfit_codes = [_CODES[misfit.reason] - 1 for misfit in self._misfits]
        return Rejections(
            np.concatenate([self._index.to_numpy()[rejected], [m.row_number for m in self._misfits]]),
            np.concatenate([self._reason[rejected] - 1, misfit_codes]),
            reasons,
        )

    def require(self, rows: pd.DataFrame, remedy: str) -> None:
        """Refuse a file of which no row is left.

        Raises:
            ImportFailed: `rows` is empty; the message counts the reasons.
        """
        if rows.empty:
            counts = list(self.rejections().by_reason().items())[:3]
            summary = "; ".join(f"{count_of(count, 'row')}: {REASONS[reason][0]}" for reason, count in counts)
            if counts and counts[0][0] == "other_currency":
                remedy = "import it into a store of its own currency; a new one is made with --currency"
            raise ImportFailed(f"no row of {self._file_name!r} can be used: {summary}", remedy)


def _mask(rows: pd.Series | npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    if isinstance(rows, pd.Series) and rows.dtype == object:
        return rows.map(lambda value: value is True or value is np.True_).to_numpy(dtype=bool)
    return np.asarray(rows, dtype=bool)
