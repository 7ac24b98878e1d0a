import numpy as np
import pandas as pd
import pytest

from forecasting.members.theta import Theta
from forecasting.panel import read_panel

WEEK = np.array([0.5, 0.8, 1.0, 1.0, 1.2, 1.5, 1.0])


def test_trend_and_week_are_carried_on():
    days = np.arange(210)
    units = np.random.default_rng(0).normal((20 + 0.1 * days) * np.tile(WEEK, 30), 1)
    panel = read_panel(
        pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2024-01-01", periods=210), "y": units})
    )
    mean = Theta().fit(panel, 210).predict(panel, np.array([0]), 210, 14).mean[0]
    assert mean[:7] == pytest.approx(41 * WEEK, rel=0.12)
    assert mean[7:].sum() > mean[:7].sum()


def test_a_decline_to_nothing_stays_uncertain():
    units = np.maximum(np.random.default_rng(1).normal(np.linspace(40, 2, 120), 3), 0.0)
    panel = read_panel(
        pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2024-01-01", periods=120), "y": units})
    )
    predicted = Theta().fit(panel, 120).predict(panel, np.array([0]), 120, 28)
    assert predicted.mean[0, -1] < 2
    assert (predicted.quantiles[0, :, -1] > 0.5).all()
