from datetime import date

import numpy as np
import pandas as pd
import pytest

from store import catalogue, sales
from store.errors import StoreError


def _write(store, rows, columns=("product_id", "ds", "units", "revenue")):
    with store.transaction() as cursor:
        sales.write_sales(cursor, pd.DataFrame(rows, columns=list(columns)))


def test_grid_has_every_day_and_tells_none_sold_from_nothing_known(empty_store):
    # A busy shop: six products a day, so a day without any record was a closed day.
    days = [day for day in pd.date_range("2024-01-01", "2024-01-10") if day.day != 5]
    rows = [(f"p{n}", day, 1.0, 2.0) for day in days for n in range(6) if not (n == 0 and day.day == 7)]
    _write(empty_store, rows)
    panel = empty_store.daily_sales(["p0"]).set_index("ds")
    assert len(panel) == 10
    assert np.isnan(panel.loc["2024-01-05", "y"])
    assert not panel.loc["2024-01-05", "is_open"]
    assert panel.loc["2024-01-07", "y"] == 0.0
    assert panel.loc["2024-01-07", "is_open"]


def test_a_quiet_shop_is_closed_only_on_its_rest_day(empty_store):
    # One product: Sundays never have a record, and one Wednesday nothing was sold.
    days = [
        d
        for d in pd.date_range("2024-01-01", "2024-02-29")
        if d.dayofweek != 6 and d != pd.Timestamp("2024-01-17")
    ]
    _write(empty_store, [("a", day, 1.0, 2.0) for day in days])
    panel = empty_store.daily_sales().set_index("ds")
    assert panel.loc["2024-01-17", "y"] == 0.0
    assert not panel.loc["2024-01-14", "is_open"]
    assert np.isnan(panel.loc["2024-01-14", "y"])


def test_grid_begins_at_first_sale_or_launch_and_ends_on_the_last_day(empty_store):
    with empty_store.transaction() as cursor:
        catalogue.write_products(
            cursor,
            pd.DataFrame(
                {
                    "product_id": ["old", "launched", "late"],
                    "title": ["Old", "Launched", "Late"],
                    "launched_on": [date(2020, 1, 1), date(2024, 1, 3), None],
                }
            ),
        )
    _write(
        empty_store,
        [
            ("old", "2024-01-02", 1, 1),
            ("launched", "2024-01-04", 1, 1),
            ("late", "2024-01-05", 1, 1),
            ("old", "2024-01-06", 1, 1),
        ],
    )
    first = empty_store.daily_sales().groupby("unique_id")["ds"].agg(["min", "max"])
    assert first.loc["old", "min"] == pd.Timestamp("2024-01-02")
    assert first.loc["launched", "min"] == pd.Timestamp("2024-01-03")
    assert first.loc["late", "min"] == pd.Timestamp("2024-01-05")
    assert (first["max"] == pd.Timestamp("2024-01-06")).all()


def test_prices_stock_and_promotions(empty_store):
    columns = ("product_id", "ds", "units", "revenue", "regular_price", "promo", "on_hand")
    _write(
        empty_store,
        [
            ("a", "2024-01-01", 2.0, 18.0, 10.0, 1.0, 5.0),
            ("a", "2024-01-02", 0.0, 0.0, None, 0.0, 0.0),
            ("a", "2024-01-03", 4.0, 48.0, 12.0, None, None),
        ],
        columns,
    )
    panel = empty_store.daily_sales()
    assert panel["price"].tolist() == pytest.approx([9.0, np.nan, 12.0], nan_ok=True)
    assert panel["regular_price"].tolist() == [10.0, 10.0, 12.0]
    assert panel["promo"].tolist() == [1.0, 0.0, 0.0]
    assert panel["is_stockout"].tolist() == [False, True, False]
    assert np.isnan(panel["on_hand"].iloc[2])


def test_period_and_products_narrow_the_panel_without_changing_it(small_bazaar):
    whole = small_bazaar.daily_sales()
    part = small_bazaar.daily_sales(["B002", "B003"], date(2026, 9, 1), date(2026, 9, 30))
    expected = whole[
        whole["unique_id"].isin(["B002", "B003"]) & whole["ds"].between("2026-09-01", "2026-09-30")
    ]
    pd.testing.assert_frame_equal(part, expected.reset_index(drop=True))
    assert small_bazaar.daily_sales(["nobody"]).empty


def test_columns_and_types_are_those_of_the_contract(small_bazaar, empty_store):
    for panel in (small_bazaar.daily_sales(), empty_store.daily_sales()):
        types = {column: str(kind) for column, kind in panel.dtypes.items()}
        numbers = dict.fromkeys(["y", "revenue", "price", "regular_price", "promo", "on_hand"], "float64")
        marks = {"is_open": "bool", "is_stockout": "bool"}
        assert types == {"unique_id": "object", "ds": "datetime64[ns]", **numbers, **marks}


def test_returns_are_kept_apart_from_sales(empty_store):
    _write(empty_store, [("a", "2024-01-01", 3.0, 30.0), ("a", "2024-01-02", 1.0, 10.0)])
    before = empty_store.daily_sales()
    version = empty_store.data_version()
    rows = pd.DataFrame(
        [("a", "2024-01-02", 2.0, 20.0), ("b", "2024-02-01", 1.0, None)],
        columns=["product_id", "ds", "units", "revenue"],
    )
    with empty_store.transaction() as cursor:
        assert sales.write_returns(cursor, rows) == (2, 0)
        assert sales.write_returns(cursor, rows.assign(units=[2.0, 5.0])) == (0, 1)
    pd.testing.assert_frame_equal(empty_store.daily_sales(), before)
    assert empty_store.data_version() == version
    assert empty_store.info.as_of == date(2024, 1, 2)
    returned = empty_store.returns()
    assert returned[["unique_id", "units"]].to_numpy().tolist() == [["a", 2.0], ["b", 5.0]]
    assert empty_store.returns(["a"], date(2024, 1, 1), date(2024, 1, 31))["revenue"].tolist() == [20.0]
    assert empty_store.returns(["nobody"]).empty


@pytest.mark.parametrize("write", [sales.write_sales, sales.write_returns])
def test_units_never_fall_below_zero(empty_store, write):
    rows = pd.DataFrame([("a", "2024-01-01", -3.0, 3.0)], columns=["product_id", "ds", "units", "revenue"])
    with pytest.raises(StoreError, match="below zero") as caught, empty_store.transaction() as cursor:
        write(cursor, rows)
    assert "returns" in caught.value.remedy
    assert empty_store.info.sales_days == 0
