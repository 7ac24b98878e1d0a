"""From what was expected and what was observed to a verdict, dimension by dimension."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from evals.case import Case, Clarify, Expectation, ExpectedAnswer, ExpectedValue, Language
from evals.grounding import unreceipted_numbers
from evals.matching import match_calls, match_tools
from evals.observed import Observed, ObservedTurn

Dimension = Literal[
    "tool_choice", "arguments", "abstention", "clarification", "answer", "grounding", "language", "multi_turn"
]
DIMENSIONS: tuple[Dimension, ...] = (
    "tool_choice",
    "arguments",
    "abstention",
    "clarification",
    "answer",
    "grounding",
    "language",
    "multi_turn",
)
# Refusals that are the same whatever was asked: one names its limits, one is in both languages.
_FIXED_REPLIES = ("question_too_long", "other_language")
# Errors that are nobody's question: the tool itself failed.
_BROKEN = ("tool_broke", "tool_timeout")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|\[[^\]]*\]|^>.*$|^\|.*$", re.MULTILINE)


@dataclass
class CaseScore:
    """The verdict on one run of a case; a dimension that the case does not test is absent."""

    case_id: str
    epoch: int
    dimensions: dict[Dimension, bool] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    confusion: list[tuple[str, str]] = field(default_factory=list)
    """(expected, called) tools, in order; `no_call`, `clarify` and `nothing` stand for their likes."""
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether everything that the case tests is right."""
        return self.error is None and all(self.dimensions.values())

    def judge(self, dimension: Dimension, problems: list[str], turn: int) -> None:
        """Add a dimension's verdict on a turn; it holds when it holds on every turn."""
        self.dimensions[dimension] = self.dimensions.get(dimension, True) and not problems
        self.problems += [f"turn {turn}: {problem}" for problem in problems]


def score_case(case: Case, observed: Observed) -> CaseScore:
    """Judge one run of a case."""
    score = CaseScore(case.id, observed.epoch, error=observed.error)
    if observed.error is not None:
        score.problems.append(observed.error)
        return score
    for number, (expectation, turn) in enumerate(
        zip(case.expectations, observed.turns, strict=True), start=1
    ):
        if expectation is not None:
            _score_calls(score, expectation, turn, number)
            if expectation.answer and turn.answer is not None:
                score.judge("answer", _answer_problems(expectation.answer, turn), number)
        broken = [f"{call.tool} broke ({call.error})" for call in turn.calls if call.error in _BROKEN]
        if broken:
            score.judge("answer", broken, number)
        if turn.answer is not None and turn.reason not in _FIXED_REPLIES:
            score.judge("grounding", [f"no receipt for {n}" for n in unreceipted_numbers(turn)], number)
            wanted = expectation.answer.language if expectation and expectation.answer else None
            score.judge("language", _language_problems(wanted or case.language, turn.answer), number)
    if len(case.turns) > 1:
        score.dimensions["multi_turn"] = all(score.dimensions.values())
    return score


def _score_calls(score: CaseScore, expectation: Expectation, turn: ObservedTurn, number: int) -> None:
    called = [call.tool for call in turn.calls]
    forbidden = [f"called {tool}, which is forbidden" for tool in called if tool in expectation.forbid_calls]
    if expectation.calls:
        wanted = [call.tool for call in expectation.calls.expected]
        right = match_tools(expectation.calls, turn.calls)
        problems = (
            [] if right else [f"called {called or 'nothing'}; expected {expectation.calls.mode} {wanted}"]
        )
        score.judge("tool_choice", problems + forbidden, number)
        if right:
            score.judge("arguments", match_calls(expectation.calls, turn.calls), number)
        score.confusion += _pairs(wanted, called or [_instead(turn)])
    elif expectation.no_call:
        problems = [f"called {tool}; no call is needed" for tool in called]
        score.judge("abstention", problems or _asked_instead(turn), number)
        score.confusion += _pairs(["no_call"], called or [_instead(turn)])
    elif expectation.clarify:
        score.judge("clarification", _clarify_problems(expectation.clarify, turn), number)
        score.confusion += _pairs(
            ["clarify"], [_instead(turn)] if turn.outcome == "asked_back" else called or [_instead(turn)]
        )
    elif expectation.forbid_calls:
        score.judge("tool_choice", forbidden, number)


def _asked_instead(turn: ObservedTurn) -> list[str]:
    return ["asked back; no question was open"] if turn.outcome == "asked_back" else []


def _instead(turn: ObservedTurn) -> str:
    return {"asked_back": "clarify", "declined": "no_call"}.get(turn.outcome, "nothing")


def _pairs(wanted: list[str], called: list[str]) -> list[tuple[str, str]]:
    """Pair equal tools first: an order that differs is no confusion."""
    pairs, left = [], list(called)
    for tool in [tool for tool in wanted if tool in called]:
        if tool in left:
            left.remove(tool)
            pairs.append((tool, tool))
    rest = list(wanted)
    for tool, _ in pairs:
        rest.remove(tool)
    for index in range(max(len(rest), len(left))):
        pairs.append(
            (rest[index] if index < len(rest) else "nothing", left[index] if index < len(left) else "nothing")
        )
    return pairs


def _clarify_problems(expected: Clarify, turn: ObservedTurn) -> list[str]:
    if turn.outcome != "asked_back":
        return [f"did not ask back ({turn.outcome} {turn.reason})".replace(" )", ")")]
    if expected.about not in ("any", turn.reason):
        return [f"asked back about {turn.reason!r}, not about {expected.about!r}"]
    return []


def _answer_problems(expected: ExpectedAnswer, turn: ObservedTurn) -> list[str]:
    text = (turn.answer or "").casefold()
    problems = [
        f"does not state {_described(value)}" for value in expected.values if not _states(value, turn)
    ]
    problems += [
        f"does not contain {wanted!r}"
        for wanted in expected.contains
        if not any(option.casefold() in text for option in wanted.split("|"))
    ]
    problems += [f"contains {banned!r}" for banned in expected.not_contains if banned.casefold() in text]
    if expected.cites:
        cited = turn.citations
        if len(cited) < expected.cites.at_least:
            problems.append(f"cites {len(cited)} reviews; at least {expected.cites.at_least} expected")
        problems += [
            f"cites {c.review_id}, a review of {c.product_id}"
            for c in cited
            if expected.cites.product not in (None, c.product_id)
        ]
        problems += [f"cites {c.review_id}" for c in cited if c.review_id in expected.cites.forbid]
    return problems


def _states(expected: ExpectedValue, turn: ObservedTurn) -> bool:
    allowed = (
        abs(expected.equals) * expected.percent / 100 if expected.percent is not None else expected.within
    )
    return any(
        isinstance(fact.value, int | float)
        and abs(fact.value - expected.equals) <= allowed + 1e-9
        and expected.metric in (None, fact.metric)
        and expected.entity in (None, fact.entity)
        and fact.shown in (turn.answer or "")
        for fact in turn.facts
    )


def _described(value: ExpectedValue) -> str:
    of = " of ".join(filter(None, [value.metric, value.entity]))
    return f"{value.equals:g}{f' as {of}' if of else ''}"


def _language_problems(wanted: Language, answer: str) -> list[str]:
    """Judge by script: a Chinese answer has Chinese sentences, an English one has none outside quotes and tables."""
    words = _QUOTED.sub("", answer)
    chinese, latin = len(_CHINESE.findall(words)), len(_LATIN_WORD.findall(words))
    # A sentence may name a Chinese title in English, and the reverse: the larger share decides.
    is_chinese = chinese > 1.5 * latin
    return [] if is_chinese == (wanted == "zh") else [f"does not answer in {wanted!r}"]
