"""What moved and how sure that is, in words chosen by the sign."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from tools.labels import Words, round_percent
from tools.results import Draft

# Below this a change is called none.
FLAT_PERCENT = 1.0


def say_nothing_clear(draft: Draft, direction: Literal["up", "down", "both"]) -> None:
    """Say that no movement stands out; the largest follow as what they are."""
    words = {
        "up": Words("No product is clearly on the rise", "没有哪款商品是真的在涨"),
        "down": Words("No product is clearly falling", "没有哪款商品是真的在跌"),
        "both": Words("No product is clearly rising or falling", "没有哪款商品有明确的涨跌趋势"),
    }[direction]
    draft.say(
        "lead",
        f"{words.en}: the movements below are not distinguishable from noise.",
        f"眼下{words.zh}，下面这些变化和日常波动分不开。",
        aspect="trend",
    )


def say_leader(draft: Draft, name: str, row: Any, when: Words, *, is_clear: bool) -> None:
    """Say what the strongest mover of a direction sold, and how that compares with the window before."""
    is_up = row.direction == "up"
    if is_clear:
        openings = (
            [Words("is the strongest riser", "涨势最强"), Words("is climbing fastest", "涨得最快")]
            if is_up
            else [Words("is falling the most", "跌得最明显"), Words("has dropped hardest", "跌得最多")]
        )
    else:
        openings = [Words("rose the most", "涨幅居前") if is_up else Words("fell the most", "跌幅居前")]
    if row.units_recent:
        change = _on_the_window_before(name, row)
        told = Words(
            f"{{{name}_units}} {when.en}, {change.en}", f"{when.zh}卖出 {{{name}_units}}，{change.zh}"
        )
    else:
        told = Words(
            f"none sold {when.en}, after {{{name}_before}} in the {{window}} before",
            f"{when.zh}没有卖出，前 {{window}}还卖了 {{{name}_before}}",
        )
    wordings = [
        Words(f"{{{name}}} {opening.en}: {told.en}.", f"{{{name}}}{opening.zh}：{told.zh}。")
        for opening in openings
    ]
    draft.say("lead", *wordings[0], aspect="trend", others=wordings[1:])


def say_excess(draft: Draft, name: str, row: Any, *, is_only: bool) -> None:
    """Say how far a mover is from what was to be expected; of none sold the leader has said all."""
    if not row.units_recent or not np.isfinite(row.excess_pct):
        return
    side = Words("above", "高出") if row.excess_pct >= 0 else Words("below", "低了")
    # With risers and fallers both told, "that" could be either.
    whose = (
        Words("That is", "按它自己的") if is_only else Words(f"For {{{name}}} that is", f"按{{{name}}}自己的")
    )
    draft.say(
        "evidence",
        f"{whose.en} {{{name}_excess}} {side.en} what its own past and the whole shop's pace would give.",
        f"{whose.zh}历史和全店走势推算，实际{side.zh} {{{name}_excess}}。",
        aspect="excess",
    )


def _on_the_window_before(name: str, row: Any) -> Words:
    if not np.isfinite(row.growth_pct):
        return Words("after none in the {window} before", "而前 {window}没有卖出")
    if abs(row.growth_pct) < FLAT_PERCENT:
        return Words(
            f"about the same as the {{{name}_before}} of the {{window}} before",
            f"与前 {{window}}的 {{{name}_before}}基本持平",
        )
    if row.growth_pct > 0:
        return Words(
            f"{{{name}_growth}} more than in the {{window}} before ({{{name}_before}})",
            f"比前 {{window}}（{{{name}_before}}）多 {{{name}_growth}}",
        )
    return Words(
        f"{{{name}_growth}} less than in the {{window}} before ({{{name}_before}})",
        f"比前 {{window}}（{{{name}_before}}）少 {{{name}_growth}}",
    )


def say_method(draft: Draft, market_growth_pct: float, when: Words) -> None:
    """Say how the movements were judged and how many cleared the bar."""
    draft.say(
        "verdict",
        "Of {compared} products, {clear} moved beyond their usual swings (of such finds up to about "
        "{false_alarms} are false alarms).",
        "{compared} 款商品中，{clear} 款的变化超出日常波动（这类判断最多约有 {false_alarms} 是误报）。",
        aspect="method",
        others=[
            (
                "{clear} of the {compared} products compared moved beyond their usual swings; up to about"
                " {false_alarms} of such finds may be chance.",
                "对比了 {compared} 款商品，真正超出日常波动的有 {clear} 款，其中最多约 {false_alarms} 可能是巧合。",
            )
        ],
    )
    draft.fact(
        "market", round_percent(abs(market_growth_pct)), "percent", metric="the typical product's change"
    )
    if abs(market_growth_pct) < FLAT_PERCENT:
        market = Words("the shop as a whole hardly moved", "全店整体基本没动")
    elif market_growth_pct > 0:
        market = Words("the typical product in the shop rose by {market}", "全店普遍涨了 {market}")
    else:
        market = Words("the typical product in the shop fell by {market}", "全店普遍跌了 {market}")
    draft.say(
        "evidence",
        f"Over the same days {market.en}.",
        f"同期{market.zh}。",
        aspect="market",
    )
    draft.say(
        "detail",
        f"The days {when.en} were compared with the {{baseline_windows}} stretches of {{window}} before,"
        f" after taking out weekday patterns and the shop's own change ({market.en}).",
        f"比较方法：{when.zh}对比此前 {{baseline_windows}} 个 {{window}}的时段，"
        f"并扣除了星期规律和大盘变化（{market.zh}）。",
        aspect="method",
    )
