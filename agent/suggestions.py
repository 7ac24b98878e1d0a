"""What to ask next: the tools' own next steps, or the questions that suit any shop."""

from __future__ import annotations

from agent.turn import Turn
from tools.results import Lang

MOST_SUGGESTIONS = 3
_GENERAL: dict[Lang, tuple[str, ...]] = {
    "en": ("What is trending?", "How much did we sell last week?", "Which products are falling, and why?"),
    "zh": ("现在什么在热卖？", "上周一共卖了多少？", "哪款商品跌得最多，为什么？"),
}


def suggest(turn: Turn) -> list[str]:
    """Return up to three questions to ask next, those of the last call first, none that was just answered."""
    done = {call.step.tool for call in turn.executed}
    found = [
        call.result.render(statement, turn.language)
        for call in reversed(turn.executed)
        for statement in call.result.statements
        if statement.role == "next_step" and statement.aspect not in done
    ]
    return list(dict.fromkeys(found))[:MOST_SUGGESTIONS] or list(_GENERAL[turn.language])
