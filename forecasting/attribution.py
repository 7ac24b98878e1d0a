"""Why sales changed between two periods, in units that add up exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from forecasting.change_factors import LEAST_UNITS, CauseKind, Scene
from forecasting.errors import ForecastingError, UnknownSeries
from forecasting.matrix import read_matrix
from forecasting.price_effects import read_prices

# A factor this close to 1 is no cause.
LEAST_LOG = 1e-9


@dataclass(frozen=True)
class Cause:
    """One cause's share of the change.

    Attributes:
        kind: what it is; "unexplained" is what remains for reasons that sales data do not show.
        units: signed.
        integer_units: for display; the causes' integers sum to the change's.
        details: figures behind it, by kind:
            price: price_recent, price_baseline (shelf price, or price paid where no shelf price is
                known; geometric means), change_pct, elasticity;
            promotion: promo_days_recent, promo_days_baseline, discount_recent_pct, discount_baseline_pct;
            stockout: stockout_days_recent, stockout_days_baseline, lost_units_recent, lost_units_baseline;
            calendar_event: events_recent, events_baseline (lists of names as in `calendar`), change_pct;
            market: change_pct; weekday_mix: change_pct;
            closed_days: closed_days_recent, closed_days_baseline.
    """

    kind: CauseKind
    units: float
    integer_units: int = 0
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Attribution:
    """A change and its causes, largest first; `units_baseline` is scaled to the recent period's length."""

    unique_id: str
    units_recent: float
    units_baseline: float
    change_units: float
    causes: tuple[Cause, ...]

    @property
    def change_pct(self) -> float | None:
        """The change in percent of the baseline; None where nothing sold then."""
        return 100.0 * self.change_units / self.units_baseline if self.units_baseline > 0 else None


def attribute_change(
    panel: pd.DataFrame, unique_id: str, recent: tuple[date, date], baseline: tuple[date, date]
) -> Attribution:
    """Split the change of one product's sales between two periods into causes.

    Each cause is a factor between the periods: shelf price and promotions through the product's own
    responses (learnt before the recent period only), availability, weekday mix, days shut, the rest of the
    shop on ordinary days (market) and what retail events added (calendar_event). The logarithmic mean
    weighs the factors' logarithms, so that the parts add up to the whole without a remainder of method;
    what no factor accounts for is "unexplained".

    Args:
        panel: long frame unique_id, ds, y, and price, regular_price, promo, is_open, is_stockout where known.
        unique_id: the product.
        recent: first and last day of the period to explain, both included.
        baseline: first and last day of the period to compare with.

    Raises:
        UnknownSeries: no such product.
        ForecastingError: a period lies outside the product's sales or ends before it starts, or they overlap.

    Source: Ang 2005, "The LMDI approach to decomposition analysis".
    """
    _check_periods(recent, baseline)
    matrix = read_matrix(panel)
    if unique_id not in matrix.unique_ids:
        raise UnknownSeries(unique_id)
    scene = Scene(matrix, read_prices(panel, matrix), matrix.unique_ids.index(unique_id), recent, baseline)
    units_recent, units_baseline = scene.units()
    floor_recent, floor_baseline = max(units_recent, LEAST_UNITS), max(units_baseline, LEAST_UNITS)
    weight = _logarithmic_mean(floor_recent, floor_baseline)
    change = units_recent - units_baseline
    known = [
        Cause(kind, weight * log_factor, details=details)
        for kind, log_factor, details in scene.factors()
        if abs(log_factor) > LEAST_LOG
    ]
    remainder = Cause("unexplained", change - math.fsum(cause.units for cause in known))
    causes = sorted(_with_integers([*known, remainder], change), key=lambda cause: -abs(cause.units))
    return Attribution(unique_id, units_recent, units_baseline, change, tuple(causes))


def _check_periods(recent: tuple[date, date], baseline: tuple[date, date]) -> None:
    if (
        recent[0] > recent[1]
        or baseline[0] > baseline[1]
        or (recent[0] <= baseline[1] and baseline[0] <= recent[1])
    ):
        raise ForecastingError(
            f"the periods {recent[0]}..{recent[1]} and {baseline[0]}..{baseline[1]} cannot be compared",
            "give two periods that do not overlap, each with its first day first",
        )


def _logarithmic_mean(first: float, second: float) -> float:
    if math.isclose(first, second, rel_tol=1e-12):
        return first
    return (first - second) / math.log(first / second)


def _with_integers(causes: list[Cause], change: float) -> list[Cause]:
    """Return the causes with integers that sum to the rounded change (largest remainder)."""
    floors = [math.floor(cause.units) for cause in causes]
    missing = round(change) - sum(floors)
    by_remainder = sorted(range(len(causes)), key=lambda k: floors[k] - causes[k].units)
    for k in range(missing):
        floors[by_remainder[k % len(causes)]] += 1
    return [
        Cause(cause.kind, cause.units, whole, cause.details)
        for cause, whole in zip(causes, floors, strict=True)
    ]
