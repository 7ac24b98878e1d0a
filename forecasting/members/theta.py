"""Dynamic optimised theta, by statsforecast."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecasting.members.adjusted import SeasonAdjusted
from forecasting.members.one_by_one import Outlook
from forecasting.series import Floats

# The optimiser's time grows with every period; two years took 54 ms a product, one year half of that.
LONGEST_PERIODS = 365
# The first errors are those of the start values.
BURN_IN = 3


class Theta(SeasonAdjusted):
    """Dynamic optimised theta (Fiorucci et al. 2016, International Journal of Forecasting 32)."""

    name = "theta"
    longest = LONGEST_PERIODS

    def least(self, season: int) -> int:
        """Return two weeks, or ten weeks or months."""
        return 14 if season == 7 else 10

    def learn_adjusted(self, adjusted: Floats) -> Any:
        """Optimise level, smoothing and theta."""
        from statsforecast.models import DynamicOptimizedTheta

        model = DynamicOptimizedTheta(season_length=1).fit(adjusted)
        # Ten thousand products keep their parameters, not a copy of their histories.
        model.model_ = {name: model.model_[name] for name in ("m", "modeltype", "par")}
        return model

    def outlook_adjusted(self, learnt: Any, adjusted: Floats, horizon: int) -> Outlook:
        """Filter `adjusted` through the learnt parameters."""
        said = learnt.forward(adjusted, max(horizon, 1), fitted=True)
        alpha = float(learnt.model_["par"]["alpha"])
        fitted = np.asarray(said["fitted"])
        fitted[:BURN_IN] = np.nan
        return Outlook(said["mean"][:horizon], fitted, np.sqrt(1.0 + alpha**2 * np.arange(horizon)))
