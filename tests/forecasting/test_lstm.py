import numpy as np
import pytest

from forecasting import lstm
from forecasting.engine import ForecastEngine
from forecasting.errors import TooLittleHistory


@pytest.fixture
def quick(monkeypatch):
    """A short training: what it reports matters here, not what it learns."""
    monkeypatch.setattr(lstm, "STEPS", 60)


@pytest.fixture(scope="module")
def trained(market, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    steps, lstm.STEPS = lstm.STEPS, 120
    engine = ForecastEngine(market, folder, "v1")
    engine.train()
    lstm.STEPS = steps
    return engine, folder


def test_training_reports_its_progress_up_to_the_end(market, quick):
    told = []
    ForecastEngine(market[market["unique_id"] < "p04"]).train(
        lambda share, stage: told.append((share, stage))
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 20
    assert {stage for _, stage in told} == {"reading", "training", "saving"}


def test_the_trained_network_forecasts_near_the_truth_and_is_judged(trained):
    engine, _ = trained
    ratios = []
    for number in range(6):
        forecast = engine.forecast(f"p{number:02d}", 14)
        assert "lstm" in forecast.backtest.errors
        assert "lstm_not_trained" not in forecast.notes
        ratios.append(forecast.backtest.errors["lstm"] / forecast.backtest.naive_error)
    assert np.mean(ratios) < 0.95


def test_a_new_session_reads_the_network_back(trained, market):
    engine, folder = trained
    again = ForecastEngine(market, folder, "v1")
    assert again.is_trained
    expected = engine.forecast("p03", 40).members["lstm"].mean
    assert again.forecast("p03", 40).members["lstm"].mean == pytest.approx(expected)
    assert len(expected) == 40


def test_a_network_of_other_data_is_not_used(trained, market):
    _, folder = trained
    assert not ForecastEngine(market, folder, "v2").is_trained


def test_the_backtests_days_are_held_out_of_training(market, monkeypatch):
    monkeypatch.setattr(lstm, "STEPS", 30)
    monkeypatch.setattr(lstm, "REPORTS", 1)
    some = market[market["unique_id"] < "p05"]
    changed = some.copy()
    held_out = changed["ds"] > changed["ds"].max() - np.timedelta64(lstm.HELD_OUT_DAYS, "D")
    changed.loc[held_out, "y"] *= 100
    weights = [
        lstm.train([ForecastEngine(panel).series(f"p{k:02d}") for k in range(5)]).network.state_dict()
        for panel in (some, changed)
    ]
    assert all(np.array_equal(weights[0][name], weights[1][name]) for name in weights[0])


def test_the_network_does_not_look_beyond_its_origin(trained, market):
    engine, _ = trained
    own = market[market["unique_id"] == "p07"]
    changed = own.copy()
    changed.loc[changed["ds"] >= changed["ds"].min() + np.timedelta64(250, "D"), "y"] *= 50
    member = engine._neural_member()
    seen = [member.fit(ForecastEngine(panel).series("p07"), 250).predict(250, 14) for panel in (own, changed)]
    assert np.array_equal(seen[0], seen[1])


def test_a_product_that_it_never_saw_is_forecast_as_unknown(trained, market, rows):
    _, folder = trained
    units = np.random.default_rng(8).poisson(12, 150)
    forecast = ForecastEngine(rows("newcomer", units), folder, "v1").forecast("newcomer", 14)
    assert forecast.members["lstm"].mean.sum() == pytest.approx(14 * 12, rel=0.35)


def test_a_store_too_young_to_train_says_so(rows):
    with pytest.raises(TooLittleHistory, match="112"):
        ForecastEngine(rows("a", np.full(60, 5.0))).train()
