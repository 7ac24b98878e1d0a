"""How much to order: a quantile of the demand until the next delivery can arrive, from joint paths."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from forecasting.errors import ForecastingError, HorizonOutOfRange
from forecasting.forecast import Forecast


@dataclass(frozen=True)
class RestockDecision:
    """What to order now, and why. Units are whole products.

    Attributes:
        order_units: order this many now, a multiple of the pack size; 0 where the stock suffices.
        reorder_point: order once stock on hand and on order falls to this: the lead time's demand at the
            service level.
        target_units: stock that covers lead time and review period at the service level.
        cover_days: days until the stock on hand and on order is sold on the mean path; inf where nothing
            sells.
        demand_mean: expected units over lead time and review period.
        lead_time_demand_mean: expected units over the lead time alone.
        demand_quantile: the lead time's demand at the service level.
        stockout_probability: share of the paths that sell out within lead time and review period if nothing
            is ordered.
        must_order_now: whether the stock has fallen to the reorder point.
        protection_days: lead time and review period together.
    """

    order_units: int
    reorder_point: int
    target_units: int
    cover_days: float
    demand_mean: float
    lead_time_demand_mean: float
    demand_quantile: float
    stockout_probability: float
    must_order_now: bool
    protection_days: int
    service_level: float


def recommend_order(
    forecast: Forecast,
    *,
    lead_time_days: int,
    on_hand: float,
    on_order: float = 0.0,
    service_level: float = 0.95,
    pack_size: int = 1,
    review_days: int = 7,
) -> RestockDecision:
    """Decide on an order under periodic review.

    Args:
        forecast: at least `lead_time_days + review_days` ahead.
        lead_time_days: from order to arrival, >= 0.
        on_hand: units in stock now; below 0 counts as 0.
        on_order: units already on their way, which arrive within the lead time.
        service_level: share of cycles without a stock-out, between 0 and 1, both excluded.
        pack_size: orders come in multiples of this.
        review_days: how often orders are placed, >= 1.

    Raises:
        ForecastingError: an argument outside its range.
        HorizonOutOfRange: the forecast ends before the protection period.

    Source: order-up-to (R, S) policy, Silver, Pyke & Thomas, Inventory and Production Management, ch. 6.
    """
    _check(lead_time_days, review_days, service_level, pack_size)
    protection = lead_time_days + review_days
    if protection > forecast.horizon_days:
        raise HorizonOutOfRange(protection)
    position = max(float(on_hand), 0.0) + max(float(on_order), 0.0)
    lead_demand = forecast.total_quantile(service_level, lead_time_days) if lead_time_days else 0.0
    target = forecast.total_quantile(service_level, protection)
    shortage = max(target - position, 0.0)
    reorder_point = math.ceil(lead_demand - 1e-9)
    return RestockDecision(
        order_units=math.ceil(shortage / pack_size - 1e-9) * pack_size,
        reorder_point=reorder_point,
        target_units=math.ceil(target - 1e-9),
        cover_days=_cover_days(forecast, position),
        demand_mean=float(forecast.mean[:protection].sum()),
        lead_time_demand_mean=float(forecast.mean[:lead_time_days].sum()),
        demand_quantile=lead_demand,
        stockout_probability=float((forecast.paths[:, :protection].sum(axis=1) > position).mean()),
        must_order_now=position <= reorder_point and forecast.total_mean > 0,
        protection_days=protection,
        service_level=service_level,
    )


def _check(lead_time_days: int, review_days: int, service_level: float, pack_size: int) -> None:
    if lead_time_days < 0 or review_days < 1:
        raise ForecastingError(
            f"a lead time of {lead_time_days!r} days reviewed every {review_days!r} days makes no plan",
            "give a lead time of 0 days or more and a review period of 1 day or more",
        )
    if not 0.0 < service_level < 1.0:
        raise ForecastingError(
            f"a service level of {service_level!r} cannot be planned for",
            "give a share between 0 and 1, such as 0.95",
        )
    if pack_size < 1:
        raise ForecastingError(
            f"a pack of {pack_size!r} units cannot be ordered", "give a pack size of 1 or more"
        )


def _cover_days(forecast: Forecast, position: float) -> float:
    """Return days until `position` units are sold; beyond the horizon the mean rate is carried on."""
    sold = np.cumsum(forecast.mean)
    if sold[-1] <= 0:
        return math.inf
    if position >= sold[-1]:
        return forecast.horizon_days + (position - float(sold[-1])) / float(forecast.mean.mean())
    day = int(np.searchsorted(sold, position, side="right"))
    before = float(sold[day - 1]) if day else 0.0
    return day + (position - before) / float(forecast.mean[day])
