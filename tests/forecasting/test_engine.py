import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from forecasting.engine import ForecastEngine
from forecasting.errors import HorizonOutOfRange, NoHistory, PanelUnusable, UnknownSeries
from forecasting.members.base import LEVELS
from forecasting.members.lightgbm import LightGbm
from forecasting.members.recurrent import Recurrent
from forecasting.members.roster import choose_single_members

LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)


@pytest.fixture(scope="module")
def engine(market):
    return ForecastEngine(market)


@pytest.fixture(scope="module")
def small_members():
    """The whole roster, with a single network and few products: training takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "forecasting.members.roster.choose_members",
            lambda frequency: [*choose_single_members(), LightGbm(), Recurrent(seeds=1)],
        )
        patch.setattr("forecasting.members.recurrent_training.LEAST_STEPS", 60)
        patch.setattr("forecasting.members.recurrent_training.MOST_STEPS", 60)
        yield


@pytest.fixture(scope="module")
def few(market):
    return market[market["unique_id"] < "p08"]


@pytest.fixture(scope="module")
def trained(few, small_members, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    engine = ForecastEngine(few, folder, "v1")
    engine.train()
    return engine, folder


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
    assert forecast.quantiles.shape == (horizon, len(LEVELS))
    assert sum(forecast.weights.values()) == pytest.approx(1.0)
    assert (np.diff(forecast.quantiles, axis=1) >= 0).all()
    assert (forecast.quantiles[:, LOW] < forecast.quantiles[:, HIGH]).all()
    assert (forecast.paths >= 0).all()
    assert forecast.paths.sum(axis=1).mean() == pytest.approx(forecast.total_mean, rel=0.05)


def test_every_forecast_carries_its_backtest_against_last_week(engine):
    backtest = engine.forecast("p02", 14).backtest
    assert backtest.origins == 3
    assert backtest.horizon_days == 28
    assert backtest.weeks == 12
    assert 0 < backtest.error < backtest.naive_error
    assert 0.5 < backtest.coverage80 <= 1.0


def test_most_noisy_products_beat_last_week(engine):
    verdicts = [engine.forecast(f"p{number:02d}", 14).verdict for number in range(8)]
    assert verdicts.count("beats_naive") >= 6


def test_totals_come_from_joint_paths_not_from_daily_quantiles(engine):
    forecast = engine.forecast("p03", 14)
    assert forecast.total_quantile(0.9) < 0.95 * forecast.daily_quantile(0.9).sum()
    assert forecast.total_quantile(0.1, days=7) < forecast.total_quantile(0.9, days=7)
    with pytest.raises(HorizonOutOfRange):
        forecast.total_quantile(0.5, days=15)


def test_the_same_question_gets_the_same_answer(market):
    first, second = (ForecastEngine(market).forecast("p04", 14) for _ in range(2))
    assert np.array_equal(first.paths, second.paths)


def test_untrained_engines_say_so_and_look_at_the_product_alone(engine):
    assert not engine.is_trained
    forecast = engine.forecast("p05", 7)
    assert "not_trained" in forecast.notes
    assert not {"lightgbm", "lstm"} & set(forecast.weights)


def test_a_trained_engine_asks_those_that_learnt_over_all_products(trained):
    engine, _ = trained
    forecast = engine.forecast("p03", 14)
    assert engine.is_trained and engine.is_current
    assert "not_trained" not in forecast.notes
    assert {"lightgbm", "lstm"} & set(forecast.weights)


def test_what_was_trained_serves_the_next_program_unchanged(trained, few):
    engine, folder = trained
    again = ForecastEngine(few, folder, "v1")
    assert again.is_current
    assert np.array_equal(again.forecast("p05", 14).paths, engine.forecast("p05", 14).paths)
    assert again.forecast("p05", 14).backtest == engine.forecast("p05", 14).backtest


def test_sales_that_went_on_are_forecast_by_what_was_trained_before(trained, market, rows):
    _, folder = trained
    newcomer = rows("q", np.random.default_rng(0).poisson(6, 40), start="2025-09-23")
    grown = pd.concat([market[market["unique_id"] < "p08"], newcomer], ignore_index=True)
    later = ForecastEngine(grown, folder, "v2")
    assert later.is_trained and not later.is_current
    assert later.forecast("p05", 14).backtest is not None
    fresh = later.forecast("q", 14)
    assert 14 * 3 < fresh.total_mean < 14 * 10
    assert sum(fresh.weights.values()) == pytest.approx(1.0)


def test_training_again_goes_on_where_it_stopped(trained, market, small_members, monkeypatch, tmp_path):
    import shutil

    _, folder = trained
    shutil.copytree(folder, tmp_path / "models")
    draws = np.random.default_rng(3)
    ahead = pd.date_range(market["ds"].max() + pd.Timedelta(days=1), periods=14)
    more = [
        pd.DataFrame({"unique_id": f"p{k:02d}", "ds": ahead, "y": draws.poisson(9, 14).astype(float)})
        for k in range(8)
    ]
    few = market[market["unique_id"] < "p08"]
    engine = ForecastEngine(pd.concat([few, *more], ignore_index=True), tmp_path / "models", "v2")
    # From scratch is what must not happen: the network of the first training is carried on.
    monkeypatch.setattr(Recurrent, "fit", lambda *_: pytest.fail("trained from scratch"))
    engine.train()
    assert engine.is_current
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["forecasters-v2"]


def test_a_kill_while_saving_leaves_the_older_forecasters(trained, few, tmp_path):
    import shutil

    _, folder = trained
    shutil.copytree(folder, tmp_path / "models")
    half = tmp_path / "models" / "forecasters-v2.part"
    half.mkdir()
    (half / "arrays.npz").write_bytes(b"half")
    engine = ForecastEngine(few, tmp_path / "models", "v2")
    assert engine.is_trained and not engine.is_current
    assert engine.forecast("p01", 7).total_mean > 0


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
    assert "closed_weekdays" in forecast.notes


def test_a_stockout_does_not_pull_the_forecast_down_and_the_correction_is_reported(rows):
    units = np.random.default_rng(1).poisson(10, 140).astype(float)
    empty = np.arange(140) >= 126
    units[empty] = 0.0
    honest = ForecastEngine(rows("a", units, is_stockout=empty)).forecast("a", 14)
    fooled = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert honest.total_mean == pytest.approx(140, rel=0.2)
    assert fooled.total_mean < 0.8 * honest.total_mean
    assert "stockouts_corrected" in honest.notes
    assert honest.corrected_days == 14
    assert honest.corrected_units == pytest.approx(140, rel=0.3)


def test_demand_that_doubled_two_weeks_ago_is_not_averaged_away(rows):
    units = np.random.default_rng(2).poisson(np.r_[np.full(200, 10), np.full(14, 40)])
    assert ForecastEngine(rows("a", units)).forecast("a", 14).total_mean > 14 * 26


@pytest.mark.parametrize("days", [1, 2, 6, 20])
def test_too_little_history_falls_back_and_is_wide(rows, days):
    units = np.random.default_rng(3).poisson(6, days) + 1
    forecast = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert forecast.verdict == "too_little_history"
    assert days > 6 or set(forecast.weights) <= {"drift", "seasonal_naive"}
    assert forecast.backtest is None or forecast.backtest.weeks < 3
    assert forecast.total_quantile(0.9) - forecast.total_quantile(0.1) > 0.3 * forecast.total_mean


def test_four_weeks_are_enough_to_be_judged_at_three_origins(rows):
    units = np.random.default_rng(3).poisson(6, 28)
    backtest = ForecastEngine(rows("a", units)).forecast("a", 14).backtest
    assert (backtest.origins, backtest.horizon_days, backtest.weeks) == (3, 7, 3)


def test_a_product_without_a_record_is_refused_and_one_that_never_sold_is_named(rows):
    none = pd.concat([rows("a", [np.nan, np.nan]), rows("b", np.zeros(90))])
    engine = ForecastEngine(none)
    with pytest.raises(NoHistory, match="'a'"):
        engine.forecast("a", 14)
    forecast = engine.forecast("b", 14)
    assert forecast.total_mean == 0
    assert "no_sales_recorded" in forecast.notes


def test_a_new_product_borrows_from_named_ones_of_its_kind(rows):
    draws = np.random.default_rng(5)
    kinds = {"sock": 30.0, "lamp": 2.0}
    old = [
        rows(f"{kind}{k}", draws.poisson(level * draws.gamma(20, 1 / 20), 200))
        for kind, level in kinds.items()
        for k in range(8)
    ]
    young = rows("sock-new", [31.0, 28.0, 33.0], start="2025-07-22")

    def describe(ids):
        noise = np.random.default_rng(len(ids)).normal(0, 0.05, (len(ids), 2))
        return np.array([[1.0, 0.0] if name.startswith("sock") else [0.0, 1.0] for name in ids]) + noise

    engine = ForecastEngine(pd.concat([*old, young], ignore_index=True), describe=describe)
    for name in ("sock-new", "sock-unheard-of"):
        forecast = engine.forecast(name, 14)
        assert 14 * 15 < forecast.total_mean < 14 * 60
        assert len(forecast.borrowed_from) == 3
        assert all(lender.startswith("sock") for lender in forecast.borrowed_from)
        assert forecast.verdict == "too_little_history"
    alone = engine.forecast("lamp3", 14)
    assert not alone.borrowed_from
    relative = [
        (each.total_quantile(0.9) - each.total_quantile(0.1)) / each.total_mean
        for each in (engine.forecast("sock-new", 14), engine.forecast("sock3", 14))
    ]
    assert relative[0] > relative[1]


def test_a_constant_series_is_forecast_as_it_is(rows):
    forecast = ForecastEngine(rows("a", np.full(90, 3.0))).forecast("a", 14)
    assert forecast.mean == pytest.approx(3.0, rel=0.01)
    assert forecast.verdict == "no_better_than_naive"


def test_one_huge_spike_does_not_become_the_forecast(rows):
    units = np.random.default_rng(4).poisson(8, 200).astype(float)
    units[150] = 80_000
    forecast = ForecastEngine(rows("a", units)).forecast("a", 14)
    assert np.isfinite(forecast.paths).all()
    assert forecast.total_quantile(0.5) < 14 * 400


def test_asking_for_the_engine_loads_nothing_heavy():
    heavy = ("torch", "statsmodels", "statsforecast", "lightgbm", "holidays")
    code = f"import sys, forecasting.engine; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_many_products_are_shared_among_processes_and_come_out_the_same(trained, few, monkeypatch):
    engine, folder = trained
    monkeypatch.setattr("forecasting.engine.LEAST_SHARED", 4)
    monkeypatch.setattr("forecasting.sharing.CHUNK_PRODUCTS", 3)
    names = sorted(few["unique_id"].unique())
    shared = {each.unique_id: each for each in ForecastEngine(few, folder, "v1").forecast_many(names, 7)}
    assert sorted(shared) == names
    for name in names:
        alone = engine.forecast(name, 7)
        assert np.allclose(shared[name].paths, alone.paths, rtol=1e-4, atol=1e-4)
        assert shared[name].verdict == alone.verdict
