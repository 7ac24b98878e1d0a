from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from forecasting.errors import NoHistory
from forecasting.forecast import Backtest, Forecast
from forecasting.members.base import LEVELS
from store.forecasts import Forecasts
from store.track_records import TrackRecord, TrackRecords
from tools.festivals import festivals_between
from tools.forecast import forecast_demand
from tools.refreshing import HORIZON_DAYS, keepable

BACKTEST = Backtest(3, 28, 12, 3.4, 5.1, 0.8)


class Told:
    """An engine that says what it is told to."""

    is_trained = is_current = True

    def __init__(self, as_of, **changes):
        self.first = np.datetime64(as_of) + 1
        self.changes = changes
        self.asked = []

    def forecast(self, unique_id, horizon_days):
        self.asked.append((unique_id, horizon_days))
        draws = np.random.default_rng(4)
        paths = draws.poisson(draws.gamma(9.0, 0.5, (400, 1)), (400, horizon_days)).astype(float)
        forecast = Forecast(
            unique_id=unique_id,
            dates=self.first + np.arange(horizon_days),
            mean=paths.mean(axis=0),
            quantiles=np.quantile(paths, LEVELS, axis=0).T,
            paths=paths,
            weights={"theta": 0.4, "lstm": 0.6},
            backtest=BACKTEST,
            verdict="beats_naive",
            history_days=200,
            recent_daily_mean=4.4,
            notes=(),
        )
        return replace(forecast, **self.changes)


@pytest.fixture
def told(shop, monkeypatch):
    """Have the shop's engine say something."""

    def tell(**changes):
        engine = Told(shop.as_of, **changes)
        monkeypatch.setitem(shop.__dict__, "engine", engine)
        return engine

    return tell


@pytest.fixture
def forgetful(shop):
    """Forget the forecasts that a test keeps."""
    yield shop
    for name in ("forecasts", "forecast_days", "forecast_totals", "forecast_log"):
        shop.store.cursor().execute(f"DELETE FROM {name}")


def spoken(result, role, lang="en"):
    return [result.render(statement, lang) for statement in result.statements if statement.role == role]


def test_the_total_stands_within_its_intervals_and_is_what_the_days_add_up_to(shop, planted):
    result = forecast_demand(shop, planted["price_cut"], 14)
    value = {name: fact.value for name, fact in result.facts.items()}
    assert value["low95"] <= value["low80"] <= value["total"] <= value["high80"] <= value["high95"]
    assert value["low80"] < value["high80"]
    assert sum(result.chart["forecast"]["mean"]) == pytest.approx(value["total"], abs=1)
    first, last = (shop.as_of + timedelta(days=days) for days in (1, 14))
    assert value["when"] == f"{first}..{last}"
    assert len(result.table.rows) == 14


def test_weeks_of_a_long_forecast_add_up_too(shop, planted):
    result = forecast_demand(shop, planted["price_cut"], 30)
    assert sum(row["mean"] for row in result.table.rows) == pytest.approx(result.facts["total"].value, abs=3)
    assert len(result.table.rows) == 5


def test_a_comparison_word_agrees_with_its_numbers(shop):
    for product in shop.catalogue.products[:8]:
        result = forecast_demand(shop, product.product_id, 7)
        sentence = next(s for s in result.statements if s.aspect == "daily")
        daily, recent = result.facts["daily"].value, result.facts["recent_daily"].value
        if "more than" in sentence.en:
            assert daily > recent
            assert "高于" in sentence.zh
        elif "less than" in sentence.en:
            assert daily < recent
            assert "低于" in sentence.zh
        else:
            assert daily == pytest.approx(recent, rel=0.05, abs=0.1)


def test_a_real_verdict_agrees_with_its_figures(shop):
    for product in shop.catalogue.products[:4]:
        result = forecast_demand(shop, product.product_id, 7)
        (sentence,) = spoken(result, "verdict")
        if "no better than last week's pattern" in sentence:
            assert result.facts["error"].value >= result.facts["naive_error"].value
        elif "too little to test" not in sentence:
            assert result.facts["error"].value <= result.facts["naive_error"].value


def test_what_beats_last_week_says_by_how_much(shop, told, planted):
    told()
    result = forecast_demand(shop, planted["price_cut"], 7)
    assert spoken(result, "verdict") == [
        "In tests on 12 weeks of past sales this method missed a week's total by 3.4 units on average, against"
        " 5.1 units for simply repeating last week."
    ]
    assert spoken(result, "verdict", "zh") == [
        "拿过去 12 周的销量检验，这个方法算出的每周总量平均偏差 3.4 件，照搬上周的偏差是 5.1 件。"
    ]


def test_what_does_not_beat_last_week_admits_it_and_stands(shop, told, planted):
    told(verdict="no_better_than_naive", backtest=replace(BACKTEST, error=5.6))
    result = forecast_demand(shop, planted["price_cut"], 7)
    (english,), (chinese,) = spoken(result, "verdict"), spoken(result, "verdict", "zh")
    assert "no better than last week's pattern" in english and "5.6 units" in english
    assert "并不比照搬上周更准" in chinese and "5.1 件" in chinese


def test_a_new_product_is_said_to_have_too_little_history(shop, planted):
    result = forecast_demand(shop, planted["new_product"], 14)
    assert result.facts["history"].value == 7
    assert any("too little" in s.en and "还不足以" in s.zh for s in result.statements if s.role == "verdict")


def test_singles_day_within_the_horizon_is_a_caveat_and_outside_it_is_not(shop, planted):
    product = planted["price_cut"]
    with_it, without_it = forecast_demand(shop, product, 14), forecast_demand(shop, product, 7)
    assert "双十一" in with_it.facts["event"].display("zh")
    assert any("follows ordinary weeks" in said for said in spoken(with_it, "caveat"))
    assert "event" not in without_it.facts


def test_trained_forecasters_are_said_to_go_by_past_festivals_where_there_are_any(
    shop, told, planted, monkeypatch
):
    def caveat():
        result = forecast_demand(shop, planted["price_cut"], 14)
        (statement,) = [s for s in result.statements if s.aspect == "event"]
        return statement.en, statement.zh

    told()
    english, chinese = caveat()
    assert "do not go back to the last one" in english and "上一次" in chinese
    monkeypatch.setattr(type(shop), "first_day", date(2025, 6, 1))
    english, chinese = caveat()
    assert "past years" in english and "往年" in chinese


def test_festivals_are_those_of_the_shops_market(shop, monkeypatch):
    december = date(2026, 12, 1), date(2026, 12, 31)
    assert [event.name for event in festivals_between(shop, *december)] == ["double_12"]
    monkeypatch.setattr(type(shop), "currency", "GBP")
    assert [event.name for event in festivals_between(shop, *december)] == ["christmas"]


def test_untrained_forecasters_are_admitted(shop, planted):
    assert not shop.engine.is_trained
    result = forecast_demand(shop, planted["price_cut"], 14)
    assert any(s.aspect == "not_trained" for s in result.statements)


def test_lost_sales_that_were_added_are_stated(shop, told, planted):
    told(notes=("stockouts_corrected",), corrected_days=5, corrected_units=12.4)
    result = forecast_demand(shop, planted["stockout"], 7)
    assert any("For the 5 days" in s and "12 units of unmet demand" in s for s in spoken(result, "caveat"))
    assert any("断货的 5 天里" in s and "补算了 12 件" in s for s in spoken(result, "caveat", "zh"))
    told(notes=("stockouts_corrected",), corrected_days=5, corrected_units=0.01)
    assert not any("stock" in s for s in spoken(forecast_demand(shop, planted["stockout"], 7), "caveat"))


@pytest.mark.parametrize("lenders", [1, 2, 3])
def test_who_lent_is_named_and_the_interval_called_wide(shop, told, planted, lenders):
    others = [p for p in shop.catalogue.products if p.product_id != planted["new_product"]][:lenders]
    ids = tuple(product.product_id for product in others)
    told(
        verdict="too_little_history",
        backtest=None,
        borrowed_from=ids,
        history_days=0,
        notes=("no_sales_recorded",),
    )
    result = forecast_demand(shop, planted["new_product"], 7)
    for lang, wide in (("en", "the interval is wide"), ("zh", "区间较宽")):
        (caveat,) = [said for said in spoken(result, "caveat", lang) if wide in said]
        for product in others:
            assert (product.title_zh if lang == "zh" else product.title) in caveat
    assert "wide margin" in spoken(result, "verdict")[0] and "recent_daily" not in result.facts
    assert not any("near zero" in said for said in spoken(result, "caveat"))


def test_who_has_no_history_and_nobody_to_borrow_from_is_told_so(shop, planted, monkeypatch):
    engine = Told(shop.as_of)
    monkeypatch.setitem(shop.__dict__, "engine", engine)

    def refuse(unique_id, horizon_days):
        raise NoHistory(unique_id)

    monkeypatch.setattr(engine, "forecast", refuse)
    result = forecast_demand(shop, planted["price_cut"], 7)
    assert result.error.code == "no_history" and not result.statements


@pytest.mark.parametrize("days", [7, 14])
def test_a_kept_forecast_answers_in_the_same_words_as_a_computed_one(forgetful, planted, days):
    shop, product_id = forgetful, planted["price_cut"]
    computed = forecast_demand(shop, product_id, days)
    forecasts = Forecasts(shop.store)
    whole = shop.engine.forecast(product_id, HORIZON_DAYS)
    forecasts.keep([keepable(whole, forecasts.fingerprints()[product_id])])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(shop.__dict__, "engine", None)
        assert forecast_demand(shop, product_id, days) == computed


def test_a_stale_or_shorter_forecast_does_not_answer(forgetful, told, planted):
    shop, product_id, engine = forgetful, planted["price_cut"], told()
    shop.forecasts.keep([keepable(engine.forecast(product_id, HORIZON_DAYS), "other sales")])
    forecast_demand(shop, product_id, 7)
    shop.forecasts.keep(
        [keepable(engine.forecast(product_id, 14), shop.forecasts.fingerprints()[product_id])]
    )
    forecast_demand(shop, product_id, 7)
    assert [days for _, days in engine.asked] == [HORIZON_DAYS, HORIZON_DAYS, 14, HORIZON_DAYS]


def test_a_week_asked_about_alone_is_the_first_of_a_fortnight(shop, told, planted):
    told()
    week, fortnight, odd = (forecast_demand(shop, planted["price_cut"], days) for days in (7, 14, 9))
    for key in ("mean", "lo80", "hi95"):
        assert (
            week.chart["forecast"][key]
            == fortnight.chart["forecast"][key][:7]
            == odd.chart["forecast"][key][:7]
        )


def test_what_was_computed_is_logged_once(forgetful, told, planted):
    told()
    for days in (7, 14, 9, 60, 60):
        forecast_demand(forgetful, planted["price_cut"], days)
    logged = "SELECT horizon_days, total_days FROM forecast_log ORDER BY number"
    assert forgetful.store.cursor().execute(logged).fetchall() == [(28, [7, 14, 28]), (60, [7, 14, 28])]


def test_a_log_that_cannot_be_written_costs_no_answer(shop, told, planted, monkeypatch):
    told()

    def fill(cursor, forecasts):
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr("store.forecasts._log", fill)
    assert forecast_demand(shop, planted["price_cut"], 7).ok


def test_scored_forecasts_are_what_the_answer_quotes(shop, told, planted, monkeypatch):
    record = TrackRecord(3, 14, date(2026, 8, 1), 12.3, 25.6, 2)
    monkeypatch.setattr(TrackRecords, "of_product", lambda self, product_id, days: record)
    told()
    result = forecast_demand(shop, planted["price_cut"], 14)
    (quoted,) = spoken(result, "verdict")
    assert "off by 12%" in quoted and "2 of 3 totals" in quoted
    assert "missed a week's total by 3.4 units" in spoken(result, "detail")[0]
    told(verdict="too_little_history", backtest=None, history_days=9)
    result = forecast_demand(shop, planted["price_cut"], 14)
    assert len(spoken(result, "verdict")) == 2 and "wide margin" in spoken(result, "verdict")[1]


@pytest.mark.parametrize("horizon", [0, -3, 100_000])
def test_a_horizon_outside_a_year_is_refused(shop, planted, horizon):
    error = forecast_demand(shop, planted["price_cut"], horizon).error
    assert error.code == "duration_out_of_range"
    assert str(horizon) in error.message["zh"]


def test_errors_before_any_number(shop, empty_shop):
    assert forecast_demand(shop, "B999").error.code == "unknown_product"
    assert forecast_demand(empty_shop, "B001").error.code == "no_sales"
