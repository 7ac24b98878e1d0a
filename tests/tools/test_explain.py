from datetime import date

import pytest

from tools.explain import explain_trend
from tools.periods import Period, last_days
from tools.sales import get_sales


@pytest.mark.parametrize("days", [1, 5, 14, 30])
def test_causes_add_up_exactly_as_shown(shop, days):
    for product in shop.catalogue.products[:10]:
        result = explain_trend(shop, product.product_id, last_days(shop.as_of, days))
        if result.error:
            assert result.error.code == "no_baseline"
            continue
        shown = sum(row["units"] for row in result.table.rows)
        assert shown == result.facts["recent"].value - result.facts["baseline"].value
        assert abs(shown) == result.facts["change"].value
        assert result.chart["values"] == [row["units"] for row in result.table.rows]


@pytest.mark.parametrize(
    ("cause", "en", "zh"),
    [
        ("price_cut", "The price fell", "价格从"),
        ("stockout", "out of stock", "断货"),
        ("viral_riser", "do not account for most of this rise", "看不出原因"),
        ("quality_defect", "do not account for most of this fall", "看不出原因"),
    ],
)
def test_the_planted_cause_is_the_one_named(shop, planted, cause, en, zh):
    result = explain_trend(shop, planted[cause])
    verdict = next(s for s in result.statements if s.role == "verdict")
    assert en in verdict.en
    assert zh in verdict.zh


def test_the_price_cut_is_told_with_both_prices(shop, planted):
    facts = explain_trend(shop, planted["price_cut"]).facts
    assert facts["price_now"].value == pytest.approx(0.8 * facts["price_before"].value, rel=0.02)
    assert facts["price_now"].unit == shop.currency


def test_complaints_before_a_fall_are_counted_and_quoted_but_not_blamed(shop, planted):
    result = explain_trend(shop, planted["quality_defect"])
    signal = next(s for s in result.statements if s.aspect == "reviews")
    assert result.facts["low_recent"].value > result.facts["low_before"].value
    assert result.facts["complaint"].display("zh") == "拉链"
    assert "does not prove a cause" in signal.en
    assert "不能当作原因的证明" in signal.zh
    assert result.evidence
    assert all(
        quote.product_id == planted["quality_defect"] and quote.rating <= 2 for quote in result.evidence
    )


def test_the_same_change_reads_the_same_in_sales_and_in_the_explanation(shop, planted):
    product, period = planted["viral_riser"], last_days(shop.as_of, 14)
    sales, reasons = get_sales(shop, product, period).facts, explain_trend(shop, product, period).facts
    assert sales["units"].value == reasons["recent"].value
    assert sales["units_before"].value == reasons["baseline"].value
    assert sales["change"].value == reasons["change_pct"].value


def test_a_new_product_has_nothing_to_compare_with(shop, planted):
    error = explain_trend(shop, planted["new_product"]).error
    assert error.code == "no_baseline"
    assert "2026-10-25" in error.message["en"]


def test_the_first_days_of_the_data_have_no_time_before(shop, planted):
    first = Period(shop.first_day, date(2026, 3, 19))
    assert explain_trend(shop, planted["price_cut"], first).error.code == "no_baseline"


def test_errors_before_any_number(shop, empty_shop):
    assert explain_trend(shop, "B999").error.code == "unknown_product"
    assert explain_trend(empty_shop, "B001").error.code == "no_sales"
