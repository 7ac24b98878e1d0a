"""ARIMA by statsmodels, behind a guard against fits that never left their start values."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from forecasting.member import MemberUnavailable
from forecasting.series import WEEK, DemandSeries, Floats

Order = tuple[int, int, int]

# Older days cost time in the filter and say little about the coming weeks.
MAX_FIT_DAYS = 400
MAX_ITERATIONS = 40
# A smoother fit than this share of the day-to-day variance is no fit but a numerical accident.
LEAST_VARIANCE_SHARE = 1e-3


class ArimaOrders(NamedTuple):
    """Which ARIMA: (p, d, q) and the weekly (P, D, Q)."""

    order: Order
    weekly_order: Order = (0, 0, 0)

    @property
    def least_days(self) -> int:
        """Fewest observations that tell the parameters apart: three for each, and the seasons lost."""
        terms = sum(self.order) + sum(self.weekly_order) + 2
        return 3 * terms + WEEK * (self.weekly_order[1] + self.weekly_order[2])


# Measured against a six-order AIC grid and ARIMA(2,1,2): as accurate as the first at a fifth of its time.
DEFAULT_ORDERS = ArimaOrders((1, 0, 1), (0, 1, 1))


@dataclass(frozen=True)
class ArimaFit:
    """A fit that passed the guard; later days are filtered through it without a new fit."""

    series: DemandSeries
    start: int
    scale: float
    results: Any

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return mean forecasts from the first `origin` days, never below 0."""
        known = self.series.demand[self.start : origin] / self.scale
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # A filter is all that a forecast needs: `apply` smooths as well, at twice the time.
            model = self.results.model.clone(known)
            mean = model.filter(self.results.params, cov_type="none").forecast(horizon_days)
        return np.maximum(np.asarray(mean, dtype=float) * self.scale, 0.0)


class Arima:
    """Seasonal ARIMA on the last 400 days (state space, exact likelihood)."""

    name = "arima"

    def __init__(self, orders: ArimaOrders = DEFAULT_ORDERS) -> None:
        self.orders = orders

    def fit(self, series: DemandSeries, fitted_through: int) -> ArimaFit:
        """Fit by maximum likelihood.

        Raises:
            MemberUnavailable: code "" where the series is too short or has no variation, "arima_rejected"
                where the guard rejects the fit.
        """
        start = max(0, fitted_through - MAX_FIT_DAYS)
        known = series.demand[start:fitted_through]
        scale = float(known.std()) if len(known) else 0.0
        if len(known) < self.orders.least_days or scale == 0.0:
            raise MemberUnavailable("")
        results = fit_likelihood(known / scale, self.orders)
        if why_rejected(results, known / scale):
            raise MemberUnavailable("arima_rejected")
        return ArimaFit(series, start, scale, results)


def fit_likelihood(scaled: Floats, orders: ArimaOrders) -> Any:
    """Return statsmodels' results for a series divided by its standard deviation.

    The scaling and `concentrate_scale` keep the optimiser from stopping at its start values, as the plain
    fit does on series of large numbers.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = SARIMAX(
            scaled,
            order=orders.order,
            seasonal_order=(*orders.weekly_order, WEEK if any(orders.weekly_order) else 0),
            concentrate_scale=True,
        )
        return model.fit(disp=False, maxiter=MAX_ITERATIONS, cov_type="none")


def why_rejected(results: Any, series: Floats) -> str | None:
    """Return the reason why a fit must not be used, or None for a sound one.

    Args:
        results: statsmodels' SARIMAX or ARIMA results.
        series: what was fitted, shape (n,), in the same scale.

    Returns:
        "not_finite", "start_values" (the optimiser never moved), "no_variance" (an interval of almost no
        width on a noisy series), "worse_than_drift" (a random walk with drift is likelier), or None.
    """
    if not np.isfinite(results.llf) or not np.all(np.isfinite(results.params)):
        return "not_finite"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start_values = results.model.start_params
    if len(results.params) and np.array_equal(results.params, start_values):
        return "start_values"
    if _innovation_variance(results) <= LEAST_VARIANCE_SHARE * float(np.var(np.diff(series))):
        return "no_variance"
    if results.llf < _drift_likelihood(series) - 1.0:
        return "worse_than_drift"
    return None


def _innovation_variance(results: Any) -> float:
    names = list(results.model.param_names)
    if "sigma2" in names:
        return float(results.params[names.index("sigma2")])
    return float(results.scale)


def _drift_likelihood(series: Floats) -> float:
    """Return the Gaussian log likelihood of a random walk with drift."""
    steps = np.diff(series)
    variance = max(float(steps.var()), 1e-12)
    return float(-0.5 * len(steps) * (np.log(2 * np.pi * variance) + 1))
