"""What every member that looks at one series at a time keeps to."""

import numpy as np
import pandas as pd
import pytest

from forecasting.members.arima import Arima
from forecasting.members.base import LEVELS
from forecasting.members.drift import Drift
from forecasting.members.ets import Ets
from forecasting.members.intermittent import Intermittent
from forecasting.members.seasonal_naive import SeasonalNaive
from forecasting.members.theta import Theta
from forecasting.members.weekday_mean import WeekdayMean
from forecasting.panel import Panel, read_panel

MEMBERS = (SeasonalNaive(), WeekdayMean(), Theta(), Ets(), Arima(), Intermittent(), Drift())
ONE = np.array([0])
every_member = pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)


def panel_of(units, frequency: str = "D", **columns) -> Panel:
    starts = {"D": "D", "W": "W-MON", "M": "MS"}[frequency]
    days = pd.date_range("2024-01-01", periods=len(units), freq=starts)
    frame = pd.DataFrame({"unique_id": "a", "ds": days, "y": np.asarray(units, dtype=float)})
    return read_panel(frame.assign(**columns), frequency)


def forecast(member, panel: Panel, end: int, horizon: int = 14, origin: int | None = None):
    return member.fit(panel, end).predict(panel, ONE, end if origin is None else origin, horizon)


def noisy(periods: int, level: float = 8.0, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(level, periods)


@every_member
@pytest.mark.parametrize(("frequency", "periods"), [("D", 120), ("W", 60), ("W", 130), ("M", 48)])
def test_quantiles_are_ascending_not_negative_and_hold_most_of_what_comes(member, frequency, periods):
    units = noisy(periods)
    panel = panel_of(units, frequency)
    predicted = forecast(member, panel, periods - 8, 8)
    assert predicted.quantiles.shape == (1, 8, len(LEVELS))
    assert (np.diff(predicted.quantiles, axis=-1) >= 0).all()
    assert (predicted.quantiles >= 0).all()
    inside = (units[-8:] >= predicted.quantiles[0, :, 0]) & (units[-8:] <= predicted.quantiles[0, :, -1])
    assert inside.mean() >= 0.6
    assert (predicted.quantiles[0, :, -1] - predicted.quantiles[0, :, 0] > 3).all()
    assert 5 < predicted.mean.mean() < 11


@every_member
def test_what_comes_after_the_origin_is_not_read(member):
    units = noisy(120).astype(float)
    before = forecast(member, panel_of(units), 80, origin=100)
    units[100:] = 500.0
    after = forecast(member, panel_of(units), 80, origin=100)
    np.testing.assert_array_equal(before.quantiles, after.quantiles)
    np.testing.assert_array_equal(before.mean, after.mean)


@pytest.mark.parametrize("member", [m for m in MEMBERS if m.name != "arima"], ids=lambda member: member.name)
def test_days_after_the_fit_move_the_forecast(member):
    # ARIMA goes back to the mean that it learnt; every other member must follow without a new fit.
    units = noisy(160).astype(float)
    units[120:] *= 4
    panel = panel_of(units)
    fitted = member.fit(panel, 110)
    before, after = (fitted.predict(panel, ONE, origin, 7).mean.mean() for origin in (110, 160))
    assert after > 1.3 * before


@every_member
def test_zeros_and_constants_have_a_finite_forecast(member):
    nothing = forecast(member, panel_of(np.zeros(90)), 90)
    assert nothing.mean.max() == nothing.quantiles.max() == 0.0
    constant = forecast(member, panel_of(np.full(90, 3.0)), 90)
    assert constant.mean == pytest.approx(np.full((1, 14), 3.0))
    assert np.isfinite(constant.quantiles).all()


@every_member
def test_a_series_that_wakes_after_an_idle_fit_is_forecast(member):
    panel = panel_of(np.concatenate([np.zeros(90), noisy(30)]))
    assert forecast(member, panel, 90, origin=120).mean.mean() > 1.0


@every_member
def test_closed_weekdays_get_nothing(member):
    units = noisy(140).astype(float)
    is_sunday = np.arange(140) % 7 == 6
    units[is_sunday] = 0.0
    predicted = forecast(member, panel_of(units, is_open=~is_sunday), 140)
    assert predicted.quantiles[0, [6, 13]].max() == predicted.mean[0, [6, 13]].max() == 0.0
    assert (predicted.mean[0, :6] > 2).all()


@pytest.mark.parametrize("member", MEMBERS[1:], ids=lambda member: member.name)
def test_one_spike_of_a_million_does_not_carry_on(member):
    units = noisy(120).astype(float)
    units[110] = 1e6
    predicted = forecast(member, panel_of(units), 120)
    assert predicted.mean.max() < 20
    assert predicted.quantiles.max() < 60


@pytest.mark.parametrize(
    ("member", "least"),
    [
        (SeasonalNaive(), 2),
        (WeekdayMean(), 7),
        (Theta(), 14),
        (Ets(), 14),
        (Arima(), 28),
        (Intermittent(), 14),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_too_short_a_history_is_not_served(member, least):
    panel = panel_of(noisy(40))
    assert not member.serves(panel, ONE, least - 1)[0]
    assert member.serves(panel, ONE, least)[0]
    predicted = forecast(member, panel, least)
    assert (predicted.quantiles[0, :, -1] > predicted.quantiles[0, :, 0]).all()


def test_a_series_too_young_at_the_fit_is_learnt_at_the_first_origin():
    panel = panel_of(noisy(60))
    fitted = Theta().fit(panel, 5)
    assert 5 < fitted.predict(panel, ONE, 60, 7).mean.mean() < 11


def test_rows_are_forecast_independently_of_their_company():
    frames = [
        pd.DataFrame(
            {"unique_id": name, "ds": pd.date_range("2024-01-01", periods=90), "y": noisy(90, seed=seed)}
        )
        for seed, name in enumerate("ab")
    ]
    panel = read_panel(pd.concat(frames))
    both = Ets().fit(panel, 90).predict(panel, np.array([1, 0]), 90, 7)
    alone = Ets().fit(panel, 90).predict(panel, np.array([1]), 90, 7)
    np.testing.assert_array_equal(both.quantiles[0], alone.quantiles[0])
