from datetime import date

import pytest

from store.demo import complete_journey


@pytest.fixture(scope="module")
def grocery(tmp_path_factory):
    with complete_journey.build(tmp_path_factory.mktemp("grocery")) as store:
        yield store


def test_covers_the_year_2017_in_local_days(grocery):
    info = grocery.info
    assert (info.first_day, info.as_of) == (date(2017, 1, 1), date(2017, 12, 31))
    assert (info.kind, info.currency, info.review_count) == ("real", "USD", 0)
    assert 400 <= info.product_count <= 500


def test_shop_was_closed_on_christmas_day_only(grocery):
    bananas = grocery.daily_sales(["1082185"])
    closed = bananas.loc[~bananas["is_open"]]
    assert closed["ds"].dt.date.tolist() == [date(2017, 12, 25)]
    assert closed["y"].isna().all()


def test_every_kept_product_sells_on_many_days_in_shop_quantities(grocery):
    panel = grocery.daily_sales()
    assert (panel["y"] > 0).groupby(panel["unique_id"]).sum().min() >= complete_journey.MIN_SELLING_DAYS
    assert panel["y"].max() < 1000
    assert panel["price"].max() < 100


def test_price_paid_never_tops_the_shelf_price_and_promotions_sell_more(grocery):
    panel = grocery.daily_sales()
    panel = panel[panel["y"] > 0]
    at_shelf_price = (panel["regular_price"] * panel["y"]).groupby(panel["unique_id"]).sum()
    assert (panel["revenue"].groupby(panel["unique_id"]).sum() <= 1.001 * at_shelf_price).all()
    promoted = panel["promo"] == 1
    assert 0.1 < promoted.mean() < 0.5
    discount = 1 - panel["price"] / panel["regular_price"]
    assert discount[promoted].mean() > 2 * discount[~promoted].mean()


def test_titles_are_unique_readable_and_found_in_chinese(grocery):
    products = grocery.products().set_index("product_id")
    assert products["title"].is_unique
    assert products.loc["1082185", "title"] == "Bananas, 40 lb"
    assert products.loc["1082185", "aliases"] == ["香蕉"]
    assert products["aliases"].map(bool).all()
    assert not products["title"].str.contains("SFT|FRZN|CHIX").any()


def test_there_is_no_stock_to_speak_of(grocery):
    assert grocery.stock("1082185") is None


def test_every_transaction_line_is_accounted_for():
    counts = complete_journey.count_lines()
    assert counts.read == 1_469_307
    assert counts.read == counts.not_goods + counts.odd_quantity + counts.rare_products + counts.used
    assert counts.used > 300_000
