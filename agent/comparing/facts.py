"""What every comparison states: the calls' own facts taken over, and the differences computed from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from tools.labels import Words, round_percent
from tools.results import Draft, Fact, ToolResult

PREFIX = "compared."
# From here on a ratio says more than a percentage.
_TIMES = 2.0


def take(draft: Draft, result: ToolResult, name: str, as_name: str | None = None) -> None:
    """Let the comparison's sentences speak of a call's own fact: its receipt stays that call's."""
    if name in result.facts:
        draft.result.facts[as_name or name] = result.facts[name]


def state_when(draft: Draft, result: ToolResult, prefix: str) -> Words:
    """Take a call's period over and return how it stands in a sentence."""
    take(draft, result, "when", f"{prefix}_when")
    preposition = "on" if nights(result) == 0 else "from"
    return Words(f"{preposition} {{{prefix}_when}}", f"{{{prefix}_when}}")


def nights(result: ToolResult) -> int:
    """Return how many nights lie between a period's first and last day; none in a single day."""
    start, end = (date.fromisoformat(day) for day in result.facts["when"].period.split(".."))
    return (end - start).days


def titled(result: ToolResult) -> dict[str, Any]:
    """Return the cells that name a row's product, in each language."""
    product = result.facts["product"]
    return {**entity_of(result), "title": product.display("en"), "title_zh": product.display("zh")}


def entity_of(result: ToolResult) -> dict[str, Any]:
    """Return the cell that says which product a row is of."""
    return {"entity": result.facts["product"].entity}


def state_difference(draft: Draft, more: float, less: float, of: Fact) -> None:
    """State how far two amounts are apart, in their unit and as a share or a multiple of the second."""
    state(draft, "difference", abs(round(more - less)), "units", "difference", of)
    ratio = more / less if less else 0.0
    if ratio >= _TIMES:
        state(draft, "share", round(ratio, 1), "times", "ratio", of)
    else:
        percent = round_percent(abs(100 * (ratio - 1)))
        state(draft, "share", percent, "percent", "difference", of)


def state(draft: Draft, name: str, value: float, unit: str, metric: str, of: Fact) -> None:
    """State a computed value; it belongs to the product and period of the fact `of`."""
    draft.fact(name, value, unit, entity=of.entity, period=of.period, metric=metric)
    draft.result.facts[name] = draft.result.facts[name].model_copy(update={"id": PREFIX + name})
