from datetime import date

import pytest

from tools.periods import Period, last_days
from tools.sales import get_sales


def test_units_and_revenue_are_the_stores_own(shop):
    week = Period(date(2026, 10, 5), date(2026, 10, 11))
    result = get_sales(shop, None, week)
    units, revenue = (
        shop.store.cursor()
        .execute(
            "SELECT sum(units), sum(revenue) FROM sales WHERE ds BETWEEN ? AND ?", [week.start, week.end]
        )
        .fetchone()
    )
    assert result.facts["units"].value == units
    assert result.facts["revenue"].value == pytest.approx(revenue, abs=0.01)
    assert result.facts["revenue"].unit == shop.currency


def test_the_best_seller_of_the_table_is_the_one_named(shop):
    result = get_sales(shop)
    assert result.table.rows[0]["entity"] == result.products[0].product_id == result.facts["best"].entity
    revenues = [row["revenue"] for row in result.table.rows]
    assert revenues == sorted(revenues, reverse=True)


@pytest.mark.parametrize("days", [7, 100, 240])
def test_a_products_table_adds_up_to_its_total_by_day_week_or_month(shop, planted, days):
    result = get_sales(shop, planted["price_cut"], last_days(shop.as_of, days))
    assert sum(row["units"] for row in result.table.rows) == result.facts["units"].value
    assert sum(result.chart["series"][0]["y"]) == result.facts["units"].value
    assert len(result.table.rows) <= 31


def test_a_rise_is_called_more_and_a_fall_less(shop, planted):
    for cause, en, zh in (("viral_riser", "more", "多卖"), ("quality_defect", "less", "少卖")):
        result = get_sales(shop, planted[cause], last_days(shop.as_of, 14))
        change = next(s for s in result.statements if s.aspect == "change")
        assert en in change.en
        assert zh in change.zh


def test_out_of_stock_days_are_a_caveat(shop, planted):
    result = get_sales(shop, planted["stockout"], last_days(shop.as_of, 14))
    assert result.facts["stockout"].value == 7
    assert any(s.role == "caveat" and s.aspect == "stock" for s in result.statements)


def test_a_product_not_yet_on_sale_has_no_record(shop, planted):
    result = get_sales(shop, planted["new_product"], Period(date(2026, 9, 1), date(2026, 9, 30)))
    assert "no sales record" in result.statements[0].en
    assert result.table is None


def test_an_unknown_product_offers_the_nearest(shop):
    result = get_sales(shop, "B999")
    assert result.error.code == "unknown_product"


def test_an_empty_store_says_so(empty_shop):
    assert get_sales(empty_shop).error.code == "no_sales"
