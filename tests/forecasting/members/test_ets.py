import numpy as np
import pandas as pd
import pytest

from forecasting.members.ets import Ets
from forecasting.panel import read_panel

WEEK = np.array([0.5, 0.8, 1.0, 1.0, 1.2, 1.5, 0.0])


@pytest.fixture
def panel():
    units = np.random.default_rng(0).poisson(30 * np.tile(WEEK, 30)).astype(float)
    return read_panel(
        pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2024-01-01", periods=210), "y": units})
    )


def test_a_day_without_sales_all_year_neither_sells_nor_lowers_the_others(panel):
    predicted = Ets().fit(panel, 210).predict(panel, np.array([0]), 210, 14)
    assert predicted.mean[0, :7] == pytest.approx(30 * WEEK, rel=0.2)
    assert predicted.quantiles[0, [6, 13]].max() == 0.0


def test_busy_days_are_less_certain_than_quiet_ones(panel):
    quantiles = Ets().fit(panel, 210).predict(panel, np.array([0]), 210, 7).quantiles[0]
    width = quantiles[:, 17] - quantiles[:, 1]
    assert width[5] > 1.5 * width[0] > 0
