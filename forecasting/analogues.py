"""Products with little or no history borrow from named analogues: their level, launch, weekdays and spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.errors import ForecastingError
from forecasting.lenders import (
    LAUNCH_STEPS,
    SETTLED_STEPS,
    STEP_PERIODS,
    Lenders,
    period_weekdays,
    read_lenders,
)
from forecasting.members.base import LEVELS, Predicted
from forecasting.panel import Panel
from forecasting.series import Floats

NEIGHBOURS = 12
LEAST_LENDERS = 3
# How sharply likeness counts, and how far apart log prices may lie: what foretells the lenders best is taken.
SHARPNESS = (2.0, 8.0, 32.0)
PRICE_BANDS = (0.35, 1.0)
# More lenders than this settle sharpness and trust no better.
MOST_JUDGED = 600
# The store's spread of levels counts as so many analogues beside the product's own.
SPREAD_PRIOR = 8.0
# How many launches it takes for the store's launch curve to count half, and then for that of the analogues.
STORE_PRIOR_LAUNCHES, ANALOGUE_PRIOR_LAUNCHES = 20.0, 5.0
# One launch that exploded must not become the rule.
MOST_LAUNCH_RATIO = 4.0
PATHS, SEED = 1000, 3


class TooFewAnalogues(ForecastingError):
    """The store has hardly any product to borrow from."""

    def __init__(self, lenders: int) -> None:
        super().__init__(
            f"only {lenders} products have sold long enough for a new one to borrow from",
            f"forecast again once {LEAST_LENDERS} products have a few weeks of sales",
        )


@dataclass(frozen=True)
class Newcomer:
    """A product without a history to speak of.

    Attributes:
        vector: shape (d,), of its title and category, from the same source as the lenders'.
        price: what it costs; NaN where unknown.
        demand: shape (k,), units in its first periods, which end at the origin; may be empty.
    """

    vector: Floats
    price: float
    demand: Floats


@dataclass(frozen=True)
class Loan:
    """A product borrowed from, and its share of what was borrowed."""

    unique_id: str
    weight: float


@dataclass(frozen=True)
class Borrowed:
    """A forecast from analogues.

    Attributes:
        level: mean units a period once the launch has settled.
        own_weight: 0 to 1, how much the product's own sales count beside what it borrowed.
        predicted: one row: quantiles at LEVELS and mean, units a period.
        paths: shape (PATHS, horizon), whole units: joint draws, whose periods share one level.
        loans: heaviest first; the weights sum to 1.
    """

    level: float
    own_weight: float
    predicted: Predicted
    paths: Floats
    loans: tuple[Loan, ...]


@dataclass(frozen=True)
class _Likeness:
    """How likeness becomes weight, and how far the analogues' level then holds against the store's."""

    sharpness: float
    price_band: float
    trust: float
    variance: float


class AnaloguePool:
    """The established products of a store, ready to lend."""

    def __init__(self, panel: Panel, vectors: Floats, origin: int) -> None:
        """Learn from the columns before `origin` how far likeness foretells a product's level.

        Args:
            panel: the store's series.
            vectors: shape (series, d), of their titles and categories, in the panel's order; any length but 0.
            origin: the first column to forecast.

        Raises:
            TooFewAnalogues: fewer than three products sold lately.
        """
        self.panel, self.origin = panel, origin
        self.lenders: Lenders = read_lenders(panel, origin)
        if len(self.lenders.rows) < LEAST_LENDERS:
            raise TooFewAnalogues(len(self.lenders.rows))
        # Sentence vectors all point much the same way: only what departs from the common direction tells likeness.
        self.centre = _unit(vectors[self.lenders.rows]).mean(axis=0)
        self.vectors = self._place(vectors[self.lenders.rows])
        self.likeness = self._judge()

    def borrow(self, newcomer: Newcomer, horizon: int) -> Borrowed:
        """Forecast the `horizon` periods from the origin.

        The level starts from the analogues' (weighted by likeness and price, leaning on the whole store as far as
        likeness failed to foretell the store's own products) and moves to the product's own sales as fast as
        these outweigh the spread between analogues (a gamma prior on a negative binomial rate).
        """
        apart = np.log([[newcomer.price]]) - self.lenders.log_price
        weights = _weights(self._place(newcomer.vector[None]) @ self.vectors.T, apart, self.likeness)[0]
        mean, variance = self._prior(weights)
        age = len(newcomer.demand)
        shape = self._shape(weights, age, horizon)
        spread = float(weights @ self.lenders.spread)
        prior_units = 1.0 / variance
        own_units, own_periods = self._telling(newcomer.demand, shape[:age], mean, spread)
        rate = (prior_units + own_units) / (prior_units / mean + own_periods)
        own_weight = own_periods / (prior_units / mean + own_periods)
        doubt = 1.0 / (prior_units + own_units) + self.lenders.drift
        ahead = rate * shape[age:]
        daily = _distribution(ahead, spread, doubt)
        return Borrowed(rate, own_weight, daily, _draw_paths(ahead, spread, doubt), self._loans(weights))

    def _place(self, vectors: Floats) -> Floats:
        return _unit(_unit(vectors) - self.centre)

    def _judge(self) -> _Likeness:
        """Let the lenders foretell each other, and keep the likeness that does it best."""
        judged = np.arange(len(self.lenders.rows))[-MOST_JUDGED:]
        similarity = self.vectors[judged] @ self.vectors[judged].T
        np.fill_diagonal(similarity, -np.inf)
        apart = self.lenders.log_price[judged][:, None] - self.lenders.log_price[judged]
        found = [
            _trust(similarity, apart, self.lenders.log_rate[judged], _Likeness(sharpness, band, 1.0, 1.0))
            for sharpness in SHARPNESS
            for band in PRICE_BANDS
        ]
        return min(found, key=lambda rule: rule.variance)

    def _prior(self, weights: Floats) -> tuple[float, float]:
        """Return mean and squared coefficient of variation of a newcomer's level."""
        logs, rule = self.lenders.log_rate, self.likeness
        near = float(weights @ logs)
        centre = rule.trust * near + (1 - rule.trust) * float(logs.mean())
        count = 1.0 / float(weights @ weights)
        local = float(weights @ (logs - near) ** 2) * count / max(count - 1, 1.0)
        spread = (SPREAD_PRIOR * rule.variance + count * local) / (SPREAD_PRIOR + count)
        variance = float(np.expm1(np.clip(spread, 1e-2, 3.0)))
        return float(np.exp(centre + spread / 2)), variance

    def _shape(self, weights: Floats, age: int, horizon: int) -> Floats:
        """Return launch × weekday for the newcomer's past and coming periods, shape (age + horizon,)."""
        step = STEP_PERIODS[self.panel.frequency]
        curve = _launch_curve(self.lenders.launches, weights)
        steps = np.minimum(np.arange(age + horizon) // step, LAUNCH_STEPS - 1)
        day_of_week = period_weekdays(self.panel, self.origin - age, self.origin + horizon)
        return curve[steps] * (weights @ self.lenders.pattern)[day_of_week]

    def _telling(self, demand: Floats, shape: Floats, mean: float, spread: float) -> tuple[float, float]:
        """Return own units and settled periods, discounted for what single days and single weeks say of a level."""
        periods = float(shape.sum())
        if periods <= 0:
            return 0.0, 0.0
        level = (mean + float(demand.sum()) / periods) / 2
        scatter = 1.0 + spread * level * float(shape @ shape) / periods
        discount = scatter + self.lenders.drift * level * periods
        return float(demand.sum()) / discount, periods / discount

    def _loans(self, weights: Floats) -> tuple[Loan, ...]:
        order = [place for place in np.argsort(-weights, kind="stable") if weights[place] > 0]
        return tuple(
            Loan(self.panel.unique_ids[self.lenders.rows[place]], float(weights[place])) for place in order
        )


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))


def _weights(similarity: Floats, log_apart: Floats, rule: _Likeness) -> Floats:
    # A lender or newcomer without a price is neither near nor far.
    priced = np.where(np.isfinite(log_apart), -0.5 * (log_apart / rule.price_band) ** 2, -0.5)
    score = rule.sharpness * similarity + priced
    if score.shape[1] > NEIGHBOURS:
        least = -np.partition(-score, NEIGHBOURS - 1, axis=1)[:, NEIGHBOURS - 1 : NEIGHBOURS]
        score = np.where(score >= least, score, -np.inf)
    raw = np.exp(score - score.max(axis=1, keepdims=True))
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


def _trust(similarity: Floats, log_apart: Floats, logs: Floats, rule: _Likeness) -> _Likeness:
    """Return the rule with the slope and the variance with which analogues foretold the lenders' log levels."""
    foretold = _weights(similarity, log_apart, rule) @ logs - logs.mean()
    wanted = logs - logs.mean()
    ground = float(foretold @ foretold)
    trust = float(np.clip(foretold @ wanted / ground, 0.0, 1.0)) if ground > 0 else 0.0
    variance = float(np.mean((wanted - trust * foretold) ** 2))
    return _Likeness(rule.sharpness, rule.price_band, trust, variance)


def _launch_curve(launches: Floats, weights: Floats) -> Floats:
    """Return each step's share of the settled level, shape (LAUNCH_STEPS,)."""
    ratios = np.minimum(launches[np.isfinite(launches[:, 0])], MOST_LAUNCH_RATIO)
    store = (ratios.sum(axis=0) + STORE_PRIOR_LAUNCHES) / (len(ratios) + STORE_PRIOR_LAUNCHES)
    shares = NEIGHBOURS * weights[np.isfinite(launches[:, 0])]
    curve = (shares @ ratios + ANALOGUE_PRIOR_LAUNCHES * store) / (shares.sum() + ANALOGUE_PRIOR_LAUNCHES)
    curve[-SETTLED_STEPS:] = 1.0
    return np.asarray(curve)


def _distribution(mean: Floats, spread: float, level_variance: float) -> Predicted:
    """Return the forecast of the periods.

    Args:
        mean: shape (horizon,).
        spread: of periods about the level.
        level_variance: squared coefficient of variation of the level, which all periods share.
    """
    apart = spread * (1.0 + level_variance) * mean**2
    quantiles = _negative_binomial(mean, mean + apart + level_variance * mean**2)
    return Predicted(quantiles[None], mean[None])


def _draw_paths(mean: Floats, spread: float, level_variance: float) -> Floats:
    draws = np.random.default_rng(SEED)
    level = draws.gamma(1.0 / level_variance, level_variance, (PATHS, 1))
    noise = draws.gamma(1.0 / max(spread, 1e-6), max(spread, 1e-6), (PATHS, len(mean)))
    return draws.poisson(mean * level * noise).astype(float)


def _negative_binomial(mean: Floats, variance: Floats) -> Floats:
    """Return the quantiles at LEVELS, shape (periods, len(LEVELS))."""
    from scipy.stats import nbinom

    safe = np.maximum(mean, 1e-9)
    excess = np.maximum(variance - safe, 1e-9 * safe)
    size, chance = safe**2 / excess, safe / (safe + excess)
    found = nbinom.ppf(np.array(LEVELS), size[:, None], chance[:, None])
    return np.where(mean[:, None] > 0, np.nan_to_num(found), 0.0)
