"""ARIMA by statsforecast, behind a guard against fits that never left their start values."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np

from forecasting.members.adjusted import SeasonAdjusted
from forecasting.members.one_by_one import FitRefused, Outlook
from forecasting.series import Floats

Order = tuple[int, int, int]

# The filter's time grows with every period; more than these changed nothing.
LONGEST_PERIODS = 400
# A smoother fit than this share of the period-to-period variance is no fit but a numerical accident.
LEAST_VARIANCE_SHARE = 1e-3
# The first errors are those of a filter that knows nothing yet.
BURN_IN = 3
_KEPT = ("arma", "coef", "sigma2", "xreg", "lambda", "x")


class Likelihood(NamedTuple):
    """What a maximum-likelihood fit came to, whichever library made it.

    Attributes:
        value: log likelihood.
        observations: that it is the likelihood of.
        parameters: shape (k,), autoregressive and moving-average terms.
        start: shape (k,), where the optimiser began.
        variance: of the one-step errors.
    """

    value: float
    observations: int
    parameters: Floats
    start: Floats
    variance: float


class Arima(SeasonAdjusted):
    """ARIMA on the adjusted series: (1,0,1) with a mean, other orders, or those that a short search finds.

    Args:
        order: p, d, q; None searches p, q <= 3 by AICc (statsforecast's AutoARIMA with its approximation).
    """

    name = "arima"
    longest = LONGEST_PERIODS

    def __init__(self, order: Order | None = (1, 0, 1)) -> None:
        self.order = order

    def least(self, season: int) -> int:
        """Return three observations for each parameter, four weeks of days at least."""
        terms = 3 * (sum(self.order if self.order is not None else (2, 1, 2)) + 2)
        return max(terms, 28 if season == 7 else 12)

    def learn_adjusted(self, adjusted: Floats) -> tuple[Any, float]:
        """Fit by maximum likelihood; returns model and scale.

        Raises:
            FitRefused: the guard's reason, or "not_fitted" where the optimiser left the stationary region.
        """
        # Optimisers stop at their start values on series of large numbers.
        scale = float(adjusted.std())
        scaled = adjusted / scale
        model = self._fit(scaled)
        fit = model.model_
        terms = np.array([value for name, value in fit["coef"].items() if name.startswith(("ar", "ma"))])
        # The library begins at 0 in every autoregressive and moving-average term.
        reached = Likelihood(
            fit["loglik"], int(fit["nobs"]), terms, start=np.zeros(len(terms)), variance=fit["sigma2"]
        )
        reason = why_refused(reached, scaled)
        if reason is not None:
            raise FitRefused(reason)
        model.model_ = {name: fit[name] for name in _KEPT}
        return model, scale

    def _fit(self, scaled: Floats) -> Any:
        from statsforecast.models import ARIMA, AutoARIMA

        model = (
            ARIMA(order=self.order)
            if self.order is not None
            else AutoARIMA(season_length=1, max_p=3, max_q=3, approximation=True)
        )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return model.fit(scaled)
        except (ValueError, np.linalg.LinAlgError) as error:
            raise FitRefused("not_fitted") from error

    def outlook_adjusted(self, learnt: tuple[Any, float], adjusted: Floats, horizon: int) -> Outlook:
        """Filter `adjusted` through the learnt parameters."""
        model, scale = learnt
        said = model.forward(adjusted / scale, max(horizon, 1), level=[68], fitted=True)
        width = np.asarray(said["hi-68"] - said["mean"])[:horizon]
        fitted = np.asarray(said["fitted"]) * scale
        fitted[:BURN_IN] = np.nan
        return Outlook(np.asarray(said["mean"])[:horizon] * scale, fitted, width / width[:1])


def why_refused(fit: Likelihood, series: Floats) -> str | None:
    """Return the reason why a fit must not be used, or None for a sound one.

    Args:
        fit: of `series`, in the same scale.
        series: shape (n,).

    Returns:
        "too_few_points", "not_finite", "start_values" (the optimiser never moved), "no_variance" (an interval of
        almost no width on a noisy series), "worse_than_drift" (a random walk with drift is likelier), or None.
    """
    if len(series) < 3 * (len(fit.parameters) + 2):
        return "too_few_points"
    if not np.isfinite(fit.value) or not np.all(np.isfinite(fit.parameters)):
        return "not_finite"
    if len(fit.parameters) and np.allclose(fit.parameters, fit.start, rtol=0.0, atol=1e-9):
        return "start_values"
    if fit.variance <= LEAST_VARIANCE_SHARE * float(np.var(np.diff(series))):
        return "no_variance"
    # Differencing leaves a fit fewer observations: what counts is the likelihood of one.
    if fit.value / fit.observations < (drift_likelihood(series) - 1.0) / (len(series) - 1):
        return "worse_than_drift"
    return None


def drift_likelihood(series: Floats) -> float:
    """Return the Gaussian log likelihood of a random walk with drift."""
    steps = np.diff(series)
    variance = max(float(steps.var()), 1e-12)
    return float(-0.5 * len(steps) * (np.log(2 * np.pi * variance) + 1))
