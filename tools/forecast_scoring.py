"""Past forecasts of a shop held against what sold since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from store.track_records import DueForecasts
from tools.shop import Shop

if TYPE_CHECKING:
    from forecasting.scoring import Happened

# How far back seasonal naive looks for a weekday's last known sales.
_WEEKS_BEFORE = 4


def score_forecasts(shop: Shop, progress: Callable[[int, int], None] | None = None) -> int:
    """Score every logged forecast whose days have passed, and keep the scores.

    Args:
        shop: whose forecasts were logged.
        progress: told how many groups of forecasts are scored, of how many.

    Returns:
        How many totals and their days were scored now: a forecast counts once for each of 7, 14 and 28 days.
    """
    from forecasting.scoring import Promised
    from forecasting.scoring import score_forecasts as score

    report = progress or _silent
    records = shop.track_records
    groups = records.due() if shop.has_sales else []
    scored = 0
    report(0, len(groups))
    for place, (as_of, days) in enumerate(groups, start=1):
        due = records.read_due(as_of, days)
        promised = Promised(due.mean, due.quantiles, due.total, due.total_quantiles)
        records.keep(due, score(promised, _happened(shop, due)))
        scored += len(due.product_ids)
        report(place, len(groups))
    return scored


def _happened(shop: Shop, due: DueForecasts) -> Happened:
    from forecasting.scoring import Happened

    start = due.as_of - timedelta(days=7 * _WEEKS_BEFORE - 1)
    end = due.as_of + timedelta(days=due.days)
    frame = shop.store.daily_sales(sorted(set(due.product_ids)), start, end)
    ahead = pd.date_range(due.as_of + timedelta(days=1), end)

    def matrix(name: str, dates: pd.DatetimeIndex) -> np.ndarray:
        wide = frame.pivot(index="unique_id", columns="ds", values=name)
        return wide.reindex(index=due.product_ids, columns=dates).to_numpy(dtype=float)

    sold = matrix("y", ahead)
    is_stockout = matrix("is_stockout", ahead) > 0
    return Happened(
        sold=sold,
        is_scored=np.isfinite(sold) & ~is_stockout,
        is_closed=matrix("is_open", ahead) == 0,
        before=matrix("y", pd.date_range(start, due.as_of)),
    )


def _silent(done: int, total: int) -> None:
    """Report to nobody."""
