"""`get_sales`: what was sold in a period, by one product or the whole store."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pandas as pd

from tools.labels import (
    Words,
    localized_title,
    require_product,
    require_sales,
    round_percent,
    state_earlier,
    state_period,
    warn_cut,
    warn_synthetic,
)
from tools.periods import Period, last_days
from tools.results import Column, Draft, Fact, ProductRef, Table, ToolResult
from tools.sales_views import day_table, sales_chart
from tools.shop import Shop
from tools.spans import Span

DEFAULT_DAYS = 30
BEST_SELLERS = 10
FLAT_PERCENT = 0.5


def get_sales(
    shop: Shop,
    product_id: Annotated[
        str | None, Span("product", "product", "the product, or none for the whole store")
    ] = None,
    period: Annotated[Period | None, Span("period", "period", "the dates asked about, if said")] = None,
) -> ToolResult:
    """Past sales: units, revenue and best sellers of a product or the whole store in a period.

    Args:
        shop: the session's shop.
        product_id: the product; None for the whole store.
        period: the dates asked about; by default the last 30 days.
    """
    covered = period or Period(*_clip(shop, last_days(shop.as_of, DEFAULT_DAYS)))
    arguments = {"product_id": product_id, "start": covered.start.isoformat(), "end": covered.end.isoformat()}
    draft = Draft("get_sales", arguments, shop.as_of)
    if not require_sales(draft, shop):
        return draft.result
    if product_id is None:
        draft.fact("product", "The shop", "text", localized={"en": "The shop", "zh": "全店"}, metric="name")
        _report(draft, shop, shop.panel, covered)
    else:
        product = require_product(draft, shop, product_id)
        if product is None:
            return draft.result
        _report(draft, shop, shop.series(product.product_id), covered)
    warn_cut(draft, shop, covered)
    warn_synthetic(draft, shop)
    _warn_closed(draft, shop, covered)
    return draft.result


def _clip(shop: Shop, period: Period) -> tuple[Any, Any]:
    return max(period.start, shop.first_day), period.end


def _within(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    days = rows["ds"]
    return rows[(days >= pd.Timestamp(period.start)) & (days <= pd.Timestamp(period.end))]


def _report(draft: Draft, shop: Shop, rows: pd.DataFrame, period: Period) -> None:
    sold = _within(rows, period)
    state = partial(
        draft.fact,
        entity=draft.result.products[0].product_id if draft.result.products else "store",
        period=period.iso(),
    )
    when = state_period(draft, period)
    units, revenue = round(float(sold["y"].sum())), round(float(sold["revenue"].sum()), 2)
    state("units", units, "units", metric="units sold")
    state("revenue", revenue, shop.currency, metric="revenue")
    if units == 0:
        _say_none(draft, sold, when)
        return
    _say_total(draft, when)
    _say_change(draft, shop, rows, period, units)
    by_day = sold.groupby("ds").agg(
        units=("y", "sum"), revenue=("revenue", "sum"), is_open=("is_open", "any")
    )
    draft.result.chart = sales_chart(shop, draft, by_day)
    if not draft.result.products:
        _report_best_sellers(draft, shop, sold)
    else:
        draft.result.table = day_table(by_day)
        _warn_stockouts(draft, sold, period)
    _say_days(draft, by_day, state)


def _say_total(draft: Draft, when: Words) -> None:
    took = (f"{{product}} took {{revenue}} {when.en}, from {{units}}.",
            f"{{product}}{when.zh}销售额 {{revenue}}，卖出 {{units}}。")  # fmt: skip
    sold = (f"Sales of {{product}} {when.en} came to {{units}}, worth {{revenue}}.",
            f"{{product}}{when.zh}的销量是 {{units}}，销售额 {{revenue}}。")  # fmt: skip
    draft.say(
        "lead",
        f"{{product}} sold {{units}} {when.en}, for {{revenue}}.",
        f"{{product}}在{when.zh}卖出 {{units}}，销售额 {{revenue}}。",
        aspect="total",
        others=[sold] if draft.result.products else [],
    )
    draft.say("detail", *took, aspect="revenue")


def _say_none(draft: Draft, sold: pd.DataFrame, when: Words) -> None:
    if sold.empty or not sold["is_open"].any():
        draft.say(
            "lead",
            f"{{product}} has no sales record {when.en}: it was not on sale yet, or the shop was closed.",
            f"{{product}}在{when.zh}没有销售记录：当时还没上架，或者店铺没营业。",
            aspect="total",
        )
        return
    draft.say(
        "lead", f"{{product}} sold nothing {when.en}.", f"{{product}}在{when.zh}没有卖出。", aspect="total"
    )


def _say_change(draft: Draft, shop: Shop, rows: pd.DataFrame, period: Period, units: int) -> None:
    """Compare with the same number of days before, where the product was on sale all through them."""
    before = period.before()
    if rows.empty or before.start < max(shop.first_day, rows["ds"].min().date()):
        return
    earlier = round(float(_within(rows, before)["y"].sum()))
    when = state_earlier(draft, period)
    draft.fact("units_before", earlier, "units", metric="units sold", period=before.iso())
    if not earlier:
        draft.say("evidence", f"It sold none {when.en}.", f"{when.zh.strip()}没有卖出。", aspect="change")
        return
    change = 100 * (units / earlier - 1)
    draft.fact("change", round_percent(abs(change)), "percent", metric="change in units", period=period.iso())
    if abs(change) < FLAT_PERCENT:
        draft.say(
            "evidence",
            f"That is about as much as was sold {when.en} ({{units_before}}).",
            f"与{when.zh}的销量（{{units_before}}）基本持平。",
            aspect="change",
        )
        return
    words = Words("more", "多") if change > 0 else Words("less", "少")
    draft.say(
        "evidence",
        f"That is {{change}} {words.en} than {when.en} ({{units_before}}).",
        f"比{when.zh}（{{units_before}}）{words.zh}卖 {{change}}。",
        aspect="change",
    )


def _say_days(draft: Draft, by_day: pd.DataFrame, state: Callable[..., Fact]) -> None:
    if len(by_day) < 2:
        return
    is_open = by_day["is_open"]
    best = by_day.index[int(by_day["units"].to_numpy().argmax())]
    state("daily", round(float(by_day.loc[is_open, "units"].mean()), 1), "units_per_day")
    state("best_day", best.date(), "date")
    state(
        "best_units",
        round(float(by_day["units"].max())),
        "units",
        metric="units sold on the best day",
    )
    draft.say(
        "evidence",
        "On an open day that is {daily} on average; the best was {best_day} with {best_units}.",
        "营业日平均 {daily}，卖得最好的是{best_day}，{best_units}。",
        aspect="daily",
        opening=(
            "On an open day {product} sold {daily} on average; the best was {best_day} with {best_units}.",
            "{product}营业日平均 {daily}，卖得最好的是{best_day}，{best_units}。",
        ),
    )
    draft.say(
        "detail",
        "The best day was {best_day}, with {best_units} sold.",
        "卖得最多的是{best_day}，卖了 {best_units}。",
        aspect="best_day",
        opening=(
            "The best day for {product} was {best_day}, with {best_units} sold.",
            "{product}卖得最多的是{best_day}，卖了 {best_units}。",
        ),
    )


def _warn_closed(draft: Draft, shop: Shop, period: Period) -> None:
    by_day = _within(shop.panel, period).groupby("ds")["is_open"].any()
    closed = int((~by_day).sum())
    if closed and closed < len(by_day):
        draft.fact("closed", closed, "days", metric="days closed", period=period.iso())
        draft.say(
            "caveat",
            "Days closed in this time, left out of the daily average: {closed}.",
            "其间有 {closed}没有营业，未计入日均。",
            aspect="daily",
        )


def _warn_stockouts(draft: Draft, sold: pd.DataFrame, period: Period) -> None:
    days = int(sold["is_stockout"].sum())
    if days:
        draft.fact("stockout", days, "days", metric="days out of stock", period=period.iso())
        draft.say(
            "caveat",
            "{product} was sold out at closing on {stockout} of this time, so demand was higher than sales show.",
            "{product}其间有 {stockout}断货，实际需求比销量更高。",
            aspect="stock",
        )


def _report_best_sellers(draft: Draft, shop: Shop, sold: pd.DataFrame) -> None:
    totals = sold.groupby("unique_id", observed=True).agg(units=("y", "sum"), revenue=("revenue", "sum"))
    totals = totals[totals["units"] > 0].sort_values(["revenue", "units"], ascending=False)
    if totals.empty:
        return
    rows: list[dict[str, Any]] = []
    for product_id, total in totals.head(BEST_SELLERS).iterrows():
        title = localized_title(shop.catalogue, str(product_id))
        rows.append(
            {
                "entity": str(product_id),
                "title": title["en"],
                "title_zh": title["zh"],
                "units": round(float(total["units"])),
                "revenue": round(float(total["revenue"]), 2),
            }
        )
        draft.result.products.append(ProductRef(product_id=str(product_id), title=title["en"]))
    first = rows[0]
    draft.fact("sellers", len(totals), "count", metric="products sold")
    draft.fact(
        "best",
        first["title"],
        "text",
        entity=first["entity"],
        localized={"en": first["title"], "zh": first["title_zh"]},
    )
    draft.fact("best_revenue", first["revenue"], shop.currency, metric="revenue", entity=first["entity"])
    draft.fact("best_sold", first["units"], "units", metric="units sold", entity=first["entity"])
    draft.say(
        "evidence",
        f"{{sellers}} {'product' if len(totals) == 1 else 'products'} sold; the best by revenue was "
        "{best}: {best_revenue} from {best_sold}.",
        "共有 {sellers} 款商品动销，销售额最高的是{best}：{best_revenue}，卖了 {best_sold}。",
        aspect="best_sellers",
    )
    columns = [
        Column(key="title", en="Product", zh="商品"),
        Column(key="units", en="Units", zh="销量（件）", unit="count"),
        Column(key="revenue", en="Revenue", zh="销售额", unit=shop.currency),
    ]
    draft.result.table = Table(columns=columns, rows=rows, total_rows=len(totals))
