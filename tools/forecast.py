"""`forecast_demand`: how much of a product will sell, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, TypeVar

import numpy as np

from tools.forecast_wording import say_loan, say_notes, say_verdict, warn_festivals
from tools.labels import (
    Words,
    localized_title,
    require_product,
    require_sales,
    state_period,
    warn_synthetic,
)
from tools.outlook import DAILY_STEPS_UP_TO_DAYS, Outlook, look_ahead
from tools.periods import Period
from tools.products import Product
from tools.quantities import LONGEST_DAYS, duration_out_of_range
from tools.results import Column, Draft, Table, ToolResult
from tools.shop import Shop
from tools.spans import Span
from tools.track_record_wording import say_track_record

T = TypeVar("T")

HISTORY_SHOWN_DAYS = 60
# What forecasting.forecast.Forecast.recent_daily_mean is the mean of.
RECENT_MEAN_DAYS = 28


def forecast_demand(
    shop: Shop,
    product_id: Annotated[str, Span("product", "product", "the product")],
    horizon_days: Annotated[int, Span("horizon", "duration", "how far ahead, if said")] = 14,
) -> ToolResult:
    """Future sales: how many units of one product will sell over a coming time.

    Args:
        shop: the session's shop.
        product_id: the product.
        horizon_days: days ahead, from the day after the last sales day; 1 to 365.
    """
    arguments = {"product_id": product_id, "horizon_days": horizon_days}
    draft = Draft("forecast_demand", arguments, shop.as_of)
    if not require_sales(draft, shop):
        return draft.result
    product = require_product(draft, shop, product_id)
    if product is None:
        return draft.result
    if not 1 <= horizon_days <= LONGEST_DAYS:
        draft.result.error = duration_out_of_range(horizon_days)
        return draft.result
    outlook = or_no_history(draft, product, lambda: look_ahead(shop, product.product_id, horizon_days))
    if outlook is None:
        return draft.result
    period = Period(shop.as_of + timedelta(days=1), shop.as_of + timedelta(days=horizon_days))
    _say_total(draft, product, outlook, period)
    _say_daily(draft, product, outlook, period)
    _say_accuracy(draft, shop, product, outlook)
    say_loan(draft, shop, product, outlook.forecast)
    warn_festivals(draft, shop, period, outlook.forecast)
    warn_synthetic(draft, shop)
    say_notes(draft, product.product_id, outlook.forecast)
    draft.say(
        "next_step",
        "Does the stock of {product} cover that, and how much should I reorder?",
        "{product}的库存够不够，要补多少货？",
        aspect="recommend_restock",
    )
    draft.result.table = _table(product, outlook)
    draft.result.chart = _chart(shop, product, outlook)
    return draft.result


def or_no_history(draft: Draft, product: Product, forecast: Callable[[], T]) -> T | None:
    """Return what was forecast; where a product has no history and none to borrow, end the call and say so.

    Args:
        draft: of the call.
        product: what is forecast.
        forecast: does it.
    """
    from forecasting.errors import NoHistory, UnknownSeries

    try:
        return forecast()
    except (NoHistory, UnknownSeries):
        draft.fail(
            "no_history",
            en=f"{product.title} has no recorded sales yet, so there is nothing to forecast from.",
            zh=f"{product.title_zh or product.title}还没有销售记录，没有数据可以用来预测。",
            remedy_en="Ask again after its first days of sales, or ask about a similar product.",
            remedy_zh="等它卖出几天后再问，或者先看看同类商品。",
        )
        return None


def _say_total(draft: Draft, product: Product, outlook: Outlook, period: Period) -> None:
    state = partial(draft.fact, entity=product.product_id, period=period.iso())
    state("horizon", period.days, "days")
    state("total", round(outlook.total.mean), "units", metric="expected units sold")
    wordings = _total_wordings(state_period(draft, period), period.days)
    draft.say("lead", *wordings[0], aspect="total", others=wordings[1:])
    for percent, low, high in ((80, 0.1, 0.9), (95, 0.025, 0.975)):
        state(f"confidence{percent}", percent, "percent", metric="confidence")
        for end, level in (("low", low), ("high", high)):
            state(f"{end}{percent}", round(outlook.total_quantile(level)), "count")
    draft.say(
        "interval",
        "With {confidence80} confidence the total lands between {low80} and {high80}; with {confidence95}, "
        "between {low95} and {high95}.",
        "总量有 {confidence80} 的把握在 {low80} 到 {high80} 件之间，{confidence95} 的把握在 {low95} 到"
        " {high95} 件之间。",
        aspect="interval",
        others=[
            (
                "The {confidence80} confidence range runs from {low80} to {high80}, the {confidence95} one from {low95} to"
                " {high95}.",
                "{confidence80} 的把握是 {low80} 到 {high80} 件；要有 {confidence95} 的把握，"
                "得放宽到 {low95} 到 {high95} 件。",
            )
        ],
        opening=(
            "With {confidence80} confidence {product} sells between {low80} and {high80} in the next {horizon}; with"
            " {confidence95}, between {low95} and {high95}.",
            "{product}未来 {horizon}的总销量，{confidence80} 的把握在 {low80} 到 {high80} 件之间，{confidence95} 的把握在"
            " {low95} 到 {high95} 件之间。",
        ),
    )


def _total_wordings(when: Words, days: int) -> list[Words]:
    """Return the ways to say how much will sell."""
    if days == 1:
        return [
            Words(
                f"{{product}} should sell about {{total}} {when.en}.",
                f"{{product}}在{when.zh}预计卖出 {{total}}左右。",
            ),
            Words(
                f"Expect about {{total}} of {{product}} {when.en}.",
                f"预计{{product}}{when.zh}能卖 {{total}}左右。",
            ),
        ]
    return [
        Words(
            f"{{product}} should sell about {{total}} over the next {{horizon}}, {when.en}.",
            f"{{product}}未来 {{horizon}}（{when.zh}）预计卖出 {{total}}左右。",
        ),
        Words(
            f"Expect about {{total}} of {{product}} over the next {{horizon}}, {when.en}.",
            f"预计{{product}}未来 {{horizon}}能卖 {{total}}左右（{when.zh}）。",
        ),
        Words(
            "Over the next {horizon} ({when}) sales of {product} should come to about {total}.",
            "未来 {horizon}（{when}），{product}大约能卖 {total}。",
        ),
    ]


def _say_daily(draft: Draft, product: Product, outlook: Outlook, period: Period) -> None:
    expected, recent = float(np.mean(outlook.mean)), outlook.forecast.recent_daily_mean
    state = partial(draft.fact, entity=product.product_id)
    state("daily", round(expected, 1), "units_per_day", period=period.iso())
    compared = Words("", "")
    if outlook.forecast.history_days:
        state("recent_daily", round(recent, 1), "units_per_day")
        state("recent_days", min(RECENT_MEAN_DAYS, outlook.forecast.history_days), "days")
        words = _compare_daily(expected, recent)
        compared = Words(
            f", {words.en} the {{recent_daily}} of the past {{recent_days}}",
            f"，{words.zh}近 {{recent_days}}的 {{recent_daily}}",
        )
    draft.say(
        "evidence",
        f"The forecast averages {{daily}}{compared.en}.",
        f"折合平均 {{daily}}{compared.zh}。",
        aspect="daily",
        opening=(
            f"{{product}} should sell {{daily}} on average over the next {{horizon}}{compared.en}.",
            f"{{product}}未来 {{horizon}}预计平均 {{daily}}{compared.zh}。",
        ),
    )


def _compare_daily(expected: float, recent: float) -> Words:
    if round(expected, 1) == round(recent, 1) or abs(expected - recent) < 0.03 * recent:
        return Words("in line with", "相当于")
    return Words("more than", "高于") if expected > recent else Words("less than", "低于")


def _say_accuracy(draft: Draft, shop: Shop, product: Product, outlook: Outlook) -> None:
    """Say how earlier forecasts turned out; where none is scored yet, how this one did on past sales."""
    record = shop.track_records.of_product(product.product_id, len(outlook.mean))
    if record is not None:
        say_track_record(draft, product.product_id, record)
    is_told = record is None or outlook.forecast.verdict == "too_little_history"
    say_verdict(draft, product.product_id, outlook.forecast, role="verdict" if is_told else "detail")


def _table(product: Product, outlook: Outlook) -> Table:
    is_daily = len(outlook.mean) <= DAILY_STEPS_UP_TO_DAYS
    columns = [
        Column(key="ds", en="Day", zh="日期", unit="date")
        if is_daily
        else Column(key="ds", en="Week from", zh="周起始日", unit="date"),
        Column(key="mean", en="Expected units", zh="预计销量（件）", unit="count"),
        Column(key="low", en="Low (80%)", zh="偏低（80%）", unit="count"),
        Column(key="high", en="High (80%)", zh="偏高（80%）", unit="count"),
    ]
    rows: list[dict[str, Any]] = [
        {
            "entity": product.product_id,
            "ds": step.start.isoformat(),
            "mean": _cell(step.mean),
            "low": _cell(step.low),
            "high": _cell(step.high),
        }
        for step in outlook.steps
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))


def _cell(units: float) -> float:
    return round(units, 1) if units < 10 else round(units)


def _chart(shop: Shop, product: Product, outlook: Outlook) -> dict[str, Any]:
    history = shop.series(product.product_id).tail(HISTORY_SHOWN_DAYS)
    title = localized_title(shop.catalogue, product.product_id)

    def rounded(values: np.ndarray) -> list[float]:
        return [round(float(value), 2) for value in values]

    first = outlook.forecast.as_of + timedelta(days=1)
    return {
        "kind": "forecast",
        "title": {"en": f"{title['en']}: units a day", "zh": f"{title['zh']}：每日销量"},
        "unit": "units",
        "history": {
            "ds": [day.date().isoformat() for day in history["ds"]],
            "y": [None if np.isnan(y) else float(y) for y in history["y"]],
        },
        "forecast": {
            "ds": [(first + timedelta(days=day)).isoformat() for day in range(len(outlook.mean))],
            "mean": rounded(outlook.mean),
            "lo80": rounded(outlook.daily_quantile(0.1)),
            "hi80": rounded(outlook.daily_quantile(0.9)),
            "lo95": rounded(outlook.daily_quantile(0.025)),
            "hi95": rounded(outlook.daily_quantile(0.975)),
        },
    }
