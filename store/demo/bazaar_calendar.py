"""What the calendar does to demand in the bazaar: weekdays, seasons, shopping festivals."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

# Monday to Sunday: people shop online in the evening and at the weekend.
_WEEKDAY = np.array([0.95, 0.92, 0.93, 0.96, 1.02, 1.12, 1.10])
# (month, day) -> traffic on that day, before any discount.
_FESTIVALS = {
    (6, 16): 1.3, (6, 17): 1.4, (6, 18): 2.0,
    (11, 9): 1.3, (11, 10): 1.6, (11, 11): 3.2, (11, 12): 0.8, (11, 13): 0.8, (11, 14): 0.85,
    (12, 11): 1.1, (12, 12): 1.6,
}  # fmt: skip
_SALE_DAYS = {(6, 16), (6, 17), (6, 18), (11, 9), (11, 10), (11, 11), (12, 12)}
# Parcels do not move in the week of the Spring Festival.
_SPRING_FESTIVALS = [(date(2025, 1, 27), date(2025, 2, 3)), (date(2026, 2, 15), date(2026, 2, 22))]
# Day of the year on which demand peaks, and how far it swings about its mean.
_SEASONS = {
    "sunscreen": (190, 0.6), "sun jacket": (180, 0.6), "camping chair": (150, 0.4), "tent": (150, 0.4),
    "vacuum flask": (350, 0.35), "scarf": (345, 0.6), "thermal top": (345, 0.6), "pyjamas": (345, 0.5),
    "cardigan": (320, 0.4), "pet bed": (350, 0.35), "lip balm": (350, 0.3), "hand cream": (350, 0.35),
    "hot pot base": (350, 0.35), "school bag": (240, 0.45), "bubble machine": (165, 0.4),
    "T-shirt": (180, 0.4),
}  # fmt: skip


def weekday_factor(days: pd.DatetimeIndex) -> Floats:
    """Return the weekday's share of demand, shape (days,), mean 1 over a week."""
    return np.asarray(_WEEKDAY[days.dayofweek], dtype=np.float64)


def season_factor(noun: str, days: pd.DatetimeIndex) -> Floats:
    """Return the season's factor for a product, by its English noun; shape (days,), mean about 1."""
    peak, swing = _SEASONS.get(noun, (330, 0.05))
    return np.asarray(1 + swing * np.cos(2 * np.pi * (days.dayofyear - peak) / 365.25), dtype=np.float64)


def festival_factor(days: pd.DatetimeIndex) -> Floats:
    """Return the traffic of shopping festivals and holidays, shape (days,), 1 on a plain day."""
    factor = np.array([_FESTIVALS.get((d.month, d.day), 1.0) for d in days])
    for start, end in _SPRING_FESTIVALS:
        factor[(days >= pd.Timestamp(start)) & (days <= pd.Timestamp(end))] = 0.6
    return factor


def is_sale_day(days: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
    """Return the days on which the whole shop is discounted, shape (days,)."""
    return np.array([(d.month, d.day) in _SALE_DAYS for d in days])
