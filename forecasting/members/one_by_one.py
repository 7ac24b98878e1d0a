"""Members that look at one series at a time: learn once, then carry the parameters along to any origin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from forecasting.members.base import LEVELS, Predicted, Rows
from forecasting.members.error_spread import error_quantiles
from forecasting.members.spikes import tame_spikes
from forecasting.panel import Panel
from forecasting.series import Bools, Floats

# Older periods cost time and say little about the coming weeks.
LONGEST_PERIODS = 730


class Outlook(NamedTuple):
    """What a model says of one series.

    Attributes:
        mean: shape (horizon,), units a period.
        fitted: shape (n,), what it expected of each known period one step before; NaN where it could not tell.
        growth: shape (horizon,), standard deviation of the error of that step over the one of the first step.
    """

    mean: Floats
    fitted: Floats
    growth: Floats


class FitRefused(Exception):
    """A fit that must not be used; `reason` is one word for logs."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OneByOne(ABC):
    """A member that needs nothing but the series itself."""

    name: str
    longest: int = LONGEST_PERIODS
    cuts_spikes: bool = True

    @abstractmethod
    def least(self, season: int) -> int:
        """Return how many periods of history it needs."""

    @abstractmethod
    def learn(self, known: Floats, season: int) -> Any:
        """Return the parameters, learnt from `known`, shape (n,), units a period.

        Raises:
            FitRefused: there is nothing to learn or the fit is unsound; `outlook` then gets None.
        """

    @abstractmethod
    def outlook(self, learnt: Any, known: Floats, season: int, horizon: int) -> Outlook:
        """Return what `learnt` says after `known`, which begins where the series that was learnt from began."""

    def quantiles(self, outlook: Outlook, known: Floats, season: int) -> Floats:
        """Return quantiles, shape (horizon, len(LEVELS)), from the errors that the model made so far."""
        return error_quantiles(outlook.mean, outlook.growth, known, outlook.fitted)

    def serves(self, panel: Panel, rows: Rows, origin: int) -> Bools:
        """Return where the history suffices; shape (rows,)."""
        return np.asarray(panel.history(rows, origin) >= self.least(panel.season))

    def fit(self, panel: Panel, end: int) -> FittedEach:
        """Return a forecaster whose parameters rest on the columns before `end`; each series is learnt when asked."""
        return FittedEach(self, end)


class _Learnt(NamedTuple):
    start: int
    parameters: Any


@dataclass(frozen=True)
class FittedEach:
    """Parameters by series, learnt on the columns before `end` at the first question and kept.

    A series too young at `end` is learnt at the first origin that it is asked about.

    Attributes:
        refused: reason by unique_id, of the series asked about so far whose fit was refused; the weekday mean
            answers for them.
    """

    member: OneByOne
    end: int
    refused: dict[str, str] = field(default_factory=dict)
    _learnt: dict[str, _Learnt] = field(default_factory=dict, repr=False)

    def predict(self, panel: Panel, rows: Rows, origin: int, horizon: int) -> Predicted:
        """Forecast `rows` from the columns before `origin`; weekdays on which the shop is shut get 0."""
        quantiles = np.zeros((len(rows), horizon, len(LEVELS)))
        mean = np.zeros((len(rows), horizon))
        for place, row in enumerate(rows):
            quantiles[place], mean[place] = self._predict_one(panel, int(row), origin, horizon)
        shut = panel.is_shut(rows, origin, origin + horizon)
        quantiles[shut], mean[shut] = 0.0, 0.0
        return Predicted(quantiles, mean)

    def _predict_one(self, panel: Panel, row: int, origin: int, horizon: int) -> tuple[Floats, Floats]:
        start, parameters = self._parameters(panel, row, origin)
        known = self._seen(panel.demand[row, start:origin])
        outlook = self.member.outlook(parameters, known, panel.season, horizon)
        # Where demand was estimated, a model that agrees with the estimate has foretold nothing.
        is_told = panel.is_scored[row, start:origin]
        if is_told.any():
            outlook = outlook._replace(fitted=np.where(is_told, outlook.fitted, np.nan))
        quantiles = np.sort(self.member.quantiles(outlook, known, panel.season), axis=-1)
        return np.maximum(quantiles, 0.0), np.maximum(outlook.mean, 0.0)

    def _seen(self, demand: Floats) -> Floats:
        return tame_spikes(demand) if self.member.cuts_spikes else demand

    def _parameters(self, panel: Panel, row: int, origin: int) -> _Learnt:
        name = panel.unique_ids[row]
        if name not in self._learnt:
            first, season = int(panel.first[row]), panel.season
            stop = self.end if self.end - first >= self.member.least(season) else origin
            start = max(first, stop - self.member.longest)
            self._learnt[name] = _Learnt(start, self._learn(name, panel.demand[row, start:stop], season))
        return self._learnt[name]

    def _learn(self, name: str, demand: Floats, season: int) -> Any:
        try:
            return self.member.learn(self._seen(demand), season)
        except FitRefused as refusal:
            self.refused[name] = refusal.reason
            return None
