"""What sold since a forecast, read from the store: the right days of the right product, closures and stock-outs."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from store import sales
from store.forecasts import Forecasts, KeptForecast, KeptTotal
from tools.forecast_scoring import score_forecasts

LAST_KNOWN = date(2024, 3, 31)


def sell(shop, product_id, units, start, on_hand=None):
    dates = pd.date_range(start, periods=len(units))
    rows = pd.DataFrame(
        {"product_id": product_id, "ds": dates, "units": units, "revenue": units, "on_hand": on_hand}
    )
    with shop.store.transaction() as cursor:
        sales.write_sales(cursor, rows.dropna(subset="units"))


def promise(shop, product_id, level):
    quantiles = np.tile(level * np.linspace(0.8, 1.2, 21), (7, 1))
    forecast = KeptForecast(
        product_id, LAST_KNOWN, "x", "1", np.full(7, level), quantiles,
        {7: KeptTotal(7 * level, 7 * quantiles[0])}, "beats_naive",
    )  # fmt: skip
    Forecasts(shop.store).log([forecast])


def scores(shop):
    return (
        shop.store.cursor()
        .execute("SELECT * FROM forecast_scores ORDER BY product_id")
        .df()
        .set_index("product_id")
    )


@pytest.fixture
def shop(empty_shop):
    for product_id, units in (("a", 10.0), ("b", 40.0)):
        sell(empty_shop, product_id, [units] * 91, "2024-01-01")
    return empty_shop


def test_each_forecast_meets_its_own_product_and_days(shop):
    promise(shop, "b", 44.0)
    promise(shop, "a", 8.0)
    assert score_forecasts(shop) == 0
    sell(shop, "a", [10.0] * 6 + [17.0, 999.0], "2024-04-01")
    sell(shop, "b", [44.0] * 8, "2024-04-01")
    assert score_forecasts(shop) == 2
    found = scores(shop)
    assert found.loc["a", ["sold", "actual_total", "total", "naive_total"]].tolist() == [
        77.0,
        77.0,
        56.0,
        70.0,
    ]
    assert found.loc["a", ["daily_error", "naive_daily_error"]].tolist() == [21.0, 7.0]
    assert not found.loc["a", "is_total_inside80"] and found.loc["b", "is_total_inside80"]
    assert found.loc["b", ["daily_error", "days_inside80"]].tolist() == [0.0, 7]


def test_a_stock_out_is_not_held_against_the_forecast(shop):
    promise(shop, "a", 10.0)
    sell(shop, "a", [10.0] * 3 + [2.0] + [10.0] * 4, "2024-04-01", on_hand=[5.0] * 3 + [0.0] + [5.0] * 4)
    sell(shop, "b", [40.0] * 8, "2024-04-01")
    score_forecasts(shop)
    row = scores(shop).loc["a"]
    assert (row["scored_days"], row["daily_error"]) == (6, 0.0)
    assert pd.isna(row["actual_total"]) and pd.isna(row["is_total_inside80"])


def test_a_day_on_which_the_open_shop_sold_none_counts(shop):
    promise(shop, "a", 10.0)
    sell(shop, "a", [10.0] * 3 + [np.nan] + [10.0] * 4, "2024-04-01")
    sell(shop, "b", [40.0] * 8, "2024-04-01")
    score_forecasts(shop)
    assert scores(shop).loc["a", ["scored_days", "daily_error", "actual_total"]].tolist() == [7, 10.0, 60.0]


def test_a_product_that_is_gone_scores_nothing(shop):
    promise(shop, "gone", 10.0)
    sell(shop, "a", [10.0] * 8, "2024-04-01")
    assert score_forecasts(shop) == 1
    row = scores(shop).loc["gone"]
    assert row["scored_days"] == 0 and pd.isna(row["actual_total"])
