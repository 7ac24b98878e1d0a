"""`explain_trend`: why a product's sales changed, cause by cause."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from tools.cause_wording import CAUSE_LABELS, main_cause, say_cause, say_main_cause
from tools.labels import (
    Words,
    localized_title,
    require_product,
    require_sales,
    round_percent,
    state_earlier,
    state_period,
    suggest_forecast,
    warn_cut,
    warn_synthetic,
)
from tools.periods import Period, last_days
from tools.products import Product
from tools.relative_days import RECENT_DAYS
from tools.results import Column, Draft, Table, ToolResult
from tools.review_signals import say_review_signals
from tools.shop import Shop
from tools.spans import Span

if TYPE_CHECKING:
    from forecasting.attribution import Attribution

CAUSES_TOLD = 3
# Below this a change is told as none.
FLAT_PERCENT = 1.0


def explain_trend(
    shop: Shop,
    product_id: Annotated[str, Span("product", "product", "the product")],
    period: Annotated[Period | None, Span("period", "period", "when sales changed, if said")] = None,
) -> ToolResult:
    """Why one product's sales rose or fell: price, promotion, stock-out, holiday, market.

    Args:
        shop: the session's shop.
        product_id: the product.
        period: the days to explain, against the same number of days before; by default the last 14 days.
    """
    recent = period or last_days(shop.as_of, RECENT_DAYS)
    arguments = {"product_id": product_id, "start": recent.start.isoformat(), "end": recent.end.isoformat()}
    draft = Draft("explain_trend", arguments, shop.as_of)
    if not require_sales(draft, shop):
        return draft.result
    product = require_product(draft, shop, product_id)
    if product is None or not _require_baseline(draft, shop, product, recent):
        return draft.result
    _report(draft, shop, product, recent)
    return draft.result


def _require_baseline(draft: Draft, shop: Shop, product: Product, recent: Period) -> bool:
    """Return whether the product was on sale before; where not, end the call and say since when."""
    days = shop.series(product.product_id)["ds"]
    title, title_zh = product.title, product.title_zh or product.title
    if len(days) and days.iloc[0].date() <= recent.before().end:
        return True
    if len(days) == 0:
        draft.fail(
            "no_history",
            en=f"{title} has no recorded sales yet, so there is no change to explain.",
            zh=f"{title_zh}还没有销售记录，谈不上涨跌。",
            remedy_en="Ask again once it has sold for a few weeks.",
            remedy_zh="等卖了几周之后再来看。",
        )
        return False
    first = days.iloc[0].date()
    draft.fail(
        "no_baseline",
        en=(
            f"{title} only has sales since {first}, so there is nothing before {recent.start} to compare"
            " with."
        ),
        zh=f"{title_zh}从 {first} 才开始有销售记录，{recent.start} 之前没有数据可以比较。",
        remedy_en="Ask about a later or shorter period.",
        remedy_zh="请换一个更晚或更短的时间段。",
    )
    return False


def _report(draft: Draft, shop: Shop, product: Product, recent: Period) -> None:
    from forecasting.attribution import attribute_change

    before = recent.before()
    found = attribute_change(
        shop.panel, product.product_id, (recent.start, recent.end), (before.start, before.end)
    )
    change = sum(cause.integer_units for cause in found.causes)
    _say_change(draft, product, found, change, recent, before)
    told = [cause for cause in found.causes if cause.integer_units]
    for cause in told:
        entity, period = product.product_id, recent.iso()
        draft.fact(f"{cause.kind}_units", abs(cause.integer_units), "units", entity=entity, period=period)
    main = main_cause(told, change)
    if main:
        say_main_cause(draft, shop, main, change, recent, before)
    # The verdict has said all there is to say of the main cause; a small rest without a name is in the table.
    evidence = [cause for cause in told[:CAUSES_TOLD] if cause is not main and cause.kind != "unexplained"]
    for cause in evidence[:1]:
        say_cause(draft, shop, cause, recent, before)
    # Second, as a short answer shows only what comes first.
    say_review_signals(draft, shop, product, recent, is_fall=change < 0)
    for cause in evidence[1:]:
        say_cause(draft, shop, cause, recent, before)
    if main is None or main.kind in ("unexplained", "market"):
        _warn_within_noise(draft, shop, product, recent)
    warn_cut(draft, shop, recent)
    warn_synthetic(draft, shop)
    suggest_forecast(draft)
    draft.result.table = _table(found)
    draft.result.chart = _chart(shop, product, found)


def _say_change(
    draft: Draft, product: Product, found: Attribution, change: int, recent: Period, before: Period
) -> None:
    state = partial(draft.fact, entity=product.product_id, period=recent.iso())
    units = round(found.units_recent)
    state("recent", units, "units", metric="units sold")
    # From the change, so that what is shown adds up.
    draft.fact(
        "baseline",
        units - change,
        "units",
        metric="units sold",
        entity=product.product_id,
        period=before.iso(),
    )
    state("change", abs(change), "units", metric="change in units")
    when, earlier = state_period(draft, recent), state_earlier(draft, recent)
    if found.change_pct is not None:
        state("change_pct", round_percent(abs(found.change_pct)), "percent", metric="change in units")
    wordings = _change_wordings(found, change, when, earlier)
    draft.say("lead", *wordings[0], aspect="change", others=wordings[1:])


def _change_wordings(found: Attribution, change: int, when: Words, earlier: Words) -> list[Words]:
    if not change or (found.change_pct is not None and abs(found.change_pct) < FLAT_PERCENT):
        return [
            Words(
                f"{{product}} hardly changed: {{recent}} {when.en}, against {{baseline}} {earlier.en}.",
                f"{{product}}基本没变：{when.zh}卖出 {{recent}}，{earlier.zh}是 {{baseline}}。",
            )
        ]
    side = Words("more", "多") if change > 0 else Words("fewer", "少")
    share = Words(" ({change_pct})", "（{change_pct}）") if found.change_pct is not None else Words("", "")
    went = Words("rose", "增加到") if change > 0 else Words("fell", "减少到")
    return [
        Words(
            f"{{product}} sold {{recent}} {when.en}: {{change}} {side.en}{share.en} than the {{baseline}} sold"
            f" {earlier.en}.",
            f"{{product}}在{when.zh}卖出 {{recent}}，比{earlier.zh}的 {{baseline}}{side.zh}"
            f" {{change}}{share.zh}。",
        ),
        Words(
            f"Sales of {{product}} {went.en} to {{recent}} {when.en}, from {{baseline}} {earlier.en}: {{change}}"
            f" {side.en}{share.en}.",
            f"{{product}}的销量由{earlier.zh.strip()}的 {{baseline}}{went.zh}{when.zh}的 {{recent}}，{side.zh}了"
            f" {{change}}{share.zh}。",
        ),
    ]


def _warn_within_noise(draft: Draft, shop: Shop, product: Product, recent: Period) -> None:
    """Say so where the change is within the product's usual swings: its causes may then be chance."""
    from forecasting.errors import ForecastingError
    from forecasting.trend import score_trends

    try:
        scores = score_trends(shop.panel, recent.end, recent.days)
    except ForecastingError:  # a window that cannot be judged: then nothing is claimed either way
        return
    own = scores[scores["unique_id"] == product.product_id]
    if len(own) and not own["is_significant"].iloc[0]:
        draft.say(
            "caveat",
            "A change of this size is within its usual swings, so read the causes with care.",
            "这个幅度还在它的日常波动范围内，原因仅供参考。",
            aspect="noise",
        )


def _table(found: Attribution) -> Table:
    rows = []
    for cause in found.causes:
        label = CAUSE_LABELS[cause.kind]
        rows.append(
            {"entity": found.unique_id, "cause": label.en, "cause_zh": label.zh, "units": cause.integer_units}
        )
    columns = [
        Column(key="cause", en="Cause", zh="原因"),
        Column(key="units", en="Units", zh="影响（件）", unit="count"),
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))


def _chart(shop: Shop, product: Product, found: Attribution) -> dict[str, Any]:
    title = localized_title(shop.catalogue, product.product_id)
    labels = [CAUSE_LABELS[cause.kind] for cause in found.causes]
    return {
        "kind": "bars",
        "title": {"en": f"{title['en']}: what changed its sales", "zh": f"{title['zh']}：销量变化的原因"},
        "labels": {"en": [label.en for label in labels], "zh": [label.zh for label in labels]},
        "values": [cause.integer_units for cause in found.causes],
        "unit": "units",
    }
