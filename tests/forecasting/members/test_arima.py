"""The guard keeps out fits that are none, whichever library made them."""

import numpy as np
import pandas as pd
import pytest

from forecasting.members.arima import Arima, Likelihood, drift_likelihood, why_refused
from forecasting.members.weekday_mean import WeekdayMean
from forecasting.panel import read_panel

NOISE = np.random.default_rng(0).normal(10, 1, 200)
ONE = np.array([0])


def fit_of(series, **changes) -> Likelihood:
    sound = Likelihood(
        value=-0.5 * len(series) * (np.log(2 * np.pi * series.var()) + 1),
        observations=len(series),
        parameters=np.array([0.3, 0.1]),
        start=np.zeros(2),
        variance=float(series.var()),
    )
    return sound._replace(**changes)


def panel_of(units):
    days = pd.date_range("2024-01-01", periods=len(units))
    return read_panel(pd.DataFrame({"unique_id": "a", "ds": days, "y": units}))


def test_a_sound_fit_passes():
    assert why_refused(fit_of(NOISE), NOISE) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"parameters": np.zeros(2)}, "start_values"),
        ({"variance": 1e-4}, "no_variance"),
        ({"value": float("nan")}, "not_finite"),
        ({"value": drift_likelihood(NOISE) - 20.0}, "worse_than_drift"),
    ],
)
def test_an_unsound_fit_is_refused_with_its_reason(changes, reason):
    assert why_refused(fit_of(NOISE, **changes), NOISE) == reason


def test_too_few_points_are_refused():
    assert why_refused(fit_of(NOISE[:11]), NOISE[:11]) == "too_few_points"


def test_the_guard_takes_a_fit_of_any_library_and_sees_that_it_is_stuck():
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    draws = np.random.default_rng(0).normal(size=121)
    series = draws[1:] + 0.8 * draws[:-1]
    model = SARIMAX(series, order=(1, 0, 1), concentrate_scale=True)
    sound, stuck = model.fit(disp=False), model.smooth(model.start_params)
    reasons = [
        why_refused(Likelihood(fit.llf, 120, fit.params, model.start_params, fit.scale), series)
        for fit in (sound, stuck)
    ]
    assert reasons == [None, "start_values"]


def test_three_observations_a_parameter_and_four_weeks_are_the_least():
    assert not Arima((2, 1, 2)).serves(panel_of(NOISE[:27]), ONE, 27)[0]
    assert Arima((2, 1, 2)).serves(panel_of(NOISE[:28]), ONE, 28)[0]


def test_a_constant_has_nothing_to_fit_and_goes_on_as_it_is():
    panel = panel_of(np.full(90, 3.0))
    fitted = Arima().fit(panel, 90)
    assert fitted.predict(panel, ONE, 90, 7).mean == pytest.approx(3.0)
    assert fitted.refused == {"a": "no_variation"}


def test_the_week_is_seen():
    units = np.random.default_rng(0).poisson(np.where(np.arange(210) % 7 == 5, 40, 10))
    mean = Arima().fit(panel_of(units), 210).predict(panel_of(units), ONE, 210, 14).mean[0]
    assert mean[5] > 2.5 * mean[0] and mean[12] > 2.5 * mean[7]


def test_a_refused_fit_is_named_and_the_weekday_mean_answers():
    panel = panel_of(np.random.default_rng(3).normal(0, 1, 200).cumsum() + 60)
    fitted = Arima((0, 0, 1)).fit(panel, 200)
    mean = fitted.predict(panel, ONE, 200, 7).mean
    assert fitted.refused == {"a": "worse_than_drift"}
    np.testing.assert_allclose(mean, WeekdayMean().fit(panel, 200).predict(panel, ONE, 200, 7).mean)


def test_days_that_follow_each_other_carry_over():
    draws = np.random.default_rng(1).normal(0, 1, 300)
    units = np.full(300, 20.0)
    for day in range(1, 300):
        units[day] = 20 + 0.9 * (units[day - 1] - 20) + draws[day]
    units[-1] = 30.0
    mean = Arima().fit(panel_of(units), 300).predict(panel_of(units), ONE, 300, 28).mean[0]
    assert mean[0] > 25
    assert abs(mean[-1] - 20) < abs(mean[0] - 20) / 2


def test_the_search_finds_orders_of_its_own():
    mean = Arima(None).fit(panel_of(NOISE), 200).predict(panel_of(NOISE), ONE, 200, 7).mean
    assert mean == pytest.approx(np.full((1, 7), 10.0), abs=0.6)
