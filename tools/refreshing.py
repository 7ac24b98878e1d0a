"""Forecasts of a whole shop, kept in its store: only of products whose sales changed, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from store.forecasts import Floats, KeptForecast, KeptTotal
from store.schema import QUANTILE_LEVELS
from tools.shop import ENGINE_VERSION, Shop

if TYPE_CHECKING:
    from forecasting.forecast import Forecast

HORIZON_DAYS = 28
TOTAL_DAYS = (7, 14, 28)
# What a kill can lose, and what is written in one go.
CHUNK_PRODUCTS = 16

Progress = Callable[[int, int], None]
Training = Callable[[float, str], None]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh came to, in products: forecast now, still fresh, and without a recorded day of sales."""

    made: int
    fresh: int
    without_history: int


def refresh(shop: Shop, progress: Progress | None = None, training: Training | None = None) -> Refreshed:
    """Forecast what is not fresh and keep it; a refresh that was stopped goes on where it was.

    The forecasters are trained first where they do not know the store's latest sales.

    Args:
        shop: whose products are forecast, 28 days ahead.
        progress: told how many products are settled, of how many.
        training: told the share of the training that is done (0 to 1) and its stage.
    """
    report = progress or _silent
    _train(shop, training)
    fingerprints = shop.forecasts.fingerprints()
    fresh = shop.forecasts.fresh(None, ENGINE_VERSION, HORIZON_DAYS)
    stale = [product_id for product_id in fingerprints if product_id not in fresh]
    made = 0
    report(len(fresh), len(fingerprints))
    for chunk in _chunks(shop.engine.forecast_many(stale, HORIZON_DAYS)):
        shop.forecasts.keep([keepable(each, fingerprints[each.unique_id]) for each in chunk])
        made += len(chunk)
        report(len(fresh) + made, len(fingerprints))
    report(len(fingerprints), len(fingerprints))
    return Refreshed(made, len(fresh), len(stale) - made)


def _train(shop: Shop, training: Training | None) -> None:
    from forecasting.errors import PanelUnusable

    if not shop.has_sales or shop.engine.is_current:
        return
    try:
        shop.engine.train(training)
    except PanelUnusable:
        # Not one day is recorded: each product is then counted as one without a history.
        return


def _chunks(forecasts: Iterator[Forecast]) -> Iterator[list[Forecast]]:
    while chunk := list(islice(forecasts, CHUNK_PRODUCTS)):
        yield chunk


def keepable(forecast: Forecast, fingerprint: str) -> KeptForecast:
    """Return a forecast as the store keeps it.

    Args:
        forecast: fresh from the engine.
        fingerprint: of the sales that it was made from.
    """
    return KeptForecast(
        product_id=forecast.unique_id,
        as_of=forecast.dates[0].item() - timedelta(days=1),
        fingerprint=fingerprint,
        engine=ENGINE_VERSION,
        mean=forecast.mean,
        quantiles=_daily_quantiles(forecast),
        totals={days: total_of(forecast, days) for days in TOTAL_DAYS if days <= forecast.horizon_days},
        verdict=forecast.verdict,
        backtest=asdict(forecast.backtest) if forecast.backtest else None,
        weights=forecast.weights,
        notes=forecast.notes,
        history_days=forecast.history_days,
        recent_daily_mean=forecast.recent_daily_mean,
        corrected_days=forecast.corrected_days,
        corrected_units=forecast.corrected_units,
        borrowed_from=forecast.borrowed_from,
    )


def total_of(forecast: Forecast, days: int) -> KeptTotal:
    """Return the total of a forecast's first `days`."""
    sums = forecast.paths[:, :days].sum(axis=1)
    return KeptTotal(float(forecast.mean[:days].sum()), np.quantile(sums, QUANTILE_LEVELS))


def _daily_quantiles(forecast: Forecast) -> Floats:
    return np.stack([forecast.daily_quantile(level) for level in QUANTILE_LEVELS], axis=1)


def _silent(done: int, total: int) -> None:
    """Report to nobody."""
