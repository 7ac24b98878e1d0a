import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasting.calendar import FEATURE_NAMES
from forecasting.errors import ForecastingError, TooLittleHistory
from forecasting.members import recurrent_training
from forecasting.members.base import LEVELS
from forecasting.members.recurrent import Recurrent, load
from forecasting.members.recurrent_files import is_saved
from forecasting.panel import read_panel

END = 272
HORIZON = 28


def steps(monkeypatch, number):
    """A short training on small batches."""
    monkeypatch.setattr(recurrent_training, "LEAST_STEPS", number)
    monkeypatch.setattr(recurrent_training, "MOST_STEPS", number)
    monkeypatch.setattr(recurrent_training, "BATCH", 48)


@pytest.fixture(scope="module")
def panel(market):
    return read_panel(market)


@pytest.fixture(scope="module")
def every(panel):
    return np.arange(len(panel.unique_ids))


@pytest.fixture(scope="module")
def fitted(panel):
    with pytest.MonkeyPatch.context() as patch:
        steps(patch, 120)
        return Recurrent(seeds=2).fit(panel, END)


@pytest.fixture
def few(market):
    return read_panel(market[market["unique_id"] < "p06"])


def pinball(actual, quantiles):
    gap = actual[..., None] - quantiles
    return np.maximum(np.array(LEVELS) * gap, (np.array(LEVELS) - 1) * gap).mean()


def test_forecasts_are_clearly_closer_than_last_week_repeated(panel, every, fitted):
    predicted = fitted.predict(panel, every, END, HORIZON)
    actual = panel.demand[:, END : END + HORIZON]
    naive = np.tile(panel.demand[:, END - 7 : END], HORIZON // 7)
    assert np.abs(predicted.mean - actual).mean() < 0.8 * np.abs(naive - actual).mean()
    inside = (actual >= predicted.quantiles[..., 1]) & (actual <= predicted.quantiles[..., -2])
    assert 0.7 < inside.mean() < 0.92


@pytest.mark.parametrize("horizon", [1, 28, 100])
def test_quantiles_ascend_from_zero_up_for_any_horizon(panel, every, fitted, horizon):
    predicted = fitted.predict(panel, every, panel.periods, horizon)
    assert predicted.quantiles.shape == (len(every), horizon, len(LEVELS))
    assert predicted.mean.shape == (len(every), horizon)
    assert (predicted.quantiles >= 0).all()
    assert (np.diff(predicted.quantiles, axis=2) >= 0).all()
    assert (predicted.quantiles[..., -1] > predicted.quantiles[..., 0]).all()
    assert np.isfinite(predicted.mean).all()


def test_the_far_horizon_keeps_the_level_and_the_weekdays(panel, every, fitted):
    predicted = fitted.predict(panel, every, END, 98).mean
    near, far = predicted[:, :28], predicted[:, 70:]
    assert far.mean() == pytest.approx(near.mean(), rel=0.25)
    by_weekday = predicted.mean(axis=0).reshape(-1, 7).mean(axis=0)
    assert by_weekday.argmax() == (5 - END) % 7


def test_nothing_is_learnt_from_the_end_on_or_read_from_the_origin_on(few, monkeypatch):
    steps(monkeypatch, 12)
    demand = few.demand.copy()
    demand[:, END:] *= 50
    changed = dataclasses.replace(few, demand=demand)
    rows = np.arange(len(few.unique_ids))
    forecasts = [
        Recurrent(seeds=1).fit(some, END).predict(some, rows, END, HORIZON).quantiles
        for some in (few, changed)
    ]
    assert np.array_equal(*forecasts)


def test_the_same_seed_gives_the_same_forecast_and_seeds_differ(few, monkeypatch):
    steps(monkeypatch, 12)
    rows = np.arange(len(few.unique_ids))
    first, second, more = (
        Recurrent(seeds=seeds).fit(few, END).predict(few, rows, END, HORIZON).quantiles for seeds in (1, 1, 2)
    )
    assert np.array_equal(first, second)
    assert not np.array_equal(first, more)


def test_one_row_is_forecast_as_among_many(panel, every, fitted):
    together = fitted.predict(panel, every, END, HORIZON)
    alone = fitted.predict(panel, np.array([7]), END, HORIZON)
    assert alone.mean[0] == pytest.approx(together.mean[7], rel=1e-4)


def test_a_series_that_training_never_saw_is_forecast_near_its_level(panel, fitted):
    names = tuple(f"new {name}" for name in panel.unique_ids)
    unseen = dataclasses.replace(panel, unique_ids=names)
    predicted = fitted.predict(unseen, np.arange(len(names)), END, HORIZON)
    recent = panel.demand[:, END - 56 : END].mean(axis=1)
    assert predicted.mean.mean(axis=1) == pytest.approx(recent, rel=0.35)


def test_a_promotion_known_ahead_lifts_the_forecast(rows, monkeypatch):
    steps(monkeypatch, 150)
    draws = np.random.default_rng(3)
    frames = []
    for number in range(8):
        promo = np.repeat(draws.random(48) < 0.25, 7).astype(float)
        units = draws.poisson(draws.uniform(4, 20) * (1 + 2 * promo)).astype(float)
        units[308:] = np.nan
        promo[308:] = np.repeat([1, 0, 1, 0], 7)
        frames.append(rows(f"s{number}", units, promo=promo))
    store = read_panel(pd.concat(frames))
    assert (store.periods, len(store.dates)) == (308, 336)
    predicted = Recurrent(seeds=1).fit(store, 308).predict(store, np.arange(8), 308, HORIZON)
    by_week = predicted.mean.sum(axis=0).reshape(4, 7).sum(axis=1)
    assert by_week[[0, 2]].min() > 1.5 * by_week[[1, 3]].max()


def test_a_festival_moves_forecasts_only_once_training_saw_it_in_two_years(rows, monkeypatch):
    steps(monkeypatch, 12)
    store = read_panel(pd.concat([rows(f"s{k}", np.tile([3.0, 5.0], 365) + k) for k in range(3)]))
    moving = {}
    for end in (365, 730):
        fit = Recurrent(seeds=1).fit(store, end)
        weights = fit.networks[0].from_day.weight[:, -len(FEATURE_NAMES) :].detach().numpy()
        moving[end] = {name for name, column in zip(FEATURE_NAMES, weights.T, strict=True) if column.any()}
    assert not moving[365] & {"christmas_before", "618", "black_friday"}
    assert {"christmas_before", "618", "black_friday"} <= moving[730]


def test_nothing_is_sold_on_weekdays_on_which_the_shop_is_shut(few, monkeypatch):
    steps(monkeypatch, 5)
    closed = few.closed.copy()
    closed[:, 6] = True
    store = dataclasses.replace(few, closed=closed)
    predicted = Recurrent(seeds=1).fit(store, 280).predict(store, np.arange(6), 280, 14)
    assert (predicted.quantiles[:, [6, 13]] == 0).all()
    assert (predicted.mean[:, [6, 13]] == 0).all()
    assert (predicted.mean[:, :6] > 0).all()


def test_who_is_served(rows):
    sold = np.r_[np.zeros(20), np.full(180, 2.0)]
    store = read_panel(pd.concat([rows("long", sold), rows("short", sold[:50], start="2025-06-01")]))
    member = Recurrent()
    served = dict(zip(store.unique_ids, member.serves(store, np.arange(2), store.periods), strict=True))
    assert served == {"long": True, "short": False}
    assert not member.serves(store, np.array([0]), 111).any()
    assert member.serves(store, np.array([0]), 112).all()
    nothing = read_panel(rows("nothing", np.zeros(200)))
    assert not member.serves(nothing, np.array([0]), 200).any()
    weeks = read_panel(
        rows("weeks", np.ones(200)).assign(ds=pd.date_range("2021-01-04", periods=200, freq="7D")), "W"
    )
    assert not member.serves(weeks, np.array([0]), 200).any()


def test_a_store_without_enough_history_says_so(rows):
    with pytest.raises(TooLittleHistory, match="112 days"):
        Recurrent().fit(read_panel(rows("short", np.ones(100))), 100)


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_other_cells_are_a_switch(few, monkeypatch, cell, tmp_path):
    steps(monkeypatch, 40)
    member = Recurrent(cell, seeds=1)
    assert member.name == cell
    fit = member.fit(few, END)
    fit.save(tmp_path, "v1")
    again = load(tmp_path, "v1")
    assert again.about.cell == cell
    rows = np.arange(len(few.unique_ids))
    predicted = again.predict(few, rows, END, HORIZON)
    actual = few.demand[:, END : END + HORIZON]
    assert np.array_equal(predicted.mean, fit.predict(few, rows, END, HORIZON).mean)
    assert pinball(actual, predicted.quantiles) < pinball(actual, np.zeros((*actual.shape, len(LEVELS))))


def test_progress_runs_to_the_end_over_all_seeds(few, monkeypatch):
    steps(monkeypatch, 40)
    told = []
    Recurrent(seeds=2, progress=lambda share, stage: told.append((share, stage))).fit(few, END)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert len(shares) > 20
    assert told[-1] == (1.0, "training")


def test_noughts_before_the_origin_and_huge_spikes_stay_finite(rows, monkeypatch):
    steps(monkeypatch, 20)
    asleep, spiked, tiny = np.full(200, 3.0), np.full(200, 2.0), np.full(200, 2e-5)
    asleep[120:] = 0
    spiked[150] = 1e6
    store = read_panel(
        pd.concat([rows(name, units) for name, units in zip("abc", (asleep, spiked, tiny), strict=True)])
    )
    predicted = Recurrent(seeds=1).fit(store, 200).predict(store, np.arange(3), 200, HORIZON)
    assert np.isfinite(predicted.quantiles).all()
    assert np.isfinite(predicted.mean).all()
    assert predicted.mean[2].max() < 1e-3


class TestUpdate:
    def test_new_days_bring_a_new_weekday_pattern(self, rows, monkeypatch):
        steps(monkeypatch, 150)
        draws = np.random.default_rng(1)
        before, after = np.array([4, 4, 4, 4, 4, 12, 12]), np.array([12, 12, 4, 4, 4, 4, 4])
        pattern = np.r_[np.tile(before, 32), np.tile(after, 8)]
        store = read_panel(pd.concat([rows(f"s{k}", draws.poisson(pattern)) for k in range(8)]))
        every, actual = np.arange(8), store.demand[:, 252:280]
        old = Recurrent(seeds=1).fit(store, 224)
        new = old.update(store, 252)
        losses = [pinball(actual, fit.predict(store, every, 252, 28).quantiles) for fit in (old, new)]
        assert losses[1] < losses[0]

    def test_series_that_came_since_get_a_place_and_the_old_ones_keep_theirs(self, market, monkeypatch):
        steps(monkeypatch, 12)
        panel = read_panel(market[market["unique_id"] < "p06"])
        old = Recurrent(seeds=1).fit(panel.take(np.array([5, 3])), 260)
        new = old.update(panel, 280)
        assert new.about.series == ("p05", "p03", "p00", "p01", "p02", "p04")
        assert new.about.learnt_until == "2025-10-13"
        assert np.isfinite(new.predict(panel, np.arange(6), 280, HORIZON).mean).all()

    def test_without_new_days_nothing_changes(self, panel, fitted):
        assert fitted.update(panel, END) is fitted
        assert fitted.update(panel, END - 10) is fitted

    def test_it_is_repeatable_and_leaves_the_old_networks_alone(self, few, monkeypatch):
        steps(monkeypatch, 24)
        rows = np.arange(len(few.unique_ids))
        old = Recurrent(seeds=1).fit(few, 260)
        before = old.predict(few, rows, 280, HORIZON).mean
        first, second = (old.update(few, 280).predict(few, rows, 280, HORIZON).mean for _ in range(2))
        assert np.array_equal(first, second)
        assert np.array_equal(before, old.predict(few, rows, 280, HORIZON).mean)
        assert not np.array_equal(first, before)


class TestFiles:
    def test_a_network_is_read_back_as_it_was(self, panel, every, fitted, tmp_path):
        fitted.save(tmp_path, "v1")
        again = load(tmp_path, "v1")
        assert np.array_equal(
            again.predict(panel, every, END, 40).quantiles, fitted.predict(panel, every, END, 40).quantiles
        )
        assert again.about.series == panel.unique_ids
        assert again.about.levels == LEVELS

    def test_saving_removes_what_it_replaces_and_nothing_else(self, fitted, tmp_path):
        (tmp_path / "notes.txt").write_text("kept", encoding="utf-8")
        fitted.save(tmp_path, "v1")
        fitted.save(tmp_path, "v2")
        assert is_saved(tmp_path, "v2")
        assert not is_saved(tmp_path, "v1")
        assert len(list(tmp_path.iterdir())) == 3
        with pytest.raises(ForecastingError, match="'v1'"):
            load(tmp_path, "v1")

    def test_half_a_pair_counts_as_nothing(self, fitted, tmp_path):
        assert not is_saved(tmp_path / "nowhere", "v1")
        fitted.save(tmp_path, "v1")
        next(tmp_path.glob("*.safetensors")).unlink()
        assert not is_saved(tmp_path, "v1")
        fitted.save(tmp_path, "v1")
        next(tmp_path.glob("*.json")).write_text('{"cell":', encoding="utf-8")
        assert not is_saved(tmp_path, "v1")
