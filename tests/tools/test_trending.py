from datetime import date

from tools.periods import Period, last_days
from tools.trending import list_trending


def test_the_planted_riser_leads_and_comes_first_in_products(shop, planted):
    result = list_trending(shop, "up")
    assert result.products[0].product_id == planted["viral_riser"]
    assert "strongest riser" in result.render(result.statements[0], "en")
    assert "涨势最强" in result.render(result.statements[0], "zh")


def test_the_defective_product_is_found_falling(shop, planted):
    result = list_trending(shop, "down")
    assert planted["quality_defect"] in [product.product_id for product in result.products]
    assert all(row["excess"] < 0 for row in result.table.rows)


def test_rows_chart_and_products_tell_the_same_story(shop):
    result = list_trending(shop, "both", 4)
    ids = [row["entity"] for row in result.table.rows]
    assert ids == [product.product_id for product in result.products]
    assert result.chart["values"] == [row["growth"] for row in result.table.rows if row["growth"] is not None]
    assert len(ids) <= 4


def test_growth_is_the_change_between_the_windows_shown(shop, planted):
    facts = list_trending(shop, "up", 1).facts
    series = shop.series(planted["viral_riser"]).set_index("ds")["y"]
    recent, before = last_days(shop.as_of, 14), last_days(shop.as_of, 14).before()
    units = series[str(recent.start) : str(recent.end)].sum()
    units_before = series[str(before.start) : str(before.end)].sum()
    assert facts["top1_units"].value == units
    assert facts["top1_before"].value == units_before
    assert facts["top1_growth"].value == round(100 * (units / units_before - 1))


def test_where_nothing_stands_out_the_movers_are_called_noise(shop):
    quiet = next(
        result
        for month in (5, 6, 7, 8)
        for direction in ("up", "down")
        if (
            result := list_trending(shop, direction, 3, Period(date(2026, month, 1), date(2026, month, 14)))
        ).facts
        and result.facts["clear"].value == 0
    )
    lead = quiet.statements[0]
    assert "not distinguishable from noise" in lead.en
    assert "分不开" in lead.zh
    assert quiet.table.rows


def test_a_category_narrows_the_list_and_an_unknown_one_offers_those_there_are(shop, planted):
    own = shop.catalogue.get(planted["viral_riser"])
    for said in (own.category, own.category_zh):
        result = list_trending(shop, "both", 50, None, said)
        assert {shop.catalogue.get(p.product_id).category for p in result.products} == {own.category}
    error = list_trending(shop, "up", 5, None, "spaceships").error
    assert error.code == "unknown_category"
    assert own.category in error.options


def test_a_window_too_short_or_too_long_is_replaced_and_said(shop):
    for period in (Period(shop.as_of, shop.as_of), Period(shop.first_day, shop.as_of)):
        result = list_trending(shop, "up", 3, period)
        assert any(statement.aspect == "period" for statement in result.statements)
        assert 7 <= result.facts["window"].value <= 91


def test_the_first_days_of_a_store_hold_no_trend(shop):
    early = Period(shop.first_day, shop.first_day)
    assert list_trending(shop, "up", 5, early).error.code == "too_little_history"


def test_an_empty_store_says_how_to_fill_it(empty_shop):
    error = list_trending(empty_shop).error
    assert error.code == "no_sales"
    assert "shopcast import" in error.remedy["en"]
    assert "导入" in error.remedy["zh"]
