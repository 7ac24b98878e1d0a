"""Exponential smoothing in state space form, by statsforecast."""

from __future__ import annotations

from typing import Any

import numpy as np

from forecasting.members.adjusted import SeasonAdjusted
from forecasting.members.one_by_one import Outlook
from forecasting.series import Floats

# A fit on calm months may smooth so much that no jump would ever be followed.
LEAST_SMOOTHING = 0.03
_KEPT = ("m", "components", "par", "fit", "n_params")


class Ets(SeasonAdjusted):
    """ETS(A,N,N) on the adjusted series (FPP3, chapter 8).

    The automatic choice among forms and the damped trend cost four to five times as much and measured no better.
    """

    name = "ets"

    def least(self, season: int) -> int:
        """Return two weeks, or ten weeks or months."""
        return 14 if season == 7 else 10

    def learn_adjusted(self, adjusted: Floats) -> Any:
        """Optimise start level and smoothing."""
        from statsforecast.models import AutoETS

        model = AutoETS(season_length=1, model="ANN").fit(adjusted)
        model.model_ = {name: model.model_[name] for name in _KEPT}
        # The parameters begin with alpha.
        model.model_["par"][0] = max(model.model_["par"][0], LEAST_SMOOTHING)
        return model

    def outlook_adjusted(self, learnt: Any, adjusted: Floats, horizon: int) -> Outlook:
        """Filter `adjusted` through the learnt parameters."""
        said = learnt.forward(adjusted, max(horizon, 1), fitted=True)
        alpha = float(learnt.model_["par"][0])
        return Outlook(
            said["mean"][:horizon], np.asarray(said["fitted"]), np.sqrt(1.0 + alpha**2 * np.arange(horizon))
        )
