"""One product in two periods and the shop round it: by what factor each possible cause moved its sales."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, Literal

import numpy as np

from forecasting.calendar import events_between
from forecasting.errors import ForecastingError
from forecasting.matrix import SalesMatrix, weekday_factors, weighted_median
from forecasting.price_effects import Prices, event_days, learn_responses
from forecasting.series import Bools, Floats, weekdays

CauseKind = Literal[
    "price", "promotion", "stockout", "calendar_event", "market", "weekday_mix", "closed_days", "unexplained"
]
# Logarithms need something to stand on where nothing was sold.
LEAST_UNITS = 0.5

Factor = tuple[CauseKind, float, dict[str, Any]]


class Scene:
    """One product in two periods, and the shop round it. Each method returns one cause's log factor."""

    def __init__(
        self,
        matrix: SalesMatrix,
        prices: Prices,
        row: int,
        recent: tuple[date, date],
        baseline: tuple[date, date],
    ) -> None:
        self.matrix, self.prices, self.row = matrix, prices, row
        self.periods = (recent, baseline)
        self.recent, self.baseline = matrix.window(*recent), matrix.window(*baseline)
        for columns, (start, end) in zip((self.recent, self.baseline), self.periods, strict=True):
            if not matrix.is_listed[row, columns].any():
                raise ForecastingError(
                    f"{matrix.unique_ids[row]!r} has no sales records from {start} to {end}",
                    f"choose days between {matrix.dates[0]} and {matrix.dates[-1]} on which it was on sale",
                )
        self.pattern = weekday_factors(matrix, slice(0, len(matrix.dates)))[:, weekdays(matrix.dates)]
        self.store, self.own = learn_responses(matrix, prices, row, min(recent[0], _day_after(baseline)))
        self.is_event = event_days(matrix.dates)

    def units(self) -> tuple[float, float]:
        """Return units sold recently, and in the baseline at the recent period's length."""
        sold = np.nan_to_num(self.matrix.sold[self.row])
        listed = self.matrix.is_listed[self.row]
        scale = listed[self.recent].sum() / listed[self.baseline].sum()
        return float(sold[self.recent].sum()), float(sold[self.baseline].sum() * scale)

    def factors(self) -> list[Factor]:
        """Return every cause's log factor and details."""
        return [
            self._price(), self._promotion(), self._stockout(),
            *self._shop(), self._weekday_mix(), self._closed_days(),
        ]  # fmt: skip

    def _open(self, columns: slice) -> Bools:
        return np.asarray(
            self.matrix.is_listed[self.row, columns] & ~self.matrix.is_closed[self.row, columns]
        )

    def _closed_days(self) -> Factor:
        shares, counts = [], []
        for columns in (self.recent, self.baseline):
            listed = self.matrix.is_listed[self.row, columns]
            counts.append(int((listed & self.matrix.is_closed[self.row, columns]).sum()))
            shares.append(1.0 - counts[-1] / listed.sum())
        return (
            "closed_days",
            _log_ratio(*shares),
            {"closed_days_recent": counts[0], "closed_days_baseline": counts[1]},
        )

    def _weekday_mix(self) -> Factor:
        means = [
            self._mean(self.pattern[self.row, columns], columns) for columns in (self.recent, self.baseline)
        ]
        log_factor = _log_ratio(*means)
        return "weekday_mix", log_factor, {"change_pct": _percent(log_factor)}

    def _mean(self, values: Floats, columns: slice) -> float:
        """Return the mean over the days on which the product was on sale in an open shop."""
        is_open = self._open(columns) & np.isfinite(values)
        return float(values[is_open].mean()) if is_open.any() else math.nan

    def _price(self) -> Factor:
        price = self.prices.shelf[self.row]
        if not self.prices.has_shelf[self.row]:
            price = price + self.prices.discount[self.row]
        shelves = [self._mean(price[columns], columns) for columns in (self.recent, self.baseline)]
        if not all(map(math.isfinite, shelves)):
            return "price", 0.0, {}
        moved = shelves[0] - shelves[1]
        return (
            "price",
            self.own.elasticity * moved,
            {
                "price_recent": math.exp(shelves[0]),
                "price_baseline": math.exp(shelves[1]),
                "change_pct": _percent(moved),
                "elasticity": self.own.elasticity,
            },
        )

    def _promotion(self) -> Factor:
        lifts, days, discounts = [], [], []
        for columns in (self.recent, self.baseline):
            lift = np.exp(self._promotion_lift(columns))
            lifts.append(self._mean(lift * self.pattern[self.row, columns], columns))
            lifts[-1] /= self._mean(self.pattern[self.row, columns], columns) or math.nan
            days.append(int((self.prices.promo[self.row, columns][self._open(columns)] > 0).sum()))
            discount = self._mean(self.prices.discount[self.row, columns], columns)
            discounts.append(0.0 if math.isnan(discount) else -_percent(discount))
        details = {
            "promo_days_recent": days[0],
            "promo_days_baseline": days[1],
            "discount_recent_pct": discounts[0],
            "discount_baseline_pct": discounts[1],
        }
        return "promotion", _log_ratio(*lifts), details

    def _promotion_lift(self, columns: slice) -> Floats:
        """Return the log lift of promotions; without a shelf price every lower price counts under "price"."""
        if self.prices.has_shelf[self.row]:
            return self.own.log_lift(self.prices, self.row, columns)
        return self.own.promo_lift * self.prices.promo[self.row, columns]

    def _stockout(self) -> Factor:
        rates = [self._usual_rate(columns) for columns in (self.recent, self.baseline)]
        # A period that was out of stock throughout is measured by the other one.
        rates = [rates[k] if not math.isnan(rates[k]) else rates[1 - k] for k in range(2)]
        shares, days, lost = [], [], []
        for columns, rate in zip((self.recent, self.baseline), rates, strict=True):
            empty = self.matrix.is_stockout[self.row, columns]
            sold = np.nan_to_num(self.matrix.sold[self.row, columns])
            wanted = np.nan_to_num(rate) * self.pattern[self.row, columns]
            missed = float(np.maximum(wanted - sold, 0.0)[empty].sum())
            floor = max(float(sold.sum()), LEAST_UNITS)
            shares.append(floor / (floor + missed))
            days.append(int(empty.sum()))
            lost.append(missed)
        details = {
            "stockout_days_recent": days[0],
            "stockout_days_baseline": days[1],
            "lost_units_recent": lost[0],
            "lost_units_baseline": lost[1],
        }
        return "stockout", _log_ratio(*shares), details

    def _usual_rate(self, columns: slice) -> float:
        usable = self.matrix.is_usable[self.row, columns]
        weight = float(self.pattern[self.row, columns][usable].sum())
        return float(self.matrix.sold[self.row, columns][usable].sum()) / weight if weight > 0 else math.nan

    def _shop(self) -> list[Factor]:
        """Return the market (the rest of the shop on ordinary days) and what retail events added to it."""
        everything = self._rest_of_shop(np.ones(len(self.matrix.dates), dtype=bool))
        names = [[event.name for event in events_between(*period)] for period in self.periods]
        touched = self.is_event[self.recent].any() or self.is_event[self.baseline].any()
        ordinary = self._rest_of_shop(~self.is_event) if touched else everything
        if math.isnan(everything):
            return []
        if math.isnan(ordinary):
            ordinary = 0.0
        return [
            ("market", ordinary, {"change_pct": _percent(ordinary)}),
            (
                "calendar_event",
                everything - ordinary if touched else 0.0,
                {
                    "events_recent": names[0],
                    "events_baseline": names[1],
                    "change_pct": _percent(everything - ordinary),
                },
            ),
        ]

    def _rest_of_shop(self, counted: Bools) -> float:
        """Return the log ratio of the median other product's rate, weighed by units; NaN without others.

        Its own discounts are taken out, lest a shop-wide sale count both as promotion and as event.
        """
        rates, units = [], []
        for columns in (self.recent, self.baseline):
            usable = self.matrix.is_usable[:, columns] & counted[columns]
            lift = np.exp(self.store.log_lift(self.prices, slice(None), columns))
            weight = np.where(usable, self.pattern[:, columns] * lift, 0.0).sum(axis=1)
            sold = np.where(usable, self.matrix.sold[:, columns], 0.0).sum(axis=1)
            rates.append(np.divide(sold, weight, out=np.full(len(sold), np.nan), where=weight > 0))
            units.append(sold)
        others = np.isfinite(rates[0]) & np.isfinite(rates[1]) & (rates[1] > 0)
        others[self.row] = False
        if not others.any():
            return math.nan
        ratio = weighted_median(rates[0][others] / rates[1][others], units[1][others])
        return math.log(ratio) if ratio > 0 else math.nan


def _day_after(period: tuple[date, date]) -> date:
    return date.fromordinal(period[1].toordinal() + 1)


def _log_ratio(recent: float, baseline: float) -> float:
    """Return log(recent / baseline); 0 where either is no positive number."""
    return math.log(recent / baseline) if recent > 0 and baseline > 0 else 0.0


def _percent(log_factor: float) -> float:
    return 100.0 * math.expm1(log_factor)
