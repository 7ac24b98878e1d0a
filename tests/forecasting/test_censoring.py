import numpy as np
import pytest
from scipy import stats

from forecasting.censoring import mean_beyond, uncensor
from forecasting.series import weekdays

DAYS = 364
WEEKDAYS = weekdays(np.datetime64("2025-01-06") + np.arange(DAYS))


@pytest.fixture(scope="module")
def demand():
    """Forty products: weekday pattern, slow swings of the level, over-dispersed counts."""
    draws = np.random.default_rng(11)
    pattern = np.array([0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.0])[WEEKDAYS]
    level = draws.uniform(0.6, 30, (40, 1)) * np.exp(
        0.4 * np.sin(np.arange(DAYS) / 58 + draws.uniform(0, 6, (40, 1)))
    )
    return draws.poisson(level * pattern * draws.gamma(4, 1 / 4, (40, DAYS))).astype(float)


def restocked_weekly(demand, cover_days):
    """Sell from a shelf that is filled up every week; good weeks sell out."""
    shelf = np.ceil(demand.mean(axis=1) * cover_days)
    sold, is_stockout = np.zeros_like(demand), np.zeros(demand.shape, dtype=bool)
    left = shelf.copy()
    for day in range(demand.shape[1]):
        if day % 7 == 0:
            left = shelf.copy()
        sold[:, day] = np.minimum(left, demand[:, day])
        left -= sold[:, day]
        is_stockout[:, day] = left <= 0
    return sold, is_stockout


def same_weekday_mean(sold, is_stockout):
    kept = np.where(is_stockout, np.nan, sold)
    means = np.stack([np.nanmean(kept[:, day == WEEKDAYS], axis=1) for day in range(7)], axis=1)
    return np.where(is_stockout, np.fmax(means[:, WEEKDAYS], sold), sold)


def bias_pct(estimate, demand):
    return 100 * (estimate.sum() / demand.sum() - 1)


@pytest.mark.parametrize("cover_days", [10.0, 7.0])
def test_the_total_is_right_within_three_percent_where_good_weeks_sell_out(demand, cover_days):
    sold, is_stockout = restocked_weekly(demand, cover_days)
    mended = bias_pct(uncensor(sold, is_stockout, WEEKDAYS).demand, demand)
    assert abs(mended) < 3.0
    assert abs(mended) < abs(bias_pct(same_weekday_mean(sold, is_stockout), demand))
    assert bias_pct(sold, demand) < -2.5


def test_gaps_that_had_nothing_to_do_with_demand_are_filled_at_the_level_of_their_weeks(demand):
    sold, is_stockout = demand.copy(), np.zeros(demand.shape, dtype=bool)
    for start in (40, 150, 280):
        sold[:, start : start + 14], is_stockout[:, start : start + 14] = 0.0, True
    found = uncensor(sold, is_stockout, WEEKDAYS)
    assert abs(bias_pct(found.demand, demand)) < 1.0
    lost = (demand - sold).sum(axis=1)
    assert np.abs(found.units_added - lost).sum() < 0.15 * lost.sum()


def test_the_correction_is_reported_in_days_and_units(demand):
    sold, is_stockout = restocked_weekly(demand, 7.0)
    found = uncensor(sold, is_stockout, WEEKDAYS)
    np.testing.assert_array_equal(found.days, is_stockout.sum(axis=1))
    np.testing.assert_allclose(found.units_added, (found.demand - sold).sum(axis=1))
    assert np.all(found.demand >= sold)
    np.testing.assert_array_equal(found.demand[~is_stockout], sold[~is_stockout])


def test_the_day_that_ran_out_is_worth_more_than_it_sold_and_than_an_ordinary_day():
    sold = np.tile([4.0, 6.0, 5.0, 3.0, 7.0, 5.0, 5.0], (1, 20))
    is_stockout = np.zeros(sold.shape, dtype=bool)
    sold[0, 70], is_stockout[0, 70] = 9.0, True
    sold[0, 71], is_stockout[0, 71] = 0.0, True
    found = uncensor(sold, is_stockout, np.arange(140) % 7).demand[0]
    assert 9.0 < found[70] < 18.0
    assert 4.0 < found[71] < 8.0


def test_without_stockouts_nothing_changes_and_gaps_stay_gaps_with_something_to_expect():
    sold = np.tile([0.0, 2.0, 4.0, 2.0, 2.0, 2.0, 9.0], (1, 10))
    sold[0, 30] = np.nan
    found = uncensor(sold, np.zeros(sold.shape, dtype=bool), np.arange(70) % 7)
    np.testing.assert_array_equal(found.demand, sold)
    assert found.units_added[0] == 0 and found.days[0] == 0
    assert found.expected[0, 30] == pytest.approx(4.0, rel=0.25)


@pytest.mark.parametrize(
    ("sold", "is_stockout"),
    [
        (np.zeros(50), np.ones(50, dtype=bool)),
        (np.zeros(50), np.arange(50) % 2 == 0),
        (np.full(50, 3.0), np.ones(50, dtype=bool)),
        (np.full(50, np.nan), np.zeros(50, dtype=bool)),
        (np.where(np.arange(50) == 25, 1e6, 2.0), np.arange(50) == 25),
        (np.full(1, 5.0), np.ones(1, dtype=bool)),
        (np.full(50, 0.4), np.arange(50) % 5 == 0),
    ],
)
def test_degenerate_series_have_a_finite_result_and_never_lose_what_was_sold(sold, is_stockout):
    found = uncensor(sold[None], is_stockout[None], np.arange(len(sold)) % 7)
    known = np.isfinite(sold)
    assert np.isfinite(found.demand[0, known]).all()
    assert np.isfinite(found.expected).all()
    assert np.all(found.demand[0, known] >= sold[known])
    assert found.demand[0, known].sum() <= 3 * sold[known].sum() + 1


def test_mean_and_variance_beyond_the_sales_are_those_of_the_distribution():
    mean, spread = 6.0, 0.5
    size = 1 / spread
    units = np.arange(0, 2000)
    chance = stats.nbinom.pmf(units, size, size / (size + mean))
    for sold in (0, 1, 5, 20):
        beyond = chance * (units >= sold)
        expected = (beyond @ units) / beyond.sum()
        variance = (beyond @ (units - expected) ** 2) / beyond.sum()
        got = mean_beyond(np.array([float(sold)]), np.array([mean]), np.array([spread]))
        assert got[0][0] == pytest.approx(expected, rel=1e-6)
        assert got[1][0] == pytest.approx(variance, rel=1e-5)


def test_sales_far_beyond_all_experience_stay_about_what_they_were():
    mean, variance = mean_beyond(np.array([1e6]), np.array([3.0]), np.array([0.3]))
    assert 1e6 <= mean[0] < 1e6 + 10
    assert np.isfinite(variance[0])
