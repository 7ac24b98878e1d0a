import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from forecasting.engine import ForecastEngine
from forecasting.errors import HorizonOutOfRange, PanelUnusable, UnknownSeries


@pytest.fixture(scope="module")
def engine(market):
    return ForecastEngine(market)


@pytest.mark.parametrize("horizon", [0, -3, 100_000, 366, 7.5, True])
def test_an_impossible_horizon_is_refused_with_the_range(engine, horizon):
    with pytest.raises(HorizonOutOfRange, match=r"1 to 365"):
        engine.forecast("p00", horizon)


def test_an_unknown_product_and_a_panel_without_columns_are_refused(engine, market):
    with pytest.raises(UnknownSeries, match="'nowhere'"):
        engine.forecast("nowhere", 14)
    with pytest.raises(PanelUnusable, match="'y'"):
        ForecastEngine(market.drop(columns="y"))


@pytest.mark.parametrize("horizon", [1, 30, 365])
def test_a_forecast_is_whole(engine, market, horizon):
    forecast = engine.forecast("p01", horizon)
    assert forecast.dates[0] == np.datetime64(market["ds"].max().date()) + 1
    assert len(forecast.dates) == len(forecast.mean) == forecast.paths.shape[1] == horizon
    assert sum(forecast.weights.values()) == pytest.approx(1.0)
    assert set(forecast.weights) <= set(forecast.members)
    levels = np.array([forecast.quantiles[level] for level in sorted(forecast.quantiles)])
    assert (np.diff(levels, axis=0) >= 0).all()
    assert (levels[0] < levels[-1]).all()
    assert (forecast.paths >= 0).all()
    assert forecast.paths.sum(axis=1).mean() == pytest.approx(forecast.total_mean)


def test_seasonal_naive_is_always_among_the_judged(engine):
    backtest = engine.forecast("p02", 14).backtest
    assert backtest.origins >= 3
    assert backtest.naive_error == backtest.errors["seasonal_naive"] > 0
    assert {"arima", "mean", "combination"} <= set(backtest.errors)


def test_most_noisy_products_beat_last_week(engine, market):
    verdicts = [engine.forecast(f"p{number:02d}", 14).verdict for number in range(8)]
    assert verdicts.count("beats_naive") >= 6


def test_totals_come_from_joint_paths_not_from_daily_quantiles(engine):
    forecast = engine.forecast("p03", 14)
    assert forecast.total_quantile(0.9) < 0.9 * forecast.quantiles[0.9].sum()
    assert forecast.total_quantile(0.1, days=7) < forecast.total_quantile(0.9, days=7)
    with pytest.raises(HorizonOutOfRange):
        forecast.total_quantile(0.5, days=15)


def test_the_same_question_gets_the_same_answer(market):
    first, second = (ForecastEngine(market).forecast("p04", 14) for _ in range(2))
    assert np.array_equal(first.paths, second.paths)


def test_untrained_engines_say_so(engine):
    assert not engine.is_trained
    assert "lstm_not_trained" in engine.forecast("p05", 7).notes


def test_a_shop_shut_on_saturdays_sells_nothing_then(rows):
    draws = np.random.default_rng(0)
    is_open = np.arange(140) % 7 != 5
    units = np.where(is_open, draws.poisson(9, 140), np.nan)
    forecast = ForecastEngine(rows("a", units, is_open=is_open)).forecast("a", 14)
    saturday = pd.DatetimeIndex(forecast.dates).dayofweek == 5
    assert saturday.sum() == 2
    assert forecast.mean[saturday].sum() == 0
    assert forecast.paths[:, saturday].sum() == 0
    assert (forecast.mean[~saturday] > 4).all()


def test_a_stockout_does_not_pull_the_forecast_down(rows):
    units = np.random.default_rng(1).poisson(10, 140).astype(float)
    empty = np.arange(140) >= 126
    units[empty] = 0.0
    honest = ForecastEngine(rows("a", units, is_stockout=empty)).forecast("a", 14)
    fooled = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert honest.total_mean == pytest.approx(140, rel=0.2)
    assert fooled.total_mean < 0.8 * honest.total_mean


def test_demand_that_doubled_two_weeks_ago_is_not_averaged_away(rows):
    units = np.random.default_rng(2).poisson(np.r_[np.full(200, 10), np.full(14, 40)])
    assert ForecastEngine(rows("a", units)).forecast("a", 14).members["mean"].mean.sum() > 14 * 32


@pytest.mark.parametrize("days", [1, 2, 6, 20])
def test_too_little_history_falls_back_and_says_so(rows, days):
    units = np.random.default_rng(3).poisson(6, days) + 1
    forecast = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert forecast.verdict == "too_little_history"
    assert set(forecast.weights) <= {"mean", "drift"}
    assert forecast.backtest is None
    assert forecast.total_quantile(0.9) - forecast.total_quantile(0.1) > 0.3 * forecast.total_mean


def test_the_shortest_history_that_is_judged_has_three_origins(rows):
    units = np.random.default_rng(3).poisson(6, 21)
    assert ForecastEngine(rows("a", units)).forecast("a", 14).backtest.origins == 3


def test_a_product_that_never_sold_is_forecast_at_zero_and_named(rows):
    forecast = ForecastEngine(rows("a", np.zeros(90))).forecast("a", 14)
    assert forecast.total_mean == 0
    assert "no_sales_recorded" in forecast.notes


def test_a_constant_series_is_forecast_as_it_is(rows):
    forecast = ForecastEngine(rows("a", np.full(90, 3.0))).forecast("a", 14)
    assert forecast.mean == pytest.approx(3.0)
    assert forecast.verdict == "no_better_than_naive"


def test_one_huge_spike_does_not_become_the_forecast(rows):
    units = np.random.default_rng(4).poisson(8, 200).astype(float)
    units[150] = 80_000
    forecast = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert np.isfinite(forecast.paths).all()
    assert forecast.total_quantile(0.5) < 14 * 400


def test_asking_for_the_engine_loads_neither_torch_nor_statsmodels():
    code = "import sys, forecasting.engine; print([m for m in ('torch', 'statsmodels') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
