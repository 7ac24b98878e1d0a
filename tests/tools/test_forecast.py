from datetime import date, timedelta

import pytest

from tools.festivals import festivals_between
from tools.forecast import forecast_demand


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


def test_the_verdict_agrees_with_the_backtest(shop):
    verdicts = set()
    for product in shop.catalogue.products[:8]:
        forecast = shop.engine.forecast(product.product_id, 7)
        result = forecast_demand(shop, product.product_id, 7)
        sentence = next(s for s in result.statements if s.role == "verdict")
        verdicts.add(forecast.verdict)
        if forecast.verdict == "no_better_than_naive":
            assert "Nothing beats last week's pattern" in sentence.en
            assert "照搬上周" in sentence.zh
        elif forecast.verdict == "beats_naive":
            assert result.facts["error"].value <= result.facts["naive_error"].value
        else:
            assert "too little to test" in sentence.en
    assert len(verdicts) >= 2


def test_a_new_product_is_said_to_have_too_little_history(shop, planted):
    result = forecast_demand(shop, planted["new_product"], 14)
    assert result.facts["history"].value == 7
    assert any("too little" in s.en and "还不足以" in s.zh for s in result.statements if s.role == "verdict")


def test_singles_day_within_the_horizon_is_a_caveat_and_outside_it_is_not(shop, planted):
    product = planted["price_cut"]
    with_it, without_it = forecast_demand(shop, product, 14), forecast_demand(shop, product, 7)
    assert "双十一" in with_it.facts["event"].display("zh")
    assert "event" not in without_it.facts


def test_festivals_are_those_of_the_shops_market(shop, monkeypatch):
    december = date(2026, 12, 1), date(2026, 12, 31)
    assert [event.name for event in festivals_between(shop, *december)] == ["double_12"]
    monkeypatch.setattr(type(shop), "currency", "GBP")
    assert [event.name for event in festivals_between(shop, *december)] == ["christmas"]


def test_an_untrained_network_is_admitted(shop, planted):
    assert not shop.engine.is_trained
    result = forecast_demand(shop, planted["price_cut"], 14)
    assert any(s.aspect == "lstm_not_trained" for s in result.statements)


@pytest.mark.parametrize("horizon", [0, -3, 100_000])
def test_a_horizon_outside_a_year_is_refused(shop, planted, horizon):
    error = forecast_demand(shop, planted["price_cut"], horizon).error
    assert error.code == "duration_out_of_range"
    assert str(horizon) in error.message["zh"]


def test_errors_before_any_number(shop, empty_shop):
    assert forecast_demand(shop, "B999").error.code == "unknown_product"
    assert forecast_demand(empty_shop, "B001").error.code == "no_sales"
