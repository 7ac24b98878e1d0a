"""Mutants of the two checks on an answer's numbers: the gate before the reader, and the harness's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from agent.checking import Violation
from agent.checking.mentions import Mention
from evals.mutation.mutant import Break, Mutant, named, patched, replaced
from evals.observed import ObservedTurn
from tools.results import Lang

_NEVER = re.compile(r"(?!)")
_LINE_START = re.compile(r"(?m)^\s*\d+")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_GATE = "agent.checking.check_text"
Check = Callable[..., list[Violation]]


def checker_mutants() -> list[Mutant]:
    """Return the mutants: either check off, each of their parts off, each of their exceptions off or too wide."""
    gate = {
        "off": _gate(lambda check: lambda *given: []),
        "numbers/off": _gate(_without_kind("number")),
        "number-words/off": _gate(_without_kind("number word")),
        "number-words/english-only": _gate(_words_of("en")),
        "number-words/chinese-only": _gate(_words_of("zh")),
        "number-words/unread": _at("mentions._english", lambda text: []),
        "citations/off": _gate(_without_kind("citation")),
        "dates/off": _gate(_without_kind("date")),
        "dates/any-day-known": _at("gate.is_known", lambda mention, days: True),
        "dates/none-known": _at("gate.is_known", lambda mention, days: False),
        "facts/ignored": _gate(lambda check: lambda text, facts, *rest: check(text, [], *rest)),
        "facts/in-the-other-language": _gate(_with_other_language),
        "facts/names-not-masked": _at("reading._mask_names", lambda text, names: (text, {})),
        "facts/any-unit": _at("support.may_carry", lambda fact, unit: True),
        "facts/exact-values-only": _at(
            "support._is_rounding", lambda value, written, mention: value == written
        ),
        "facts/any-rounding": _at("support.MOST_ROUNDING", 1.0),
        "facts/signs-ignored": _at("support._is_rounding", _is_near_in_size),
        "folding/off": _at("reading.fold_text", lambda text: text),
        "typed/nothing-allowed": _gate(_with_question(lambda question, text: "")),
        "typed/any-number-allowed": _gate(_with_question(_all_typed)),
        "ordinals/not-excepted": _at("reading._ORDINAL", _NEVER),
        "ordinals/any-number-that-opens-a-line": _at("reading._ORDINAL", _LINE_START),
        "quotes/not-excepted": _at("gate.take_out_quotes", lambda text, quoted, lang: (text, [])),
        "quotes/in-any-words": _at("citations._plain", lambda words: ""),
        "quotes/excepted-in-any-words": _gate(_with_reviews_as_words),
    }
    own = {
        "off": _own(lambda check: lambda turn: []),
        "facts/ignored": _own(_blind_to({"facts": []})),
        "reviews/ignored": _own(_blind_to({"citations": []})),
        "question/ignored": _own(_blind_to({"said": ""})),
        "separators-matter": replaced("evals.grounding._plain", lambda number: number),
        "ordinals/not-excepted": replaced("evals.grounding._ORDINAL", _NEVER),
    }
    return named("checker", {"gate": gate, "harness": own}, ("specimens",))


def _gate(by: Callable[[Check], Check]) -> Break:
    return lambda: patched(_GATE, by=by)


def _at(name: str, value: Any) -> Break:
    return replaced(f"agent.checking.{name}", value)


def _own(by: Callable[[Callable[..., list[str]]], Callable[..., list[str]]]) -> Break:
    return lambda: patched("evals.grounding.unreceipted_numbers", "evals.scoring.unreceipted_numbers", by=by)


def _without_kind(kind: str) -> Callable[[Check], Check]:
    return lambda check: lambda *given: [found for found in check(*given) if found.kind != kind]


def _words_of(only: Lang) -> Callable[[Check], Check]:
    return lambda check: (
        lambda *given: [found for found in check(*given) if found.kind != "number word" or given[4] == only]
    )


def _is_near_in_size(value: float, written: float, mention: Mention) -> bool:
    return abs(abs(value) - abs(written)) <= mention.step / 2


def _with_other_language(check: Check) -> Check:
    def checked(text: str, facts: Any, question: str, quoted: Any, lang: Lang) -> list[Violation]:
        return check(text, facts, question, quoted, "en" if lang == "zh" else "zh")

    return checked


def _with_question(change: Callable[[str, str], str]) -> Callable[[Check], Check]:
    return lambda check: (
        lambda text, facts, question, *rest: check(text, facts, change(question, text), *rest)
    )


def _all_typed(question: str, text: str) -> str:
    """Let a question that types a number free them all."""
    return f"{question} {' '.join(_NUMBER.findall(text))}" if _NUMBER.search(question) else question


def _with_reviews_as_words(check: Check) -> Check:
    def checked(text: str, facts: Any, question: str, quoted: Any, lang: Lang) -> list[Violation]:
        return check(text, facts, " ".join([question, *(r.text for r in quoted)]), quoted, lang)

    return checked


def _blind_to(parts: dict[str, Any]) -> Callable[[Callable[..., list[str]]], Callable[..., list[str]]]:
    def by(check: Callable[..., list[str]]) -> Callable[..., list[str]]:
        def checked(turn: ObservedTurn) -> list[str]:
            return check(turn.model_copy(update=parts))

        return checked

    return by
