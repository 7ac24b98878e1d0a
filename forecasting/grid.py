"""Rows of a long frame as matrices: one row a series, one column a period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.series import Bools, Floats


@dataclass(frozen=True)
class Grid:
    """Where each row of a long frame lies.

    Attributes:
        series: n.
        periods: of history, T.
        width: of history and what is known ahead, T + ahead.
        cells: shape (rows,), series by number × width + column.
    """

    series: int
    periods: int
    width: int
    cells: NDArray[np.int64]

    def total(self, values: Floats) -> Floats:
        """Sum by cell, over the history, shape (n, T); NaN where no finite value lies."""
        is_usable = np.isfinite(values)
        cells = self.cells[is_usable]
        sums = np.asarray(
            np.bincount(cells, values[is_usable], minlength=self.series * self.width), dtype=np.float64
        )
        is_empty = np.ones(len(sums), dtype=bool)
        is_empty[cells] = False
        sums[is_empty] = np.nan
        return sums.reshape(self.series, self.width)[:, : self.periods]

    def any(self, flags: Bools) -> Bools:
        """Return where some row says so, over the history, shape (n, T)."""
        found = np.zeros(self.series * self.width, dtype=bool)
        found[self.cells[flags]] = True
        return found.reshape(self.series, self.width)[:, : self.periods]

    def last(self, values: Floats, empty: float) -> Floats:
        """Return the last finite value of each cell, `empty` where there is none; shape (n, T + ahead)."""
        is_usable = np.isfinite(values)
        if not is_usable.any():
            return self.all(empty)
        laid = np.full(self.series * self.width, empty)
        laid[self.cells[is_usable]] = values[is_usable]
        return laid.reshape(self.series, self.width)

    def all(self, value: float) -> Floats:
        """Return the same everywhere, shape (n, T + ahead); it takes no room, and cannot be written to."""
        return np.broadcast_to(np.array(value), (self.series, self.width))
