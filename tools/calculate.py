"""`calculate`: arithmetic on figures that an answer stated; the model names the operation, code does it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated

from tools.amounts import Amount, read_amount
from tools.calculation_wording import (
    Operation,
    Worked,
    say_result,
    state_amount,
    state_operand,
    tell_amount_missing,
    tell_amount_unread,
    tell_division_by_zero,
    tell_figures_missing,
    tell_impossible_share,
    tell_no_period,
    tell_unit_mismatch,
)
from tools.display import CURRENCY_SIGNS
from tools.figures import SEVERAL, Figure, is_calculated
from tools.labels import warn_synthetic
from tools.results import Draft, ProductRef, ToolResult
from tools.shop import Shop
from tools.spans import Span

_RECEIPT_FIELDS = {"value", "unit", "metric", "entity", "period"}
_SHARES = ("percent_of", "percent_more", "percent_less")


def calculate(
    shop: Shop,
    operation: Operation,
    amount: Annotated[str | None, Span("amount", "text", "the other number, if said")] = None,
    figures: Annotated[tuple[Figure, ...], Span("figure", "figure", "which earlier figure")] = (),
) -> ToolResult:
    """Arithmetic on earlier figures: times 3, 15% of it, 加起来, 打八折.

    Args:
        shop: the session's shop.
        operation: what to do with the figures.
        amount: the other operand as said; None where the figures themselves are the operands.
        figures: candidates, the meant one first; a pair is taken from them where there is no amount.
    """
    draft = Draft("calculate", {}, shop.as_of)
    if not figures:
        return tell_figures_missing(draft)
    read = read_amount(amount) if amount else None
    if amount and read is None:
        return tell_amount_unread(draft, amount)
    try:
        worked = _work(operation, read, amount or "", figures)
    except _Refused as refused:
        return refused.tell(draft)
    draft.result.arguments = {
        "operation": worked.operation,
        "amount": amount,
        "figures": [figure.model_dump(include=_RECEIPT_FIELDS) for figure in worked.operands],
    }
    _state(draft, shop, worked)
    return draft.result


class _Refused(Exception):
    """A calculation that makes no sense; `tell` ends the call with what is wrong."""

    def __init__(self, tell: Callable[[Draft], ToolResult]) -> None:
        super().__init__()
        self.tell = tell


def _work(operation: Operation, amount: Amount | None, said: str, figures: Sequence[Figure]) -> Worked:
    operation, amount = _settled(operation, amount, said)
    if amount is not None:
        if amount.kind == "per":
            return _spread(figures[0], amount)
        return _with_amount(operation, _meant(operation, amount, figures), amount)
    if operation in ("multiply", "percent_of", "percent_more", "percent_less"):
        raise _Refused(tell_amount_missing)
    operands = _operands(operation, figures)
    return _among(operation, operands)


def _settled(operation: Operation, amount: Amount | None, said: str) -> tuple[Operation, Amount | None]:
    """Return the operation that the amount's own form asks for: "add 15%" is 15% more, 八折 leaves 80%."""
    if amount is None:
        return operation, None
    if "折" in said:
        return "percent_of", amount
    if operation in _SHARES and amount.kind == "number":
        # 涨一倍 adds all of it again; a bare 15 after "percent" is 15%.
        value = amount.value if "倍" in said else amount.value / 100
        return operation, replace(amount, kind="share", value=value)
    if amount.kind == "share":
        turned: dict[Operation, Operation] = {
            "add": "percent_more", "subtract": "percent_less", "multiply": "percent_of",
        }  # fmt: skip
        return turned.get(operation, operation), amount
    return operation, amount


def _meant(operation: Operation, amount: Amount, figures: Sequence[Figure]) -> Figure:
    """Return the newest figure that an amount with a unit can be put to: "£5 each" needs a number of units."""
    wanted = "units" if operation == "multiply" and amount.kind == "money" else amount.unit
    return next((figure for figure in figures if figure.unit == wanted), figures[0])


def _with_amount(operation: Operation, figure: Figure, amount: Amount) -> Worked:
    value, unit = figure.value, figure.unit
    if operation in _SHARES:
        if amount.kind != "share":
            raise _Refused(lambda draft: tell_unit_mismatch(draft, figure.unit, amount.unit))
        if operation == "percent_less" and amount.value > 1:
            raise _Refused(tell_impossible_share)
        factors = {"percent_of": amount.value, "percent_more": 1 + amount.value}
        return Worked(operation, (figure,), amount, value * factors.get(operation, 1 - amount.value), unit)
    if operation in ("multiply", "divide", "ratio"):
        return _scaled("multiply" if operation == "multiply" else "divide", figure, amount)
    if amount.kind == "share" or (amount.kind in ("money", "units") and amount.unit != unit):
        raise _Refused(lambda draft: tell_unit_mismatch(draft, unit, amount.unit or "percent"))
    results = {"subtract": value - amount.value, "difference": abs(value - amount.value)}
    if operation == "average":
        return Worked(operation, (figure,), amount, (value + amount.value) / 2, unit)
    done: Operation = operation if operation in results else "add"
    return Worked(done, (figure,), amount, results.get(operation, value + amount.value), unit)


def _scaled(operation: Operation, figure: Figure, amount: Amount) -> Worked:
    value, unit = figure.value, figure.unit
    if operation == "divide" and amount.value == 0:
        raise _Refused(tell_division_by_zero)
    if amount.kind in ("money", "units"):
        unit = _unit_of(operation, figure.unit, amount.unit)
    if operation == "divide" and amount.kind == "days":
        return _spread(figure, replace(amount, kind="per", value=1), round(amount.value))
    if operation == "multiply" and amount.kind == "days" and unit == "units_per_day":
        unit = "units"
    result = value * amount.value if operation == "multiply" else value / amount.value
    return Worked(operation, (figure,), amount, result, unit)


def _unit_of(operation: Operation, unit: str, other: str) -> str:
    """Return the unit of a product or quotient of two quantities: 40 units at £5 are money."""
    pair = {unit, other}
    if operation == "multiply" and "units" in pair and pair & CURRENCY_SIGNS.keys():
        return next(iter(pair & CURRENCY_SIGNS.keys()))
    if operation == "divide":
        if unit == other:
            return "times"
        if unit in CURRENCY_SIGNS and other == "units":
            return unit
    raise _Refused(lambda draft: tell_unit_mismatch(draft, unit, other))


def _spread(figure: Figure, amount: Amount, days: int = 0) -> Worked:
    """Return the average per day, week or month over the figure's own dates, or over the days that were said."""
    if figure.unit == "units_per_day" and not days:
        return Worked(
            "multiply", (figure,), replace(amount, kind="days"), figure.value * amount.value, "units"
        )
    over_days = days or _length(figure)
    if not over_days:
        raise _Refused(tell_no_period)
    unit = "units_per_day" if figure.unit == "units" and amount.value == 1 else figure.unit
    value = figure.value * amount.value / over_days
    return Worked("average", (figure,), amount, value, unit, over_days=over_days)


def _length(figure: Figure) -> int:
    start, _, end = figure.period.partition("..")
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1 if end else 0


def _operands(operation: Operation, figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the figures that belong together: one metric of several calls, of two turns, or of one answer."""
    if operation in ("sum", "average"):
        # What was reckoned out of them is not one more of them.
        figures = [figure for figure in figures if not is_calculated(figure)] or figures
    first, *rest = figures
    if not rest:
        raise _Refused(tell_amount_missing)
    alike = [f for f in rest if f.unit == first.unit and f.metric == first.metric] or [
        f for f in rest if f.unit == first.unit
    ]
    heads = list({(f.turns_ago, f.call): f for f in reversed(alike)}.values())[::-1]
    others = [f for f in heads if (f.turns_ago, f.call) != (first.turns_ago, first.call)]
    beside = [f for f in others if f.turns_ago == first.turns_ago]
    if operation in ("sum", "average") and beside:
        return (first, *beside)
    chosen = [*beside, *others, *alike]
    if not chosen and operation in ("divide", "ratio"):
        # "Divide the revenue by the units" is the price.
        chosen = [f for f in rest if {first.unit, f.unit} & CURRENCY_SIGNS.keys()]
    if not chosen:
        raise _Refused(lambda draft: tell_unit_mismatch(draft, first.unit, rest[0].unit))
    return first, chosen[0]


def _among(operation: Operation, operands: tuple[Figure, ...]) -> Worked:
    """Reckon with the figures alone."""
    values = [figure.value for figure in operands]
    unit = operands[0].unit
    if operation in ("divide", "ratio"):
        if values[1] == 0:
            raise _Refused(tell_division_by_zero)
        quotient = _unit_of("divide", unit, operands[1].unit)
        return Worked("ratio", operands, None, values[0] / values[1], quotient)
    if operation in ("sum", "add"):
        return Worked("sum", operands, None, sum(values), unit)
    if operation == "average":
        return Worked("average", operands, None, sum(values) / len(values), unit)
    if operation == "difference" and values[0] < values[1]:
        operands, values = operands[::-1], values[::-1]
    return Worked("difference", operands, None, values[0] - values[1], unit)


def _state(draft: Draft, shop: Shop, worked: Worked) -> None:
    for index, figure in enumerate(worked.operands, start=1):
        state_operand(draft, figure, index)
    if worked.amount is not None and worked.amount.kind != "per":
        state_amount(draft, worked.amount)
    entities = {figure.entity for figure in worked.operands}
    periods = {figure.period for figure in worked.operands}
    say_result(
        draft,
        worked,
        entity=entities.pop() if len(entities) == 1 else SEVERAL,
        period=periods.pop() if len(periods) == 1 else "",
    )
    draft.result.products = [
        ProductRef(product_id=product.product_id, title=product.title)
        for product in (shop.catalogue.get(f.entity) for f in worked.operands)
        if product is not None
    ]
    warn_synthetic(draft, shop)
