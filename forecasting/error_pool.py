"""Past errors for a product's paths: its own where it has enough, else its demand class's as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np

from forecasting.intervals import ENOUGH_BLOCKS, ErrorBlocks, demand_class, own_blocks, own_spread
from forecasting.series import DemandSeries, Floats

POOLED_BLOCK_DAYS = 28
POOLED_BLOCKS_PER_PRODUCT = 6
# Enough to know a class by, few enough to stay far below a second.
MAX_POOLED_PRODUCTS = 120
# Two dozen products' backtests; a block is a few kilobytes.
KEPT_BLOCKS = 256
# Spread of the standardised error where a store has nothing to learn it from: counting noise at one a day.
DEFAULT_SPREAD = 1.0
# A long horizon's blocks may be as long as a third of the history: shorter ones forget how levels wander.
LONGEST_BLOCK_SHARE = 1 / 3


class ErrorPool:
    """The store's past errors by demand class, gathered on first need.

    Args:
        sample: gives the series of at most so many products, spread over the store.
    """

    def __init__(self, sample: Callable[[int], Iterable[DemandSeries]]) -> None:
        self._sample = sample
        self._by_class: dict[str, Floats] | None = None
        self._kept: dict[tuple[str, int, int], ErrorBlocks] = {}

    def blocks(self, series: DemandSeries, through: int, length: int) -> ErrorBlocks:
        """Return standardised error blocks for a forecast made after `through` days.

        A product with too few blocks of its own gets its class's, scaled to its own spread; a store without
        any gets counting noise, so that no interval on a live product has zero width.
        """
        # A backtest asks for the same few blocks dozens of times.
        key = (series.unique_id, through, length)
        if key not in self._kept:
            if len(self._kept) >= KEPT_BLOCKS:
                self._kept.clear()
            self._kept[key] = self._blocks(series, through, length)
        return self._kept[key]

    def _blocks(self, series: DemandSeries, through: int, length: int) -> ErrorBlocks:
        longest = max(POOLED_BLOCK_DAYS, int(through * LONGEST_BLOCK_SHARE))
        own = own_blocks(series, through, min(length, longest))
        if len(own.values) >= ENOUGH_BLOCKS:
            return own
        block_days = min(length, POOLED_BLOCK_DAYS)
        own = own_blocks(series, through, block_days)
        if len(own.values) >= ENOUGH_BLOCKS:
            return own
        shared = self._class_blocks(demand_class(series.demand[:through]))[:, :block_days]
        scale = own_spread(series, through, DEFAULT_SPREAD)
        # On few days the level itself is a guess, and that guess is off by as much on every day of a path.
        offsets = np.random.default_rng(0).normal(0.0, 1.0 / np.sqrt(through), size=(len(shared), 1))
        return ErrorBlocks(np.concatenate([own.values, (shared + offsets) * scale]))

    def _class_blocks(self, name: str) -> Floats:
        if self._by_class is None:
            self._by_class = self._gather()
        return self._by_class.get(name, _counting_noise())

    def _gather(self) -> dict[str, Floats]:
        found: dict[str, list[Floats]] = defaultdict(list)
        for series in self._sample(MAX_POOLED_PRODUCTS):
            blocks = own_blocks(series, series.days, POOLED_BLOCK_DAYS, POOLED_BLOCKS_PER_PRODUCT).values
            deviation = float(blocks.std()) if len(blocks) >= 2 else 0.0
            if deviation > 0:
                found[demand_class(series.demand)].append(blocks / deviation)
        return {name: np.concatenate(parts) for name, parts in found.items()}


def _counting_noise() -> Floats:
    """Return blocks of centred, right-skewed unit noise, as small counts have it; shape (40, 28)."""
    draws = np.random.default_rng(0).gamma(1.0, 1.0, size=(40, POOLED_BLOCK_DAYS))
    return draws - 1.0
