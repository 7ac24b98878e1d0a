"""What a product will sell over the days asked about: from the forecast that the store keeps, or from a new one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from store.errors import StoreError
from store.forecasts import Floats, KeptForecast, KeptTotal
from store.schema import QUANTILE_LEVELS
from tools.days import WEEK_DAYS
from tools.refreshing import HORIZON_DAYS, TOTAL_DAYS, keepable, total_of
from tools.shop import ENGINE_VERSION, Shop

if TYPE_CHECKING:
    from forecasting.forecast import Forecast

logger = logging.getLogger(__name__)
# Past two weeks a row a day is no longer read.
DAILY_STEPS_UP_TO_DAYS = 14
# Of other spans the store keeps no total; weeks of longer ones need joint paths: daily quantiles do not add up.
_SERVED_DAYS = tuple(days for days in TOTAL_DAYS if days <= DAILY_STEPS_UP_TO_DAYS)


class Step(NamedTuple):
    """Units over one day or one week: its first day, their mean, and the ends of the 80% interval."""

    start: date
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Outlook:
    """A forecast, cut to the days asked about.

    Attributes:
        forecast: the whole of it, with what is known about it.
        mean: shape (days,), units a day.
        quantiles: shape (days, 21), units a day, at QUANTILE_LEVELS.
        total: units over the days.
        steps: a day each, or a week each where the days are many.
    """

    forecast: KeptForecast
    mean: Floats
    quantiles: Floats
    total: KeptTotal
    steps: tuple[Step, ...]

    def daily_quantile(self, level: float) -> Floats:
        """Return a quantile of each day, shape (days,); `level` is one of QUANTILE_LEVELS."""
        return np.asarray(self.quantiles[:, QUANTILE_LEVELS.index(level)])

    def total_quantile(self, level: float) -> float:
        """Return a quantile of the total; `level` is one of QUANTILE_LEVELS."""
        return float(self.total.quantiles[QUANTILE_LEVELS.index(level)])


def look_ahead(shop: Shop, product_id: str, days: int) -> Outlook:
    """Return what a product will sell; what had to be computed is logged, so that it can be scored one day.

    All spans of up to four weeks are cut from one forecast: a week asked about alone is the first week of a
    fortnight, and is the same whether the forecast was kept or is made now.

    Args:
        shop: whose product it is.
        product_id: the product.
        days: days ahead.

    Raises:
        NoHistory: the product has not sold, and there is nobody to borrow from.
        UnknownSeries: nobody knows of it.
    """
    kept = _read_fresh(shop, product_id) if days in _SERVED_DAYS else None
    if kept is not None:
        return _cut(kept, days, kept.totals[days])
    forecast = shop.engine.forecast(product_id, max(days, HORIZON_DAYS))
    kept = keepable(forecast, shop.forecasts.fingerprints([product_id]).get(product_id, ""))
    _log(shop, kept)
    if days <= DAILY_STEPS_UP_TO_DAYS:
        return _cut(kept, days, total_of(forecast, days))
    return Outlook(
        kept, kept.mean[:days], kept.quantiles[:days], total_of(forecast, days), _weeks(forecast, days)
    )


def _read_fresh(shop: Shop, product_id: str) -> KeptForecast | None:
    is_fresh = product_id in shop.forecasts.fresh([product_id], ENGINE_VERSION, HORIZON_DAYS)
    return shop.forecasts.read(product_id) if is_fresh else None


def _log(shop: Shop, kept: KeptForecast) -> None:
    try:
        shop.forecasts.log([kept])
    except StoreError as error:
        # The answer stands without being scored.
        logger.warning("a forecast of %r will not be scored: %s", kept.product_id, error)


def _cut(kept: KeptForecast, days: int, total: KeptTotal) -> Outlook:
    low, high = (QUANTILE_LEVELS.index(level) for level in (0.1, 0.9))
    steps = tuple(
        Step(kept.as_of + timedelta(days=day + 1), float(mean), float(quantiles[low]), float(quantiles[high]))
        for day, (mean, quantiles) in enumerate(zip(kept.mean[:days], kept.quantiles[:days], strict=True))
    )
    return Outlook(kept, kept.mean[:days], kept.quantiles[:days], total, steps)


def _weeks(forecast: Forecast, days: int) -> tuple[Step, ...]:
    def step(begin: int) -> Step:
        end = min(begin + WEEK_DAYS, days)
        low, high = np.quantile(forecast.paths[:, begin:end].sum(axis=1), [0.1, 0.9])
        return Step(
            forecast.dates[begin].item(), float(forecast.mean[begin:end].sum()), float(low), float(high)
        )

    return tuple(step(begin) for begin in range(0, days, WEEK_DAYS))
