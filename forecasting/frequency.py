"""Whether the dates of a long frame are days, weeks or months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.errors import ForecastingError
from forecasting.panel import Frequency
from forecasting.series import WEEK, Bools, Days, weekdays

WORDS: dict[Frequency, str] = {"D": "daily", "W": "weekly", "M": "monthly"}
# So many dates at exactly one week's, or one month's, distance are no chance.
SURE_WEEKS = 8
SURE_MONTHS = 6
# Months that a series skips now and then do not make it something else.
_LISTED_MONTHS = 0.9

Codes = NDArray[np.int64]


class FrequencyUnclear(ForecastingError):
    """The dates are neither daily, weekly nor monthly, or not the same in every series."""


@dataclass(frozen=True)
class _Dates:
    """Each series' dates, once, ascending.

    Attributes:
        codes, days: shape (dates,), series by number and day.
        counts: shape (series,), dates of each series.
        union: all dates of the frame, ascending.
    """

    codes: Codes
    days: Days
    counts: Codes
    union: Days

    @classmethod
    def of(cls, codes: Codes, days: Days) -> _Dates:
        pairs = pd.DataFrame({"code": codes, "day": days.astype(np.int64)}).drop_duplicates()
        pairs = pairs.sort_values(["code", "day"])
        ordered = pairs["day"].to_numpy().astype("datetime64[D]")
        known = pairs["code"].to_numpy()
        return cls(known, ordered, np.bincount(known), np.unique(ordered))

    @property
    def months(self) -> NDArray[np.int64]:
        return np.asarray(self.days.astype("datetime64[M]").astype(np.int64))

    def is_once_a_month(self) -> Bools:
        """Return which series have no month twice; shape (series,)."""
        again = (np.diff(self.months) == 0) & (np.diff(self.codes) == 0)
        return np.asarray(np.bincount(self.codes[1:][again], minlength=len(self.counts)) == 0)

    def steps(self, values: NDArray[np.int64]) -> tuple[Codes, NDArray[np.int64]]:
        """Return the differences of neighbouring values within each series, with their series."""
        same = np.diff(self.codes) == 0
        return self.codes[1:][same], np.diff(values)[same]


def find_frequency(codes: Codes, days: Days, ids: pd.Index[Any], asked: Frequency | None = None) -> Frequency:
    """Find out what the dates are.

    Args:
        codes: shape (rows,), series by number.
        days: shape (rows,).
        ids: the series' names by number, for messages.
        asked: what the caller says they are; it settles what the dates leave open, and may not contradict them.

    Raises:
        FrequencyUnclear: the frequency differs between series, is another one, or contradicts what was asked.
    """
    if asked is not None and asked not in WORDS:
        raise FrequencyUnclear(
            f"there is no frequency {asked!r}", f"say one of {', '.join(WORDS)}, or leave it out"
        )
    dates = _Dates.of(codes, days)
    if asked is not None:
        _check_asked(dates, asked)
        return asked
    if _is_monthly(dates):
        _check_step(np.unique(dates.months), 1, "months")
        return "M"
    if _is_weekly(dates.union):
        _check_step(dates.union.astype(np.int64), WEEK, "days")
        return "W"
    _check_same(dates, ids)
    return "D"


def _is_monthly(dates: _Dates) -> bool:
    if len(np.unique(dates.months)) < 2 or not dates.is_once_a_month().all():
        return False
    return _is_same_day(dates.union) or _fills_months(dates)


def _is_same_day(days: Days) -> bool:
    """Say whether all dates are the same day of the month, or its last one."""
    months = days.astype("datetime64[M]")
    number = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    return bool((number == np.minimum(number.max(), length)).all())


def _fills_months(dates: _Dates) -> bool:
    if dates.counts.max() < SURE_MONTHS:
        return False
    _, steps = dates.steps(dates.months)
    return bool(len(steps) >= _LISTED_MONTHS * steps.sum())


def _is_weekly(union: Days) -> bool:
    return len(union) > 1 and len(np.unique(weekdays(union))) == 1


def _check_step(values: NDArray[np.int64], unit: int, noun: str) -> None:
    """Refuse every second week, quarters, years: four dates or more that are all so far apart."""
    step = int(np.gcd.reduce(np.diff(values)))
    if len(values) > 3 and step > unit:
        raise FrequencyUnclear(
            f"the dates in ds are {step} {noun} apart, which is neither daily, weekly nor monthly",
            "give one row a day, week or month",
        )


def _check_same(dates: _Dates, ids: pd.Index[Any]) -> None:
    weekly, monthly = _alone(dates)
    odd = weekly | monthly
    if not odd.any():
        return
    strange = int(np.flatnonzero(odd)[0])
    kind = "weekly" if weekly[strange] else "monthly"
    rest = np.flatnonzero(~(weekly if weekly[strange] else monthly))
    if len(rest) == 0:
        raise FrequencyUnclear(
            f"every series is {kind}, but their dates in ds fall on different days",
            f"date all {kind} rows by the same day, or say the frequency ({kind[0].upper()})",
        )
    raise FrequencyUnclear(
        f"the dates in ds of {ids[strange]!r} are {kind}, those of {ids[rest[0]]!r} are not",
        "forecast daily, weekly and monthly series from separate files, "
        "or say the frequency (D) where all of them are daily",
    )


def _alone(dates: _Dates) -> tuple[Bools, Bools]:
    """Return which series are for certain weekly, and monthly, when looked at by themselves."""
    series = len(dates.counts)
    codes, steps = dates.steps(dates.days.astype(np.int64))
    other = np.bincount(codes[steps != WEEK], minlength=series)
    weekly = (dates.counts >= SURE_WEEKS) & (other == 0)
    codes, steps = dates.steps(dates.months)
    skipped = np.bincount(codes[steps != 1], minlength=series)
    return weekly, (dates.counts >= SURE_MONTHS) & (skipped == 0)


def _check_asked(dates: _Dates, asked: Frequency) -> None:
    if asked == "M" and not dates.is_once_a_month().all():
        raise _contradicted(asked, "a month has several dates")
    if asked == "W" and not _is_once_a_week(dates):
        raise _contradicted(asked, "a week has several dates")
    if asked == "D" and len(dates.union) >= SURE_WEEKS:
        if _is_weekly(dates.union):
            raise _contradicted(asked, "all dates fall on the same weekday")
        if _is_monthly(dates):
            raise _contradicted(asked, "each month has one date")


def _is_once_a_week(dates: _Dates) -> bool:
    _, steps = dates.steps(monday(dates.days).astype(np.int64))
    return bool((steps > 0).all())


def monday(days: Days) -> Days:
    """Return the Monday of each day's week."""
    return np.asarray(days - weekdays(days))


def _contradicted(asked: Frequency, fact: str) -> FrequencyUnclear:
    return FrequencyUnclear(
        f"the frequency was said to be {asked!r} ({WORDS[asked]}), but {fact} in ds",
        "leave the frequency out to have it found, or sum the rows to that frequency first",
    )
