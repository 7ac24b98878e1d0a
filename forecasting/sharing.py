"""Many products forecast side by side, in local processes."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

import numpy as np

from forecasting.series import Floats

if TYPE_CHECKING:
    from forecasting.ensemble import Ensemble, Learnt
    from forecasting.members.base import Predicted
    from forecasting.panel import Panel

# What travels at once: products with their history one way, their forecasts the other.
CHUNK_PRODUCTS = 32

Shared = tuple[int, "Predicted", Floats]


def predict_shared(ensemble: Ensemble, rows: Sequence[int], horizon: int, aim: float) -> Iterator[Shared]:
    """Yield row, forecast and joint paths of some rows, a chunk at a time, as many processes as cores.

    Args:
        ensemble: trained.
        rows: of its panel.
        horizon: periods.
        aim: see `Ensemble.predict`.
    """
    chunks = [rows[start : start + CHUNK_PRODUCTS] for start in range(0, len(rows), CHUNK_PRODUCTS)]
    processes = min(os.cpu_count() or 1, len(chunks))
    if processes <= 1:
        for row in rows:
            yield from _forecast(ensemble, [row], [row], horizon, aim)
        return
    waiting: deque[Future[list[Shared]]] = deque()
    # Threads of torch and of the page do not survive a fork.
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_open, initargs=(ensemble.learnt,)
    ) as pool:
        for chunk in chunks:
            panel = ensemble.panel.take(np.array(chunk))
            waiting.append(pool.submit(_forecast_chunk, panel, list(chunk), horizon, aim))
            # Only so much lies in the queue: what travels is held in memory twice.
            if len(waiting) > 2 * processes:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


# What a process of the pool keeps between chunks.
_opened: list[Learnt] = []


def _open(learnt: Learnt) -> None:
    """Keep what was learnt in this process."""
    import torch

    # One computation a process: the members gain nothing from more threads.
    torch.set_num_threads(1)
    _opened.append(learnt)


def _forecast_chunk(panel: Panel, names: list[int], horizon: int, aim: float) -> list[Shared]:
    from forecasting.ensemble import apply

    return list(_forecast(apply(_opened[-1], panel), range(len(names)), names, horizon, aim))


def _forecast(
    ensemble: Ensemble, rows: Sequence[int], names: Sequence[int], horizon: int, aim: float
) -> Iterator[Shared]:
    """Yield forecasts of the ensemble's `rows` under the rows' `names` elsewhere."""
    from forecasting.ensemble import one

    predicted = ensemble.predict(np.array(rows), horizon, aim)
    for place, (row, name) in enumerate(zip(rows, names, strict=True)):
        alone = one(predicted, place)
        yield name, alone, ensemble.paths(row, alone)
