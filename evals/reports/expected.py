"""An expectation in words, for readers of a report."""

from __future__ import annotations

from evals.case import Expectation, ExpectedAnswer, ExpectedCall, ExpectedValue, Matcher
from evals.reports.wording import count

_MODES = {
    "strict": "exactly these calls, in this order",
    "unordered": "exactly these calls, in any order",
    "subset": "at least one of these calls and nothing else",
    "superset": "all of these calls, others allowed",
}


def describe_expectation(expectation: Expectation) -> list[str]:
    """Return what is expected of a turn, a line each."""
    lines = []
    if calls := expectation.calls:
        if len(calls.expected) > 1 or calls.mode != "strict":
            lines.append(f"{_MODES[calls.mode]}:")
        lines += [_call(call) for call in calls.expected]
    if expectation.no_call:
        lines.append("no call at all")
    if expectation.clarify:
        about = expectation.clarify.about
        lines.append("asks back" if about == "any" else f"asks back about the {about}")
    if expectation.forbid_calls:
        lines.append(f"never calls {', '.join(expectation.forbid_calls)}")
    return [*lines, *(_answer(expectation.answer) if expectation.answer else [])]


def _call(call: ExpectedCall) -> str:
    arguments = [f"{name} {_argument(matcher)}" for name, matcher in call.arguments.items()]
    others = ["…"] if call.others == "ignore" else []
    return f"{call.tool}({', '.join(arguments + others)})"


def _argument(matcher: Matcher) -> str:
    if matcher.rule == "near":
        within = f"{matcher.within:g}" if matcher.within is not None else f"{matcher.percent:g}%"
        return f"= {matcher.near:g} ± {within}"
    words = {
        "equals": f"= {matcher.equals!r}",
        "one_of": f"∈ {matcher.one_of!r}",
        "matches": f"~ /{matcher.matches}/",
        "dates": f"= {matcher.dates}",
        "ignore": "any",
        "forbid_unasked": "absent",
    }
    return words[matcher.rule]


def _answer(answer: ExpectedAnswer) -> list[str]:
    lines = [f"answer states {_value(value)}" for value in answer.values]
    lines += [f"answer contains {text!r}" for text in answer.contains]
    lines += [f"answer does not contain {text!r}" for text in answer.not_contains]
    if answer.language:
        lines.append(f"answer is in {answer.language!r}")
    if cites := answer.cites:
        of = f" of {cites.product}" if cites.product else ""
        lines.append(f"answer cites at least {count(cites.at_least, 'review')}{of}")
        lines += [f"answer does not cite {review}" for review in cites.forbid]
    return lines


def _value(value: ExpectedValue) -> str:
    within = f"{value.percent:g}%" if value.percent is not None else f"{value.within:g}"
    of = " of ".join(filter(None, [value.metric, value.entity]))
    return f"{value.equals:g}{f' ± {within}' if within != '0' else ''}{f' ({of})' if of else ''}"
