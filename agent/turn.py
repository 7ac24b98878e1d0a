"""One question on its way through the house: what each step adds, until there is an answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from agent.answer import Answer, Outcome, Planner, Seconds, Tokens
from agent.execution import Executed, Step
from agent.memory import MOST_RECENT, KeptPeriod, Memory, RememberedCall
from agent.recording import ModelCall, Withheld
from serving.client import Completion
from tools.figures import MOST_KEPT, Figure, keep_figures, stated_figures
from tools.results import Lang, ProductRef
from tools.shop import Shop

# Errors that ask the merchant something; the next turn may answer them.
_OPEN_QUESTIONS = ("need_", "ambiguous_")
REMEMBERED_CALLS = 2


@dataclass
class Turn:
    """Working state of one question; lives only while it is answered."""

    question: str
    language: Lang
    memory: Memory
    steps: list[Step] = field(default_factory=list)
    executed: list[Executed] = field(default_factory=list)
    reply: str = ""
    outcome: Outcome = "answered"
    reason: str = ""
    planned_by: Planner = ""
    model: str = ""
    notes: list[str] = field(default_factory=list)
    seconds: Seconds = field(default_factory=Seconds)
    tokens: Tokens = field(default_factory=Tokens)
    started: float = field(default_factory=time.monotonic)
    replanned: bool = False
    model_calls: list[ModelCall] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    answer: Answer | None = None


def add_tokens(tokens: Tokens, completion: Completion) -> Tokens:
    """Return what was read and written, with one more completion."""
    return Tokens(
        prompt=tokens.prompt + completion.prompt_tokens,
        completion=tokens.completion + completion.completion_tokens,
        cached=tokens.cached + completion.cached_tokens,
    )


def remember(turn: Turn, shop: Shop) -> Memory:
    """Return the memory that the next turn starts with; a turn without calls changes nothing."""
    if not turn.executed:
        return turn.memory
    calls = [
        RememberedCall(
            tool=call.step.tool,
            said=_spoken(call, shop),
            open_question=call.result.error is not None
            and call.result.error.code.startswith(_OPEN_QUESTIONS),
        )
        for call in turn.executed[-REMEMBERED_CALLS:]
    ]
    product = turn.memory.product
    listed: list[ProductRef] = []
    listed_by = ""
    for call in turn.executed:
        found = call.result.products if len(call.result.products) > 1 else []
        shown = found or _offered(call, shop)
        listed, listed_by = (shown, _ranked_by(call)) if shown else (listed, listed_by)
        product_id = call.arguments.get("product_id")
        if product_id:
            product = _ref(shop, product_id)
        elif call.result.products:
            product = call.result.products[0]
    compared = _compared(turn, shop)
    if all(call.step.tool == "calculate" for call in turn.executed):
        # A calculation is an aside: "and for 30 days?" still follows the question before it.
        calls = [
            *(c for c in turn.memory.calls if not c.open_question),
            *(c for c in calls if c.open_question),
        ]
    return Memory(
        calls=calls,
        product=product,
        listed=listed or compared or turn.memory.listed,
        listed_by=listed_by if listed or compared else turn.memory.listed_by,
        recent=_recent(turn, shop),
        figures=keep_figures(_shown_figures(turn), turn.memory.figures),
        period=_last_period(turn) or turn.memory.period,
    )


def _ranked_by(call: Executed) -> str:
    """Return what a list is ranked by (`Memory.listed_by`)."""
    if call.result.error:
        return ""
    return {"list_trending": str(call.arguments.get("direction", "")), "get_sales": "sales"}.get(
        call.step.tool, ""
    )


def _recent(turn: Turn, shop: Shop) -> list[ProductRef]:
    """Return the products that were asked about, the newest first."""
    ids = [*_asked_about(turn)[::-1], *(ref.product_id for ref in turn.memory.recent)]
    return [_ref(shop, product_id) for product_id in dict.fromkeys(ids)][:MOST_RECENT]


def _compared(turn: Turn, shop: Shop) -> list[ProductRef]:
    """Return the products that one answer set side by side: "the second" and "the latter" may follow."""
    ids = list(dict.fromkeys(_asked_about(turn)))
    return [_ref(shop, product_id) for product_id in ids] if len(ids) > 1 else []


def _asked_about(turn: Turn) -> list[str]:
    return [str(call.arguments["product_id"]) for call in turn.executed if call.arguments.get("product_id")]


def _last_period(turn: Turn) -> KeptPeriod | None:
    periods = [call.arguments["period"] for call in turn.executed if call.arguments.get("period")]
    return KeptPeriod.model_validate(periods[-1]) if periods else None


def _shown_figures(turn: Turn) -> list[Figure]:
    """Return the quantities of the answer's words, an equal share of each call's."""
    receipt = turn.answer.receipt if turn.answer else []
    share = MOST_KEPT // len(turn.executed)
    figures: list[Figure] = []
    for index, call in enumerate(turn.executed):
        prefix = f"c{index + 1}." if len(turn.executed) > 1 else ""
        names = [name.removeprefix(prefix) for name in receipt if name.startswith(prefix)]
        figures += stated_figures(call.result, index, names)[:share]
    return figures


def _spoken(call: Executed, shop: Shop) -> dict[str, object]:
    """Return what was said with "it" and "$1" replaced by the product's title: the planner reads it next turn."""
    said = dict(call.step.said)
    product_id = call.arguments.get("product_id")
    if product_id:
        said["product"] = _ref(shop, product_id).title
    return said


def _ref(shop: Shop, product_id: str) -> ProductRef:
    product = shop.catalogue.get(product_id)
    return ProductRef(product_id=product_id, title=product.title if product else product_id)


def _offered(call: Executed, shop: Shop) -> list[ProductRef]:
    """Return the products that an error offered, so that "the second one" can choose."""
    if call.result.error is None:
        return []
    matches = (shop.catalogue.match(option) for option in call.result.error.options)
    return [_ref(shop, match.product_id) for match in matches if match.outcome == "found"]
