from datetime import date

import pytest

from store.database import Store
from store.errors import StoreError
from tools.shop import NO_SALES_DAY, Shop, open_shop


def test_a_shop_reads_its_clock_and_currency_from_the_data(shop):
    assert (shop.as_of, shop.currency, shop.is_synthetic) == (date(2026, 10, 31), "CNY", True)
    assert shop.panel["ds"].max().date() == shop.as_of


def test_a_products_series_is_its_rows_of_the_panel(shop, planted):
    series = shop.series(planted["stockout"])
    assert set(series["unique_id"]) == {planted["stockout"]}
    assert series["ds"].is_monotonic_increasing
    assert shop.series("B999").empty


def test_opening_a_store_that_is_not_there_names_those_that_are(tmp_path):
    Store.create("corner", kind="imported", currency="EUR", timezone="Europe/Berlin", home=tmp_path).close()
    with pytest.raises(StoreError, match="corner"):
        open_shop("missing", None, home=tmp_path)
    opened = open_shop("corner", None, home=tmp_path)
    assert not opened.has_sales
    assert opened.reviews is None
    opened.store.close()


def test_an_empty_store_has_a_day_but_no_sales(empty_shop):
    assert isinstance(empty_shop, Shop)
    assert empty_shop.as_of == NO_SALES_DAY
    assert not empty_shop.has_sales


def test_new_products_are_described_by_title_and_category_in_both_languages(shop):
    frame, lamp = (product.product_id for product in shop.catalogue.products[:2])
    vectors = shop._describe([frame, lamp, frame])
    assert vectors.shape == (3, shop.embedder.dimensions) and (vectors[0] == vectors[2]).all()
    product = shop.catalogue.get(frame)
    told = shop._description(frame)
    assert all(
        part in told for part in (product.title, product.title_zh, product.category, product.category_zh)
    )
    assert shop._description("nobody") == "nobody"
