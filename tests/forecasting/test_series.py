import numpy as np
import pytest

from forecasting.errors import NoHistory
from forecasting.series import read_series


def test_stockout_days_count_as_demand_not_as_zeros(rows):
    units = np.full(56, 10.0)
    empty = np.zeros(56, dtype=bool)
    units[-7:], empty[-7:] = 0.0, True
    series = read_series("a", rows("a", units, is_stockout=empty))
    assert series.demand[-7:] == pytest.approx(10.0)
    assert "stockouts_corrected" in series.notes
    assert not series.is_scored[-7:].any()


def test_a_day_that_sold_out_after_many_sales_keeps_them(rows):
    units = np.full(28, 4.0)
    units[-1] = 30.0
    series = read_series("a", rows("a", units, is_stockout=np.arange(28) == 27))
    assert series.demand[-1] == 30.0


def test_the_weekday_that_is_always_shut_is_recognised(rows):
    units = np.full(70, 5.0)
    is_open = np.arange(70) % 7 != 5
    units[~is_open] = np.nan
    series = read_series("a", rows("a", units, is_open=is_open))
    assert series.closed_weekdays == {5}
    assert series.demand[~is_open].sum() == 0


def test_one_holiday_is_filled_in_and_closes_no_weekday(rows):
    units = np.full(70, 5.0)
    is_open = np.arange(70) != 40
    units[40] = np.nan
    series = read_series("a", rows("a", units, is_open=is_open))
    assert not series.closed_weekdays
    assert series.demand[40] == pytest.approx(5.0)


def test_missing_days_become_gaps_and_negative_days_zero(rows):
    panel = rows("a", [3, 3, -4, 3, 3, 3, 3, 3, 3, 3]).drop(index=[7])
    series = read_series("a", panel)
    assert series.days == 10
    assert series.demand[2] == 0.0
    assert set(series.notes) >= {"gaps_filled", "negatives_clipped"}


def test_a_product_without_a_single_record_is_an_error_with_a_remedy(rows):
    with pytest.raises(NoHistory, match="Remedy"):
        read_series("a", rows("a", [np.nan, np.nan]))
