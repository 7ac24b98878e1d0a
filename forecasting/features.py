"""What a tree sees of a product at an origin: its recent past, the day to forecast, and what is planned for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.calendar import FEATURE_NAMES, calendar_features
from forecasting.members.base import Rows
from forecasting.panel import Panel
from forecasting.series import WEEK, Bools, Floats, weekdays

WINDOW_WEEKS = 8
WINDOW_DAYS = WINDOW_WEEKS * WEEK
# Further ahead a forecast is that of the last step: it no longer depends on the days in between.
LAST_STEP = 28
RECENT_SHARE = 0.9
# A window of zeros still needs a scale.
LEAST_SCALE = 0.1
YEAR_DAYS = 52 * WEEK
_RECENT_DAYS = (7, 14, 28, 56)
_WINDOW_LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


@dataclass(frozen=True)
class Described:
    """Features of a batch of windows and steps.

    Attributes:
        names: of the columns.
        table: shape (batch x steps, len(names)), steps running fastest; NaN where unknown.
        scale: shape (batch,), units a day: demand in the table is in units of it.
    """

    names: tuple[str, ...]
    table: Floats
    scale: Floats


def describe(panel: Panel, rows: Rows, origins: Rows, steps: Rows, *, hide_plans: Bools) -> Described:
    """Describe the days `origins + steps` by what is known before `origins`.

    Args:
        panel: daily.
        rows: shape (batch,), positions in the panel.
        origins: shape (batch,), columns; demand is read before them only.
        steps: shape (batch, steps), days after the origin, from 0 on.
        hide_plans: shape (batch,), where price and promotion of the days ahead are to pass as unknown.
    """
    past = _Past.cut(panel, rows, origins)
    columns = origins[:, None] + steps
    shape = (len(rows), steps.shape[1])
    named = {
        "step": np.minimum(steps + 1, LAST_STEP).astype(float),
        **past.level_features(),
        **past.weekday_features(steps % WEEK),
        **_last_year(panel, rows, origins, columns),
        **_plans(panel, rows, origins, columns, hide_plans),
        **_calendar(panel, columns),
        "promoted_demand": past.on_promotion(panel, rows, origins),
    }
    wide = [
        np.broadcast_to(values if values.ndim == 2 else values[:, None], shape) for values in named.values()
    ]
    return Described(tuple(named), np.stack(wide, axis=-1).reshape(-1, len(named)), past.scale)


@dataclass(frozen=True)
class _Past:
    """The days before the origins; demand in units of `scale`, NaN before a series begins."""

    demand: Floats
    scale: Floats
    mean: Floats

    @classmethod
    def cut(cls, panel: Panel, rows: Rows, origins: Rows) -> _Past:
        columns = origins[:, None] + np.arange(-WINDOW_DAYS, 0)
        alive = columns >= np.maximum(panel.first[rows], 0)[:, None]
        sold = panel.demand[rows[:, None], np.maximum(columns, 0)]
        recent = np.where(alive, sold, 0.0).sum(axis=1) / np.maximum(alive.sum(axis=1), 1)
        mean = _mean_so_far(panel, rows, origins)
        scale = np.maximum(RECENT_SHARE * recent + (1 - RECENT_SHARE) * mean, LEAST_SCALE)
        return cls(np.where(alive, sold, np.nan) / scale[:, None], scale, mean)

    def level_features(self) -> dict[str, Floats]:
        demand = np.nan_to_num(self.demand)
        alive = np.isfinite(self.demand)
        days = np.maximum(alive.sum(axis=1), 1)
        named = {
            f"mean_{width}d": demand[:, -width:].sum(axis=1) / np.maximum(alive[:, -width:].sum(axis=1), 1)
            for width in _RECENT_DAYS
        }
        ordered = np.sort(np.where(alive, demand, np.inf), axis=1)
        for level in _WINDOW_LEVELS:
            place = np.round(level * (days - 1)).astype(np.int64)
            named[f"q{100 * level:.0f}_56d"] = ordered[np.arange(len(days)), place]
        sells = demand > 0
        weekly = demand.reshape(-1, WINDOW_WEEKS, WEEK).sum(axis=2)
        slope = np.arange(WINDOW_WEEKS) - (WINDOW_WEEKS - 1) / 2
        idle = np.where(sells.any(axis=1), sells[:, ::-1].argmax(axis=1), WINDOW_DAYS)
        change = np.abs(demand[:, WEEK:] - demand[:, :-WEEK]) * alive[:, :-WEEK]
        named |= {
            "mean_ever": self.mean / self.scale,
            "log_scale": np.log(self.scale),
            "zero_share_28d": 1 - sells[:, -28:].mean(axis=1),
            "zero_share_56d": 1 - sells.sum(axis=1) / days,
            "days_since_sale": idle.astype(float),
            "units_a_selling_day": demand.sum(axis=1) / np.maximum(sells.sum(axis=1), 1),
            "deviation_56d": np.sqrt(np.maximum((demand**2).sum(axis=1) / days - named["mean_56d"] ** 2, 0)),
            "deviation_28d": demand[:, -28:].std(axis=1),
            "weekly_change": change.sum(axis=1) / np.maximum(alive[:, :-WEEK].sum(axis=1), 1),
            "trend": weekly @ slope / (slope @ slope),
            "yesterday": demand[:, -1],
            "days_alive": days.astype(float),
        }
        return named

    def weekday_features(self, slots: Rows) -> dict[str, Floats]:
        """Return what the weekday of each target sold; `slots`: its place in the week before the origin."""
        weeks = self.demand.reshape(-1, WINDOW_WEEKS, WEEK)
        same = np.take_along_axis(
            weeks, np.broadcast_to(slots[:, None], (len(weeks), WINDOW_WEEKS, slots.shape[1])), 2
        )
        known = np.isfinite(same)
        sold = np.nan_to_num(same)
        overall = np.nan_to_num(self.demand).sum(axis=1) / np.maximum(np.isfinite(self.demand).sum(axis=1), 1)
        # One day like the window's mean keeps a weekday seen once from counting as certain.
        mean = (sold.sum(axis=1) + overall[:, None]) / (known.sum(axis=1) + 1.0)
        ordered = np.sort(sold, axis=1)
        return {
            "weekday_mean_8w": mean,
            "weekday_mean_4w": sold[:, -4:].mean(axis=1),
            "weekday_median_8w": ordered[:, WINDOW_WEEKS // 2 - 1 : WINDOW_WEEKS // 2 + 1].mean(axis=1),
            "weekday_high_8w": ordered[:, -2],
            "weekday_zero_share": 1 - (sold > 0).mean(axis=1),
            "weekday_last": same[:, -1],
            "weekday_last_2": same[:, -2],
        }

    def on_promotion(self, panel: Panel, rows: Rows, origins: Rows) -> Floats:
        """Return mean demand on the promoted days of the window; NaN where there was none."""
        columns = np.maximum(origins[:, None] + np.arange(-WINDOW_DAYS, 0), 0)
        share = panel.promo[rows[:, None], columns] * np.isfinite(self.demand)
        days = share.sum(axis=1)
        sold = (np.nan_to_num(self.demand) * share).sum(axis=1)
        return np.asarray(np.divide(sold, days, out=np.full(len(days), np.nan), where=days > 0))


def _totals(panel: Panel, rows: Rows, start: Rows, stop: Rows) -> Floats:
    """Return the units of the columns start … stop - 1, shape as they; `rows` runs along the first axis."""
    kept, place = np.unique(rows, return_inverse=True)
    running = np.zeros((len(kept), panel.periods + 1))
    np.cumsum(panel.demand[kept], axis=1, out=running[:, 1:])
    at = place.reshape((-1,) + (1,) * (stop.ndim - 1))
    return np.asarray(running[at, stop] - running[at, start])


def _mean_so_far(panel: Panel, rows: Rows, origins: Rows) -> Floats:
    begun = np.minimum(panel.first[rows], origins)
    return np.asarray(_totals(panel, rows, begun, origins) / np.maximum(origins - begun, 1))


def _last_year(panel: Panel, rows: Rows, origins: Rows, columns: Rows) -> dict[str, Floats]:
    """Return last year's week around the target over last year's window; NaN where it is not known."""
    middle = columns - YEAR_DAYS
    start, stop = middle - WEEK // 2, middle + WEEK // 2 + 1
    before = origins - YEAR_DAYS
    known = (before - WINDOW_DAYS >= panel.first[rows])[:, None] & (stop <= origins[:, None])
    if not known.any():
        return {"last_year": np.full(columns.shape, np.nan)}
    week = _totals(panel, rows, np.where(known, start, 0), np.where(known, stop, 0)) / WEEK
    usual_stop = np.maximum(before, 0)
    usual = _totals(panel, rows, np.maximum(usual_stop - WINDOW_DAYS, 0), usual_stop) / WINDOW_DAYS
    ratio = (week + LEAST_SCALE) / (usual[:, None] + LEAST_SCALE)
    return {"last_year": np.where(known, ratio, np.nan)}


def _plans(panel: Panel, rows: Rows, origins: Rows, columns: Rows, hide: Bools) -> dict[str, Floats]:
    hidden = hide[:, None]
    past = np.maximum(origins[:, None] + np.arange(-28, 0), 0)
    price = np.where(hidden, np.nan, panel.known(panel.price_ratio, rows, columns, np.nan))
    promo = np.where(hidden, np.nan, panel.known(panel.promo, rows, columns, np.nan))
    return {
        "price_ratio": price,
        "promo": promo,
        "price_ratio_28d": panel.price_ratio[rows[:, None], past].mean(axis=1),
        "price_ratio_7d": panel.price_ratio[rows[:, None], past[:, -7:]].mean(axis=1),
        "promo_28d": panel.promo[rows[:, None], past].mean(axis=1),
        "promo_7d": panel.promo[rows[:, None], past[:, -7:]].mean(axis=1),
    }


def _calendar(panel: Panel, columns: Rows) -> dict[str, Floats]:
    start = int(columns.min())
    dates = panel.calendar(start, int(columns.max()) + 1)
    stamps = pd.DatetimeIndex(dates)
    angle = 2 * np.pi * stamps.dayofyear.to_numpy() / 365.25
    named = {
        "weekday": weekdays(dates).astype(float),
        "day_of_month": stamps.day.to_numpy().astype(float),
        "year_sin": np.sin(angle),
        "year_cos": np.cos(angle),
        **dict(zip(FEATURE_NAMES, calendar_features(dates).T, strict=True)),
    }
    return {name: values[columns - start] for name, values in named.items()}
