"""`list_trending`: which products sell more or less than the shop around them."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd

from forecasting.trend import BASELINE_WINDOWS, FALSE_DISCOVERY_RATE, MAX_WINDOW_DAYS, score_trends
from tools.labels import (
    Words,
    localized_title,
    require_sales,
    round_percent,
    state_period,
    state_product,
    suggest_forecast,
    warn_synthetic,
)
from tools.periods import Period, last_days
from tools.products import Product
from tools.relative_days import RECENT_DAYS
from tools.results import Column, Draft, ProductRef, Table, ToolResult
from tools.shop import Shop
from tools.spans import Span
from tools.trend_wording import say_excess, say_leader, say_method, say_nothing_clear

LEAST_WINDOW_DAYS = 7
MOST_LISTED = 50
Direction = Literal["up", "down", "both"]


def list_trending(
    shop: Shop,
    direction: Direction = "both",
    limit: int = 5,
    period: Annotated[Period | None, Span("period", "period", "the recent window, if said")] = None,
    category: Annotated[str | None, Span("category", "text", "a product category, if said")] = None,
) -> ToolResult:
    """Products whose sales rise or fall: what is trending, hot, best movers, going down.

    Args:
        shop: the session's shop.
        direction: "up" for rising products, "down" for falling ones, "both" when the question leaves it open.
        limit: how many products to list, 1 to 50.
        period: the recent window, compared with those before it; by default the last 14 days.
        category: list only this category's products.
    """
    asked = period or last_days(shop.as_of, RECENT_DAYS)
    arguments = {
        "direction": direction,
        "limit": limit,
        "start": asked.start.isoformat(),
        "end": asked.end.isoformat(),
        "category": category,
    }
    draft = Draft("list_trending", arguments, shop.as_of)
    if not require_sales(draft, shop):
        return draft.result
    products = _in_category(draft, shop, category)
    window = _usable_window(draft, shop, asked) if products is not None else None
    if products is None or window is None:
        return draft.result
    scores = score_trends(shop.panel, window.end, window.days)
    if products:
        scores = scores[scores["unique_id"].isin({product.product_id for product in products})]
    if scores.empty:
        return _nothing_to_compare(draft)
    _report(draft, shop, scores, window, direction, min(max(limit, 1), MOST_LISTED))
    _warn_window(draft, window, asked)
    warn_synthetic(draft, shop)
    if draft.result.products:
        draft.say(
            "next_step", "Why did {top1} change?", "{top1}为什么会有这样的变化？", aspect="explain_trend"
        )
        suggest_forecast(draft, "top1")
    return draft.result


def _report(
    draft: Draft, shop: Shop, scores: pd.DataFrame, window: Period, direction: Direction, limit: int
) -> None:
    when = state_period(draft, window)
    draft.fact("window", window.days, "days")
    listed, is_clear = pick_movers(scores, direction, limit)
    for rank, row in enumerate(listed.itertuples(index=False), start=1):
        _state_mover(draft, shop, row, f"top{rank}", window)
    if not is_clear:
        say_nothing_clear(draft, direction)
    leaders = _leaders(listed)
    for name, row in leaders:
        say_leader(draft, name, row, when, is_clear=is_clear)
    for name, row in leaders:
        say_excess(draft, name, row, is_only=len(leaders) == 1)
    _say_method(draft, scores, window, when)
    draft.result.table = _table(shop, listed)
    draft.result.chart = _chart(shop, listed)


def _say_method(draft: Draft, scores: pd.DataFrame, window: Period, when: Words) -> None:
    clear = int(scores["is_significant"].sum())
    draft.fact("compared", len(scores), "count", metric="products compared", period=window.iso())
    draft.fact("clear", clear, "count", metric="products that stand out", period=window.iso())
    draft.fact("false_alarms", round(100 * FALSE_DISCOVERY_RATE), "percent", metric="false alarms tolerated")
    draft.fact("baseline_windows", BASELINE_WINDOWS, "count", metric="earlier windows compared with")
    say_method(draft, float(scores["market_growth_pct"].iloc[0]), when)


def pick_movers(scores: pd.DataFrame, direction: Direction, limit: int) -> tuple[pd.DataFrame, bool]:
    """Return the movers to list, and whether they stand out from the noise.

    Those that stand out come alone; only where none does are the largest movements listed instead.
    Asked for both directions, risers come before fallers.
    """
    wanted = scores if direction == "both" else scores[scores["direction"] == direction]
    clear = wanted[wanted["is_significant"]]
    pool = clear if len(clear) else wanted
    if direction != "both":
        return pool.head(limit), bool(len(clear))
    risers, fallers = pool[pool["direction"] == "up"], pool[pool["direction"] == "down"]
    most_fallers = min(len(fallers), max(limit // 2, limit - len(risers)))
    return pd.concat([risers.head(limit - most_fallers), fallers.head(most_fallers)]), bool(len(clear))


def _leaders(listed: pd.DataFrame) -> list[tuple[str, Any]]:
    """Return the strongest mover of each direction with the name of its facts."""
    found: dict[str, tuple[str, Any]] = {}
    for rank, row in enumerate(listed.itertuples(index=False), start=1):
        found.setdefault(str(row.direction), (f"top{rank}", row))
    return list(found.values())


def _state_mover(draft: Draft, shop: Shop, row: Any, name: str, window: Period) -> None:
    product = shop.catalogue.get(str(row.unique_id)) or Product(
        str(row.unique_id), str(row.unique_id), None, None, None, ()
    )
    state_product(draft, product, name)
    draft.result.products.append(ProductRef(product_id=product.product_id, title=product.title))
    state = partial(draft.fact, entity=product.product_id, period=window.iso())
    state(f"{name}_units", round(row.units_recent), "units", metric="units sold")
    state(f"{name}_before", round(row.units_before), "units", metric="units sold in the window before")
    if np.isfinite(row.growth_pct):
        state(
            f"{name}_growth",
            abs(round_percent(row.growth_pct)),
            "percent",
            metric="change on the window before",
        )
    if np.isfinite(row.excess_pct):
        state(
            f"{name}_excess",
            abs(round_percent(row.excess_pct)),
            "percent",
            metric="distance from expected",
        )


def _in_category(draft: Draft, shop: Shop, category: str | None) -> tuple[Product, ...] | None:
    """Return the category's products; () where none was asked for, None and an error if unknown."""
    if category is None:
        return ()
    products = shop.catalogue.in_category(category)
    if products:
        return products
    known = shop.catalogue.categories("en"), shop.catalogue.categories("zh")
    draft.fail(
        "unknown_category",
        en=f'This store has no category "{category}".',
        zh=f"店里没有“{category}”这个类目。",
        remedy_en=f"Choose one of: {', '.join(known[0])}." if known[0] else "Ask without a category.",
        remedy_zh=f"可选类目：{'、'.join(known[1])}。" if known[1] else "这家店没有类目，可以直接问全店。",
        options=known[0],
    )
    return None


def _usable_window(draft: Draft, shop: Shop, asked: Period) -> Period | None:
    """Return the window nearest to the one asked for that can be judged; None and an error if none can."""
    longest = min(MAX_WINDOW_DAYS, ((asked.end - shop.first_day).days + 1) // 3)
    if longest < LEAST_WINDOW_DAYS:
        draft.fail(
            "too_little_history",
            en="There are too few days of sales before that to tell a trend from chance.",
            zh="那之前的销售天数太少，分不清趋势和偶然。",
            remedy_en="Three weeks of sales are the least; ask about a later period.",
            remedy_zh="至少要有三周的销售数据，请换一个更晚的时间段。",
        )
        return None
    return last_days(asked.end, min(max(asked.days, LEAST_WINDOW_DAYS), longest))


def _warn_window(draft: Draft, window: Period, asked: Period) -> None:
    if window.days != asked.days:
        days = state_period(draft, window, "judged_")
        draft.say(
            "caveat",
            "A window of the length asked for cannot be judged on this data, so I looked at the days"
            f" {days.en}.",
            f"您问的时间长度没法判断趋势，这里看的是{days.zh}。",
            aspect="period",
        )


def _nothing_to_compare(draft: Draft) -> ToolResult:
    return draft.fail(
        "nothing_to_compare",
        en="No product there has sold enough to compare.",
        zh="这个范围内没有销量足够的商品可以比较。",
        remedy_en="Ask about a longer period or the whole shop.",
        remedy_zh="请换更长的时间段，或者看全店。",
    )


def _table(shop: Shop, listed: pd.DataFrame) -> Table:
    columns = [
        Column(key="title", en="Product", zh="商品"),
        Column(key="units", en="Units", zh="销量（件）", unit="count"),
        Column(key="growth", en="Change", zh="环比", unit="percent_change"),
        Column(key="excess", en="Against expected", zh="比预期", unit="percent_change"),
    ]
    rows: list[dict[str, Any]] = []
    row: Any
    for row in listed.itertuples(index=False):
        title = localized_title(shop.catalogue, str(row.unique_id))
        rows.append(
            {
                "entity": str(row.unique_id),
                "title": title["en"],
                "title_zh": title["zh"],
                "units": round(row.units_recent),
                "growth": round_percent(row.growth_pct) if np.isfinite(row.growth_pct) else None,
                "excess": round_percent(row.excess_pct) if np.isfinite(row.excess_pct) else None,
            }
        )
    return Table(columns=columns, rows=rows, total_rows=len(rows))


def _chart(shop: Shop, listed: pd.DataFrame) -> dict[str, Any]:
    shown = listed[np.isfinite(listed["growth_pct"])]
    titles = [localized_title(shop.catalogue, str(unique_id)) for unique_id in shown["unique_id"]]
    return {
        "kind": "bars",
        "title": {"en": "Change on the window before", "zh": "与前一时段相比的变化"},
        "labels": {lang: [title[lang] for title in titles] for lang in ("en", "zh")},
        "values": [round_percent(value) for value in shown["growth_pct"]],
        "unit": "percent_change",
    }
