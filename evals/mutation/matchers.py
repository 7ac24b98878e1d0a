"""Mutants of the matching: rules that accept or reject everything, values and modes mistaken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, get_args
from unittest.mock import patch

from evals import matching
from evals.case import ExpectedCall, ExpectedCalls, Mode
from evals.mutation.mutant import Break, Mutant, named, patched, replaced
from evals.observed import ObservedCall, ObservedTurn
from evals.scoring import CaseScore

Breaks = dict[str, Break]
_MATCH_CALLS = ("evals.matching.match_calls", "evals.scoring.match_calls")


def matcher_mutants() -> list[Mutant]:
    """Return the mutants of rules, modes and of what is expected of calls, all to be noticed by specimens."""
    groups = {"rule": _rules(), "value": _values(), "mode": _modes(), "calls": _calls()}
    return named("matcher", groups, ("specimens",))


def _rules() -> Breaks:
    found: Breaks = {}
    for rule in ("equals", "one_of", "near", "matches", "dates", "ignore", "forbid_unasked"):
        found[f"{rule}/reject-all"] = _judging(rule, False)
        # To accept everything is what `ignore` is for.
        if rule != "ignore":
            found[f"{rule}/accept-all"] = _judging(rule, True)
    found["absent/satisfies-any"] = lambda: patched(
        "evals.matching.matches",
        by=lambda original: lambda m, value: value is matching._MISSING or original(m, value),
    )
    return found


def _judging(rule: str, verdict: bool) -> Break:
    def by(original: Callable[..., bool]) -> Callable[..., bool]:
        return lambda matcher, value: verdict if matcher.rule == rule else original(matcher, value)

    return lambda: patched("evals.matching.matches", by=by)


def _values() -> Breaks:
    return {
        "types-not-coerced": replaced("evals.matching.same", lambda wanted, value: wanted == value),
        "numbers-compared-as-text": replaced("evals.matching._number", lambda value: None),
        "text-compared-as-written": replaced("evals.matching._text", str),
        "text-within-text": replaced("evals.matching.same", lambda wanted, value: str(wanted) in str(value)),
        "truth-as-number": replaced(
            "evals.matching._number", lambda value: float(value) if isinstance(value, bool) else _plain(value)
        ),
        "near/percent-as-units": _tolerance(within="percent"),
        "near/exact-only": _tolerance(within=None),
        "matches/whole-only": _rule(
            "matches", lambda m, value: bool(re.fullmatch(m.matches, str(value), re.I))
        ),
        "matches/case-matters": _rule("matches", lambda m, value: bool(re.search(m.matches, str(value)))),
        "dates/first-day-only": _days(lambda days: days[:1]),
        "dates/last-day-only": _days(lambda days: days[1:]),
    }


def _plain(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _rule(name: str, judge: Callable[[Any, Any], bool]) -> Break:
    return lambda: patch.dict(matching._RULES, {name: judge})


def _tolerance(within: str | None) -> Break:
    original = matching._RULES["near"]

    def judge(matcher: Any, value: Any) -> bool:
        allowed = (getattr(matcher, within) if within else 0) or matcher.within or 0
        return original(
            matcher.model_copy(update={"within": allowed if within else 0, "percent": None}), value
        )

    return _rule("near", judge)


def _days(part: Callable[[Any], Any]) -> Break:
    return lambda: patched("evals.matching._days", by=lambda original: lambda value: part(original(value)))


def _modes() -> Breaks:
    modes: Sequence[Mode] = get_args(Mode)
    return {
        f"{mode}/as-{other}": _mode_as(mode, other) for mode in modes for other in modes if other != mode
    } | {"subset/satisfied-by-no-call": _empty_subset, "pairing/greedy": _greedy}


def _mode_as(mode: Mode, other: Mode) -> Break:
    def by(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def match(expected: ExpectedCalls, calls: Sequence[ObservedCall]) -> list[str]:
            return original(
                expected.model_copy(update={"mode": other}) if expected.mode == mode else expected, calls
            )

        return match

    return lambda: patched(*_MATCH_CALLS, by=by)


def _empty_subset() -> AbstractContextManager[None]:
    def by(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
        return lambda expected, calls: (
            [] if expected.mode == "subset" and not calls else original(expected, calls)
        )

    return patched(*_MATCH_CALLS, by=by)


def _greedy() -> AbstractContextManager[None]:
    def pair(
        expected: Sequence[ExpectedCall], calls: Sequence[ObservedCall]
    ) -> tuple[list[str], list[ObservedCall], list[ExpectedCall]]:
        left, missing = [], list(expected)
        for call in calls:
            want = next((want for want in missing if not matching.match_call(want, call)), None)
            if want is None:
                left.append(call)
            else:
                missing.remove(want)
        return [], left, missing

    return patched("evals.matching._match_freely", by=lambda _: pair)


def _calls() -> Breaks:
    return {
        "defaults/unknown": replaced("evals.matching._defaults", lambda tool: {}),
        "defaults/any-value-is-one": replaced("evals.matching._is_default", lambda *given: True),
        "others/ignored": _others("ignore"),
        "others/always-forbidden": _others("forbid_unasked"),
        "words/taken-for-values": _by_name(lambda call, found: {**call.said, **found}),
        "words/never-kept": _by_name(lambda call, found: found if call.arguments else {}),
        "tool/any-will-do": _tool_blind,
        "forbid_calls/ignored": _expecting(forbid_calls=[]),
        "no_call/ignored": _expecting(no_call=False, forbid_calls=["-"]),
        "clarify/ignored": _expecting(clarify=None, forbid_calls=["-"]),
        "clarify/about-anything": lambda: patched(
            "evals.scoring._clarify_problems",
            by=lambda original: (
                lambda expected, turn: original(expected.model_copy(update={"about": "any"}), turn)
            ),
        ),
        "clarify/needs-no-question": replaced("evals.scoring._clarify_problems", lambda *given: []),
        "no_call/question-back-accepted": replaced("evals.scoring._asked_instead", lambda turn: []),
    }


def _others(rule: str) -> Break:
    def by(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
        return lambda want, call: original(want.model_copy(update={"others": rule}), call)

    return lambda: patched("evals.matching.match_call", by=by)


def _by_name(change: Callable[[ObservedCall, dict[str, Any]], dict[str, Any]]) -> Break:
    return lambda: patched(
        "evals.matching._by_said_name", by=lambda original: lambda call: change(call, original(call))
    )


def _tool_blind() -> AbstractContextManager[None]:
    def by(original: Callable[..., list[str]]) -> Callable[..., list[str]]:
        return lambda want, call: original(want, call.model_copy(update={"tool": want.tool}))

    return patched("evals.matching.match_call", by=by)


def _expecting(**changed: Any) -> Break:
    """Have parts of every expectation that has them overlooked."""
    (part, *_) = changed

    def by(original: Callable[..., None]) -> Callable[..., None]:
        def score(result: CaseScore, expectation: Any, turn: ObservedTurn, number: int) -> None:
            seen = expectation.model_copy(update=changed) if getattr(expectation, part) else expectation
            original(result, seen, turn, number)

        return score

    return lambda: patched("evals.scoring._score_calls", by=by)
