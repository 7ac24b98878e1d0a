"""What forecasters may rely on when they read a panel."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import PanelUnusable
from forecasting.panel import read_panel

MONDAY = "2025-01-06"
ALL_ROWS = np.array([0])


def frame(units, unique_id="a", start=MONDAY, freq="D", **columns) -> pd.DataFrame:
    dates = pd.date_range(start, periods=len(units), freq=freq)
    return pd.DataFrame({"unique_id": unique_id, "ds": dates, "y": np.asarray(units, dtype=float), **columns})


def together(*frames) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def poisson(mean, days, seed=0):
    return np.random.default_rng(seed).poisson(mean, days).astype(float)


# What lies where


def test_rows_in_any_order_lie_on_one_calendar_by_name_and_day():
    given = together(frame([1, 2, 3], "b"), frame([4, 5], "a", "2025-01-08"))
    panel = read_panel(given.sample(frac=1.0, random_state=0))
    assert panel.unique_ids == ("a", "b")
    assert panel.dates.tolist() == pd.date_range(MONDAY, "2025-01-09").date.tolist()
    assert panel.demand.tolist() == [[0, 0, 4, 5], [1, 2, 3, 0]]
    assert panel.first.tolist() == [2, 0] and panel.ends.tolist() == [4, 3]
    assert panel.history(np.array([0, 1]), 3).tolist() == [1, 3]
    assert panel.history(np.array([0, 1]), 1).tolist() == [0, 1]


def test_what_lies_outside_a_series_is_no_demand_and_not_judged():
    panel = read_panel(together(frame([5.0] * 20, "a", "2025-01-10"), frame([3.0] * 30, "b")))
    outside = np.r_[0:4, 24:30]
    assert panel.demand[0, outside].sum() == 0 and not panel.is_scored[0, outside].any()
    assert panel.is_scored[0, 4:24].all()


def test_a_day_that_occurs_twice_is_added_up():
    given = together(frame([2, 2, 2]), frame([5], start="2025-01-07"))
    assert read_panel(given).demand.tolist() == [[2, 7, 2]]


def test_returns_beyond_the_days_sales_leave_nothing_not_less():
    given = together(frame([6, 6, -9]), frame([-2], start="2025-01-07"))
    panel = read_panel(given)
    assert panel.demand.tolist() == [[6, 4, 0]] and panel.is_scored.all()


def test_a_missing_day_and_an_empty_one_are_gaps_with_an_estimate_that_is_not_judged():
    units = np.tile([4.0, 4, 4, 4, 4, 12, 4], 8)
    units[30] = np.nan
    panel = read_panel(frame(units).drop(index=[40]))
    assert panel.demand[0, [30, 40]] == pytest.approx([4.0, 12.0], rel=0.2)
    assert panel.is_scored[0].sum() == 54 and not panel.is_scored[0, [30, 40]].any()
    assert not panel.corrected.any() and not panel.units_added.any()


def test_infinite_sales_are_a_gap_and_the_callers_frame_stays_as_it_was():
    given = frame([3.0] * 20)
    given.loc[10, "y"] = np.inf
    before = given.copy()
    assert read_panel(given).demand[0, 10] == pytest.approx(3.0)
    pd.testing.assert_frame_equal(given, before)


def test_whole_numbers_with_missing_ones_are_read_too():
    given = frame([3.0, np.nan, 3.0]).astype({"y": "Int64"})
    assert read_panel(given).is_scored.tolist() == [[True, False, True]]


@pytest.mark.parametrize(
    ("given", "names"),
    [(frame([1, 2]).drop(columns="y"), "'y'"), (frame([np.nan, np.nan]), "y")],
)
def test_a_panel_without_sales_is_refused_with_a_remedy(given, names):
    with pytest.raises(PanelUnusable, match=f"{names}.*Remedy"):
        read_panel(given)


# Out of stock


@pytest.mark.parametrize("freq", ["D", "W", "M"])
def test_an_empty_shelf_is_estimated_and_the_units_are_counted(freq):
    units, empty = poisson(20, 84), np.arange(84) >= 74
    units[empty] = 0.0
    given = frame(units, freq={"D": "D", "W": "W-MON", "M": "MS"}[freq], is_stockout=empty)
    panel = read_panel(given, freq)
    assert panel.demand[0, 74:].mean() == pytest.approx(20, rel=0.2)
    assert panel.corrected[0].tolist() == empty.tolist()
    assert not panel.is_scored[0, 74:].any() and panel.is_scored[0, :74].all()
    np.testing.assert_allclose(panel.units_added[0], np.where(empty, panel.demand[0], 0.0))


def test_a_day_that_sold_out_is_worth_more_than_what_was_on_the_shelf():
    units, empty = poisson(10, 140), np.arange(140) == 139
    units[empty] = 14.0
    panel = read_panel(frame(units, is_stockout=empty))
    assert 14.5 < panel.demand[0, -1] < 22
    assert panel.units_added[0].sum() == pytest.approx(panel.demand[0, -1] - 14.0)


def test_good_days_that_sell_out_pull_the_estimate_up_not_down():
    demand = poisson(10, 364, seed=3)
    sold = np.minimum(demand, 11.0)
    corrected = read_panel(frame(sold, is_stockout=demand >= 11)).demand[0]
    assert corrected.sum() == pytest.approx(demand.sum(), rel=0.05)
    assert sold.sum() < 0.93 * demand.sum()


def test_a_stockout_without_a_record_is_estimated_from_nothing_sold():
    units, empty = poisson(10, 84), np.arange(84) == 60
    units[empty] = np.nan
    panel = read_panel(frame(units, is_stockout=empty))
    assert panel.corrected[0, 60] and panel.units_added[0, 60] == pytest.approx(panel.demand[0, 60])
    assert panel.demand[0, 60] == pytest.approx(10, rel=0.3)


def test_a_young_product_that_ran_out_is_not_taken_for_dead():
    units, empty = np.array([9.0, 11, 10, 10, 0, 0, 0, 0, 0, 0]), np.arange(10) >= 4
    assert read_panel(frame(units, is_stockout=empty)).demand[0, 4:] == pytest.approx(10, rel=0.2)


def test_a_product_never_in_stock_has_only_its_sales_to_go_by():
    panel = read_panel(
        together(frame([3.0] * 30, is_stockout=True), frame([5.0] * 30, "b", is_stockout=False))
    )
    assert panel.demand[0].tolist() == [3.0] * 30 and panel.is_scored.all()
    assert not panel.corrected.any() and not panel.units_added.any()


def test_what_sells_later_hardly_moves_an_estimate():
    empty = np.arange(200) == 100
    units = np.where(empty, 0.0, poisson(10, 200))
    later = units.copy()
    later[130:] *= 3
    seen = [read_panel(frame(values, is_stockout=empty)).demand[0, 100] for values in (units, later)]
    assert seen[1] == pytest.approx(seen[0], rel=0.15)


def test_one_products_stockouts_leave_the_others_alone():
    empty = np.arange(60) % 9 == 0
    other = frame(poisson(7, 60, 1), "b", is_stockout=False)
    panel = read_panel(together(frame(np.where(empty, 0.0, 5.0), "a", is_stockout=empty), other))
    np.testing.assert_array_equal(panel.demand[1], other["y"])


# Shut


def test_the_weekday_that_is_always_shut_is_closed_and_sells_nothing():
    is_open = np.arange(70) % 7 != 5
    panel = read_panel(frame(np.where(is_open, 5.0, np.nan), is_open=is_open))
    assert panel.closed.tolist() == [[day == 5 for day in range(7)]]
    assert panel.demand[0, ~is_open].sum() == 0 and not panel.is_scored[0, ~is_open].any()


def test_a_holiday_is_filled_in_and_closes_no_weekday():
    units = np.full(70, 5.0)
    units[40] = 0.0
    panel = read_panel(frame(units, is_open=np.arange(70) != 40))
    assert not panel.closed.any()
    assert panel.demand[0, 40] == pytest.approx(5.0) and not panel.is_scored[0, 40]


def test_what_sells_on_a_day_said_to_be_shut_counts():
    panel = read_panel(frame([5.0] * 28, is_open=np.arange(28) % 7 != 6))
    assert panel.is_scored.all() and panel.demand.sum() == 140


def test_empty_shelves_of_a_shut_shop_are_no_stockouts():
    is_open = np.arange(70) % 7 != 5
    panel = read_panel(frame(np.where(is_open, 5.0, 0.0), is_open=is_open, is_stockout=~is_open))
    assert panel.closed[0, 5] and not panel.corrected.any() and panel.demand[0, 5] == 0


def test_an_empty_shelf_on_a_holiday_is_a_holiday():
    is_off = np.arange(70) == 40
    panel = read_panel(frame(np.where(is_off, 0.0, 5.0), is_open=~is_off, is_stockout=is_off))
    assert not panel.corrected.any() and not panel.units_added.any() and not panel.is_scored[0, 40]


def test_closed_weekdays_stay_closed_in_the_days_to_come():
    is_open = np.arange(70) % 7 != 5
    shut = read_panel(frame(np.where(is_open, 5.0, np.nan), is_open=is_open)).is_shut(ALL_ROWS, 66, 84)
    assert np.flatnonzero(shut[0]).tolist() == [2, 9, 16]


def shop_without_saturdays(days=140, products=12):
    """A listing that says 0 on Saturdays, as exports do, and nothing of opening hours."""
    saturday = np.arange(days) % 7 == 5
    return together(
        *(
            frame(np.where(saturday, 0.0, poisson(2, days, number)), f"p{number:02d}")
            for number in range(products)
        )
    )


def test_a_weekday_on_which_nothing_at_all_sells_is_closed_though_nobody_says_so():
    panel = read_panel(shop_without_saturdays())
    assert panel.closed[:, 5].all() and panel.closed.sum() == 12
    assert not panel.is_scored[:, 5::7].any()


def test_one_sale_of_one_product_shows_that_the_weekday_is_open():
    given = shop_without_saturdays()
    given.loc[len(given) - 2, "y"] = 1.0
    assert given["ds"].iloc[-2].dayofweek == 5
    panel = read_panel(given)
    assert not panel.closed.any() and panel.is_scored.all()


def test_saturdays_of_long_ago_do_not_keep_a_closed_weekday_open():
    given = shop_without_saturdays()
    old = (given["ds"] < "2025-02-01") & (given["ds"].dt.dayofweek == 5)
    given.loc[old, "y"] = 4.0
    panel = read_panel(given)
    assert panel.closed[:, 5].all()
    assert panel.is_scored[:, 5].all() and panel.demand[:, 5].tolist() == [4.0] * 12


def test_a_slow_seller_alone_closes_no_weekday():
    units = np.where(np.arange(140) % 7 == 1, 1.0, 0.0)
    panel = read_panel(frame(units))
    assert not panel.closed.any() and panel.is_scored.all()


def test_a_slow_seller_beside_busy_ones_closes_no_weekday_of_its_own():
    slow = frame(np.where(np.arange(140) % 7 == 1, 1.0, 0.0), "slow")
    panel = read_panel(together(slow, frame(poisson(6, 140) + 1, "busy")))
    assert not panel.closed.any()


def test_a_store_that_stopped_selling_is_not_closed_all_week():
    panel = read_panel(frame(np.r_[np.full(100, 5.0), np.zeros(70)], is_open=np.arange(170) < 100))
    assert not panel.closed.any()


# Known ahead


def test_rows_without_sales_at_the_end_tell_prices_and_promotions_ahead():
    given = frame([4.0] * 60 + [np.nan] * 3, price=[10.0] * 60 + [8.0, 8.0, 10.0], promo=[0] * 60 + [1, 1, 0])
    panel = read_panel(given)
    assert panel.periods == 60 and panel.demand.shape == (1, 60) and panel.ends.tolist() == [60]
    columns = np.arange(58, 65)
    assert panel.known(panel.promo, ALL_ROWS, columns, 0.0)[0].tolist() == [0, 0, 1, 1, 0, 0, 0]
    assert panel.known(panel.price_ratio, ALL_ROWS, columns, 1.0)[0] == pytest.approx(
        [1, 1, 0.8, 0.8, 1, 1, 1]
    )
    assert panel.calendar(60, 65).tolist() == pd.date_range("2025-03-07", periods=5).date.tolist()


def test_without_plans_a_backtest_sees_neither_later_prices_nor_promotions():
    given = frame([4.0] * 60 + [np.nan] * 3, price=[10.0] * 40 + [7.0] * 23, promo=[0] * 40 + [1] * 23)
    panel = read_panel(given).without_plans(40)
    columns = np.arange(38, 44)
    assert panel.known(panel.promo, ALL_ROWS, columns, np.nan)[0].tolist()[:2] == [0, 0]
    assert np.isnan(panel.known(panel.promo, ALL_ROWS, columns, np.nan)[0, 2:]).all()
    assert np.isnan(panel.known(panel.price_ratio, ALL_ROWS, columns, np.nan)[0, 2:]).all()
    assert panel.price.shape == (1, 40) and panel.demand.shape == (1, 60) and len(panel.dates) == 60
    assert panel.calendar(60, 62).tolist() == pd.date_range("2025-03-07", periods=2).date.tolist()


def test_a_price_counts_against_what_was_usual_before_it_not_against_itself():
    price = [10.0] * 60 + [5.0] * 80
    ratio = read_panel(frame([4.0] * 140, price=price)).price_ratio[0]
    assert read_panel(frame([4.0, 4.0], price=[10.0, 5.0])).price_ratio[0].tolist() == [1.0, 0.5]
    assert ratio[59] == 1.0 and ratio[60:80] == pytest.approx(0.5)
    # What lasts longer than it was ever different has become the usual price.
    assert ratio[-1] == 1.0


def test_the_regular_price_where_given_settles_what_is_usual():
    ratio = read_panel(frame([4.0] * 30, price=8.0, regular_price=10.0)).price_ratio[0]
    assert ratio == pytest.approx(0.8)


def test_an_unknown_price_is_the_last_known_one_and_none_at_all_is_as_usual():
    known = frame([4.0] * 30, "a", price=[10.0] * 20 + [6.0] + [np.nan] * 9)
    panel = read_panel(together(known, frame([4.0] * 30, "b", price=np.nan)))
    assert panel.price_ratio[0, 20:] == pytest.approx(0.6) and np.isnan(panel.price[0, 21:]).all()
    assert (panel.price_ratio[1] == 1.0).all() and np.isnan(panel.price[1]).all()
    plain = read_panel(frame([4.0] * 30))
    assert (plain.price_ratio == 1.0).all() and (plain.promo == 0.0).all() and np.isnan(plain.price).all()


def test_an_absurd_price_moves_the_ratio_only_so_far():
    ratio = read_panel(frame([4.0] * 30, price=[10.0] * 28 + [0.01, 9_999.0])).price_ratio[0]
    assert ratio[28:].tolist() == [0.2, 2.0]


# Weeks, months, parts


@pytest.mark.parametrize(("freq", "dates", "season"), [("W", "W-SUN", 52), ("M", "MS", 12)])
def test_weeks_and_months_stand_side_by_side_and_know_no_closed_weekday(freq, dates, season):
    units = [5.0, 0.0, 6.0, np.nan, 5.0, 0.0, 7.0, 5.0]
    panel = read_panel(frame(units, freq=dates).drop(index=[6]), freq)
    assert panel.season == season and panel.periods == 8 and not panel.closed.any()
    assert panel.is_scored[0].tolist() == [True, True, True, False, True, True, False, True]
    assert 1 < panel.demand[0, 3] < 6 and 1 < panel.demand[0, 6] < 6
    assert panel.calendar(8, 10).tolist() == pd.date_range(MONDAY, periods=10, freq=dates)[8:].date.tolist()


def test_some_rows_of_a_panel_are_the_panel_of_those_products():
    empty = np.arange(60) % 9 == 0
    parts = [
        frame(
            np.where(empty, 0.0, poisson(5 + number, 60, number)), f"p{number}", is_stockout=empty, price=9.0
        )
        for number in range(3)
    ]
    some, alone = read_panel(together(*parts)).take(np.array([2, 1])), read_panel(parts[2])
    assert some.unique_ids == ("p2", "p1")
    for name in (
        "demand",
        "is_scored",
        "corrected",
        "units_added",
        "price",
        "price_ratio",
        "promo",
        "closed",
    ):
        assert len(getattr(some, name)) == 2
        np.testing.assert_allclose(getattr(some, name)[:1], getattr(alone, name))


def test_the_same_rows_give_the_same_panel():
    empty = np.arange(120) % 11 == 0
    given = frame(np.where(empty, 0.0, poisson(5, 120)), is_stockout=empty, price=poisson(9, 120) + 1)
    first, again = (read_panel(given.sample(frac=1.0, random_state=seed)) for seed in (1, 2))
    for name in ("demand", "units_added", "price_ratio"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
