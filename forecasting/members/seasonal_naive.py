"""Seasonal naive: each period sells what the same one of the last season did; the yardstick for the other members."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import LEVELS
from forecasting.members.error_spread import ERROR_PERIODS, FEW_ERRORS
from forecasting.members.one_by_one import OneByOne, Outlook
from forecasting.series import Floats


class SeasonalNaive(OneByOne):
    """Repeats the last season, the last period where there is none (Hyndman & Athanasopoulos, FPP3, section 5.2)."""

    name = "seasonal_naive"
    # A yardstick is not to be bettered.
    cuts_spikes = False

    def least(self, season: int) -> int:
        """Return 2: one error tells something of the width."""
        return 2

    def learn(self, known: Floats, season: int) -> None:
        """Learn nothing: the series is the model."""

    def outlook(self, learnt: None, known: Floats, season: int, horizon: int) -> Outlook:
        """Return the last season repeated."""
        period = season if len(known) >= season else 1
        steps = np.arange(horizon)
        fitted = np.full(len(known), np.nan)
        # Until a season has passed, the period before is what there was to repeat.
        fitted[1:period] = known[: period - 1]
        fitted[period:] = known[:-period]
        return Outlook(
            mean=known[len(known) - period + steps % period],
            fitted=fitted,
            growth=np.sqrt(1.0 + steps // period),
        )

    def quantiles(self, outlook: Outlook, known: Floats, season: int) -> Floats:
        """Return the spread of its own past errors, up and down alike, and of one size on busy and quiet days."""
        errors = (known - outlook.fitted)[np.isfinite(outlook.fitted)][-ERROR_PERIODS:]
        spread = np.quantile(np.concatenate([errors, -errors]), LEVELS) * np.sqrt(
            1.0 + FEW_ERRORS / len(errors)
        )
        return np.asarray(outlook.mean[:, None] + outlook.growth[:, None] * spread)
