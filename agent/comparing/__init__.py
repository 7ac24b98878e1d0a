"""Like calls side by side: who sold more, what changed between two periods, and by how much.

Every difference is computed here and is a fact with a receipt like the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.comparing.facts import PREFIX
from agent.comparing.forecasts import compare_forecasts
from agent.comparing.ratings import compare_ratings
from agent.comparing.sales import compare_sales
from tools.results import Draft, ToolResult

__all__ = ["PREFIX", "compare"]


def compare(results: Sequence[ToolResult]) -> ToolResult | None:
    """Return what several results of one tool say together; None where they are not alike enough.

    Args:
        results: successful results of the same tool, in the plan's order; at least two.
    """
    comparers = {
        "get_sales": compare_sales,
        "forecast_demand": compare_forecasts,
        "search_reviews": compare_ratings,
    }
    comparer = comparers.get(results[0].tool)
    if comparer is None:
        return None
    of = [fact.id for result in results for fact in list(result.facts.values())[:1]]
    draft = Draft(results[0].tool, {"compares": of}, results[0].as_of)
    return draft.result if comparer(draft, results) else None
