import numpy as np
import pytest

from forecasting.combination import blend, combine_weights


def test_the_smaller_error_weighs_more_and_the_worse_than_naive_nothing():
    weights = combine_weights({"seasonal_naive": 10.0, "mean": 4.0, "arima": 8.0, "lstm": 12.0})
    assert weights == pytest.approx({"mean": 0.8, "arima": 0.2})


def test_seasonal_naive_carries_the_forecast_when_nothing_beats_it():
    assert combine_weights({"seasonal_naive": 3.0, "mean": 3.0, "arima": 5.0}) == {"seasonal_naive": 1.0}


def test_a_perfect_member_takes_everything_without_dividing_by_zero():
    assert combine_weights({"seasonal_naive": 3.0, "mean": 0.0, "arima": 1.0})["mean"] == pytest.approx(1.0)


def test_blend_is_the_weighted_mean():
    mixed = blend(
        {"mean": np.array([1.0, 2.0]), "arima": np.array([3.0, 6.0])}, {"mean": 0.75, "arima": 0.25}
    )
    assert mixed == pytest.approx([1.5, 3.0])
