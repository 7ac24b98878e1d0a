"""`recommend_restock`: whether to reorder a product, and how much."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated

from tools.forecast import or_no_history
from tools.forecast_wording import say_loan, say_notes, warn_festivals
from tools.labels import require_product, require_sales, warn_synthetic
from tools.periods import Period
from tools.products import Product
from tools.quantities import LONGEST_DAYS, duration_out_of_range
from tools.restock_wording import Supply, say_cover, say_grounds, say_order, warn_pack, warn_safety_stock
from tools.results import Column, Draft, Table, ToolResult
from tools.shop import Shop
from tools.spans import Span

if TYPE_CHECKING:
    from forecasting.forecast import Forecast
    from forecasting.restock import RestockDecision

# Orders are placed about once a week, so an order must last until the one after it arrives.
REVIEW_DAYS = 7
# Long enough to see the stock run out, not only to span the lead time.
LEAST_HORIZON_DAYS = 60
LONGEST_LEAD_DAYS = LONGEST_DAYS - REVIEW_DAYS
LOWEST_SERVICE_LEVEL, HIGHEST_SERVICE_LEVEL = 0.5, 0.999


def recommend_restock(
    shop: Shop,
    product_id: Annotated[str, Span("product", "product", "the product")],
    lead_time_days: Annotated[int | None, Span("lead_time", "duration", "delivery time, if said")] = None,
    on_hand: Annotated[float | None, Span("on_hand", "quantity", "stock on hand, if said")] = None,
    service_level: Annotated[
        float, Span("service_level", "percent", "chance of no stock-out, if said")
    ] = 0.95,
) -> ToolResult:
    """How much of one product to reorder, when, and whether the stock is enough.

    Args:
        shop: the session's shop.
        product_id: the product.
        lead_time_days: days from order to delivery; by default what the store records.
        on_hand: units in stock; by default what the store records.
        service_level: share of replenishment cycles that must not run out, 0.5 to 0.999.
    """
    arguments = {
        "product_id": product_id,
        "lead_time_days": lead_time_days,
        "on_hand": on_hand,
        "service_level": service_level,
    }
    draft = Draft("recommend_restock", arguments, shop.as_of)
    if not require_sales(draft, shop):
        return draft.result
    product = require_product(draft, shop, product_id)
    if product is None or not _check_service_level(draft, service_level):
        return draft.result
    # Before the stock is asked for: who cannot be forecast needs no stock to say so.
    if _look_ahead(draft, shop, product, LEAST_HORIZON_DAYS) is None:
        return draft.result
    supply = _supply(draft, shop, product, lead_time_days, on_hand)
    if supply is None:
        return draft.result
    forecast = _look_ahead(draft, shop, product, max(supply.lead_time_days + REVIEW_DAYS, LEAST_HORIZON_DAYS))
    if forecast is not None:
        _decide(draft, shop, product, supply, service_level, forecast)
    return draft.result


def _look_ahead(draft: Draft, shop: Shop, product: Product, days: int) -> Forecast | None:
    return or_no_history(draft, product, lambda: shop.engine.forecast(product.product_id, days))


def _decide(
    draft: Draft, shop: Shop, product: Product, supply: Supply, service_level: float, forecast: Forecast
) -> None:
    from forecasting.restock import recommend_order

    decision = recommend_order(
        forecast,
        lead_time_days=supply.lead_time_days,
        review_days=REVIEW_DAYS,
        on_hand=supply.on_hand,
        on_order=supply.on_order,
        service_level=service_level,
        pack_size=supply.pack_size,
    )
    _state(draft, shop, product, supply, service_level, decision)
    say_order(draft, decision)
    say_cover(draft, supply, decision, forecast.horizon_days)
    say_grounds(draft, supply)
    warn_safety_stock(draft, decision)
    covered = Period(shop.as_of + timedelta(days=1), shop.as_of + timedelta(days=supply.lead_time_days))
    say_loan(draft, shop, product, forecast)
    warn_festivals(draft, shop, covered, forecast)
    warn_synthetic(draft, shop)
    warn_pack(draft, supply)
    say_notes(draft, product.product_id, forecast)
    draft.say(
        "next_step",
        "How many {product} will sell over the lead time?",
        "{product}到货前预计能卖多少？",
        aspect="forecast_demand",
    )
    draft.result.table = _table(draft)


def _check_service_level(draft: Draft, service_level: float) -> bool:
    if LOWEST_SERVICE_LEVEL <= service_level <= HIGHEST_SERVICE_LEVEL:
        return True
    draft.fail(
        "service_level_out_of_range",
        en=f"A service level of {service_level:.1%} cannot be planned for.",
        zh=f"{service_level:.1%} 的服务水平没法用来计算。",
        remedy_en="Give a service level from 50% to 99.9%; 95% is usual.",
        remedy_zh="服务水平请在 50% 到 99.9% 之间，一般用 95%。",
    )
    return False


def _supply(
    draft: Draft, shop: Shop, product: Product, lead_time_days: int | None, on_hand: float | None
) -> Supply | None:
    stock = shop.store.stock(product.product_id)
    if lead_time_days is not None and not 1 <= lead_time_days <= LONGEST_LEAD_DAYS:
        draft.result.error = duration_out_of_range(lead_time_days, LONGEST_LEAD_DAYS)
        return None
    lead_time = lead_time_days or (stock.lead_time_days if stock else None)
    title, title_zh = product.title, product.title_zh or product.title
    if on_hand is None and stock is None:
        draft.fail(
            "need_on_hand",
            en=f"The store records no stock for {title}.",
            zh=f"店里没有{title_zh}的库存记录。",
            remedy_en="How many units do you have on hand"
            + ("?" if lead_time else ", and how long does a delivery take?"),
            remedy_zh="现在手上还有多少件？" + ("" if lead_time else "下单后多久能到货？"),
        )
        return None
    if lead_time is None:
        draft.fail(
            "need_lead_time",
            en=f"The store records no lead time for {title}.",
            zh=f"店里没有{title_zh}的到货周期记录。",
            remedy_en="How many days pass from ordering to delivery?",
            remedy_zh="从下单到到货一般要几天？",
        )
        return None
    held = on_hand if on_hand is not None else stock.on_hand if stock else 0.0
    return Supply(
        on_hand=held,
        on_order=stock.on_order if stock else 0.0,
        lead_time_days=lead_time,
        pack_size=stock.pack_size if stock else 1,
        is_on_hand_said=on_hand is not None,
    )


def _state(
    draft: Draft,
    shop: Shop,
    product: Product,
    supply: Supply,
    service_level: float,
    decision: RestockDecision,
) -> None:
    state = partial(draft.fact, entity=product.product_id)
    first = shop.as_of + timedelta(days=1)
    lead = Period(first, shop.as_of + timedelta(days=supply.lead_time_days)).iso()
    cycle = Period(first, shop.as_of + timedelta(days=decision.protection_days)).iso()
    state("on_hand", supply.on_hand, "units", metric="stock on hand")
    state("on_order", supply.on_order, "units", metric="stock on order")
    state("lead_time", supply.lead_time_days, "days")
    state("cycle", decision.protection_days, "days", metric="delivery and time to the next order")
    state("service_level", round(100 * service_level, 1), "percent")
    state("pack", supply.pack_size, "units", metric="pack size")
    state("order", decision.order_units, "units", metric="units to order")
    state("reorder_point", decision.reorder_point, "units", period=lead)
    state(
        "expected",
        round(decision.lead_time_demand_mean),
        "units",
        metric="expected units sold",
        period=lead,
    )
    state("target", decision.target_units, "units", metric="stock needed", period=cycle)
    state(
        "risk",
        round(100 * decision.stockout_probability),
        "percent",
        metric="chance of selling out",
        period=cycle,
    )


def _table(draft: Draft) -> Table:
    lines = {
        "order": ("Order now", "建议补货"),
        "on_hand": ("On hand", "现有库存"),
        "on_order": ("On the way", "在途"),
        "expected": ("Expected sales until delivery", "到货前预计销量"),
        "target": ("Needed until the delivery after", "到再下一批到货的备货量"),
        "reorder_point": ("Reorder point", "补货点"),
    }
    rows = [
        {
            "entity": draft.result.products[0].product_id,
            "line": en,
            "line_zh": zh,
            "units": draft.result.facts[name].value,
        }
        for name, (en, zh) in lines.items()
    ]
    columns = [
        Column(key="line", en="Line", zh="项目"),
        Column(key="units", en="Units", zh="件数", unit="count"),
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))
