"""What the LSTM sees: past windows of demand, and a calendar of the days to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.calendar import events_between
from forecasting.series import WEEK, Days, DemandSeries, Floats, weekdays

INPUT_DAYS = 56
OUTPUT_DAYS = 28
# Festivals whose trade differs enough to have an input of their own; the rest share one.
OWN_EVENTS = ("singles_day", "618", "christmas", "spring_festival")
CALENDAR_FEATURES = WEEK + 3 + len(OWN_EVENTS) + 1
PAST_FEATURES = 3 + CALENDAR_FEATURES
# A window of zeros still needs a scale.
LEAST_SCALE = 0.1
RECENT_SCALE_SHARE = 0.9


@dataclass(frozen=True)
class Windows:
    """A batch of windows; demand in units of `scale`.

    Attributes:
        past: shape (batch, INPUT_DAYS, PAST_FEATURES).
        future: shape (batch, horizon, CALENDAR_FEATURES + 2): calendar, the weekday's mean, the step.
        base: shape (batch, horizon), weekday means that the network's output is added to.
        scale: shape (batch,), units a day.
    """

    past: Floats
    future: Floats
    base: Floats
    scale: Floats


def calendar_features(dates: Days) -> Floats:
    """Return weekday, time of month and year, and retail events; shape (days, CALENDAR_FEATURES)."""
    stamps = pd.DatetimeIndex(dates)
    angle = 2 * np.pi * stamps.dayofyear.to_numpy() / 365.25
    parts = [np.eye(WEEK)[weekdays(dates)], np.sin(angle)[:, None], np.cos(angle)[:, None]]
    parts.append(stamps.day.to_numpy()[:, None] / 31.0 - 0.5)
    events = np.zeros((len(dates), len(OWN_EVENTS) + 1))
    for event in events_between(stamps[0].date(), stamps[-1].date()):
        column = OWN_EVENTS.index(event.name) if event.name in OWN_EVENTS else len(OWN_EVENTS)
        inside = (dates >= np.datetime64(event.start)) & (dates <= np.datetime64(event.end))
        # The festival's last day is its main one (11 November, 18 June, Christmas).
        events[inside, column] = np.maximum(events[inside, column], 0.5)
        events[dates == np.datetime64(event.end), column] = 1.0
    return np.concatenate([*parts, events], axis=1)


@dataclass(frozen=True)
class Panel:
    """Products aligned on one calendar that reaches OUTPUT_DAYS or more past the last sales day.

    Attributes:
        demand: shape (products, days); 0 before a product's first day and after its last.
        is_scored: same shape.
        first: shape (products,), column of each product's first day.
        ends: shape (products,), column after each product's last day.
        calendar: shape (days + ahead, CALENDAR_FEATURES).
        day_of_week: shape (days + ahead,).
    """

    demand: Floats
    is_scored: np.ndarray
    first: np.ndarray
    ends: np.ndarray
    calendar: Floats
    day_of_week: np.ndarray


def align(products: Sequence[DemandSeries], ahead_days: int = OUTPUT_DAYS) -> Panel:
    """Lay products out on one calendar."""
    start = min(series.dates[0] for series in products)
    end = max(series.dates[-1] for series in products)
    days = int((end - start).astype(int)) + 1
    demand, is_scored = np.zeros((len(products), days)), np.zeros((len(products), days), dtype=bool)
    first = np.array([int((series.dates[0] - start).astype(int)) for series in products])
    for row, series in enumerate(products):
        span = slice(first[row], first[row] + series.days)
        demand[row, span], is_scored[row, span] = series.demand, series.is_scored
    dates = start + np.arange(days + ahead_days)
    ends = first + np.array([series.days for series in products])
    return Panel(demand, is_scored, first, ends, calendar_features(dates), weekdays(dates))


def cut_windows(panel: Panel, rows: np.ndarray, origins: np.ndarray, horizon_days: int) -> Windows:
    """Cut the windows that end before `origins` (columns of the panel) for the products `rows`.

    Days before a product's launch are 0 with their flag off. Only demand before the origin is read.
    """
    past_columns = origins[:, None] + np.arange(-INPUT_DAYS, 0)
    future_columns = origins[:, None] + np.arange(horizon_days)
    alive = past_columns >= panel.first[rows][:, None]
    known = np.maximum(past_columns, 0)
    demand = np.where(alive, panel.demand[rows[:, None], known], 0.0)
    days = np.maximum(alive.sum(axis=1), 1)
    recent = demand.sum(axis=1) / days
    lately = demand[:, -2 * WEEK :].mean(axis=1)
    scale = np.maximum(RECENT_SCALE_SHARE * recent + (1 - RECENT_SCALE_SHARE) * lately, LEAST_SCALE)
    scaled = demand / scale[:, None]
    by_weekday = _weekday_means(scaled, alive, panel.day_of_week[known])
    base = np.take_along_axis(by_weekday, panel.day_of_week[future_columns], axis=1)
    past = np.concatenate(
        [np.log1p(scaled)[..., None], (demand > 0)[..., None], alive[..., None], panel.calendar[known]],
        axis=2,
    )
    step = np.broadcast_to(np.minimum(np.arange(horizon_days), OUTPUT_DAYS - 1) / OUTPUT_DAYS, base.shape)
    future = np.concatenate([panel.calendar[future_columns], base[..., None], step[..., None]], axis=2)
    return Windows(past, future, base, scale)


def _weekday_means(scaled: Floats, alive: np.ndarray, day_of_week: np.ndarray) -> Floats:
    """Return means by weekday, shape (batch, 7), each leaning on the window's overall mean."""
    membership = np.eye(WEEK)[day_of_week] * alive[..., None]
    counts = membership.sum(axis=1)
    sums = np.einsum("bt,btw->bw", scaled, membership)
    overall = scaled.sum(axis=1, keepdims=True) / np.maximum(alive.sum(axis=1, keepdims=True), 1)
    return np.asarray((sums + 2.0 * overall) / (counts + 2.0))
