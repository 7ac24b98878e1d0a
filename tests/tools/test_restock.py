import pytest

from forecasting.errors import NoHistory
from tools.forecast import forecast_demand
from tools.restock import recommend_restock


def order_of(result):
    return result.facts["order"].value


def test_the_order_fills_the_gap_to_what_is_needed_in_whole_packs(shop, planted):
    result = recommend_restock(shop, planted["price_cut"], 7, 0.0)
    facts = {name: fact.value for name, fact in result.facts.items()}
    gap = facts["target"] - facts["on_hand"] - facts["on_order"]
    assert facts["order"] % facts["pack"] == 0
    assert gap <= facts["order"] < gap + facts["pack"]


def test_more_certainty_and_longer_delivery_need_more(shop, planted):
    product = planted["price_cut"]
    usual = order_of(recommend_restock(shop, product, 7, 10.0))
    assert order_of(recommend_restock(shop, product, 7, 10.0, 0.99)) > order_of(
        recommend_restock(shop, product, 7, 10.0, 0.8)
    )
    assert order_of(recommend_restock(shop, product, 21, 10.0)) > usual
    assert order_of(recommend_restock(shop, product, 7, 60.0)) < usual


def test_an_empty_shelf_is_urgent_and_a_full_one_is_not(shop, planted):
    product = planted["new_product"]
    urgent, calm = recommend_restock(shop, product, 7, 0.0), recommend_restock(shop, product, 7, 100_000.0)
    assert "now" in urgent.statements[0].en
    assert "现在就该补货" in urgent.statements[0].zh
    assert "No need to reorder" in calm.statements[0].en
    assert "暂时不用补货" in calm.statements[0].zh
    assert order_of(calm) == 0


def test_an_order_that_is_mostly_safety_stock_says_so(shop, planted, monkeypatch):
    result = recommend_restock(shop, planted["price_cut"], 14, 0.0, 0.6)
    assert not any("safety stock" in s.en for s in result.statements)
    monkeypatch.setattr("tools.restock_wording.SAFETY_STOCK_RATIO", 1.0)
    warned = recommend_restock(shop, planted["price_cut"], 14, 0.0, 0.95)
    sentence = next(s for s in warned.statements if "safety stock" in s.en)
    assert warned.facts["safety_ratio"].display("zh") in warned.render(sentence, "zh")


def test_near_certainty_is_not_shown_as_certainty(shop, planted):
    result = recommend_restock(shop, planted["price_cut"], 7, 10.0, 0.999)
    assert result.facts["service_level"].display("en") == "99.9%"


@pytest.mark.parametrize("on_hand", [0.0, 20.0, 60.0, 200.0, 1000.0])
def test_words_of_sufficiency_agree_with_the_days(shop, planted, on_hand):
    result = recommend_restock(shop, planted["new_product"], 14, on_hand)
    cover, lead_time = result.facts["cover"].value, result.facts["lead_time"].value
    sentence = next(s for s in result.statements if s.role == "verdict")
    assert ("but a delivery takes" in sentence.en) == (cover < lead_time)
    assert ("撑不到" in sentence.zh) == (cover < lead_time)


def test_recorded_stock_and_lead_time_are_used_when_nothing_is_said(shop, planted):
    product = planted["stockout"]
    stock = shop.store.stock(product)
    result = recommend_restock(shop, product)
    assert result.facts["on_hand"].value == stock.on_hand
    assert result.facts["lead_time"].value == stock.lead_time_days
    assert any("On record" in s.en for s in result.statements)
    assert any("You told me" in s.en for s in recommend_restock(shop, product, None, 5.0).statements)


class NoStock:
    """A store that keeps sales but no stock."""

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)

    def stock(self, product_id):
        return None


@pytest.fixture
def stockless(shop, monkeypatch):
    monkeypatch.setattr(shop, "store", NoStock(shop.store))
    return shop


def test_what_is_neither_recorded_nor_said_is_asked_for(stockless, planted):
    product = planted["price_cut"]
    both = recommend_restock(stockless, product).error
    assert both.code == "need_on_hand"
    assert "how long" in both.remedy["en"]
    assert "多久" in both.remedy["zh"]
    assert recommend_restock(stockless, product, 7).error.code == "need_on_hand"
    assert recommend_restock(stockless, product, None, 40.0).error.code == "need_lead_time"
    assert recommend_restock(stockless, product, 7, 40.0).ok


def test_a_new_product_is_ordered_by_what_its_likes_sell(shop, planted):
    result = recommend_restock(shop, planted["new_product"], 7, 0.0)
    assert order_of(result) > 0 and "similar1" in result.facts
    assert any(
        "leans on those of" in s.en and "区间较宽" in s.zh for s in result.statements if s.role == "caveat"
    )


def test_without_a_forecast_no_stock_is_asked_for(stockless, planted, monkeypatch):
    def refuse(unique_id, horizon_days):
        raise NoHistory(unique_id)

    monkeypatch.setattr(stockless.engine, "forecast", refuse)
    assert recommend_restock(stockless, planted["price_cut"]).error.code == "no_history"


def test_an_order_and_a_forecast_expect_the_same_of_the_same_days(shop, planted):
    product_id = planted["stockout"]
    order, forecast = recommend_restock(shop, product_id, 7, 0.0), forecast_demand(shop, product_id, 7)
    assert order.facts["expected"].value == pytest.approx(forecast.facts["total"].value, abs=1)


@pytest.mark.parametrize(("lead_time_days", "service_level", "code"), [
    (0, 0.95, "duration_out_of_range"),
    (-3, 0.95, "duration_out_of_range"),
    (359, 0.95, "duration_out_of_range"),
    (7, 0.2, "service_level_out_of_range"),
    (7, 1.0, "service_level_out_of_range"),
])  # fmt: skip
def test_impossible_terms_are_refused(shop, planted, lead_time_days, service_level, code):
    error = recommend_restock(shop, planted["price_cut"], lead_time_days, 10.0, service_level).error
    assert error.code == code


def test_the_longest_lead_time_is_planned_for(shop, planted):
    assert recommend_restock(shop, planted["price_cut"], 358, 10.0).ok


def test_errors_before_any_number(shop, empty_shop):
    assert recommend_restock(shop, "B999").error.code == "unknown_product"
    assert recommend_restock(empty_shop, "B001").error.code == "no_sales"
