"""Mutants of what comes back: broken tools, and answers that lose or change something on their last steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from agent.answer import Answer
from agent.execution import Executed, receipt_arguments
from agent.turn import Turn
from evals.case import Case
from evals.mutation.mutant import (
    Break,
    Mutant,
    Relevance,
    calls_tool,
    expects,
    expects_answer,
    is_tagged,
    patched,
)
from tools.results import Lang, ToolResult
from tools.toolbox import toolbox

Group = dict[str, tuple[Break, Relevance]]
_ALL_REVIEWS = 500
_OTHER: dict[Lang, Lang] = {"en": "zh", "zh": "en"}


def answer_mutants() -> list[Mutant]:
    """Return the mutants of results and finished answers."""
    return [
        Mutant(f"answer/{name}", apply, ("replay",), relevance)
        for group in (_finished(), _results(), _tools())
        for name, (apply, relevance) in group.items()
    ]


def _finished() -> Group:
    called, cited = expects("calls"), expects_answer("cites")
    return {
        "in-the-other-language": (_in_the_other_language, called),
        "facts-dropped": (_changed(lambda answer: {"facts": []}), called),
        "citations-dropped": (_changed(lambda answer: {"citations": []}), cited),
        "words-dropped": (_changed(lambda answer: {"answer": ""}), called),
        "calls-untold": (_changed(lambda answer: {"calls": []}), called),
        "outcome/question-back-as-answer": (_outcome("asked_back", "answered"), expects("clarify")),
        "outcome/question-back-as-refusal": (_outcome("asked_back", "declined"), expects("clarify")),
        "outcome/refusal-as-question-back": (_outcome("declined", "asked_back"), expects("no_call")),
        "outcome/another-reason": (_changed(lambda answer: {"reason": "horizon"}), expects("clarify")),
    }


def _changed(change: Callable[[Answer], dict[str, Any]]) -> Break:
    """Have parts of the finished answer replaced."""

    def by(original: Callable[..., None]) -> Callable[..., None]:
        def finish(turn: Turn, shop: Any) -> None:
            original(turn, shop)
            if turn.answer is not None:
                turn.answer = turn.answer.model_copy(update=change(turn.answer))

        return finish

    return lambda: patched("agent.graph.finish", by=by)


def _outcome(whose: str, other: str) -> Break:
    return _changed(lambda answer: {"outcome": other} if answer.outcome == whose else {})


def _in_the_other_language() -> AbstractContextManager[None]:
    def by(original: Callable[..., None]) -> Callable[..., None]:
        def finish(turn: Turn, shop: Any) -> None:
            turn.language = _OTHER[turn.language]
            original(turn, shop)

        return finish

    return patched("agent.graph.finish", by=by)


def _results() -> Group:
    return {
        "values-doubled": (_composed(_doubled), expects_answer("values")),
        "reviews-of-another-product": (_composed(_of_another_product), expects_answer("cites")),
        "reviews-untold": (_composed(_without_reviews), expects_answer("cites")),
        "review-flags-overlooked": (_trusting, _reads_injected_reviews),
        "statements-dropped": (_composed(_speechless), expects_answer("contains")),
    }


def _composed(change: Callable[[ToolResult], dict[str, Any]]) -> Break:
    """Have the answer written from results that differ from what the tools brought back."""

    def by(original: Callable[..., Any]) -> Callable[..., Any]:
        def compose(executed: list[Executed], *rest: Any) -> Any:
            changed = [
                Executed(c.step, c.arguments, c.result.model_copy(update=change(c.result)), c.seconds)
                for c in executed
            ]
            return original(changed, *rest)

        return compose

    return lambda: patched("agent.answering.compose", by=by)


def _doubled(result: ToolResult) -> dict[str, Any]:
    return {
        "facts": {
            name: fact if isinstance(fact.value, str) else fact.model_copy(update={"value": fact.value * 2})
            for name, fact in result.facts.items()
        },
        "table": None,
    }


def _of_another_product(result: ToolResult) -> dict[str, Any]:
    return {"evidence": [one.model_copy(update={"product_id": "another"}) for one in result.evidence]}


def _without_reviews(result: ToolResult) -> dict[str, Any]:
    return {"evidence": []}


def _speechless(result: ToolResult) -> dict[str, Any]:
    return {"statements": []}


@contextmanager
def _trusting() -> Iterator[None]:
    """Have adverts and instructions found first and taken for reviews like any other."""

    def by(original: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def search(index: Any, query: str, *, limit: int, **conditions: Any) -> list[Any]:
            hits = original(index, query, limit=_ALL_REVIEWS, **conditions)
            flagged_first = sorted(hits, key=lambda hit: not hit.flags)[:limit]
            return [replace(hit, flags=()) for hit in flagged_first]

        return search

    def uncached(_: Any) -> Callable[..., ToolResult]:
        def call(executor: Any, tool: str, arguments: dict[str, Any]) -> ToolResult:
            result = toolbox()[tool].function(executor.shop, **arguments)
            return result.model_copy(update={"arguments": receipt_arguments(arguments)})

        return call

    with (
        patched("store.review_index.ReviewIndex.search", by=by),
        patched("agent.execution.Executor._cached", by=uncached),
    ):
        yield


def _reads_injected_reviews(case: Case) -> int:
    return is_tagged("injection")(case) * (1 + expects_answer("cites")(case))


def _tools() -> Group:
    return {f"{name}/breaks": (_breaking(name), calls_tool(name)) for name in toolbox()}


def _breaking(name: str) -> Break:
    # Where results are kept, as one that is remembered would hide the break.
    def by(original: Callable[..., ToolResult]) -> Callable[..., ToolResult]:
        def call(executor: Any, tool: str, arguments: dict[str, Any]) -> ToolResult:
            if tool == name:
                raise RuntimeError(f"{name} is broken on purpose")
            return original(executor, tool, arguments)

        return call

    return lambda: patched("agent.execution.Executor._cached", by=by)
