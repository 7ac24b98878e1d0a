"""Forecasts held against what sold: figures that can be checked by hand."""

import numpy as np
import pytest

from forecasting.members.base import LEVELS
from forecasting.scoring import Happened, Promised, repeat_last_week, score_forecasts

STEPS = np.array(LEVELS)


def scored(sold, is_scored=None, is_closed=None, before=(3.0,) * 7, mean=10.0):
    """Score one forecast of `mean` units a day whose 80% interval is 8 to 12, total 7 * days to 13 * days."""
    sold = np.array([sold], dtype=float)
    days = sold.shape[1]
    quantiles = mean + 5.0 * (STEPS - 0.5)
    promised = Promised(
        np.full((1, days), mean),
        np.tile(quantiles, (1, days, 1)),
        np.array([mean * days]),
        days * (mean + 7.5 * (STEPS[None, :] - 0.5)),
    )
    happened = Happened(
        sold,
        np.isfinite(sold) if is_scored is None else np.array([is_scored]),
        np.zeros(sold.shape, dtype=bool) if is_closed is None else np.array([is_closed]),
        np.array([before]),
    )
    return score_forecasts(promised, happened).iloc[0]


def test_a_forecast_that_was_right_has_no_error():
    row = scored([10.0] * 7)
    assert (row.daily_error, row.days_inside80, row.scored_days) == (0.0, 7, 7)
    assert (row.actual_total, row.total, bool(row.is_total_inside80)) == (70.0, 70.0, True)
    assert (row.naive_total, row.naive_daily_error) == (21.0, 49.0)


def test_errors_of_days_do_not_cancel_but_totals_do():
    row = scored([4.0, 16.0] * 7)
    assert (row.daily_error, row.days_inside80) == (84.0, 0)
    assert row.actual_total == row.total and row.is_total_inside80


def test_the_ends_of_the_interval_belong_to_it():
    assert scored([8.0, 12.0, 7.9, 12.1]).days_inside80 == 2
    assert scored([7.0] * 10).is_total_inside80 and not scored([6.9] * 10).is_total_inside80


def test_the_loss_is_that_of_the_quantiles():
    row = scored([0.0] * 2)
    expected = 2 * np.mean((1 - STEPS) * (10 + 5 * (STEPS - 0.5)))
    assert row.pinball == pytest.approx(2 * expected)


def test_days_out_of_stock_are_no_demand_and_leave_the_total_unjudged():
    row = scored([10.0, 0.0, 10.0], is_scored=[True, False, True])
    assert (row.scored_days, row.daily_error, row.sold) == (2, 0.0, 20.0)
    assert np.isnan(row.actual_total)


def test_an_unrecorded_day_leaves_the_total_unjudged():
    row = scored([10.0, np.nan, 10.0])
    assert row.scored_days == 2 and np.isnan(row.actual_total)


def test_a_closed_day_counts_as_nothing_sold_in_the_total():
    row = scored([10.0, np.nan, 10.0], is_closed=[False, True, False])
    assert (row.scored_days, row.daily_error, row.actual_total) == (2, 0.0, 20.0)


def test_last_week_is_repeated_with_older_days_where_it_is_unknown():
    weeks = np.array([[1.0, 2, 3, 4, 5, 6, 7, 11, np.nan, 13, 14, 15, 16, np.nan]])
    assert repeat_last_week(weeks, 9).tolist() == [[11, 2, 13, 14, 15, 16, 7, 11, 2]]
    assert repeat_last_week(weeks[:, -2:], 8).tolist() == [[0, 0, 0, 0, 0, 16, 0, 0]]
    assert repeat_last_week(np.full((2, 0), np.nan), 3).tolist() == [[0, 0, 0], [0, 0, 0]]
