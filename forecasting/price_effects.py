"""What a lower price and a promotion do to sales, learnt from the store's own price changes.

These are associations: a merchant who cuts prices when sales flag makes cuts look weaker than they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.calendar import events_between
from forecasting.matrix import SalesMatrix, lay_out, weekday_factors
from forecasting.series import Bools, Days, Floats, weekdays

# Before a store has taught us anything: fast-moving goods, from published reviews of price elasticities.
PRIOR_ELASTICITY, PRIOR_DEVIATION = -1.8, 0.7
PRIOR_PROMO_DEVIATION = 0.3
# How far one product's response may stand from the store's: 0.5 was the best shrinkage on simulated stores.
PRODUCT_DEVIATION, PRODUCT_PROMO_DEVIATION = 0.5, 0.2
ELASTICITY_LIMITS = (-5.0, 0.0)
PROMO_LIMITS = (-0.5, 1.5)
# A price within this share of the shelf price counts as the usual price.
USUAL_PRICE_SHARE = 0.02
LEVEL_REACH_DAYS = 28
LEAST_LEVEL_DAYS = 10
NEWTON_STEPS = 12


@dataclass(frozen=True)
class Prices:
    """Prices of every product, all shape (products, days).

    Attributes:
        shelf: log of the regular price; of the product's median price where that is unknown.
        discount: log of price paid over shelf price; 0 at the usual price, NaN where unknown.
        promo: 1.0 on promotion days.
        has_shelf: shape (products,), False where no regular price is known, so that a lower price cannot be
            told from a discount.
    """

    shelf: Floats
    discount: Floats
    promo: Floats
    has_shelf: Bools


@dataclass(frozen=True)
class Response:
    """How sales answer: `elasticity` (percent for a percent of price), `promo_lift` (log, beyond price)."""

    elasticity: float
    promo_lift: float

    def log_lift(self, prices: Prices, row: int | slice, columns: slice) -> Floats:
        """Return the log effect of discounts and promotions against the usual price."""
        discount = np.nan_to_num(prices.discount[row, columns])
        return self.elasticity * discount + self.promo_lift * prices.promo[row, columns]


def read_prices(panel: pd.DataFrame, matrix: SalesMatrix) -> Prices:
    """Lay the panel's prices out; products without a regular price get their median as the shelf price."""
    paid = lay_out(panel, matrix, "price")
    regular = lay_out(panel, matrix, "regular_price")
    promo = np.nan_to_num(lay_out(panel, matrix, "promo"))
    paid, regular = (np.where(values > 0, values, np.nan) for values in (paid, regular))
    known = np.isfinite(paid).any(axis=1)
    median = np.full(len(paid), np.nan)
    median[known] = np.nanmedian(paid[known], axis=1)
    shelf = np.where(np.isfinite(regular), regular, median[:, None])
    # Nothing sold, no price paid: off promotion it was the shelf price.
    paid = np.where(np.isfinite(paid) | (promo > 0), paid, shelf)
    has_shelf = np.asarray(np.isfinite(regular).any(axis=1))
    return Prices(np.log(shelf), np.log(paid) - np.log(shelf), promo, has_shelf)


def event_days(dates: Days) -> Bools:
    """Return True on the days of a retail event."""
    first, last = (pd.Timestamp(day).date() for day in (dates[0], dates[-1]))
    inside = np.zeros(len(dates), dtype=bool)
    for event in events_between(first, last):
        inside |= (dates >= np.datetime64(event.start)) & (dates <= np.datetime64(event.end))
    return inside


def learn_responses(matrix: SalesMatrix, prices: Prices, row: int, before: date) -> tuple[Response, Response]:
    """Learn how the store and one of its products answer to prices.

    Args:
        matrix: sales.
        prices: prices on the same calendar.
        row: the product's row.
        before: only earlier days teach, so that what is to be explained does not explain itself.

    Returns:
        The store's response and the product's, which leans on the store's (quasi-Poisson with a Gaussian
        prior; the level is the product's own usual-price sales within four weeks).
    """
    columns = matrix.window(matrix.dates[0], np.datetime64(before) - 1)
    usable = (
        matrix.is_usable[:, columns]
        & ~event_days(matrix.dates)[columns]
        & np.isfinite(prices.discount[:, columns])
    )
    discount, promo = prices.discount[:, columns], prices.promo[:, columns]
    is_usual = usable & (np.abs(np.nan_to_num(discount)) <= USUAL_PRICE_SHARE) & (promo == 0)
    expected = _usual_sales(matrix, columns, is_usual)
    taught = usable & ~is_usual & (expected > 0)
    sold = np.nan_to_num(matrix.sold[:, columns])
    prior = np.array([PRIOR_ELASTICITY, 0.0])
    store = _fit(
        sold[taught], expected[taught], discount[taught], promo[taught],
        prior, np.array([PRIOR_DEVIATION, PRIOR_PROMO_DEVIATION]),
    )  # fmt: skip
    own = taught[row]
    product = _fit(
        sold[row][own], expected[row][own], discount[row][own], promo[row][own],
        store, np.array([PRODUCT_DEVIATION, PRODUCT_PROMO_DEVIATION]),
    )  # fmt: skip
    return Response(*map(float, store)), Response(*map(float, product))


def _usual_sales(matrix: SalesMatrix, columns: slice, is_usual: Bools) -> Floats:
    """Return expected sales at the usual price, shape (products, days); 0 where there is no telling."""
    pattern = weekday_factors(matrix, columns)[:, weekdays(matrix.dates[columns])]
    units = _moving_sum(np.where(is_usual, np.nan_to_num(matrix.sold[:, columns]), 0.0))
    weight = _moving_sum(np.where(is_usual, pattern, 0.0))
    days = _moving_sum(is_usual.astype(float))
    rate = np.divide(units, weight, out=np.zeros_like(units), where=(weight > 0) & (days >= LEAST_LEVEL_DAYS))
    return np.asarray(rate * pattern)


def _moving_sum(values: Floats) -> Floats:
    padded = np.pad(values, ((0, 0), (LEVEL_REACH_DAYS + 1, LEVEL_REACH_DAYS)))
    running = padded.cumsum(axis=1)
    return np.asarray(running[:, 2 * LEVEL_REACH_DAYS + 1 :] - running[:, : -2 * LEVEL_REACH_DAYS - 1])


def _fit(
    sold: Floats, expected: Floats, discount: Floats, promo: Floats, prior: Floats, deviation: Floats
) -> Floats:
    """Return (elasticity, promo lift) by penalised quasi-Poisson; `prior` and `deviation` likewise."""
    if not len(sold):
        return prior
    features = np.column_stack([discount, promo])
    precision = np.diag(deviation**-2.0)
    effect = prior.copy()
    for _ in range(NEWTON_STEPS):
        mean = expected * np.exp(np.clip(features @ effect, -3.0, 3.0))
        # Sales vary more than counts would: every day weighs less for it.
        dispersion = max(1.0, float(np.mean((sold - mean) ** 2 / np.maximum(mean, 0.1))))
        gradient = features.T @ (sold - mean) / dispersion - precision @ (effect - prior)
        curvature = (features * mean[:, None]).T @ features / dispersion + precision
        effect = effect + np.linalg.solve(curvature, gradient)
        effect = np.clip(
            effect, [ELASTICITY_LIMITS[0], PROMO_LIMITS[0]], [ELASTICITY_LIMITS[1], PROMO_LIMITS[1]]
        )
    return np.asarray(effect)
