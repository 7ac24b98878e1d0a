"""How forecasts that were handed out turned out, once their days have passed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.members.base import LEVELS
from forecasting.scores import pinball
from forecasting.series import WEEK, Bools, Floats

LOW80, HIGH80 = LEVELS.index(0.1), LEVELS.index(0.9)
# Sales are whole units, quantiles are not: a hair's difference is none.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Promised:
    """What n forecasts said of the same days.

    Attributes:
        mean: shape (n, days), units a day.
        quantiles: shape (n, days, len(LEVELS)), units a day.
        total: shape (n,), units.
        total_quantiles: shape (n, len(LEVELS)), units.
    """

    mean: Floats
    quantiles: Floats
    total: Floats
    total_quantiles: Floats


@dataclass(frozen=True)
class Happened:
    """What then sold.

    Attributes:
        sold: shape (n, days), units a day; NaN where nothing is known.
        is_scored: shape (n, days): open, recorded and in stock.
        is_closed: shape (n, days): the shop was shut, so that nothing sold.
        before: shape (n, m), units a day of the m days before the forecast's first, NaN where unknown.
    """

    sold: Floats
    is_scored: Bools
    is_closed: Bools
    before: Floats


def score_forecasts(promised: Promised, happened: Happened) -> pd.DataFrame:
    """Hold forecasts against what sold.

    Days that were closed, unrecorded or out of stock say nothing of demand and are left out of the daily figures. A
    total takes in closed days as days without sales; one with a day unrecorded or out of stock is not judged.

    Returns:
        One row a forecast. Over the scored days: scored_days, sold, daily_error and naive_daily_error (sums of
        absolute errors of the mean and of the last week repeated, units), pinball (sum of twice the mean pinball loss,
        units), days_inside80. Of the total: actual_total (NaN: not judged), total, naive_total, is_total_inside80.
    """
    scored = happened.is_scored
    sold = np.where(scored, happened.sold, 0.0)
    naive = repeat_last_week(happened.before, sold.shape[1])
    is_judged = (scored | happened.is_closed).all(axis=1)
    actual_total = np.where(is_judged, sold.sum(axis=1), np.nan)

    def over_days(values: Floats | Bools) -> Floats:
        return np.asarray(np.where(scored, values, 0.0).sum(axis=1))

    return pd.DataFrame(
        {
            "scored_days": scored.sum(axis=1),
            "sold": sold.sum(axis=1),
            "daily_error": over_days(np.abs(promised.mean - sold)),
            "naive_daily_error": over_days(np.abs(naive - sold)),
            "pinball": over_days(pinball(sold, promised.quantiles)),
            "days_inside80": over_days(_is_inside80(sold, promised.quantiles)).astype(int),
            "actual_total": actual_total,
            "total": promised.total,
            "naive_total": naive.sum(axis=1),
            "is_total_inside80": _is_inside80(actual_total, promised.total_quantiles),
        }
    )


def repeat_last_week(before: Floats, days: int) -> Floats:
    """Return each weekday's last known sales, repeated; 0 where a weekday has none.

    Args:
        before: shape (n, m), units a day up to the day before the first one wanted, NaN where unknown.
        days: how many are wanted.

    Returns:
        Shape (n, days).
    """
    n, known_days = before.shape
    weeks = -(-known_days // WEEK)
    padded = np.full((n, weeks * WEEK), np.nan)
    padded[:, weeks * WEEK - known_days :] = before
    by_week = padded.reshape(n, weeks, WEEK)
    week = np.zeros((n, WEEK))
    for k in range(weeks):
        week = np.where(np.isfinite(by_week[:, k]), by_week[:, k], week)
    return np.asarray(np.tile(week, -(-days // WEEK))[:, :days])


def _is_inside80(actual: Floats, quantiles: Floats) -> Bools:
    low, high = quantiles[..., LOW80], quantiles[..., HIGH80]
    return np.asarray((actual >= low - _TOLERANCE) & (actual <= high + _TOLERANCE))
