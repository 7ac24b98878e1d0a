"""Forecasts in the store: kept, found stale when sales change, logged once, never half written."""

import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest

from store import sales
from store.database import Store
from store.forecasts import Forecasts, KeptForecast, KeptTotal
from store.schema import QUANTILE_LEVELS

LEVELS = np.array(QUANTILE_LEVELS)


def made(product_id, forecasts, as_of=date(2024, 3, 31), level=4.0, horizon=28, engine="1"):
    quantiles = np.tile(level * (0.5 + LEVELS), (horizon, 1))
    return KeptForecast(
        product_id=product_id,
        as_of=as_of,
        fingerprint=forecasts.fingerprints().get(product_id, ""),
        engine=engine,
        mean=np.full(horizon, level),
        quantiles=quantiles,
        totals={
            days: KeptTotal(level * days, days * quantiles[0]) for days in (7, 14, 28) if days <= horizon
        },
        verdict="beats_naive",
        backtest={"weeks": 12, "naive_error": 1.5, "error": 1.25},
        weights={"arima": 0.6, "mean": 0.4},
        notes=("gaps_filled",),
        history_days=91,
        recent_daily_mean=3.75,
        corrected_days=2,
        corrected_units=7.5,
        borrowed_from=("b", "c"),
    )


def sell(store, units, days=("2024-01-01", "2024-03-31")):
    dates = pd.date_range(*days)
    rows = [(product, day, value) for product, value in units.items() for day in dates]
    frame = pd.DataFrame(rows, columns=["product_id", "ds", "units"])
    with store.transaction() as cursor:
        sales.write_sales(cursor, frame.assign(revenue=frame["units"]))


def logged(store):
    return store.cursor().execute("SELECT count(*) FROM forecast_log").fetchone()[0]


@pytest.fixture
def store(empty_store):
    sell(empty_store, {"a": 4.0, "b": 2.0})
    return empty_store


def test_a_forecast_comes_back_as_it_was_kept(store):
    forecasts = Forecasts(store)
    kept = made("a", forecasts, level=4.3)
    forecasts.keep([kept, made("b", forecasts)])
    back = forecasts.read("a")
    assert np.array_equal(back.mean, kept.mean) and np.array_equal(back.quantiles, kept.quantiles)
    assert set(back.totals) == {7, 14, 28} and back.totals[14].mean == kept.totals[14].mean
    assert np.array_equal(back.totals[28].quantiles, kept.totals[28].quantiles)
    arrays = ("mean", "quantiles", "totals")
    plain = [name for name in vars(kept) if name not in arrays]
    assert [getattr(back, name) for name in plain] == [getattr(kept, name) for name in plain]
    assert forecasts.read("nobody") is None


def test_a_short_forecast_without_a_backtest(store):
    forecasts = Forecasts(store)
    short = made("a", forecasts, horizon=5)
    forecasts.keep([KeptForecast(**{**vars(short), "backtest": None, "verdict": "too_little_history"})])
    back = forecasts.read("a")
    assert back.horizon_days == 5 and back.totals == {} and back.backtest is None


def test_keeping_again_replaces_what_is_in_use(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts, level=4.0), made("b", forecasts)])
    forecasts.keep([made("a", forecasts, level=9.0, horizon=14)])
    assert forecasts.read("a").mean.tolist() == [9.0] * 14
    assert forecasts.read("b").mean.tolist() == [4.0] * 28


def test_only_products_whose_sales_changed_are_stale(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts), made("b", forecasts)])
    assert forecasts.fresh(None, "1", 28) == {"a", "b"}
    sell(store, {"a": 5.0}, ("2024-02-10", "2024-02-10"))
    assert forecasts.fresh(None, "1", 28) == {"b"}
    assert forecasts.fresh(["a"], "1", 28) == set()
    assert forecasts.fresh(["b"], "1", 28) == {"b"}


def test_writing_the_same_sales_again_leaves_forecasts_fresh(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts)])
    sell(store, {"a": 4.0}, ("2024-02-10", "2024-02-12"))
    assert forecasts.fresh(None, "1", 28) == {"a"}


def test_another_day_another_engine_or_a_longer_horizon_make_a_forecast_stale(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts)])
    assert forecasts.fresh(None, "2", 28) == set()
    assert forecasts.fresh(None, "1", 29) == set()
    sell(store, {"b": 2.0}, ("2024-04-01", "2024-04-01"))
    assert forecasts.fresh(None, "1", 28) == set()


def test_the_log_only_grows_and_repeats_nothing(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts), made("b", forecasts)])
    forecasts.keep([made("a", forecasts)])
    forecasts.log([made("a", forecasts)])
    assert logged(store) == 2
    forecasts.log([made("a", forecasts, engine="2")])
    assert logged(store) == 3 and forecasts.read("a").engine == "1"


def test_a_store_older_than_forecasts_opens_and_gets_the_tables(tmp_path):
    with Store.create("old", kind="imported", currency="USD", timezone="UTC", home=tmp_path) as store:
        sell(store, {"a": 1.0})
    with Store.open("old", home=tmp_path) as store:
        assert Forecasts(store).read("a") is None
        assert Forecasts(store).fresh(None, "1", 28) == set()


def test_logging_leaves_what_the_store_has_read_of_itself(store):
    forecasts = Forecasts(store)
    store._data_version = "read before"
    forecasts.log([made("a", forecasts)])
    assert logged(store) == 1 and store.data_version() == "read before"


def test_a_cache_of_an_earlier_version_is_made_anew_and_the_log_stays(store):
    forecasts = Forecasts(store)
    forecasts.keep([made("a", forecasts)])
    for narrower in ("forecast_days DROP q025", "forecast_totals DROP q975", "forecasts DROP borrowed_from"):
        store.cursor().execute(f"ALTER TABLE {narrower}")
    anew = Forecasts(store)
    assert anew.read("a") is None and anew.fresh(None, "1", 28) == set() and logged(store) == 1
    anew.keep([made("a", anew, level=9.0)])
    assert Forecasts(store).read("a").mean[0] == 9.0


def test_a_writer_killed_in_the_middle_leaves_whole_forecasts(tmp_path):
    writer = f"""
import os
from store.database import Store
from store.forecasts import Forecasts
from tests.store.test_forecasts import made, sell
store = Store.create("shop", kind="imported", currency="USD", timezone="UTC", home={str(tmp_path)!r})
sell(store, {{"a": 1.0, "b": 2.0}})
forecasts = Forecasts(store)
forecasts.keep([made("a", forecasts)])
import store.forecasts as module
module._log = lambda *_: os.kill(os.getpid(), 9)
forecasts.keep([made("a", forecasts, level=9.0), made("b", forecasts)])
"""
    ended = subprocess.run([sys.executable, "-c", writer], check=False, capture_output=True, text=True)
    assert ended.returncode == -9, ended.stderr
    with Store.open("shop", home=tmp_path) as store:
        forecasts = Forecasts(store)
        assert forecasts.read("b") is None
        assert forecasts.read("a").mean[0] == 4.0 and logged(store) == 1
        assert forecasts.fresh(None, "1", 28) == {"a"}
