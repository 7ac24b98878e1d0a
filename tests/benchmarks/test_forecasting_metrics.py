"""The benchmark's measures on numbers small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.forecasting import metrics
from benchmarks.forecasting.frames import LEVELS

FLAT = np.zeros((1, len(LEVELS)))


def spread(low: float, high: float) -> np.ndarray:
    """One day's quantiles, evenly from q05 to q95."""
    return np.linspace(low, high, len(LEVELS))[None, :]


def test_pinball_of_a_point_is_half_the_error() -> None:
    # mean of .05 … .95 is .5, above and below alike
    assert metrics.pinball(np.array([10.0]), FLAT + 6.0) == pytest.approx([2.0])
    assert metrics.pinball(np.array([10.0]), FLAT + 14.0) == pytest.approx([2.0])


def test_pinball_charges_each_level_by_its_side() -> None:
    quantiles = FLAT + np.where(np.array(LEVELS) < 0.5, 0.0, 10.0)
    # nine levels miss by 10 below (.05 … .45 of it), ten hit
    assert metrics.pinball(np.array([10.0]), quantiles) == pytest.approx([10.0 * 2.25 / 19])


def test_sql_of_a_point_forecast_is_its_scaled_absolute_error() -> None:
    actual = np.array([3.0, 5.0])
    assert metrics.scaled_quantile_loss(actual, np.repeat(FLAT, 2, axis=0), 2.0) == pytest.approx(2.0)


def test_rmsse_takes_the_root_of_the_mean_square() -> None:
    assert metrics.rmsse(np.array([3.0, 4.0]), np.zeros(2), 5.0) == pytest.approx(np.sqrt(12.5) / 5)


def test_seasonal_errors_leave_out_days_that_are_not_scored() -> None:
    history = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    scored = np.array([True, True, True, False, True])
    assert metrics.seasonal_errors(history, scored, 2).tolist() == [3.0, 12.0]


def test_coverage_holds_the_edges() -> None:
    quantiles = np.repeat(spread(5.0, 95.0), 4, axis=0)
    assert metrics.coverage(np.array([9.9, 10.0, 90.0, 90.1]), quantiles) == pytest.approx(0.5)


def test_a_perfect_forecast_of_many_zeros_covers_eighty_percent_once_ties_are_split() -> None:
    # 60% zeros, else 1 … 8 alike: the quantiles that this law has
    randomness = np.random.default_rng(0)
    actual = np.where(randomness.random(20_000) < 0.6, 0.0, randomness.integers(1, 9, 20_000))
    law = np.array([0.0] * 12 + [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    quantiles = np.repeat(law[None, :], len(actual), axis=0)
    assert metrics.coverage(actual, quantiles) > 0.88
    assert metrics.coverage_without_ties(actual, quantiles) == pytest.approx(0.8, abs=0.025)


def test_splitting_ties_changes_little_where_there_are_hardly_any() -> None:
    randomness = np.random.default_rng(1)
    actual = np.rint(randomness.normal(5000.0, 3000.0, 500))
    quantiles = np.repeat(spread(500.0, 9500.0), 500, axis=0)
    assert metrics.coverage_without_ties(actual, quantiles) == pytest.approx(
        metrics.coverage(actual, quantiles), abs=0.005
    )


def test_a_trifle_above_zero_meets_a_day_without_a_sale() -> None:
    trifle = np.where(np.array(LEVELS) < 0.72, 0.01, 2.0)[None, :]
    # zero stands for the levels 0 to .725, of which .1 to .725 lie inside
    assert metrics.coverage(np.zeros(1), trifle) == 0.0
    assert metrics.coverage_without_ties(np.zeros(1), trifle) == pytest.approx(0.625 / 0.725)


def test_a_constant_that_comes_true_is_split_to_eighty_percent() -> None:
    assert metrics.coverage(np.array([4.0]), FLAT + 4.0) == 1.0
    assert metrics.coverage_without_ties(np.array([4.0]), FLAT + 4.0) == pytest.approx(0.8)


def test_wape_and_bias_weigh_by_what_was_sold() -> None:
    actual, forecast = np.array([10.0, 90.0]), np.array([20.0, 85.0])
    assert metrics.wape(actual, forecast) == pytest.approx(0.15)
    assert metrics.bias(actual, forecast) == pytest.approx(0.05)
    assert np.isnan(metrics.wape(np.zeros(2), forecast))
    assert np.isnan(metrics.bias(np.zeros(2), forecast))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([5, 6, 5, 6, 5, 6], "smooth"),
        ([1, 20, 1, 20, 1, 1], "erratic"),
        ([5, 0, 6, 0, 5, 0], "intermittent"),
        ([1, 0, 0, 30, 0, 1], "lumpy"),
        ([0, 0, 0, 0, 0, 0], "intermittent"),
    ],
)
def test_demand_classes(days: list[int], expected: str) -> None:
    history = np.array(days, dtype=float)
    assert metrics.demand_class(history, np.ones(6, dtype=bool)) == expected


def test_a_day_of_rest_makes_nobody_intermittent() -> None:
    history = np.tile([5.0, 6.0, 5.0, 6.0, 5.0, 0.0, 0.0], 10)
    assert metrics.demand_class(history, history >= 0) == "intermittent"
    assert metrics.demand_class(history, history > 0) == "smooth"
