import warnings

import numpy as np
import pytest

from forecasting.arima import Arima, ArimaOrders, fit_likelihood, why_rejected
from forecasting.member import MemberUnavailable
from forecasting.series import read_series


def test_a_sound_fit_passes_the_guard_and_sees_the_week(rows):
    days = np.arange(210)
    units = np.random.default_rng(0).poisson(np.where(days % 7 == 5, 40, 10))
    mean = Arima().fit(read_series("a", rows("a", units)), 210).predict(210, 14)
    assert mean[5] > 2.5 * mean[0]
    assert mean[12] > 2.5 * mean[7]


def test_a_fit_that_never_left_its_start_values_is_rejected():
    series = np.random.default_rng(0).normal(size=121)
    series = series[1:] + 0.8 * series[:-1]
    fit = fit_likelihood(series, ArimaOrders((1, 0, 1)))
    assert why_rejected(fit, series) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stuck = fit.model.smooth(fit.model.start_params)
    assert why_rejected(stuck, series) == "start_values"


def test_a_fit_without_variance_is_rejected():
    series = np.random.default_rng(0).normal(size=120)
    fit = fit_likelihood(series, ArimaOrders((1, 0, 1)))
    assert why_rejected(fit, series * 1000) == "no_variance"


def test_a_fit_less_likely_than_a_random_walk_is_rejected():
    series = np.random.default_rng(0).normal(size=200).cumsum() + 50
    fit = fit_likelihood(series, ArimaOrders((0, 0, 1)))
    assert why_rejected(fit, series) == "worse_than_drift"


@pytest.mark.parametrize("units", [np.full(90, 3.0), np.random.default_rng(0).poisson(5, 20)])
def test_no_variation_and_too_few_days_are_not_for_arima(rows, units):
    with pytest.raises(MemberUnavailable):
        Arima().fit(read_series("a", rows("a", units)), len(units))
