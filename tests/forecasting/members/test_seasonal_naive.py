import numpy as np
import pandas as pd
import pytest

from forecasting.members.seasonal_naive import SeasonalNaive
from forecasting.panel import read_panel


def forecast(units, horizon, frequency="D"):
    days = pd.date_range("2024-01-01", periods=len(units), freq={"D": "D", "M": "MS"}[frequency])
    panel = read_panel(pd.DataFrame({"unique_id": "a", "ds": days, "y": units}), frequency)
    return SeasonalNaive().fit(panel, len(units)).predict(panel, np.array([0]), len(units), horizon)


def test_last_week_is_repeated_as_it_was():
    units = np.array([4.0, 9.0, 2.0, 7.0, 5.0, 900.0, 3.0] * 3)
    assert forecast(units, 10).mean[0].tolist() == [4, 9, 2, 7, 5, 900, 3, 4, 9, 2]


def test_the_year_is_repeated_by_months():
    units = np.arange(1.0, 31.0)
    assert forecast(units, 3, "M").mean[0].tolist() == [19, 20, 21]


def test_less_than_a_week_repeats_the_last_day():
    assert forecast(np.array([1.0, 3.0, 2.0]), 3).mean[0].tolist() == [2, 2, 2]


def test_its_own_errors_make_the_interval_and_a_second_week_widens_it():
    units = np.random.default_rng(0).normal(100, 5, 365)
    predicted = forecast(units, 14)
    width = predicted.quantiles[0, :, 17] - predicted.quantiles[0, :, 1]
    assert width[0] == pytest.approx(2 * 1.2816 * 5 * np.sqrt(2), rel=0.15)
    assert width[7] == pytest.approx(np.sqrt(2) * width[0])
