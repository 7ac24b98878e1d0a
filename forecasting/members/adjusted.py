"""What theta, exponential smoothing and ARIMA share: they see a series without season and closed days."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from forecasting.members.one_by_one import FitRefused, OneByOne, Outlook
from forecasting.members.season import lay_out, seasonal_shares
from forecasting.members.weekday_mean import WeekdayMean
from forecasting.series import Floats

# A trend that runs below 0 ends here: next to nothing, but not as sure a nothing as on a closed day.
LEAST_LEVEL_SHARE = 1e-3


class SeasonAdjusted(OneByOne):
    """Divides the season's shares out, forecasts what is left, and multiplies them back.

    Measured on two real stores: less error than the seasonal forms of the same models, at a fraction of their time.
    Periods of share 0 are left out of the series altogether. Where the fit was refused, the weekday mean answers.
    """

    @abstractmethod
    def learn_adjusted(self, adjusted: Floats) -> Any:
        """Return the parameters, learnt from a series without season that varies."""

    @abstractmethod
    def outlook_adjusted(self, learnt: Any, adjusted: Floats, horizon: int) -> Outlook:
        """Return what `learnt` says after `adjusted`."""

    def learn(self, known: Floats, season: int) -> Any:
        """Learn from the adjusted series."""
        pattern = lay_out(seasonal_shares(known, season), 0, len(known))
        adjusted = known[pattern > 0.0] / pattern[pattern > 0.0]
        if np.ptp(adjusted) <= 1e-9 * np.max(adjusted, initial=0.0):
            raise FitRefused("no_variation")
        return self.learn_adjusted(adjusted)

    def outlook(self, learnt: Any, known: Floats, season: int, horizon: int) -> Outlook:
        """Return the outlook in units of demand."""
        if learnt is None:
            return WeekdayMean().outlook(None, known, season, horizon)
        shares = seasonal_shares(known, season)
        pattern, ahead = lay_out(shares, 0, len(known)), lay_out(shares, len(known), horizon)
        open_before, open_ahead = pattern > 0.0, ahead > 0.0
        said = self.outlook_adjusted(learnt, known[open_before] / pattern[open_before], int(open_ahead.sum()))
        mean, fitted, growth = np.zeros(horizon), np.zeros(len(known)), np.ones(horizon)
        least = LEAST_LEVEL_SHARE * float(known.mean())
        mean[open_ahead] = np.maximum(said.mean, least) * ahead[open_ahead]
        growth[open_ahead] = said.growth
        fitted[open_before] = np.maximum(said.fitted, least) * pattern[open_before]
        return Outlook(mean, fitted, growth)
