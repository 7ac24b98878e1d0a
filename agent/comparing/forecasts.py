"""Forecasts beside forecasts: which product should sell more, and how certain that order is."""

from __future__ import annotations

from collections.abc import Sequence

from agent.comparing.facts import state_difference, state_when, take, titled
from tools.labels import Words
from tools.results import Column, Draft, Table, ToolResult


def compare_forecasts(draft: Draft, results: Sequence[ToolResult]) -> bool:
    """Say which of several products should sell more; false where their days differ or a product stands twice."""
    totals = [result.facts["total"] for result in results]
    if len({fact.period for fact in totals}) > 1 or len({fact.entity for fact in totals}) < len(totals):
        return False
    ranked = sorted(results, key=lambda result: -float(result.facts["total"].value))
    when = state_when(draft, results[0], "same")
    names = ("product", "total", "low80", "high80", "confidence80")
    for prefix, result in (("first", ranked[0]), ("second", ranked[1])):
        for name in names:
            take(draft, result, name, prefix if name == "product" else f"{prefix}_{name}")
    more, less = (float(result.facts["total"].value) for result in ranked[:2])
    if more == less:
        draft.say(
            "lead",
            f"{{first}} and {{second}} should sell alike {when.en}: about {{first_total}} each.",
            f"{when.zh}{{first}}和{{second}}预计卖得差不多，都在 {{first_total}}左右。",
            aspect="total",
        )
    else:
        state_difference(draft, more, less, ranked[0].facts["total"])
        most = Words("more", "更多") if len(ranked) == 2 else Words("the most", "最多")
        draft.say(
            "lead",
            f"{{first}} should sell {most.en} {when.en}: about {{first_total}} against {{second_total}} of"
            " {second}, {difference} ahead ({share}).",
            f"{when.zh}{{first}}预计卖得{most.zh}：约 {{first_total}}，比{{second}}的 {{second_total}}多"
            " {difference}（{share}）。",
            aspect="total",
        )
        _say_certainty(draft)
    rows = [
        {
            **titled(result),
            "total": result.facts["total"].value,
            "low": result.facts["low80"].value,
            "high": result.facts["high80"].value,
        }
        for result in results
    ]
    columns = [
        Column(key="title", en="Product", zh="商品"),
        Column(key="total", en="Expected units", zh="预计销量（件）", unit="count"),
        Column(key="low", en="Low (80%)", zh="偏低（80%）", unit="count"),
        Column(key="high", en="High (80%)", zh="偏高（80%）", unit="count"),
    ]
    draft.result.table = Table(columns=columns, rows=rows, total_rows=len(rows))
    return True


def _say_certainty(draft: Draft) -> None:
    """Say whether the order is certain: where the ranges overlap it may turn out the other way."""
    facts = draft.result.facts
    ranges = Words(
        "({first_low80} to {first_high80}, and {second_low80} to {second_high80})",
        "（{first_low80} 到 {first_high80} 件，{second_low80} 到 {second_high80} 件）",
    )
    if float(facts["first_low80"].value) > float(facts["second_high80"].value):
        draft.say(
            "verdict",
            f"Their {{first_confidence80}} ranges do not even touch {ranges.en}, so that order is as good as"
            " settled.",
            f"两款的 {{first_confidence80}} 区间没有重叠{ranges.zh}，这个先后基本可以确定。",
            aspect="interval",
        )
        return
    draft.say(
        "verdict",
        f"Their {{first_confidence80}} ranges overlap {ranges.en}, so it may turn out the other way round.",
        f"不过两款的 {{first_confidence80}} 区间有重叠{ranges.zh}，结果也可能反过来。",
        aspect="interval",
    )
