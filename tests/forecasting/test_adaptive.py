"""Intervals that learn from how the last forecasts turned out."""

import numpy as np
import pytest

from forecasting.adaptive import adapt, aim_level
from forecasting.members.base import LEVELS

LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
QUANTILES = np.quantile(np.random.default_rng(0).gamma(3, 4, 100_000), LEVELS)


def test_with_nothing_scored_nothing_changes():
    assert aim_level([]) == 0.8 and aim_level([(0, 0)]) == 0.8
    assert adapt(QUANTILES, 0.8) is QUANTILES


@pytest.mark.parametrize(("inside", "wider"), [(10, True), (28, False)])
def test_missed_too_often_it_widens_and_seldom_it_narrows(inside, wider):
    moved = adapt(QUANTILES, aim_level([(inside, 28)]))
    assert (moved[HIGH] > QUANTILES[HIGH]) is np.bool_(wider)
    assert (moved[LOW] < QUANTILES[LOW]) is np.bool_(wider)
    assert moved[MIDDLE] == pytest.approx(QUANTILES[MIDDLE])


def test_a_few_days_say_little_and_the_same_miss_again_says_more():
    once, short = aim_level([(10, 28)]), aim_level([(1, 3)])
    assert 0.8 < short < once < aim_level([(10, 28), (10, 28)])


def test_in_the_long_run_the_interval_holds_what_it_claims():
    """The forecaster believes in half of the noise that there is."""
    draws = np.random.default_rng(3)
    claimed = 50 + 2 * np.quantile(np.random.default_rng(0).normal(size=100_001), LEVELS)
    batches, inside = [], []
    for _ in range(60):
        quantiles = adapt(claimed, aim_level(batches))
        actual = draws.normal(50, 4, 28)
        hit = (quantiles[LOW] <= actual) & (actual <= quantiles[HIGH])
        batches.append((int(hit.sum()), 28))
        inside.append(hit.mean())
    assert inside[0] < 0.7
    assert np.mean(inside[20:]) == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("aim", [0.5, 0.7, 0.85, 0.98])
def test_moved_quantiles_stay_in_order_above_nothing_and_whole_in_shape(aim):
    many = np.tile(QUANTILES, (2, 5, 1)) * np.arange(1, 6)[:, None]
    moved = adapt(many, aim)
    assert moved.shape == many.shape and moved.min() >= 0
    assert (np.diff(moved, axis=-1) >= 0).all()


def test_the_ends_become_those_of_the_interval_aimed_at():
    moved = adapt(QUANTILES, 0.9)
    assert moved[LOW] == pytest.approx(QUANTILES[0]) and moved[HIGH] == pytest.approx(QUANTILES[-1])
    assert moved[-1] > QUANTILES[-1]


def test_what_never_changes_gets_no_width_and_zeros_stay_zeros():
    assert (adapt(np.full(len(LEVELS), 8.0), 0.95) == 8.0).all()
    assert (adapt(np.zeros(len(LEVELS)), 0.95) == 0.0).all()


def test_more_days_inside_than_scored_are_refused():
    with pytest.raises(ValueError, match="29 days inside of 28 scored"):
        aim_level([(29, 28)])


def test_the_aim_keeps_within_bounds():
    assert aim_level([(0, 500)] * 50) == pytest.approx(0.98)
    assert aim_level([(500, 500)] * 200) >= 0.5
