"""Goods that sell on few days: how often, and how many when they do."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import LEVELS
from forecasting.members.one_by_one import OneByOne, Outlook
from forecasting.members.season import lay_out, seasonal_shares
from forecasting.series import Floats

SMOOTHING = 0.1
# How often it sells is judged over the last weeks, the sizes over half a year: they are few.
CHANCE_MEMORY = 0.97
SIZE_PERIODS = 182
LEAST_CHANCE = 0.005


class Intermittent(OneByOne):
    """The mean of IMAPA and TSB with a hurdle around it: a chance to sell at all, and the sizes seen of late.

    Sources: Petropoulos & Kourentzes 2015 (IMAPA), Teunter, Syntetos & Babai 2011 (TSB).
    """

    name = "intermittent"

    def least(self, season: int) -> int:
        """Return two weeks, or eight weeks or months."""
        return 14 if season == 7 else 8

    def learn(self, known: Floats, season: int) -> None:
        """Learn nothing that lasts: both smooth the series from its beginning."""

    def outlook(self, learnt: None, known: Floats, season: int, horizon: int) -> Outlook:
        """Return one level by the season's shares."""
        from statsforecast.models import IMAPA, TSB

        level = (
            IMAPA().forecast(known, 1)["mean"][0] + TSB(SMOOTHING, SMOOTHING).forecast(known, 1)["mean"][0]
        ) / 2
        mean = level * lay_out(seasonal_shares(known, season), len(known), horizon)
        return Outlook(mean, np.full(len(known), np.nan), np.ones(horizon))

    def quantiles(self, outlook: Outlook, known: Floats, season: int) -> Floats:
        """Return 0 up to the chance of no sale, above it the sizes, drawn halfway towards the mean's level."""
        horizon, recent = len(outlook.mean), known[-SIZE_PERIODS:]
        sizes = recent[recent > 0.0]
        if not len(sizes):
            return np.zeros((horizon, len(LEVELS)))
        chances = _chances(known, season, horizon)
        above = np.clip(1.0 - (1.0 - np.array(LEVELS)) / chances[:, None], 0.0, 1.0)
        drawn = np.where(above > 0.0, np.quantile(sizes, above), 0.0)
        # Sizes as they were, or wholly at the level of the mean, measured worse: mean and chance are both estimates.
        return np.asarray(np.sqrt(outlook.mean / chances / sizes.mean())[:, None] * drawn)


def _chances(known: Floats, season: int, horizon: int) -> Floats:
    """Return the chance of a sale in each of the coming periods, shape (horizon,)."""
    sells = (known > 0.0).astype(float)
    weights = CHANCE_MEMORY ** np.arange(len(known))[::-1]
    chance = float((sells * weights).sum() / weights.sum())
    shares = lay_out(seasonal_shares(sells, season), len(known), horizon)
    return np.clip(chance * shares, LEAST_CHANCE, 1.0)
