"""What the recurrent network sees: a window of the past, and what is known of the days to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.calendar import FEATURE_NAMES, calendar_features
from forecasting.members.base import Rows
from forecasting.panel import Panel
from forecasting.series import WEEK, Bools, Days, Floats, weekdays

INPUT_DAYS = 56
OUTPUT_DAYS = 28
EVENT_FEATURES = len(FEATURE_NAMES)
# Lunar festivals wander by up to a month.
EVENT_YEARS_APART_DAYS = 330
CALENDAR_FEATURES = WEEK + 3 + EVENT_FEATURES
PAST_FEATURES = CALENDAR_FEATURES + 5
FUTURE_FEATURES = CALENDAR_FEATURES + 6
CONTEXT_FEATURES = 7
# A window without sales still has the scale of the series.
WINDOW_SHARE = 0.9
LEAST_SCALE = 1e-6
# Each weekday's mean leans on the window's mean as much as two more weeks of it would.
PRIOR_WEEKS = 2.0


@dataclass(frozen=True)
class Windows:
    """A batch of windows; demand in units of `scale`.

    Attributes:
        past: shape (batch, INPUT_DAYS, PAST_FEATURES).
        future: shape (batch, horizon, FUTURE_FEATURES).
        context: shape (batch, CONTEXT_FEATURES): level and activity of window and series.
        base: shape (batch, horizon), weekday means that the network's output is added to.
        scale: shape (batch,), units a day.
    """

    past: Floats
    future: Floats
    context: Floats
    base: Floats
    scale: Floats


@dataclass(frozen=True)
class WindowSource:
    """A daily panel with what is worked out once for all windows.

    Attributes:
        calendar: shape (T + further days, CALENDAR_FEATURES).
        sold_before: shape (n, T + 1), units before each column.
    """

    panel: Panel
    calendar: Floats
    sold_before: Floats

    @classmethod
    def of(cls, panel: Panel, stop: int) -> WindowSource:
        """Prepare windows whose days end before column `stop`."""
        sold_before = np.zeros((len(panel.unique_ids), panel.periods + 1))
        np.cumsum(panel.demand, axis=1, out=sold_before[:, 1:])
        return cls(panel, _day_features(panel.dates[0], stop), sold_before)

    def without_events_seen_once(self, end: int) -> WindowSource:
        """Blank the events that training targets before column `end` do not show in two years.

        One year shows each event once, next to all else that happened then: learnt from it, a first Christmas season
        cost a grocer 8% more quantile loss than no events. Weights of a blank input stay 0, so forecasts too leave the
        event alone.
        """
        shown = self.calendar[int(self.panel.first.min()) + INPUT_DAYS // 2 : end, -EVENT_FEATURES:] >= 1.0
        first, last = shown.argmax(axis=0), len(shown) - 1 - shown[::-1].argmax(axis=0)
        counts = np.ones(CALENDAR_FEATURES)
        counts[-EVENT_FEATURES:] = shown.any(axis=0) & (last - first >= EVENT_YEARS_APART_DAYS)
        return replace(self, calendar=self.calendar * counts)

    def cut(self, rows: Rows, origins: Rows, horizon: int, are_plans_hidden: Bools | None = None) -> Windows:
        """Cut the windows that end before `origins` (columns) for the panel's rows `rows`.

        Only demand before the origin is read; days before a series begins are 0 with their flag off. Where
        `are_plans_hidden` (shape as rows), prices and promotions from the origin on count as unknown.
        """
        columns = origins[:, None] + np.arange(-INPUT_DAYS, 0)
        alive = columns >= np.maximum(self.panel.first[rows], 0)[:, None]
        units = np.where(alive, self.panel.demand[rows[:, None], np.maximum(columns, 0)], 0.0)
        usual = self._mean_before(rows, origins)
        recent = units.sum(axis=1) / np.maximum(alive.sum(axis=1), 1)
        scale = np.maximum(WINDOW_SHARE * recent + (1 - WINDOW_SHARE) * usual, LEAST_SCALE)
        scaled = units / scale[:, None]
        plans = _plans(self.panel, rows, np.maximum(columns, 0), np.zeros(len(rows), dtype=bool))[..., :2]
        past = np.concatenate(
            [
                np.log1p(scaled)[..., None], (units > 0)[..., None], alive[..., None], plans,
                self.calendar[np.maximum(columns, 0)],
            ],
            axis=2,
        )  # fmt: skip
        ahead = origins[:, None] + np.arange(horizon)
        base, lately = _weekday_means(scaled, alive, horizon)
        hidden = np.zeros(len(rows), dtype=bool) if are_plans_hidden is None else are_plans_hidden
        step = np.broadcast_to(np.minimum(np.arange(horizon), OUTPUT_DAYS - 1) / OUTPUT_DAYS, base.shape)
        future = np.concatenate(
            [
                np.log1p(base)[..., None], np.log1p(lately)[..., None], step[..., None],
                _plans(self.panel, rows, ahead, hidden), self.calendar[ahead],
            ],
            axis=2,
        )  # fmt: skip
        return Windows(past, future, _context(scaled, alive, scale, usual), base, scale)

    def _mean_before(self, rows: Rows, origins: Rows) -> Floats:
        days = np.maximum(origins - self.panel.first[rows], 1)
        return np.asarray(self.sold_before[rows, origins] / days)


def _plans(panel: Panel, rows: Rows, columns: Rows, are_hidden: Bools) -> Floats:
    """Return log price ratio, promotion and whether they are known; shape (rows, days, 3)."""
    is_known = (columns < panel.price_ratio.shape[1]) & ~are_hidden[:, None]
    price = np.log(panel.known(panel.price_ratio, rows, columns, 1.0))
    promo = panel.known(panel.promo, rows, columns, 0.0)
    return np.stack([price * is_known, promo * is_known, is_known], axis=2)


def _weekday_means(scaled: Floats, alive: Bools, horizon: int) -> tuple[Floats, Floats]:
    """Return, for every day ahead, its weekday's mean over the window and over the last two weeks.

    A window is whole weeks, so the day h ahead has the weekday of the window's day h modulo 7.
    """
    weeks, lived = scaled.reshape(-1, INPUT_DAYS // WEEK, WEEK), alive.reshape(-1, INPUT_DAYS // WEEK, WEEK)
    overall = scaled.sum(axis=1, keepdims=True) / np.maximum(alive.sum(axis=1, keepdims=True), 1)
    means = (weeks.sum(axis=1) + PRIOR_WEEKS * overall) / (lived.sum(axis=1) + PRIOR_WEEKS)
    lately = weeks[:, -2:].mean(axis=1)
    days = np.arange(horizon) % WEEK
    return means[:, days], lately[:, days]


def _context(scaled: Floats, alive: Bools, scale: Floats, usual: Floats) -> Floats:
    lived = np.maximum(alive.sum(axis=1), 1)
    sold = scaled > 0
    since_sale = np.where(sold.any(axis=1), sold[:, ::-1].argmax(axis=1), INPUT_DAYS)
    return np.stack(
        [
            np.log(scale),
            np.log1p(scaled[:, -WEEK:].mean(axis=1)),
            np.log1p(scaled[:, -2 * WEEK :].mean(axis=1)),
            np.log1p(scaled[:, -4 * WEEK :].mean(axis=1)),
            np.log1p(usual / scale),
            sold.sum(axis=1) / lived,
            np.log1p(since_sale) / np.log1p(INPUT_DAYS),
        ],
        axis=1,
    )


@lru_cache(maxsize=8)
def _day_features(start: np.datetime64, days: int) -> Floats:
    """Return weekday, time of month and year, and the events; shape (days, CALENDAR_FEATURES)."""
    dates: Days = start + np.arange(days)
    stamps = pd.DatetimeIndex(dates)
    angle = 2 * np.pi * stamps.dayofyear.to_numpy() / 365.25
    time = np.stack([np.sin(angle), np.cos(angle), stamps.day.to_numpy() / 31.0 - 0.5], axis=1)
    features = np.concatenate([np.eye(WEEK)[weekdays(dates)], time, calendar_features(dates)], axis=1)
    features.setflags(write=False)
    return features
