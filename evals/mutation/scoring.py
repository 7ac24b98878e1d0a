"""Mutants of the scoring: verdicts that never change, parts of an answer that nobody looks at."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from evals.case import Case, ExpectedAnswer, ExpectedValue
from evals.mutation.mutant import Break, Mutant, named, patched, replaced
from evals.observed import Observed, ObservedTurn
from evals.scoring import DIMENSIONS, CaseScore

Breaks = dict[str, Break]
_NEVER = re.compile(r"(?!)")


def scoring_mutants() -> list[Mutant]:
    """Return the mutants, all to be noticed by specimens."""
    groups = {"verdict": _verdicts(), "answer": _answer(), "language": _language()}
    return named("scoring", groups, ("specimens",))


def _verdicts() -> Breaks:
    found: Breaks = {}
    for dimension in DIMENSIONS:
        for verdict in (True, False):
            found[f"{dimension}/always-{str(verdict).lower()}"] = _dimension(dimension, verdict)
        found[f"{dimension}/never-judged"] = _scored(_forgetting(dimension))
    return found | {
        "confusion/empty": _scored(lambda score: setattr(score, "confusion", [])),
        "problems/unsaid": _scored(lambda score: setattr(score, "problems", [])),
        "error/overlooked": lambda: patched(
            "evals.scoring.CaseScore.passed",
            by=lambda _: property(lambda score: all(score.dimensions.values())),
        ),
        "passed/any-dimension": lambda: patched(
            "evals.scoring.CaseScore.passed",
            by=lambda _: property(lambda score: score.error is None and any(score.dimensions.values())),
        ),
        "turns/last-only": lambda: patched("evals.case.Case.expectations", by=_last_only),
        "turns/last-verdict-counts": lambda: patched("evals.scoring.CaseScore.judge", by=_last_verdict),
    }


def _dimension(dimension: str, verdict: bool) -> Break:
    def change(score: CaseScore) -> None:
        score.dimensions.update({known: verdict for known in score.dimensions if known == dimension})

    return _scored(change)


def _forgetting(dimension: str) -> Callable[[CaseScore], None]:
    def change(score: CaseScore) -> None:
        score.dimensions = {known: held for known, held in score.dimensions.items() if known != dimension}

    return change


def _scored(change: Callable[[CaseScore], None]) -> Break:
    def by(original: Callable[..., CaseScore]) -> Callable[..., CaseScore]:
        def score_case(case: Case, observed: Observed) -> CaseScore:
            score = original(case, observed)
            change(score)
            return score

        return score_case

    return lambda: patched("evals.scoring.score_case", by=by)


def _last_only(original: property) -> property:
    def expectations(case: Case) -> list[Any]:
        found = original.fget(case) if original.fget else []
        return [*([None] * (len(found) - 1)), found[-1]]

    return property(expectations)


def _last_verdict(original: Callable[..., None]) -> Callable[..., None]:
    def judge(score: CaseScore, dimension: Any, problems: list[str], turn: int) -> None:
        original(score, dimension, problems, turn)
        score.dimensions[dimension] = not problems

    return judge


def _answer() -> Breaks:
    def off(**parts: Any) -> Break:
        return _expecting_of("_answer_problems", parts)

    return {
        "values/off": off(values=[]),
        "contains/off": off(contains=[]),
        "not_contains/off": off(not_contains=[]),
        "cites/off": off(cites=None),
        "cites/number-off": _cites(at_least=0),
        "cites/product-off": _cites(product=None),
        "cites/forbid-off": _cites(forbid=[]),
        "values/metric-ignored": _expecting_of("_states", {"metric": None}),
        "values/entity-ignored": _expecting_of("_states", {"entity": None}),
        "values/units-exact-only": _expecting_of("_states", {"within": 0.0}),
        "values/percent-exact-only": _states(
            lambda value: value.model_copy(update={"percent": None if value.percent is None else 0.0})
        ),
        "values/percent-as-units": _states(
            lambda value: value.model_copy(update={"within": value.percent or value.within, "percent": None})
        ),
        "values/unsaid-accepted": lambda: patched(
            "evals.scoring._states",
            by=lambda original: lambda value, turn: original(value, _saying_everything(turn)),
        ),
        "contains/first-option-only": lambda: patched("evals.scoring._answer_problems", by=_first_options),
        "contains/case-matters": lambda: patched("evals.scoring._answer_problems", by=_upper_case),
    }


def _expecting_of(function: str, parts: dict[str, Any]) -> Break:
    """Have a function of the scoring's see what is expected with parts of it changed."""

    def by(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda expected, turn: original(expected.model_copy(update=parts), turn)

    return lambda: patched(f"evals.scoring.{function}", by=by)


def _states(change: Callable[[ExpectedValue], ExpectedValue]) -> Break:
    return lambda: patched(
        "evals.scoring._states", by=lambda original: lambda value, turn: original(change(value), turn)
    )


def _cites(**parts: Any) -> Break:
    def by(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def problems(expected: ExpectedAnswer, turn: ObservedTurn) -> list[str]:
            cites = expected.cites.model_copy(update=parts) if expected.cites else None
            return original(expected.model_copy(update={"cites": cites}), turn)

        return problems

    return lambda: patched("evals.scoring._answer_problems", by=by)


def _saying_everything(turn: ObservedTurn) -> ObservedTurn:
    return turn.model_copy(update={"answer": " ".join(fact.shown for fact in turn.facts)})


def _first_options(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def problems(expected: ExpectedAnswer, turn: ObservedTurn) -> list[str]:
        firsts = [wanted.split("|")[0] for wanted in expected.contains]
        return original(expected.model_copy(update={"contains": firsts}), turn)

    return problems


def _upper_case(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def problems(expected: ExpectedAnswer, turn: ObservedTurn) -> list[str]:
        found = original(expected, turn)
        found += [
            wanted
            for wanted in expected.contains
            if not any(option in (turn.answer or "") for option in wanted.split("|"))
        ]
        return found

    return problems


def _language() -> Breaks:
    return {
        "off": replaced("evals.scoring._language_problems", lambda *given: []),
        "case-language-only": lambda: patched("evals.scoring.score_case", by=_case_language_only),
        "quotes-and-tables-counted": replaced("evals.scoring._QUOTED", _NEVER),
        "any-chinese-character-decides": lambda: patched("evals.scoring._LATIN_WORD", by=lambda _: _NEVER),
        "any-latin-word-decides": lambda: patched(
            "evals.scoring._LATIN_WORD", by=lambda _: re.compile(r"[A-Za-z]")
        ),
    }


def _case_language_only(original: Callable[..., CaseScore]) -> Callable[..., CaseScore]:
    def score_case(case: Case, observed: Observed) -> CaseScore:
        turns = []
        for turn in case.turns:
            expect = turn.expect
            if expect and expect.answer:
                answer = expect.answer.model_copy(update={"language": None})
                expect = expect.model_copy(update={"answer": answer})
            turns.append(turn.model_copy(update={"expect": expect}))
        return original(case.model_copy(update={"turns": turns}), observed)

    return score_case
