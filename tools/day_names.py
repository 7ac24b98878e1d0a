"""A name that days have in every year: March, 双十一, week 46."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from tools.days import BrokenDate, Days

# A yearless name recurs within so many years, the leap day included.
_LONGEST_RECURRENCE_YEARS = 8
_WEEKDAY_ZH = "一二三四五六日"


class Name(NamedTuple):
    """Days that a name means, in any year.

    Args:
        days_of: a year's days of that name; LookupError where the calendar's tables end.
        year: the year that was said with it, if any.
        is_past: whether the name was said to be the last one, one that is over.
        day_of: a festival's own day.
        weekday: the weekday that was said beside it, 0 is Monday.
    """

    days_of: Callable[[int], Days]
    year: int | None = None
    is_past: bool = False
    day_of: Callable[[int], date] | None = None
    weekday: int | None = None

    def latest(self, as_of: date) -> Days | None:
        """Return the days of the year said, or of the last year in which they had begun by `as_of`.

        Raises:
            BrokenDate: the date does not exist, or is another weekday than was said.
        """
        if self.year is not None:
            days = self._in_year(self.year)
            return self._agreeing(days) if days else None
        broken: BrokenDate | None = None
        for year in range(as_of.year, as_of.year - _LONGEST_RECURRENCE_YEARS, -1):
            try:
                days = self._in_year(year)
            except BrokenDate as error:
                broken = broken or error
                continue
            if days and (days.end < as_of if self.is_past else days.start <= as_of):
                return self._agreeing(days)
        if broken:
            raise broken
        return None

    def next_after(self, as_of: date) -> Days | None:
        """Return the days of the year said, or of the first year in which they end after `as_of`."""
        if self.year is not None:
            return self._in_year(self.year)
        for year in range(as_of.year, as_of.year + 2):
            days = self._in_year(year)
            if days and days.end > as_of:
                return days
        return None

    def own_day(self, days: Days) -> date:
        """Return a festival's own day among its days, or their first."""
        return self.day_of(days.end.year) if self.day_of else days.start

    def narrowed(self, part: Callable[[Days], Days]) -> Name:
        """Return the name of a part of its days."""
        return self._replace(days_of=lambda year: part(self.days_of(year)), day_of=None)

    def _in_year(self, year: int) -> Days | None:
        try:
            return self.days_of(year)
        except LookupError:
            return None

    def _agreeing(self, days: Days) -> Days:
        if self.weekday is not None and days.start.weekday() != self.weekday:
            real = days.start.weekday()
            raise BrokenDate(
                f"{days.start} is a {calendar.day_name[real]}, not a {calendar.day_name[self.weekday]}.",
                f"{days.start} 是星期{_WEEKDAY_ZH[real]}，不是星期{_WEEKDAY_ZH[self.weekday]}。",
            )
        return days
