"""Scores of logged forecasts: due once their days have passed, kept once, summed up per store and product."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from store.forecasts import Forecasts
from store.track_records import TrackRecords
from tests.store.test_forecasts import made, sell


@pytest.fixture
def store(empty_store):
    sell(empty_store, {"a": 4.0, "b": 2.0})
    return empty_store


def log(store, *as_ofs, product_id="a"):
    forecasts = Forecasts(store)
    forecasts.log([made(product_id, forecasts, as_of=as_of) for as_of in as_ofs])


def settle(store, actual=None, total=28.0, naive=21.0, inside=True):
    """Score all that is due, each with the same figures."""
    records = TrackRecords(store)
    for group in records.due():
        due = records.read_due(*group)
        n = len(due.numbers)
        records.keep(due, pd.DataFrame({
            "scored_days": [due.days] * n, "sold": [30.0] * n, "daily_error": [6.0] * n, "naive_daily_error": [9.0] * n,
            "pinball": [3.0] * n, "days_inside80": [due.days - 1] * n, "actual_total": [actual] * n,
            "total": [total] * n, "naive_total": [naive] * n, "is_total_inside80": [inside] * n,
        }).astype({"actual_total": float}))  # fmt: skip


def test_a_forecast_is_due_when_its_days_have_passed(store):
    log(store, date(2024, 3, 17), date(2024, 3, 24), date(2024, 3, 25))
    records = TrackRecords(store)
    assert records.due() == [(date(2024, 3, 17), 7), (date(2024, 3, 17), 14), (date(2024, 3, 24), 7)]
    assert records.waiting() == 9


def test_what_is_due_comes_back_as_it_was_logged(store):
    log(store, date(2024, 3, 17))
    due = TrackRecords(store).read_due(date(2024, 3, 17), 14)
    kept = made("a", Forecasts(store))
    assert due.product_ids == ["a"] and due.mean.shape == (1, 14) and due.quantiles.shape == (1, 14, 19)
    assert np.allclose(due.quantiles[0], kept.quantiles[:14, 1:-1]) and np.allclose(
        due.mean[0], kept.mean[:14]
    )
    assert due.total == pytest.approx([56.0])
    assert np.allclose(due.total_quantiles[0], kept.totals[14].quantiles[1:-1])


def test_a_score_is_kept_once(store):
    log(store, date(2024, 3, 17), date(2024, 3, 24))
    settle(store, actual=30.0)
    assert TrackRecords(store).due() == [] and TrackRecords(store).waiting() == 3
    sell(store, {"a": 4.0}, ("2024-04-01", "2024-04-07"))
    assert TrackRecords(store).due() == [(date(2024, 3, 24), 14)]


def test_the_summary_pools_by_horizon(store):
    log(store, date(2024, 3, 17), date(2024, 3, 24))
    settle(store, actual=40.0)
    week, fortnight = TrackRecords(store).summaries()
    assert (week.days, week.forecasts, week.totals) == (7, 2, 2)
    assert (fortnight.days, fortnight.forecasts) == (14, 1)
    assert week.total_error == pytest.approx(12 / 40) and week.naive_total_error == pytest.approx(19 / 40)
    assert week.totals_inside80 == 1.0 and week.days_inside80 == pytest.approx(6 / 7)
    assert week.daily_error == pytest.approx(0.2) and week.naive_daily_error == pytest.approx(0.3)
    assert week.wql == pytest.approx(0.1)


def test_totals_that_could_not_be_judged_are_left_out(store):
    log(store, date(2024, 3, 24))
    settle(store, actual=None, inside=False)
    (week,) = TrackRecords(store).summaries()
    assert (week.forecasts, week.totals, week.total_error, week.totals_inside80) == (1, 0, None, None)
    assert week.daily_error == pytest.approx(0.2)
    assert TrackRecords(store).of_product("a", 7) is None


def test_the_record_of_a_product_counts_times_that_lie_apart(store):
    log(store, *(date(2024, 1, 1) + timedelta(days=k) for k in range(0, 60, 3)))
    settle(store, actual=35.0)
    record = TrackRecords(store).of_product("a", 14)
    assert (record.forecasts, record.days, record.inside80) == (4, 14, 4)
    assert record.first_as_of == date(2024, 1, 13)
    assert record.error_pct == pytest.approx(20.0) and record.naive_error_pct == pytest.approx(40.0)
    assert TrackRecords(store).of_product("a", 10).days == 7
    assert TrackRecords(store).of_product("a", 3).days == 7
    assert TrackRecords(store).of_product("b", 14) is None


def test_the_last_forecast_of_a_day_stands_for_it(store):
    log(store, date(2024, 3, 24))
    settle(store, actual=28.0, total=56.0, inside=False)
    forecasts = Forecasts(store)
    forecasts.log([made("a", forecasts, as_of=date(2024, 3, 24), engine="2")])
    settle(store, actual=28.0, total=28.0)
    record = TrackRecords(store).of_product("a", 7)
    assert (record.forecasts, record.error_pct, record.inside80) == (1, 0.0, 1)


def test_a_product_that_sold_nothing_has_no_percentage(store):
    log(store, date(2024, 3, 24))
    settle(store, actual=0.0, total=2.0)
    record = TrackRecords(store).of_product("a", 7)
    assert (record.error_pct, record.naive_error_pct, record.inside80) == (None, None, 1)


def test_another_horizon_from_the_same_day_counts_once_in_the_summary(store):
    log(store, date(2024, 3, 24))
    forecasts = Forecasts(store)
    forecasts.log([made("a", forecasts, as_of=date(2024, 3, 24), horizon=60)])
    settle(store, actual=40.0)
    (week,) = TrackRecords(store).summaries()
    assert (week.days, week.forecasts, week.totals) == (7, 1, 1)


def test_how_intervals_held_day_by_day(store):
    log(store, date(2024, 3, 10), date(2024, 3, 17))
    log(store, date(2024, 3, 17), product_id="b")
    log(store, date(2024, 3, 24))
    forecasts = Forecasts(store)
    forecasts.log([made("a", forecasts, as_of=date(2024, 3, 24), engine="2")])
    settle(store, actual=40.0)
    records = TrackRecords(store)
    # Each by the longest time of it that has passed: 21 days hold a fortnight, a week holds itself.
    assert records.held("1", 20) == [(13, 14), (26, 28), (6, 7)]
    assert records.held("1", 1) == [(6, 7)] and records.held("2", 20) == [(6, 7)]
    assert records.held("3", 20) == []
