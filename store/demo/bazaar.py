"""The demo store `bazaar`: two generated years of a bilingual online shop whose causes are known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from store import catalogue, sales
from store import reviews as review_table
from store.catalogue import StockLevel
from store.database import Store
from store.demo.bazaar_catalogue import CATEGORIES, Item, pick_items
from store.demo.bazaar_causes import plant_causes
from store.demo.bazaar_demand import Market, simulate
from store.demo.bazaar_reviews import write_reviews
from store.demo.staging import Progress, build_and_swap, silent

NAME = "bazaar"
LABEL = {"en": "Bazaar (synthetic demo shop)", "zh": "集市（合成演示店铺）"}
LAST_DAY = date(2026, 10, 31)
DEFAULT_SEED = 20261031


def build(
    home: Path | str | None = None,
    *,
    products: int = 200,
    days: int = 730,
    reviews: int = 4000,
    seed: int = DEFAULT_SEED,
    progress: Progress | None = None,
) -> Store:
    """Generate the store, replacing an older one; the same arguments give the same store.

    Args:
        home: base folder instead of `SHOPCAST_HOME`.
        products: how many goods, from the cast alone to the whole catalogue.
        days: length of the history, which ends on `LAST_DAY`.
        reviews: how many reviews, half in each language.
        seed: of all chance.
        progress: told the share done and what is being done.

    Raises:
        StoreLocked: another process has the store open.
        ValueError: too few products or days for the planted stories.
    """
    report = progress or silent

    def fill(store: Store) -> None:
        _fill(store, products, days, reviews, seed, report)

    return build_and_swap(
        NAME, fill, kind="synthetic", currency="CNY", timezone="Asia/Shanghai", label=LABEL, home=home
    )  # fmt: skip


def _fill(store: Store, products: int, days: int, review_count: int, seed: int, report: Progress) -> None:
    rng = np.random.default_rng(seed)
    items = pick_items(products)
    calendar = pd.date_range(end=LAST_DAY, periods=days)
    causes = plant_causes(items, calendar)
    report(0.1, "simulating demand")
    market = simulate(items, calendar, causes, rng)
    report(0.4, "writing reviews")
    texts = write_reviews(items, market, causes, review_count, rng)
    report(0.8, "writing the store")
    with store.transaction() as cursor:
        catalogue.write_products(cursor, _product_rows(items, calendar, causes.launch_day))
        sales.write_sales(cursor, _sales_rows(items, market, causes.launch_day))
        catalogue.write_stock(cursor, _stock_levels(items, market))
        review_table.write_reviews(cursor, texts)
        catalogue.write_planted_causes(cursor, causes.records)
    report(1.0, f"{len(items)} products, {len(calendar)} days, {len(texts)} reviews")


def _product_rows(items: list[Item], calendar: pd.DatetimeIndex, launch_day: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": item.product_id,
            "title": item.title,
            "title_zh": item.title_zh,
            "category": CATEGORIES[item.category][0],
            "category_zh": CATEGORIES[item.category][1],
            "brand": item.brand,
            "aliases": [item.noun["en"], item.noun["zh"], item.model],
            "launched_on": calendar[launch].date(),
        }
        for item, launch in zip(items, launch_day, strict=True)
    )


def _sales_rows(items: list[Item], market: Market, launch_day: np.ndarray) -> pd.DataFrame:
    """Return the simulated panel as rows, from each product's launch on."""
    count, length = market.units.shape
    on_sale = (np.arange(length)[None, :] >= launch_day[:, None]).ravel()
    frame = pd.DataFrame(
        {
            "product_id": np.repeat([item.product_id for item in items], length),
            "ds": np.tile(market.days.to_numpy(), count),
            "units": market.units.ravel().astype(np.float64),
            "revenue": np.round(market.units * market.price, 2).ravel(),
            "regular_price": market.shelf_price.ravel(),
            "promo": market.promo.ravel(),
            "on_hand": market.on_hand.ravel(),
        }
    )
    return frame[on_sale]


def _stock_levels(items: list[Item], market: Market) -> list[StockLevel]:
    return [
        StockLevel(
            item.product_id,
            float(market.on_hand[row, -1]),
            float(market.on_order[row]),
            int(market.terms.lead_time_days[row]),
            int(market.terms.pack_size[row]),
            market.days[-1].date(),
        )
        for row, item in enumerate(items)
    ]
