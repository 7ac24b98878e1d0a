import numpy as np
import pandas as pd
import pytest

from forecasting.members.drift import Drift
from forecasting.panel import read_panel

ARTICLE = [100, 120, 150, 130, 140, 160, 180, 200, 220, 250]
ACTUAL = [270, 290, 310, 330, 350]


def forecast(units, horizon):
    days = pd.date_range("2024-01-01", periods=len(units))
    panel = read_panel(pd.DataFrame({"unique_id": "a", "ds": days, "y": np.asarray(units, dtype=float)}))
    return Drift().fit(panel, len(units)).predict(panel, np.array([0]), len(units), horizon)


def test_a_steady_climb_is_carried_on_and_the_actuals_lie_inside():
    predicted = forecast(ARTICLE, 5)
    assert predicted.mean[0] == pytest.approx([266.7, 283.3, 300.0, 316.7, 333.3], abs=0.1)
    assert (predicted.quantiles[0, :, 1] < ACTUAL).all()
    assert (predicted.quantiles[0, :, 17] > ACTUAL).all()


def test_a_few_uneven_days_are_no_trend():
    assert forecast([3, 0, 1, 0, 9], 28).mean[0] == pytest.approx(np.full(28, 2.6))
    assert forecast([5, 2, 8, 4, 3, 6, 9], 28).mean[0, -1] == pytest.approx(37 / 7)


def test_one_day_gives_a_wide_forecast():
    predicted = forecast([16], 3)
    assert predicted.mean[0] == pytest.approx(np.full(3, 16.0))
    assert (predicted.quantiles[0, :, 17] > 25).all()
    assert (predicted.quantiles[0, :, 1] < 7).all()


def test_three_equal_days_do_not_make_certainty():
    predicted = forecast([8, 8, 8], 3)
    assert (predicted.quantiles[0, :, -1] - predicted.quantiles[0, :, 0] > 8).all()
