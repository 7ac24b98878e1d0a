"""What a forecast says of itself: how it did at earlier origins, week by week, against repeating the last week."""

import numpy as np
import pandas as pd
import pytest

from forecasting.backtest import judge
from forecasting.members.base import LEVELS
from forecasting.panel import read_panel
from forecasting.trials import Trial

ORIGIN, AHEAD = 42, 14


def panel_of(units, **columns):
    dates = pd.date_range("2025-01-06", periods=len(units))
    return read_panel(pd.DataFrame({"unique_id": "a", "ds": dates, "y": units, **columns}))


def trial_of(panel, origin=ORIGIN):
    span = slice(origin, origin + AHEAD)
    return Trial(origin, panel.demand[:, span], panel.is_scored[:, span], {})


def flat(mean, half_width):
    quantiles = mean + half_width * np.linspace(-1, 1, len(LEVELS))
    return np.full((1, AHEAD), float(mean)), np.tile(quantiles, (1, AHEAD, 1))


def judged(panel, mean, half_width=1.0, origins=(ORIGIN,)):
    said, quantiles = flat(mean, half_width)
    trials = [trial_of(panel, origin) for origin in origins]
    return judge(panel, trials, [said] * len(trials), [quantiles] * len(trials)).of(0)


def test_errors_are_those_of_a_weeks_total_and_the_yardstick_is_the_week_before():
    found = judged(panel_of(np.r_[np.full(42, 8.0), np.full(14, 10.0)]), mean=9.0)
    assert (found.origins, found.horizon_days, found.weeks) == (1, 14, 2)
    assert found.error == pytest.approx(7.0) and found.naive_error == pytest.approx(14.0)


def test_over_several_origins_weeks_count_alike():
    units = np.r_[np.full(42, 8.0), np.full(14, 10.0), np.full(14, 12.0)]
    found = judged(panel_of(units), mean=10.0, origins=(42, 56))
    assert (found.origins, found.weeks) == (2, 4)
    assert found.error == pytest.approx(7.0) and found.naive_error == pytest.approx(14.0)


def test_coverage_is_the_share_of_days_between_a_tenth_and_nine_tenths():
    units = np.r_[np.full(42, 10.0), np.tile([10.0, 10.0, 20.0, 10.0, 10.0, 0.0, 10.0], 2)]
    assert judged(panel_of(units), mean=10.0, half_width=5.0).coverage80 == pytest.approx(5 / 7)


def test_a_week_with_a_day_out_of_stock_is_not_judged():
    empty = np.arange(56) == 50
    found = judged(panel_of(np.where(empty, 0.0, 10.0), is_stockout=empty), mean=9.0)
    assert found.weeks == 1 and found.error == pytest.approx(7.0)


def test_a_closed_weekday_does_not_keep_a_week_from_being_judged():
    is_open = np.arange(56) % 7 != 5
    panel = panel_of(np.where(is_open, 10.0, np.nan), is_open=is_open)
    said, quantiles = flat(10.0, 1.0)
    said[:, panel.is_shut(np.array([0]), ORIGIN, ORIGIN + AHEAD)[0]] = 0.0
    found = judge(panel, [trial_of(panel)], [said], [quantiles]).of(0)
    assert found.weeks == 2 and found.error == pytest.approx(0.0)


def test_a_product_that_nothing_can_be_judged_on_has_no_backtest():
    young = panel_of(np.r_[np.full(40, np.nan), np.full(16, 5.0)])
    assert judged(young, mean=5.0, origins=(young.periods - AHEAD,)) is None
    assert judge(young, [], [], []).of(0) is None
