"""What established products can lend a new one: settled level, weekdays, spread, and how they were launched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.panel import Frequency, Panel
from forecasting.series import WEEK, Bools, Floats, weekdays

# The level lent is that of the latest periods; a lender has sold through half of them at least.
RATE_PERIODS: dict[Frequency, int] = {"D": 56, "W": 12, "M": 6}
# A launch is followed for so many steps (weeks, or months of monthly data); the last of them have settled.
STEP_PERIODS: dict[Frequency, int] = {"D": WEEK, "W": 1, "M": 1}
LAUNCH_STEPS, SETTLED_STEPS = 12, 4
WEEKDAY_PRIOR_PERIODS = 4.0
MOST_SPREAD = 8.0
USUAL_DRIFT, LEAST_DRIFT, MOST_DRIFT = 0.08, 0.01, 0.5


@dataclass(frozen=True)
class Lenders:
    """The products that lend, as they were before an origin; m of them.

    Attributes:
        rows: shape (m,), their rows in the panel.
        log_rate: shape (m,), log units a settled period.
        log_price: shape (m,), NaN where unknown.
        pattern: shape (m, 7), weekday over the level.
        spread: shape (m,), variance beyond Poisson over the squared mean.
        launches: shape (m, LAUNCH_STEPS), each step over the settled level; NaN where no launch was seen.
        drift: variance of a month's log level about the product's own, beyond what chance sales explain.
    """

    rows: NDArray[np.int64]
    log_rate: Floats
    log_price: Floats
    pattern: Floats
    spread: Floats
    launches: Floats
    drift: float


def read_lenders(panel: Panel, origin: int) -> Lenders:
    """Return the products that sold lately, from the columns before `origin`."""
    periods = min(RATE_PERIODS[panel.frequency], origin)
    window = slice(origin - periods, origin)
    alive = _alive(panel, window)
    demand = np.where(alive, panel.demand[:, window], 0.0)
    counts = alive.sum(axis=1)
    rows = np.flatnonzero((counts >= max(periods / 2, 1)) & (demand.sum(axis=1) > 0))
    demand, alive, counts = demand[rows], alive[rows], counts[rows]
    rate = demand.sum(axis=1) / counts
    day_of_week = period_weekdays(panel, origin - periods, origin)
    pattern = _pattern(demand, alive, rate, day_of_week)
    spread = _spread(demand, alive, rate[:, None] * pattern[:, day_of_week])
    return Lenders(
        rows=rows,
        log_rate=np.log(rate),
        log_price=_log_price(panel, rows, origin),
        pattern=pattern,
        spread=spread,
        launches=_launches(panel, rows, origin),
        drift=_drift(demand, alive, rate, spread),
    )


def period_weekdays(panel: Panel, start: int, stop: int) -> NDArray[np.int64]:
    """Return the weekdays of the columns start … stop - 1; all 0 for weeks and months."""
    if panel.frequency != "D":
        return np.zeros(stop - start, dtype=np.int64)
    return weekdays(panel.calendar(start, stop))


def _alive(panel: Panel, window: slice) -> Bools:
    columns = np.arange(window.start, window.stop)
    return np.asarray((columns >= panel.first[:, None]) & (columns < panel.ends[:, None]))


def _pattern(demand: Floats, alive: Bools, rate: Floats, day_of_week: NDArray[np.int64]) -> Floats:
    membership = np.eye(WEEK)[day_of_week]
    prior = WEEKDAY_PRIOR_PERIODS / 2
    above = demand @ membership / rate[:, None] + prior
    return np.asarray(above / (alive @ membership + prior))


def _spread(demand: Floats, alive: Bools, mean: Floats) -> Floats:
    square = np.where(alive, (demand - mean) ** 2 - mean, 0.0).sum(axis=1)
    ground = np.where(alive, mean**2, 0.0).sum(axis=1)
    return np.asarray(np.clip(square / np.maximum(ground, 1e-12), 0.0, MOST_SPREAD))


def _drift(demand: Floats, alive: Bools, rate: Floats, spread: Floats) -> float:
    """Return how far the halves of the window lie apart beyond chance, by moments over all lenders."""
    half = demand.shape[1] // 2
    whole = alive.all(axis=1) & (half > 0)
    if not whole.any():
        return USUAL_DRIFT
    earlier, later = demand[whole, -2 * half : -half].mean(axis=1), demand[whole, -half:].mean(axis=1)
    chance = (1.0 / rate[whole] + spread[whole]) / half
    apart = (later - earlier) ** 2 / rate[whole] ** 2 / 2.0
    # Rare sellers tell little: they count by how sharply they could tell.
    weights = 1.0 / (USUAL_DRIFT + chance) ** 2
    return float(np.clip(weights @ (apart - chance) / weights.sum(), LEAST_DRIFT, MOST_DRIFT))


def _log_price(panel: Panel, rows: NDArray[np.int64], origin: int) -> Floats:
    price = panel.price[rows, :origin]
    known = np.isfinite(price) & (price > 0)
    latest = origin - 1 - known[:, ::-1].argmax(axis=1)
    found = price[np.arange(len(rows)), latest]
    return np.log(np.where(known.any(axis=1), found, np.nan))


def _launches(panel: Panel, rows: NDArray[np.int64], origin: int) -> Floats:
    step = STEP_PERIODS[panel.frequency]
    launches = np.full((len(rows), LAUNCH_STEPS), np.nan)
    span = LAUNCH_STEPS * step
    # A product that was there when the records began was launched nobody knows when.
    begun = panel.first[rows] - panel.first.min()
    for place in np.flatnonzero((begun >= SETTLED_STEPS * step) & (panel.first[rows] + span <= origin)):
        start = panel.first[rows[place]]
        steps = panel.demand[rows[place], start : start + span].reshape(LAUNCH_STEPS, step).mean(axis=1)
        settled = steps[-SETTLED_STEPS:].mean()
        if settled > 0:
            launches[place] = steps / settled
    return launches
