"""Carries over what earlier turns said of the same tool."""

from __future__ import annotations

import re
from typing import Any

from agent.cues import WHOLE_SHOP
from agent.grounding import POINTS_BACK
from agent.memory import Memory, RememberedCall
from tools.numerals import fold

_OF_ONE_PRODUCT = ("on_hand",)


def carry_over(
    question: str, tool: str, said: dict[str, Any], memory: Memory, *, continues: bool
) -> dict[str, Any]:
    """Return a call's words with those of an earlier call that it completes or varies.

    A turn that answers our question ("300 units") completes the call that asked it; one that asks again with other
    words ("and for 30 days?") changes only what it names.

    Args:
        question: the user's words.
        tool: the tool to call.
        said: its arguments, as the question states them.
        memory: the conversation so far.
        continues: whether the question asks for the last turn's call again.
    """
    for earlier in reversed(memory.calls):
        if earlier.tool == tool and (earlier.open_question or continues):
            before = {
                name: value
                for name, value in earlier.said.items()
                if not _belongs_to_another(name, said, memory)
            }
            kept = {name: value for name, value in {**before, **said}.items() if name != "product"}
            # "The weekend before that one" points back to a weekend, not to a product.
            period = re.escape(str(said.get("period", ""))) or " "
            rest = re.sub(rf"{period}(?: (?:that|this|it)(?: one)?\b)?", " ", fold(question))
            product = _subject(rest, said.get("product"), earlier)
            return {**kept, "product": product} if product else kept
    return said


def _belongs_to_another(name: str, said: dict[str, Any], memory: Memory) -> bool:
    """Whether an earlier argument tells of the earlier product alone: what is left of one good is not left of the next."""
    named = said.get("product")
    if name not in _OF_ONE_PRODUCT or not named or named == "it" or memory.product is None or memory.asks:
        return False
    is_same = memory.refer(named) == memory.product.product_id or fold(named) in fold(memory.product.title)
    return not is_same


def _subject(question: str, named: str | None, earlier: RememberedCall) -> str | None:
    if named and named != "it":
        return named
    before = earlier.said.get("product")
    if earlier.open_question:
        return before or named
    if WHOLE_SHOP.search(question) or not (before or POINTS_BACK.search(question)):
        return None
    return "it"
