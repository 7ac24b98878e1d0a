"""Drift or mean for a handful of points, and deliberately wide: nobody knows much after five days."""

from __future__ import annotations

import numpy as np

from forecasting.members.base import LEVELS, Rows
from forecasting.members.one_by_one import OneByOne, Outlook
from forecasting.panel import Panel
from forecasting.series import Bools, Floats

# From so many points on, a line is told from chance: it foretold the next ones with half the error of the mean.
LEAST_FOR_LINE = 6
LINE_ERROR_SHARE = 0.5
# From so many on there is a pattern to be seen, and others see it.
MOST_DAYS, MOST_PERIODS = 28, 12
# Quantiles of Student's t with 2 degrees of freedom: a handful of points cannot exclude the tails.
_CENTRED = 2.0 * np.array(LEVELS) - 1.0
WIDE = _CENTRED * np.sqrt(2.0 / (1.0 - _CENTRED**2))
# Points that happen to lie close together say little: no narrower than this share of the level.
LEAST_WIDTH_SHARE = 0.25


class Drift(OneByOne):
    """The line through the first and the last point where it clearly foretold better, else the mean.

    Source: FPP3, section 5.2 (drift).
    """

    name = "drift"

    def least(self, season: int) -> int:
        """Return 1."""
        return 1

    def serves(self, panel: Panel, rows: Rows, origin: int) -> Bools:
        """Return where there is a point, and no more than four weeks of days, or twelve weeks or months."""
        history = panel.history(rows, origin)
        return np.asarray((history >= 1) & (history < (MOST_DAYS if panel.season == 7 else MOST_PERIODS)))

    def learn(self, known: Floats, season: int) -> None:
        """Learn nothing: the points are the model."""

    def outlook(self, learnt: None, known: Floats, season: int, horizon: int) -> Outlook:
        """Return the line or the mean carried on."""
        steps, points = np.arange(1.0, horizon + 1.0), len(known)
        line, mean = _lines(known), _means(known)
        told = slice(2, None)
        follows = points >= LEAST_FOR_LINE and (
            np.abs(known[told] - line[told]).sum() < LINE_ERROR_SHARE * np.abs(known[told] - mean[told]).sum()
        )
        if not follows:
            level = np.full(horizon, known.mean())
            return Outlook(level, mean, np.sqrt(1.0 + steps / points))
        slope = (known[-1] - known[0]) / (points - 1)
        return Outlook(known[-1] + slope * steps, line, np.sqrt(steps * (1.0 + steps / (points - 1))))

    def quantiles(self, outlook: Outlook, known: Floats, season: int) -> Floats:
        """Return wide quantiles: chance of counts and a quarter of the level at least, tails of Student's t."""
        errors = (known - outlook.fitted)[2:]
        measured = float(np.sqrt(np.mean(errors**2))) if len(errors) else 0.0
        level = float(known.mean())
        width = max(measured, np.sqrt(level), LEAST_WIDTH_SHARE * level)
        return np.asarray(outlook.mean[:, None] + width * outlook.growth[:, None] * WIDE)


def _lines(known: Floats) -> Floats:
    """Return what the line through the first and the latest point said of the next one; from the third point on."""
    fitted = np.full(len(known), np.nan)
    before = np.arange(1, len(known) - 1)
    fitted[2:] = known[before] + (known[before] - known[0]) / np.maximum(before, 1)
    return fitted


def _means(known: Floats) -> Floats:
    """Return the mean of all points before each one."""
    fitted = np.full(len(known), np.nan)
    fitted[1:] = np.cumsum(known)[:-1] / np.arange(1, len(known))
    return fitted
