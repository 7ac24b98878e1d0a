"""Which forecasters take part, by the frequency of the data."""

from __future__ import annotations

from forecasting.members.base import Member
from forecasting.panel import Frequency


def choose_members(frequency: Frequency) -> list[Member]:
    """Return the members for panels of a frequency, none of them fitted.

    Days have weekdays, festivals and enough of them for what learns over all products; weeks and months are left to
    the members that look at one series at a time.
    """
    from forecasting.members.lightgbm import LightGbm
    from forecasting.members.recurrent import Recurrent

    single = choose_single_members()
    return [*single, LightGbm(), Recurrent()] if frequency == "D" else single


def choose_single_members() -> list[Member]:
    """Return the members that look at one series at a time."""
    from forecasting.members.arima import Arima
    from forecasting.members.drift import Drift
    from forecasting.members.ets import Ets
    from forecasting.members.intermittent import Intermittent
    from forecasting.members.seasonal_naive import SeasonalNaive
    from forecasting.members.theta import Theta
    from forecasting.members.weekday_mean import WeekdayMean

    return [SeasonalNaive(), WeekdayMean(), Theta(), Ets(), Arima(), Intermittent(), Drift()]
