"""Sales beside sales: a change between periods, products in one period, a product's share of the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.comparing.facts import entity_of, nights, state, state_difference, state_when, take, titled
from tools.labels import Words, round_percent
from tools.results import Column, Draft, Table, ToolResult

_FLAT_PERCENT = 0.5


def compare_sales(draft: Draft, results: Sequence[ToolResult]) -> bool:
    """Say what sales of one product in several periods, or of several in one period, say together.

    Returns:
        Whether they could be compared: false of mixed products and periods, and where one sold nothing.
    """
    if any(not result.facts["units"].value for result in results):
        return False
    entities = [result.facts["units"].entity for result in results]
    periods = [result.facts["units"].period for result in results]
    if len(set(entities)) == 1 and len(set(periods)) == len(results):
        _over_time(draft, sorted(results, key=lambda result: result.facts["units"].period))
    elif len(set(periods)) == 1 and len(set(entities)) == len(results) and _is_plain(entities):
        _side_by_side(draft, results)
    else:
        return False
    return True


def _is_plain(entities: Sequence[str]) -> bool:
    """Whether products stand beside each other, or one of them beside the whole shop."""
    return "store" not in entities or len(entities) == 2


def _over_time(draft: Draft, results: Sequence[ToolResult]) -> None:
    """Compare one product's periods, oldest first: two as a change, more as a table with its ends named."""
    take(draft, results[0], "product")
    _sales_table(draft, results, Column(key="period", en="Period", zh="时间"))
    if len(results) > 2:
        _rank_periods(draft, results)
        return
    earlier, later = results
    then, now = state_when(draft, earlier, "earlier"), state_when(draft, later, "later")
    for name in ("units", "revenue", "daily"):
        take(draft, earlier, name, f"earlier_{name}")
        take(draft, later, name, f"later_{name}")
    before, after = (float(result.facts["units"].value) for result in results)
    if abs(100 * (after / before - 1)) < _FLAT_PERCENT:
        draft.say(
            "lead",
            f"{{product}} sold {{later_units}} {now.en}, about as much as the {{earlier_units}} {then.en}.",
            f"{{product}}{now.zh}卖出 {{later_units}}，与{then.zh}的 {{earlier_units}}基本持平。",
            aspect="total",
        )
    else:
        state_difference(draft, after, before, later.facts["units"])
        side = Words("more", "多") if after > before else Words("less", "少")
        draft.say(
            "lead",
            f"{{product}} sold {{later_units}} {now.en}, {{difference}} {side.en} ({{share}}) than the"
            f" {{earlier_units}} {then.en}.",
            f"{{product}}{now.zh}卖出 {{later_units}}，比{then.zh}的 {{earlier_units}}{side.zh}"
            f" {{difference}}（{{share}}）。",
            aspect="total",
        )
    _say_revenue_change(draft, then, now)
    _say_daily_change(draft, earlier, later)


def _say_revenue_change(draft: Draft, then: Words, now: Words) -> None:
    facts = draft.result.facts
    before, after = float(facts["earlier_revenue"].value), float(facts["later_revenue"].value)
    if before == after:
        return
    side = Words("rose", "增至") if after > before else Words("fell", "降至")
    draft.say(
        "evidence",
        f"Revenue {side.en} from {{earlier_revenue}} to {{later_revenue}}.",
        f"销售额由 {{earlier_revenue}} {side.zh} {{later_revenue}}。",
        aspect="revenue",
        opening=(
            f"{{product}} took {{later_revenue}} {now.en}; {then.en} it was {{earlier_revenue}}.",
            f"{{product}}{now.zh}销售额 {{later_revenue}}，{then.zh}是 {{earlier_revenue}}。",
        ),
    )


def _say_daily_change(draft: Draft, earlier: ToolResult, later: ToolResult) -> None:
    """Compare per day where the periods differ in length: totals alone would mislead."""
    if nights(earlier) == nights(later) or "earlier_daily" not in draft.result.facts:
        return
    if "later_daily" not in draft.result.facts:
        return
    draft.say(
        "verdict",
        "The stretches differ in length: on an open day it sold {later_daily} on average, against"
        " {earlier_daily} before.",
        "两段时间长短不同，按营业日算，后一段平均 {later_daily}，前一段 {earlier_daily}。",
        aspect="daily",
    )


def _rank_periods(draft: Draft, results: Sequence[ToolResult]) -> None:
    ranked = sorted(results, key=lambda result: -float(result.facts["units"].value))
    best, worst = state_when(draft, ranked[0], "best"), state_when(draft, ranked[-1], "worst")
    take(draft, ranked[0], "units", "best_units")
    take(draft, ranked[-1], "units", "worst_units")
    draft.say(
        "lead",
        f"{{product}} sold the most {best.en}, {{best_units}}, and the least {worst.en}, {{worst_units}}.",
        f"{{product}}{best.zh}卖得最多，有 {{best_units}}；{worst.zh}最少，只有 {{worst_units}}。",
        aspect="total",
    )


def _side_by_side(draft: Draft, results: Sequence[ToolResult]) -> None:
    """Compare products in one period; a product beside the whole shop is a share of it."""
    when = state_when(draft, results[0], "same")
    _sales_table(draft, results, Column(key="title", en="Product", zh="商品"))
    whole = [result for result in results if result.facts["units"].entity == "store"]
    if whole:
        parts = [result for result in results if result not in whole]
        _say_share(draft, whole[0], parts[0], when)
        return
    ranked = sorted(results, key=lambda result: -float(result.facts["units"].value))
    for name, result in (("first", ranked[0]), ("second", ranked[1])):
        take(draft, result, "product", name)
        take(draft, result, "units", f"{name}_units")
        take(draft, result, "revenue", f"{name}_revenue")
    more, less = (float(result.facts["units"].value) for result in ranked[:2])
    if more == less:
        draft.say(
            "lead",
            f"{{first}} and {{second}} sold alike {when.en}: {{first_units}} each.",
            f"{when.zh}{{first}}和{{second}}卖得一样多，都是 {{first_units}}。",
            aspect="total",
        )
    else:
        state_difference(draft, more, less, ranked[0].facts["units"])
        most = Words("more", "更多") if len(ranked) == 2 else Words("the most", "最多")
        draft.say(
            "lead",
            f"{{first}} sold {most.en} {when.en}: {{first_units}} against {{second_units}} of {{second}},"
            " {difference} ahead ({share}).",
            f"{when.zh}{{first}}卖得{most.zh}：{{first_units}}，比{{second}}的 {{second_units}}多"
            " {difference}（{share}）。",
            aspect="total",
        )
    _say_revenue_lead(draft)


def _say_revenue_lead(draft: Draft) -> None:
    facts = draft.result.facts
    first, second = float(facts["first_revenue"].value), float(facts["second_revenue"].value)
    if first >= second:
        draft.say(
            "evidence",
            "It leads in revenue too: {first_revenue} against {second_revenue}.",
            "销售额也更高：{first_revenue}，对方是 {second_revenue}。",
            aspect="revenue",
        )
        return
    draft.say(
        "evidence",
        "In revenue it is the other way round: {second_revenue} for {second}, {first_revenue} for {first}.",
        "论销售额则相反：{second}有 {second_revenue}，{first}是 {first_revenue}。",
        aspect="revenue",
    )


def _say_share(draft: Draft, whole: ToolResult, part: ToolResult, when: Words) -> None:
    for name in ("product", "units", "revenue"):
        take(draft, part, name)
    take(draft, whole, "units", "whole_units")
    take(draft, whole, "revenue", "whole_revenue")
    for name in ("units", "revenue"):
        share = 100 * float(part.facts[name].value) / max(float(whole.facts[name].value), 0.01)
        state(draft, f"{name}_share", round_percent(share), "percent", f"share of {name}", part.facts[name])
    draft.say(
        "lead",
        f"{{product}} sold {{units}} of the shop's {{whole_units}} {when.en}, or {{units_share}}.",
        f"{when.zh}{{product}}卖出 {{units}}，占全店 {{whole_units}}的 {{units_share}}。",
        aspect="total",
    )
    draft.say(
        "evidence",
        "It brought {revenue} of {whole_revenue}, or {revenue_share} of the revenue.",
        "销售额 {revenue}，占全店 {whole_revenue} 的 {revenue_share}。",
        aspect="revenue",
    )


def _sales_table(draft: Draft, results: Sequence[ToolResult], first: Column) -> None:
    rows: list[dict[str, Any]] = []
    for result in results:
        when = result.facts["when"]
        named = titled(result) if first.key == "title" else entity_of(result)
        named |= (
            {} if first.key == "title" else {"period": when.display("en"), "period_zh": when.display("zh")}
        )
        rows.append({**named, "units": result.facts["units"].value, "revenue": result.facts["revenue"].value})
    money = results[0].facts["revenue"].unit
    columns = [
        first,
        Column(key="units", en="Units", zh="销量（件）", unit="count"),
        Column(key="revenue", en="Revenue", zh="销售额", unit=money),
    ]
    draft.result.table = Table(columns=columns, rows=rows, total_rows=len(rows))
