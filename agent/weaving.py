"""Several calls as one story: like calls compared, a reason told after the change that it explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.comparing import PREFIX, compare
from agent.execution import Executed
from tools.results import Statement, ToolResult


@dataclass
class Passage:
    """A part of the answer about one result; its facts already carry the ids that the answer gives them."""

    result: ToolResult
    statements: list[Statement]
    prefix: str

    @property
    def subject(self) -> str:
        """The id of the product that it is about, "store", or "" where it is about several."""
        product = self.result.facts.get("product")
        return product.entity if product else ""


def weave(executed: Sequence[Executed]) -> list[Passage]:
    """Return the passages that tell the calls' results, in the plan's order.

    Args:
        executed: the calls in the plan's order.
    """
    passages = [_passage(call, f"c{i}." if len(executed) > 1 else "") for i, call in enumerate(executed, 1)]
    for tool in dict.fromkeys(passage.result.tool for passage in passages):
        alike = [p for p in passages if p.result.tool == tool and p.result.ok]
        compared = compare([p.result for p in alike]) if len(alike) > 1 else None
        if compared:
            passages = _replaced(passages, alike, compared)
    _drop_told_change(passages)
    return passages


def _passage(call: Executed, prefix: str) -> Passage:
    facts = {
        name: fact.model_copy(update={"id": prefix + fact.id}) for name, fact in call.result.facts.items()
    }
    result = call.result.model_copy(update={"facts": facts})
    return Passage(result, list(result.statements), prefix)


def _replaced(passages: Sequence[Passage], alike: Sequence[Passage], compared: ToolResult) -> list[Passage]:
    """Put the comparison where the first of its calls stood; of the calls themselves only warnings remain."""
    for passage in alike:
        passage.statements = [s for s in passage.statements if s.role == "caveat"]
        passage.result = passage.result.model_copy(update={"table": None})
    at = next(index for index, passage in enumerate(passages) if passage is alike[0])
    return [*passages[:at], Passage(compared, list(compared.statements), PREFIX), *passages[at:]]


def _drop_told_change(passages: Sequence[Passage]) -> None:
    """Leave the change out of an explanation where the list before it ends on just that change."""
    for listed, explained in pairwise(passages):
        if (listed.result.tool, explained.result.tool) != ("list_trending", "explain_trend"):
            continue
        leads = [s for s in listed.statements if s.aspect == "trend" and s.role == "lead" and s.names()]
        top, recent = listed.result.facts.get("top1_units"), explained.result.facts.get("recent")
        if len(leads) == 1 and top and recent and (top.entity, top.period) == (recent.entity, recent.period):
            explained.statements = [
                s for s in explained.statements if (s.role, s.aspect) != ("lead", "change")
            ]
