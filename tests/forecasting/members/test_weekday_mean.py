import numpy as np
import pandas as pd
import pytest

from forecasting.members.season import seasonal_shares
from forecasting.members.weekday_mean import WeekdayMean, steady_levels
from forecasting.panel import read_panel

WEEK = np.array([0.5, 0.8, 1.0, 1.0, 1.2, 1.5, 1.0])


def forecast(units, horizon=7):
    days = pd.date_range("2024-01-01", periods=len(units))
    panel = read_panel(pd.DataFrame({"unique_id": "a", "ds": days, "y": units}))
    return WeekdayMean().fit(panel, len(units)).predict(panel, np.array([0]), len(units), horizon)


def test_each_weekday_gets_its_share():
    units = np.random.default_rng(0).poisson(20 * np.tile(WEEK, 40)).astype(float)
    assert forecast(units).mean[0] == pytest.approx(20 * WEEK, rel=0.2)


def test_a_jump_is_followed_within_a_fortnight():
    draws = np.random.default_rng(1)
    units = np.concatenate([draws.poisson(10, 150), draws.poisson(30, 14)]).astype(float)
    assert forecast(units).mean.mean() == pytest.approx(30, rel=0.15)


def test_the_level_before_a_period_is_told_from_earlier_ones_only():
    units = np.random.default_rng(2).poisson(10, 100).astype(float)
    changed = units.copy()
    changed[60:] = 99.0
    ones = np.ones(100)
    np.testing.assert_array_equal(
        steady_levels(units, ones, (14, 28, 56))[:61], steady_levels(changed, ones, (14, 28, 56))[:61]
    )


def test_a_weekday_that_never_sold_is_shut_but_a_rare_article_sells_any_day():
    daily = np.tile([1.0, 1, 1, 1, 1, 0, 1], 10)
    assert seasonal_shares(daily, 7)[5] == 0.0
    rare = np.zeros(70)
    rare[[3, 24, 50]] = 1.0
    assert (seasonal_shares(rare, 7) > 0).all()


def test_no_season_is_read_into_less_than_two():
    assert (seasonal_shares(np.arange(80.0), 52) == 1).all()
