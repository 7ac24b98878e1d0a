"""Whether calls are the expected ones: by mode, and argument by argument."""

from __future__ import annotations

import inspect
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from evals.case import ExpectedCall, ExpectedCalls, Matcher
from evals.observed import ObservedCall
from tools.toolbox import toolbox

_MISSING = object()


def match_calls(expected: ExpectedCalls, calls: Sequence[ObservedCall]) -> list[str]:
    """Return what is wrong with the calls' arguments and number; empty when they are the expected ones."""
    if expected.mode == "strict":
        return _match_in_order(expected.expected, calls)
    problems, left, missing = _match_freely(expected.expected, calls)
    if expected.mode != "superset":
        problems += [f"{call.tool} was not expected" for call in left]
    if expected.mode != "subset":
        problems += [f"{call.tool} was not called as expected" for call in missing]
    elif not calls:
        problems.append("no call was made; at least one was expected")
    return problems


def match_tools(expected: ExpectedCalls, calls: Sequence[ObservedCall]) -> bool:
    """Whether the right tools were called, whatever their arguments."""
    bare = [call.model_copy(update={"arguments": {}, "others": "ignore"}) for call in expected.expected]
    return not match_calls(expected.model_copy(update={"expected": bare}), calls)


def _match_in_order(expected: Sequence[ExpectedCall], calls: Sequence[ObservedCall]) -> list[str]:
    problems = [
        problem for want, call in zip(expected, calls, strict=False) for problem in match_call(want, call)
    ]
    problems += [f"{want.tool} was not called" for want in expected[len(calls) :]]
    problems += [f"{call.tool} was not expected" for call in calls[len(expected) :]]
    return problems


def _match_freely(
    expected: Sequence[ExpectedCall], calls: Sequence[ObservedCall]
) -> tuple[list[str], list[ObservedCall], list[ExpectedCall]]:
    """Pair calls with expectations one to one, as many as can be (augmenting paths: a greedy choice may block)."""
    taken: dict[int, int] = {}

    def place(call: int, seen: set[int]) -> bool:
        for want in range(len(expected)):
            if want in seen or match_call(expected[want], calls[call]):
                continue
            seen.add(want)
            if want not in taken or place(taken[want], seen):
                taken[want] = call
                return True
        return False

    for call in range(len(calls)):
        place(call, set())
    left = [call for index, call in enumerate(calls) if index not in taken.values()]
    missing = [want for index, want in enumerate(expected) if index not in taken]
    # The reason helps where it is plain which call was meant.
    reasons = [
        problem
        for want in missing
        for call in left
        if call.tool == want.tool
        for problem in match_call(want, call)
    ]
    return reasons, left, missing


def match_call(want: ExpectedCall, call: ObservedCall) -> list[str]:
    """Return what is wrong with one call."""
    if want.tool != call.tool:
        return [f"called {call.tool} instead of {want.tool}"]
    given, defaults = _by_said_name(call), _defaults(call.tool)
    # An argument that is left out has its default value, and one that was given its default says nothing new.
    values = {**defaults, **given}
    problems = [
        f"{want.tool}.{name} is {_shown(values.get(name, _MISSING))}, not {describe(matcher)}"
        for name, matcher in want.arguments.items()
        if not matches(matcher, _asked_value(matcher, name, given, defaults))
    ]
    if want.others == "forbid_unasked":
        unasked = [
            name for name in given if name not in want.arguments and not _is_default(name, given, defaults)
        ]
        problems += [f"{want.tool}.{name} = {_shown(given[name])} was not asked for" for name in unasked]
    return problems


def _asked_value(matcher: Matcher, name: str, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> Any:
    if matcher.rule == "forbid_unasked" and (name not in given or _is_default(name, given, defaults)):
        return _MISSING
    return given.get(name, defaults.get(name, _MISSING))


def _is_default(name: str, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
    return name in defaults and same(defaults[name], given[name])


@cache
def _defaults(tool: str) -> dict[str, Any]:
    """Return what a tool takes an argument to be where nobody says it; None is nothing."""
    if tool not in toolbox():
        return {}
    signature = inspect.signature(toolbox()[tool].function)
    defaults = {p.said: signature.parameters[p.name].default for p in toolbox()[tool].parameters}
    return {said: value for said, value in defaults.items() if value not in (None, inspect.Parameter.empty)}


def _by_said_name(call: ObservedCall) -> dict[str, Any]:
    """Return the values that the tool's code received, by the names that the model uses.

    A call that code could not resolve keeps the model's words.
    """
    tool = toolbox().get(call.tool)
    names = {p.name: p.said for p in tool.parameters} if tool else {}
    resolved = {names.get(name, name): value for name, value in call.arguments.items()}
    return resolved or dict(call.said)


def matches(matcher: Matcher, value: Any) -> bool:
    """Whether one argument satisfies its rule; only `ignore` and `forbid_unasked` accept an absent one."""
    if matcher.rule in ("ignore", "forbid_unasked"):
        return matcher.rule == "ignore" or value is _MISSING
    return value is not _MISSING and _RULES[matcher.rule](matcher, value)


def same(wanted: Any, value: Any) -> bool:
    """Whether two values are the same, types aside: 7, 7.0 and "7"; "Yes" and "yes"; full and half width."""
    left, right = _number(wanted), _number(value)
    if left is not None and right is not None:
        return left == right
    return _text(wanted) == _text(value)


def _is_near(matcher: Matcher, value: Any) -> bool:
    number = _number(value)
    if number is None or matcher.near is None:
        return False
    allowed = (
        matcher.within if matcher.within is not None else abs(matcher.near) * (matcher.percent or 0) / 100
    )
    return abs(number - matcher.near) <= allowed + 1e-9


def _is_found(matcher: Matcher, value: Any) -> bool:
    return re.search(matcher.matches or "", str(value), re.IGNORECASE) is not None


def _are_same_days(matcher: Matcher, value: Any) -> bool:
    try:
        return _days(matcher.dates) == _days(value)
    except (ValueError, TypeError, KeyError):
        return False


def _days(value: Any) -> tuple[date, date]:
    if isinstance(value, Mapping):
        return date.fromisoformat(str(value["start"])), date.fromisoformat(str(value["end"]))
    start, _, end = str(value).strip().partition("..")
    return date.fromisoformat(start), date.fromisoformat(end or start)


_RULES: dict[str, Callable[[Matcher, Any], bool]] = {
    "equals": lambda matcher, value: same(matcher.equals, value),
    "one_of": lambda matcher, value: any(same(wanted, value) for wanted in matcher.one_of or []),
    "near": _is_near,
    "matches": _is_found,
    "dates": _are_same_days,
}


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(str(value).replace(",", ""))
    except ValueError:
        return None


def _text(value: Any) -> str:
    return " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())


def describe(matcher: Matcher) -> str:
    """Return a rule in words, for a report."""
    match matcher.rule:
        case "one_of":
            return f"one of {matcher.one_of}"
        case "near":
            by = f"{matcher.within:g}" if matcher.within is not None else f"{matcher.percent:g}%"
            return f"{matcher.near:g} ± {by}"
        case "matches":
            return f"like /{matcher.matches}/"
        case "dates":
            return f"{matcher.dates}"
        case "forbid_unasked":
            return "absent"
        case _:
            return repr(matcher.equals)


def _shown(value: Any) -> str:
    return "missing" if value is _MISSING else repr(value)
