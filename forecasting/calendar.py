"""The calendar that the forecasters know ahead: public holidays and the retail events around them.

The public-holiday calendars know neither 11-11 nor 6-18, so the events come from a table of our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np

from forecasting.retail_events import BY_NAME, PEAKS
from forecasting.series import Days, Floats


@dataclass(frozen=True)
class Event:
    """A retail event of one year: `start` to `end`, both included; `label` by language "en" and "zh"."""

    name: str
    label: dict[str, str]
    start: date
    end: date


def events_between(start: date, end: date) -> list[Event]:
    """Return the retail events that touch the days from `start` to `end` (both included), by date.

    Source: the dates are our own table; Easter and Thanksgiving by rule, the lunar new year for 2009-2035.
    """
    found = [
        Event(event.name, {"en": event.english, "zh": event.chinese}, *span)
        for year in range(start.year, end.year + 1)
        for event in PEAKS
        if (span := event.span(year)) and span[0] <= end and span[1] >= start
    ]
    return sorted(found, key=lambda event: (event.start, event.end, event.name))


# Country and the part of it whose public holidays count.
_HOLIDAYS = {"cn": ("CN", None), "gb": ("GB", "ENG"), "us": ("US", None), "de": ("DE", None)}


@dataclass(frozen=True)
class _Wave:
    """How one event swells and ebbs, by days from its own day."""

    event: str
    first: int
    values: tuple[float, ...]


def _rise(event: str, first: int, last: int = 0) -> _Wave:
    length = last - first + 1
    return _Wave(event, first, tuple((k + 1) / length for k in range(length)))


def _hold(event: str, first: int, last: int) -> _Wave:
    return _Wave(event, first, (1.0,) * (last - first + 1))


def _fall(event: str, first: int, last: int) -> _Wave:
    length = last - first + 1
    return _Wave(event, first, tuple((length - k) / length for k in range(length)))


# Sales of one kind share a column: a single year shows each of them once, and they teach about each other.
_WAVES: dict[str, tuple[_Wave, ...]] = {
    "spring_festival_before": (_rise("spring_festival", -21, -1),),
    "spring_festival": (_hold("spring_festival", 0, 6),),
    "spring_festival_after": (_fall("spring_festival", 7, 14),),
    "mega_sale": tuple(_rise(sale, -2) for sale in ("womens_day", "618", "99_sale", "singles_day", "double_12")),
    "mega_sale_presale": (
        _hold("womens_day", -8, -3), _hold("618", -25, -3), _hold("99_sale", -8, -3),
        _hold("singles_day", -22, -3), _hold("double_12", -5, -3),
    ),
    "after_mega_sale": (_fall("618", 1, 7), _fall("singles_day", 1, 7)),
    "singles_day": (_rise("singles_day", -2),),
    "618": (_rise("618", -2),),
    "black_friday": (_rise("black_friday", -5), _hold("black_friday", 1, 3)),
    "christmas_before": (_rise("christmas", -42, -1),),
    "after_christmas": (_fall("christmas", 1, 7),),
    "easter_before": (_rise("easter", -21),),
    "gift_day": (_rise("valentines_day", -7), _rise("mothers_day", -7), _rise("fathers_day", -7)),
    "mothering_sunday": (_rise("mothering_sunday", -10),),
    "gift_day_cn": (_rise("520", -3), _rise("childrens_day", -5), _rise("qixi", -5)),
    "family_feast_cn": (_rise("dragon_boat", -7), _rise("mid_autumn", -14)),
    "golden_week": (_hold("labour_day", 0, 4), _hold("national_day", 0, 6)),
    "halloween": (_rise("halloween", -14),),
    "back_to_school": (_rise("back_to_school", -28), _fall("back_to_school", 1, 7)),
}  # fmt: skip

FEATURE_NAMES: tuple[str, ...] = (
    *(f"holiday_{market}" for market in _HOLIDAYS),
    *(f"before_holiday_{market}" for market in _HOLIDAYS),
    "workday_cn",
    *_WAVES,
)


def calendar_features(dates: Days) -> Floats:
    """Return what the calendar says of each day, shape (days, len(FEATURE_NAMES)), all from 0 to 1.

    `holiday_*` and `before_holiday_*` mark public holidays and the days before them, `workday_cn` the weekend days
    that China works instead; the others swell towards an event's own day (1.0) and ebb after it.

    Args:
        dates: shape (days,), in any order; lunar festivals are known from 2009 to 2035.

    Source: public holidays of the package `holidays`; retail events of `forecasting.retail_events`.
    """
    days = dates.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    place = (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    features = np.empty((len(days), len(FEATURE_NAMES)))
    for year in np.unique(years):
        of_year = years == year
        features[of_year] = _year(int(year))[place[of_year]]
    return features


@cache
def _year(year: int) -> Floats:
    """Return the features of a year's days, shape (366, features)."""
    table = np.zeros((366, len(FEATURE_NAMES)))
    for number, name in enumerate(FEATURE_NAMES):
        for day, value in _marks(name, year):
            if day.year == year:
                cell = (day.timetuple().tm_yday - 1, number)
                table[cell] = max(table[cell], value)
    return table


def _marks(name: str, year: int) -> Iterator[tuple[date, float]]:
    """Yield the days that a column marks and by how much; also some just outside the year."""
    if name == "workday_cn":
        return ((day, 1.0) for day in _public_days("cn", year)[1])
    if name in _WAVES:
        return _wave_marks(_WAVES[name], year)
    kind, market = name.rsplit("_", 1)
    if kind == "holiday":
        return ((day, 1.0) for day in _public_days(market, year)[0])
    near = (*_public_days(market, year)[0], *_public_days(market, year + 1)[0])
    return ((day - timedelta(days=1), 1.0) for day in near)


def _wave_marks(waves: tuple[_Wave, ...], year: int) -> Iterator[tuple[date, float]]:
    for wave in waves:
        for near in (year - 1, year, year + 1):
            own_day = BY_NAME[wave.event].day(near)
            if own_day:
                yield from (
                    (own_day + timedelta(days=wave.first + k), value) for k, value in enumerate(wave.values)
                )


@cache
def _public_days(market: str, year: int) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """Return the public holidays of a year, and the weekend days worked instead."""
    from holidays import country_holidays

    country, part = _HOLIDAYS[market]
    found = country_holidays(country, subdiv=part, years=year)
    return tuple(sorted(found)), tuple(sorted(found.weekend_workdays))
