"""`shopcast refresh` and `shopcast score` as typed: incremental, resumable after a kill, and honest afterwards."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from store import sales
from store.database import Store
from store.forecasts import Forecasts
from store.schema import QUANTILE_LEVELS
from store.track_records import TrackRecords
from tools import refreshing
from tools.shop import ENGINE_VERSION, open_shop
from ui.cli import shopcast

PROJECT = Path(__file__).resolve().parents[2]
PRODUCTS = 8
DAYS = 60


@pytest.fixture(scope="module")
def built_store(tmp_path_factory):
    """Eight products, sixty days each, and forecasters trained on them."""
    home = tmp_path_factory.mktemp("built")
    units = np.random.default_rng(7).poisson(6.0, PRODUCTS * DAYS).astype(float)
    days = pd.date_range("2024-01-01", periods=DAYS)
    rows = pd.DataFrame({"product_id": np.repeat([f"p{k}" for k in range(PRODUCTS)], DAYS), "units": units})
    rows = rows.assign(ds=np.tile(days, PRODUCTS), revenue=2.0 * units)
    with (
        Store.create("bazaar", kind="imported", currency="EUR", timezone="UTC", home=home) as store,
        store.transaction() as cursor,
    ):
        sales.write_sales(cursor, rows)
    shop = open_shop("bazaar", None, home)
    shop.engine.train()
    shop.store.close()
    return store.folder


@pytest.fixture
def home(built_store, tmp_path):
    base = tmp_path / "home"
    shutil.copytree(built_store, base / "stores" / "bazaar")
    return base


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(refreshing, "CHUNK_PRODUCTS", 3)


def run(*arguments):
    return CliRunner().invoke(shopcast, list(arguments))


def take_back(home, days):
    """Remove the last days of sales and return them."""
    with Store.open("bazaar", home=home) as store:
        since = f"ds > (SELECT max(ds) - {days} FROM sales)"
        later = store.cursor().execute(f"SELECT * FROM sales WHERE {since}").df()
        with store.transaction() as cursor:
            cursor.execute(f"DELETE FROM sales WHERE {since}")
            sales.rebuild_calendar(cursor)
    return later


def sell(home, rows):
    with Store.open("bazaar", home=home) as store, store.transaction() as cursor:
        sales.write_sales(cursor, rows)


def test_the_whole_store_is_forecast_once(home):
    first = run("refresh")
    assert first.exit_code == 0, first.output
    assert f"{PRODUCTS} products forecast, 0 were still fresh" in first.stdout
    assert "forecasting 'bazaar'" in first.stderr and "forecasting" not in first.stdout
    again = run("refresh", "bazaar")
    assert f"0 products forecast, {PRODUCTS} were still fresh" in again.stdout
    assert "training" not in first.stderr + again.stderr


def test_a_kept_forecast_is_the_one_that_is_computed(home):
    run("refresh")
    shop = open_shop("bazaar", None, home)
    try:
        kept, computed = Forecasts(shop.store).read("p3"), shop.engine.forecast("p3", 28)
        assert kept.mean == pytest.approx(computed.mean) and kept.as_of == shop.as_of
        levels = {level: place for place, level in enumerate(QUANTILE_LEVELS)}
        assert kept.quantiles[:, levels[0.1]] == pytest.approx(computed.daily_quantile(0.1))
        assert (np.diff(kept.quantiles, axis=1) >= 0).all()
        assert kept.totals[7].quantiles[levels[0.975]] == pytest.approx(computed.total_quantile(0.975, 7))
        assert kept.backtest["naive_error"] == pytest.approx(computed.backtest.naive_error)
        assert kept.engine == ENGINE_VERSION and "not_trained" not in kept.notes
    finally:
        shop.store.close()


def test_only_the_product_whose_sales_changed_is_forecast_again(home):
    run("refresh")
    with Store.open("bazaar", home=home) as store:
        last = store.cursor().execute("SELECT * FROM sales ORDER BY ds DESC, units DESC LIMIT 1").df()
    sell(home, last.assign(units=last["units"] + 5))
    ran = run("refresh")
    assert f"1 products forecast, {PRODUCTS - 1} were still fresh" in ran.stdout
    assert "training on 'bazaar'" in ran.stderr and "100/100" in ran.stderr


def test_a_killed_refresh_goes_on_where_it_was(home):
    killed = """
import os
from store import forecasts
from tools import refreshing
from ui.cli import main
refreshing.CHUNK_PRODUCTS = 3
write, kept = forecasts._log, []
def log(cursor, chunk):
    kept.append(chunk)
    if len(kept) == 3:
        os.kill(os.getpid(), 9)
    write(cursor, chunk)
forecasts._log = log
main(["refresh"])
"""
    ended = subprocess.run(
        [sys.executable, "-c", killed], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -9, ended.stderr
    assert f"{PRODUCTS - 6} products forecast, 6 were still fresh" in run("refresh").stdout
    with Store.open("bazaar", home=home) as store:
        logged = (
            store.cursor().execute("SELECT count(*), count(DISTINCT product_id) FROM forecast_log").fetchone()
        )
    assert logged == (PRODUCTS, PRODUCTS)


def test_a_product_that_has_not_sold_yet_borrows_from_the_others(home):
    with Store.open("bazaar", home=home) as store, store.transaction() as cursor:
        cursor.execute("INSERT INTO sales SELECT 'silent', max(ds), NULL, NULL, NULL, NULL, NULL FROM sales")
    assert f"{PRODUCTS + 1} products forecast" in run("refresh").stdout
    with Store.open("bazaar", home=home) as store:
        forecast = Forecasts(store).read("silent")
    assert len(forecast.borrowed_from) == 3 and forecast.mean.sum() > 0


def test_products_without_a_recorded_day_and_likes_are_counted(home):
    with Store.create("mute", kind="imported", currency="EUR", timezone="UTC", home=home) as store:
        rows = pd.DataFrame({"product_id": ["a", "b"], "ds": pd.Timestamp("2024-01-01"), "units": np.nan})
        with store.transaction() as cursor:
            sales.write_sales(cursor, rows.assign(revenue=np.nan))
    ran = run("refresh", "mute")
    assert ran.exit_code == 0, ran.output
    assert "0 products forecast" in ran.stdout and "2 have no recorded day" in ran.stdout


def test_a_store_has_one_owner(home):
    with Store.open("bazaar", home=home):
        holder = subprocess.run(
            [sys.executable, "-m", "ui.cli", "refresh"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert holder.returncode == 1 and "is open in process" in holder.stderr


def test_a_store_without_sales_and_one_that_is_not_there(home):
    Store.create("bare", kind="imported", currency="EUR", timezone="UTC", home=home).close()
    assert "0 products forecast" in run("refresh", "bare").stdout
    assert "shopcast refresh bare" in run("score", "bare").stdout
    assert run("refresh", "nowhere").exit_code != 0


def test_forecasts_are_scored_when_their_days_have_come(home):
    later = take_back(home, days=14)
    run("refresh")
    waiting = run("score")
    assert waiting.exit_code == 0 and f"0 scored now, {3 * PRODUCTS} wait" in waiting.stdout
    sell(home, later)
    ran = run("score")
    assert f"{2 * PRODUCTS} scored now, {PRODUCTS} wait" in ran.stdout, ran.output
    assert "7 days  14 days" in ran.stdout and "the last week repeated" in ran.stdout
    assert "0 scored now" in run("score").stdout
    with Store.open("bazaar", home=home) as store:
        week, fortnight = TrackRecords(store).summaries()
        assert (week.days, fortnight.days, week.forecasts) == (7, 14, PRODUCTS)
        assert 0.0 < fortnight.daily_error < 1.0 and 0.3 <= fortnight.days_inside80 <= 1.0
        record = TrackRecords(store).of_product("p3", 14)
        sold = later[later["product_id"] == "p3"]["units"].sum()
        total = Forecasts(store).read("p3").totals[14].mean
    assert (record.forecasts, record.days) == (1, 14)
    assert record.error_pct == pytest.approx(100 * abs(total - sold) / sold, rel=1e-4)
