"""The trees as a member: better than repeating last week, calibrated, blind to the future, the same each time."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import TooLittleHistory
from forecasting.members.base import LEVELS, Predicted
from forecasting.members.lightgbm import LightGbm, LightGbmFit
from forecasting.panel import Panel, read_panel

Rows = Callable[..., pd.DataFrame]
HORIZON = 28


def made_up(rows: Rows, products: int = 8, days: int = 160) -> list[pd.DataFrame]:
    """Poisson sales that rise from Monday to Sunday; each product larger than the one before."""
    draws = np.random.default_rng(2)
    pattern = np.linspace(0.5, 1.5, 7)[np.arange(days) % 7]
    return [rows(f"p{number}", draws.poisson(pattern * 2 ** (number % 5))) for number in range(products)]


@pytest.fixture(scope="module")
def panel(market: pd.DataFrame) -> Panel:
    return read_panel(market).take(np.arange(24))


@pytest.fixture(scope="module")
def fitted(panel: Panel) -> LightGbmFit:
    return LightGbm().fit(panel, panel.periods - HORIZON)


@pytest.fixture(scope="module")
def forecast(panel: Panel, fitted: LightGbmFit) -> Predicted:
    return fitted.predict(panel, np.arange(len(panel.unique_ids)), panel.periods - HORIZON, HORIZON)


def pinball(quantiles: np.ndarray, actual: np.ndarray) -> float:
    error = actual[..., None] - quantiles
    return float(np.maximum(np.array(LEVELS) * error, (np.array(LEVELS) - 1) * error).mean())


def test_quantiles_ascend_and_the_mean_lies_among_them(panel, forecast):
    assert forecast.quantiles.shape == (len(panel.unique_ids), HORIZON, len(LEVELS))
    assert (np.diff(forecast.quantiles, axis=-1) >= 0).all()
    assert (forecast.quantiles >= 0).all()
    assert (forecast.mean > forecast.quantiles[..., 0]).all()
    assert (forecast.mean < forecast.quantiles[..., -1]).all()


def test_it_is_clearly_better_than_what_weekdays_sold_before(panel, forecast):
    origin = panel.periods - HORIZON
    actual = panel.demand[:, origin:]
    same_weekday = panel.demand[:, :origin].reshape(len(actual), -1)[:, -56:].reshape(-1, 8, 7)
    past = np.quantile(same_weekday, LEVELS, axis=1).transpose(1, 2, 0)
    assert pinball(forecast.quantiles, actual) < 0.93 * pinball(np.tile(past, (1, 4, 1)), actual)
    last_week = np.tile(panel.demand[:, origin - 7 : origin], 4)
    assert np.square(forecast.mean - actual).mean() < 0.7 * np.square(last_week - actual).mean()


def test_about_four_days_of_five_fall_into_the_80_percent_interval(panel, forecast):
    actual = panel.demand[:, -HORIZON:]
    low, high = forecast.quantiles[..., 1], forecast.quantiles[..., -2]
    assert 0.70 < ((low <= actual) & (actual <= high)).mean() < 0.88


def test_totals_of_the_mean_are_not_lower_than_what_is_sold(panel, forecast):
    assert forecast.mean.sum() == pytest.approx(panel.demand[:, -HORIZON:].sum(), rel=0.06)


def test_neither_fit_nor_forecast_reads_what_comes_later(rows):
    history = pd.concat(made_up(rows, products=4, days=140))
    panel = read_panel(history)
    origin = panel.periods - HORIZON
    later = history["ds"] >= panel.dates[origin]
    changed = read_panel(history.assign(y=np.where(later, 500.0, history["y"])))
    before, after = (
        LightGbm().fit(each, origin).predict(each, np.arange(4), origin, HORIZON) for each in (panel, changed)
    )
    np.testing.assert_array_equal(before.quantiles, after.quantiles)
    np.testing.assert_array_equal(before.mean, after.mean)


def test_one_product_asked_alone_gets_the_same_forecast(panel, fitted, forecast):
    alone = fitted.predict(panel, np.array([7]), panel.periods - HORIZON, HORIZON)
    np.testing.assert_array_equal(alone.quantiles[0], forecast.quantiles[7])


def test_a_longer_horizon_begins_like_the_shorter_one_and_stays_finite(panel, fitted, forecast):
    far = fitted.predict(panel, np.array([0, 1]), panel.periods - HORIZON, 90)
    assert far.quantiles.shape[1] == 90
    assert np.isfinite(far.quantiles).all()
    np.testing.assert_array_equal(far.quantiles[:, :HORIZON], forecast.quantiles[:2])


def test_weekdays_on_which_the_shop_is_shut_get_nothing(rows):
    frames = made_up(rows)
    for frame in frames:
        sunday = frame["ds"].dt.dayofweek == 6
        frame.loc[sunday, "is_open"] = False
        frame.loc[sunday, "y"] = 0.0
    panel = read_panel(pd.concat(frames))
    ahead = LightGbm().fit(panel, panel.periods).predict(panel, np.array([3]), panel.periods, 14)
    shut = pd.DatetimeIndex(panel.calendar(panel.periods, panel.periods + 14)).dayofweek == 6
    assert (ahead.quantiles[0, shut] == 0).all()
    assert (ahead.mean[0, shut] == 0).all()
    assert (ahead.mean[0, ~shut] > 0).all()


def test_a_promotion_that_is_planned_raises_the_forecast_of_its_days(rows):
    draws = np.random.default_rng(4)
    frames = []
    for number in range(10):
        promo = np.repeat(draws.random(26) < 0.25, 7).astype(float)
        units = draws.poisson(6 * np.where(promo > 0, 3.0, 1.0))
        frames.append(rows(f"p{number}", units, promo=promo))
    history = pd.concat(frames)
    ahead = [
        pd.DataFrame({"unique_id": f"p{number}", "ds": pd.date_range("2025-07-07", periods=14), "promo": 1.0})
        for number in range(5)
    ]
    panel = read_panel(pd.concat([history, *ahead]))
    fitted = LightGbm().fit(panel, panel.periods)
    mean = fitted.predict(panel, np.arange(10), panel.periods, 14).mean
    assert mean[:5].mean() > 2 * mean[5:].mean()


@pytest.mark.parametrize(
    ("units", "served"),
    [
        (np.full(56, 2.0), True),
        (np.full(55, 2.0), False),
        (np.zeros(200), False),
    ],
)
def test_it_serves_products_with_eight_weeks_and_a_sale(rows, units, served):
    panel = read_panel(rows("one", units))
    assert LightGbm().serves(panel, np.array([0]), panel.periods).tolist() == [served]


def test_it_leaves_weekly_series_to_others(rows):
    weekly = rows("one", np.full(200, 2.0)).assign(ds=pd.date_range("2020-01-06", periods=200, freq="7D"))
    panel = read_panel(weekly, "W")
    assert not LightGbm().serves(panel, np.array([0]), panel.periods).any()


def test_a_store_without_history_cannot_be_fitted(rows):
    panel = read_panel(rows("new", np.full(20, 3.0)))
    with pytest.raises(TooLittleHistory, match="56 days"):
        LightGbm().fit(panel, panel.periods)


def test_a_product_of_the_same_shape_and_a_hundred_times_the_size_is_forecast_a_hundred_times_as_high(rows):
    frames = made_up(rows)
    large = frames[4].assign(unique_id="z", y=frames[4]["y"] * 100)
    panel = read_panel(pd.concat([*frames, large]))
    fitted = LightGbm().fit(panel, panel.periods)
    mean = fitted.predict(panel, np.array([4, len(frames)]), panel.periods, 14).mean
    assert mean[1].sum() / mean[0].sum() == pytest.approx(100, rel=0.35)
