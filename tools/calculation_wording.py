"""How a calculation reads: the operands with what they are, the sign between them, the result; and what stops one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tools.amounts import Amount
from tools.display import CURRENCY_SIGNS
from tools.figures import CALCULATED, Figure
from tools.labels import Words, render_period
from tools.results import Draft, Fact, ToolResult

Operation = Literal[
    "multiply", "divide", "add", "subtract", "percent_of", "percent_more", "percent_less",
    "difference", "ratio", "sum", "average",
]  # fmt: skip
# A minus sign before a number would make it a negative one.
_MINUS = Words(" less ", "减去 ")
_SIGNS = {
    "multiply": Words(" × ", " × "), "divide": Words(" ÷ ", " ÷ "), "add": Words(" + ", " + "), "subtract": _MINUS,
    "percent_of": Words(" × ", " × "), "percent_more": Words(" + ", " + "), "percent_less": _MINUS,
    "difference": _MINUS, "ratio": Words(" ÷ ", " ÷ "), "sum": Words(" + ", " + "),
}  # fmt: skip
_UNIT_NAMES = {
    "units": Words("units", "件数"),
    "units_per_day": Words("units a day", "每天的件数"),
    "percent": Words("a percentage", "百分比"),
    "percent_change": Words("a percentage", "百分比"),
    "times": Words("a ratio", "倍数"),
}
# What an average over a span is called by the days of one step.
_STEPS = {1: Words("a day", "平均每天"), 7: Words("a week", "平均每周"), 30: Words("a month", "平均每月")}


@dataclass(frozen=True)
class Worked:
    """A calculation that was done: its operands in order, and what came out.

    `over_days` is the length that an average was spread over, 0 for any other operation.
    """

    operation: Operation
    operands: tuple[Figure, ...]
    amount: Amount | None
    value: float
    unit: str
    over_days: int = 0


def state_operand(draft: Draft, figure: Figure, index: int) -> None:
    """State an earlier figure, whose it is and from when to when, so that sentences can name them."""
    draft.fact(
        f"figure{index}", figure.value, figure.unit,
        entity=figure.entity, period=figure.period, metric=figure.metric,
    )  # fmt: skip
    draft.fact(
        f"product{index}", figure.label["en"], "text",
        entity=figure.entity, metric="title", localized=figure.label,
    )  # fmt: skip
    start, _, end = figure.period.partition("..")
    if end:
        days = date.fromisoformat(start), date.fromisoformat(end)
        shown = {lang: render_period(*days, lang) for lang in ("en", "zh")}
        draft.fact(
            f"when{index}", figure.period, "text",
            entity=figure.entity, period=figure.period, metric="period", localized=shown,
        )  # fmt: skip


def state_amount(draft: Draft, amount: Amount) -> None:
    """State the other operand as it was said: 1.25 stays 1.25, a share is a percentage."""
    units = {"share": "percent", "days": "days"}
    value = round(100 * amount.value, 2) if amount.kind == "share" else amount.value
    shown = {lang: amount.display(lang) for lang in ("en", "zh")}
    draft.fact("amount", value, amount.unit or units.get(amount.kind, "count"), localized=shown)


def say_result(draft: Draft, worked: Worked, entity: str, period: str) -> None:
    """State the result and say the calculation in one line.

    What all operands share, product or dates, opens it; what they differ in stands beside each.
    """
    _state_result(draft, worked, entity, period)
    first = worked.operands[0]
    shares_product = len({figure.entity for figure in worked.operands}) == 1
    shares_period = len({figure.period for figure in worked.operands}) == 1
    opening = _whose(first, 1, shares_product, shares_period)
    operands = [
        _operand(index, _whose(figure, index, not shares_product, not shares_period))
        for index, figure in enumerate(worked.operands, start=1)
    ]
    said = _averaged(draft, worked, operands) if worked.operation == "average" else _joined(worked, operands)
    equals = "=" if _is_exact(draft, worked) else "≈"
    step = _step(worked)
    draft.say(
        "lead",
        f"{opening.en and opening.en + ': '}{said.en} {equals} {{result}}{step.en}.",
        f"{opening.zh and opening.zh + '：'}{said.zh} {equals} {step.zh}{{result}}。",
        aspect="result",
    )


def _whose(figure: Figure, index: int, with_product: bool, with_period: bool) -> Words:
    parts = [f"{{product{index}}}"] if with_product else []
    parts += [f"{{when{index}}}"] if with_period and figure.period else []
    return Words(", ".join(parts), "，".join(parts))


def _operand(index: int, whose: Words) -> Words:
    value = f"{{figure{index}}}"
    return Words(f"{value} ({whose.en})", f"{value}（{whose.zh}）") if whose.en else Words(value, value)


def _state_result(draft: Draft, worked: Worked, entity: str, period: str) -> None:
    value, unit = _in_shown_unit(worked)
    value = round(value, 2)
    draft.fact(
        "result", int(value) if value.is_integer() else value, unit,
        entity=entity, period=period, metric=CALCULATED,
    )  # fmt: skip


def _in_shown_unit(worked: Worked) -> tuple[float, str]:
    """Return the result as a reader takes it in: 0.27 times is 27%."""
    if worked.unit == "times" and abs(worked.value) < 1:
        return 100 * worked.value, "percent"
    return float(worked.value), worked.unit


def _joined(worked: Worked, operands: list[Words]) -> Words:
    if worked.amount:
        operands = [*operands, Words("{amount}", "{amount}")]
    sign = _SIGNS[worked.operation]
    return Words(sign.en.join(words.en for words in operands), sign.zh.join(words.zh for words in operands))


def _averaged(draft: Draft, worked: Worked, operands: list[Words]) -> Words:
    if worked.over_days:
        draft.fact("over", worked.over_days, "days", metric="length of the period")
        return Words(f"{operands[0].en} ÷ {{over}}", f"{operands[0].zh} ÷ {{over}}")
    if worked.amount:
        operands = [*operands, Words("{amount}", "{amount}")]
    *rest, last = operands
    return Words(
        f"the average of {', '.join(words.en for words in rest)} and {last.en}",
        f"{'、'.join(words.zh for words in rest)}与{last.zh}的平均值",
    )


def _step(worked: Worked) -> Words:
    if not worked.over_days or worked.amount is None:
        return Words("", "")
    step = _STEPS[round(worked.amount.value)]
    # "44.1 units a day" says it in its unit.
    return Words("", "") if worked.unit == "units_per_day" else Words(f" {step.en}", f"{step.zh} ")


def _is_exact(draft: Draft, worked: Worked) -> bool:
    """Whether the line holds as it is shown: 44.1 × 3 = 132.3, but 44.12 shown as 44.1 is only about that."""
    exact = {f"figure{index}": figure.value for index, figure in enumerate(worked.operands, start=1)}
    exact["result"] = _in_shown_unit(worked)[0]
    if worked.amount and worked.amount.kind == "share":
        exact["amount"] = 100 * worked.amount.value
    return all(_shows(draft.result.facts[name], value) for name, value in exact.items())


def _shows(fact: Fact, value: float) -> bool:
    shown = re.sub(r"[^\d.]", "", fact.display("en"))
    return abs(float(shown) - abs(value)) < 1e-6


def tell_figures_missing(draft: Draft) -> ToolResult:
    """End the call: there is nothing to reckon with."""
    return draft.fail(
        "need_figure",
        en="I have no earlier figure of that kind to calculate with.",
        zh="前面的回答里没有这样的数字可以用来计算。",
        remedy_en="Which figure do you mean? Ask for sales, a forecast or a reorder first, then say what to do with it.",
        remedy_zh="您指的是哪个数字？请先问销量、预测或补货数量，再说怎么算。",
    )


def tell_amount_missing(draft: Draft) -> ToolResult:
    """End the call: the other operand was not said."""
    return draft.fail(
        "need_amount",
        en="The question does not say what number to calculate with.",
        zh="问题里没有说要用哪个数来算。",
        remedy_en="By how much? For example: times 3, plus 15%, divided by 4.",
        remedy_zh="请说明数值，比如：乘以3、增加15%、除以4。",
    )


def tell_amount_unread(draft: Draft, said: str) -> ToolResult:
    """End the call: the other operand is no number."""
    return draft.fail(
        "amount_not_understood",
        en=f"{said!r} is not a number I can calculate with.",
        zh=f"“{said}”不是一个可以用来计算的数。",
        remedy_en='Say it like "3", "15%" or "a third".',
        remedy_zh="请说成“3”“15%”或“八折”这样的数。",
    )


def tell_division_by_zero(draft: Draft) -> ToolResult:
    """End the call: nothing can be divided by zero."""
    return draft.fail(
        "division_by_zero",
        en="Nothing can be divided by zero.",
        zh="除数是零，没法算。",
        remedy_en="Give a number other than zero.",
        remedy_zh="请换一个不为零的数。",
    )


def tell_impossible_share(draft: Draft) -> ToolResult:
    """End the call: more than all of it cannot be taken away."""
    return draft.fail(
        "share_out_of_range",
        en="A figure cannot fall by more than all of it.",
        zh="减少的比例不能超过百分之百。",
        remedy_en="Give a share up to 100%.",
        remedy_zh="请给出不超过 100% 的比例。",
    )


def tell_no_period(draft: Draft) -> ToolResult:
    """End the call: an average needs a length of time."""
    return draft.fail(
        "need_days",
        en="That figure belongs to no period of its own, so I cannot say what it is on average.",
        zh="这个数字不对应一段时间，没法算平均。",
        remedy_en="Over how many days should it be spread?",
        remedy_zh="请问要按多少天来平均？",
    )


def tell_unit_mismatch(draft: Draft, one: str, other: str) -> ToolResult:
    """End the call: the two are not of one kind."""
    first, second = _unit_name(one), _unit_name(other)
    return draft.fail(
        "unit_mismatch",
        en=f"{first.en[0].upper()}{first.en[1:]} and {second.en} cannot be put together that way.",
        zh=f"{first.zh}和{second.zh}不是同一种量，不能这样算。",
        remedy_en="Use two figures of one kind, or a plain number.",
        remedy_zh="请用同一种量的两个数，或者一个不带单位的数。",
    )


def _unit_name(unit: str) -> Words:
    if unit in CURRENCY_SIGNS:
        return Words(f"money in {unit}", f"金额（{unit}）")
    return _UNIT_NAMES.get(unit, Words("a number", "数字"))
