"""Demand, prices, stock and sales of the bazaar, simulated day by day from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from store.demo.bazaar_calendar import Floats, festival_factor, is_sale_day, season_factor, weekday_factor
from store.demo.bazaar_catalogue import Item
from store.demo.bazaar_causes import VIRAL_DAYS, Causes

Ints = npt.NDArray[np.int64]

# Units a day of the goods with a story: large enough that their stories stand out from the noise.
_CAST_DEMAND = {
    "viral_riser": 14.0,
    "price_cut": 16.0,
    "stockout": 15.0,
    "quality_defect": 18.0,
    "new_product": 5.0,
}
_DISPERSION = 12.0  # negative binomial: variance = mean + mean^2 / 12
_MARKET_MEMORY, _MARKET_NOISE = 0.9, 0.04
_REVIEW_DAYS = 7  # the merchant looks at the stock once a week
_SALES_MEMORY_DAYS = 28


@dataclass(frozen=True)
class Terms:
    """How each product sells and is supplied; arrays of shape (products,)."""

    daily_demand: Floats
    elasticity: Floats
    yearly_growth: Floats
    lead_time_days: Ints
    pack_size: Ints


@dataclass(frozen=True)
class Market:
    """The simulated shop; arrays of shape (products, days) unless said otherwise. on_order: (products,)."""

    days: pd.DatetimeIndex
    terms: Terms
    demand: Ints
    units: Ints
    price: Floats
    shelf_price: Floats
    promo: Floats
    on_hand: Floats
    on_order: Floats


def draw_terms(items: list[Item], rng: np.random.Generator) -> Terms:
    """Draw how each product sells: demand is log-normal over products, cheaper goods sell more."""
    count = len(items)
    price = np.array([item.price for item in items])
    demand = np.clip(np.exp(rng.normal(1.8, 0.7, count)) * (90 / price) ** 0.35, 0.5, 45.0)
    for row, item in enumerate(items):
        demand[row] = _CAST_DEMAND.get(item.role or "", demand[row])
    elasticity = rng.uniform(1.2, 2.6, count)
    elasticity[[row for row, item in enumerate(items) if item.role == "price_cut"]] = 2.4
    return Terms(
        daily_demand=demand,
        elasticity=elasticity,
        yearly_growth=rng.normal(0.06, 0.12, count),
        lead_time_days=rng.choice([3, 5, 7, 10, 14, 21], count, p=[0.15, 0.2, 0.25, 0.2, 0.15, 0.05]),
        pack_size=rng.choice([1, 6, 10, 12, 20], count, p=[0.1, 0.25, 0.25, 0.25, 0.15]),
    )


def simulate(items: list[Item], days: pd.DatetimeIndex, causes: Causes, rng: np.random.Generator) -> Market:
    """Simulate the shop.

    Args:
        items: the goods.
        days: consecutive days.
        causes: what is planted.
        rng: the only source of chance.
    """
    terms = draw_terms(items, rng)
    shelf = _shelf_prices(items, days, rng) * causes.shelf_price_factor
    shelf = np.round(shelf, 1)
    promo, discount = _promotions(items, days, rng)
    price = np.round(shelf * (1 - discount), 2)
    demand = _demand(items, days, terms, price, causes, rng)
    units, on_hand, on_order = _supply(items, days, terms, demand, causes)
    return Market(days, terms, demand, units, price, shelf, promo, on_hand, on_order)


def _shelf_prices(items: list[Item], days: pd.DatetimeIndex, rng: np.random.Generator) -> Floats:
    """Shelf prices change once or twice in the period by a few percent, never in the last two months."""
    prices = np.repeat(np.array([[item.price] for item in items]), len(days), axis=1)
    for row in range(len(items)):
        for day in rng.integers(30, max(31, len(days) - 60), size=rng.integers(0, 3)):
            prices[row, day:] *= 1 + rng.choice([-0.06, -0.04, 0.03, 0.05, 0.08])
    return prices


def _promotions(items: list[Item], days: pd.DatetimeIndex, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Blocks of 3 to 7 days at 10-25% off, and the shop-wide sale days; stories are left undisturbed."""
    shape = (len(items), len(days))
    discount = np.zeros(shape)
    quiet_end = len(days) - 45
    for row, item in enumerate(items):
        for start in rng.integers(7, len(days) - 7, size=max(1, len(days) // 80)):
            if item.role is None or start < quiet_end:
                discount[row, start : start + rng.integers(3, 8)] = rng.choice([0.10, 0.15, 0.20, 0.25])
    sale = is_sale_day(days)
    discount[:, sale] = np.maximum(discount[:, sale], rng.choice([0.10, 0.15, 0.20], size=(len(items), 1)))
    return (discount > 0).astype(np.float64), discount


def _demand(
    items: list[Item],
    days: pd.DatetimeIndex,
    terms: Terms,
    price: Floats,
    causes: Causes,
    rng: np.random.Generator,
) -> Ints:
    count, length = price.shape
    season = np.stack([season_factor(item.noun["en"], days) for item in items])
    years = (np.arange(length) - length + 1) / 365.25
    growth = (1 + terms.yearly_growth[:, None]) ** years
    response = (price / price[:, :1]) ** -terms.elasticity[:, None]
    calendar = weekday_factor(days) * festival_factor(days)
    own_noise = np.exp(_wander(rng, (count, length), 0.85, 0.06))
    market_noise = np.exp(_wander(rng, (1, length), _MARKET_MEMORY, _MARKET_NOISE / 2))
    mean = terms.daily_demand[:, None] * season * growth * response * calendar * own_noise * market_noise
    mean *= causes.demand_factor
    mean[np.arange(length)[None, :] < causes.launch_day[:, None]] = 0.0
    return np.asarray(
        rng.poisson(mean * rng.gamma(_DISPERSION, 1 / _DISPERSION, size=mean.shape)), dtype=np.int64
    )


def _wander(rng: np.random.Generator, shape: tuple[int, int], memory: float, step: float) -> Floats:
    """First-order autoregressive noise about zero, shape (rows, days)."""
    noise = rng.normal(0, step, size=shape)
    for day in range(1, shape[1]):
        noise[:, day] += memory * noise[:, day - 1]
    return noise


def _supply(
    items: list[Item], days: pd.DatetimeIndex, terms: Terms, demand: Ints, causes: Causes
) -> tuple[Ints, Floats, Floats]:
    """Sell from stock and reorder to a target once the stock falls to the reorder point.

    Returns:
        Units sold and stock at the day's close, both (products, days), and units on order at the end.
    """
    count, length = demand.shape
    lead, pack = terms.lead_time_days, terms.pack_size
    stock = np.ceil(terms.daily_demand * (lead + 2 * _REVIEW_DAYS))
    arrivals = np.zeros((count, length + lead.max() + 1))
    units, on_hand = np.zeros_like(demand), np.zeros(demand.shape)
    viral = np.array([item.role == "viral_riser" for item in items])
    festival = festival_factor(days)
    rows = np.arange(count)
    for day in range(length):
        cut = causes.is_supply_cut[:, day]
        # A delivery that is held up comes the next day, and the next, until it is let through.
        arrivals[cut, day + 1] += arrivals[cut, day]
        stock = np.where(cut, 0.0, stock + np.where(cut, 0.0, arrivals[:, day]))
        if day == length - VIRAL_DAYS:
            stock = stock + viral * np.ceil(
                terms.daily_demand * 38
            )  # a lucky delivery: the story is demand, not supply
        units[:, day] = np.minimum(demand[:, day], stock)
        stock = stock - units[:, day]
        on_hand[:, day] = stock
        pending = arrivals[:, day + 1 :].sum(axis=1)
        recent = units[:, max(0, day - _SALES_MEMORY_DAYS + 1) : day + 1].mean(axis=1)
        expected = np.maximum(recent, 0.6 * terms.daily_demand)
        # The merchant knows the festivals and stocks up for them.
        coming = festival[day : day + 1 + int(lead.max()) + _REVIEW_DAYS].max()
        needed = expected * (lead + 3 + (coming - 1) * 2)
        order = np.where(
            stock + pending < needed, needed + expected * 2 * _REVIEW_DAYS - stock - pending, 0.0
        )
        order = np.where(day >= causes.launch_day - lead, np.ceil(order / pack) * pack, 0.0)
        arrivals[rows, day + lead] += order
    on_order = arrivals[:, length:].sum(axis=1)
    return units, on_hand, on_order
