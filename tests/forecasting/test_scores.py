"""What forecasts are judged by inside the engine."""

import numpy as np
import pytest

from forecasting.members.base import LEVELS
from forecasting.scores import pinball, scaled_loss


def test_a_point_forecast_costs_its_absolute_error():
    assert pinball(np.array([7.0]), np.full((1, len(LEVELS)), 4.0)) == pytest.approx([3.0])


def test_the_true_quantiles_cost_least():
    actual = np.random.default_rng(0).gamma(2, 5, 4000)
    true = np.quantile(actual, LEVELS)
    costs = [pinball(actual, np.tile(true * factor, (4000, 1))).mean() for factor in (0.8, 1.0, 1.2)]
    assert costs[1] == min(costs)


def test_each_row_is_measured_in_its_own_units_over_what_counts():
    actual = np.array([[10.0, 99.0], [100.0, 100.0]])
    quantiles = np.zeros((2, 2, len(LEVELS)))
    scored = np.array([[True, False], [True, True]])
    assert scaled_loss(actual, quantiles, scored, np.array([2.0, 20.0])) == pytest.approx([5.0, 5.0])


def test_a_row_of_which_nothing_counts_has_no_loss():
    assert np.isnan(
        scaled_loss(np.ones((1, 2)), np.ones((1, 2, len(LEVELS))), np.zeros((1, 2), bool), np.ones(1))
    ).all()
