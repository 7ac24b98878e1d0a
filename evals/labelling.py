"""Asks an engineer what should have come of a question, with what was observed as the default."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from store.feedback import Feedback, RatedCall
from tools.toolbox import Parameter, Tool, toolbox

Ask = Callable[[str, str], str]
"""Puts a question with a default, "" for none, and returns the answer or the default."""
Show = Callable[[str], None]

NO_CALL, ASK_BACK = "n", "a"
ABSENT, ANYTHING = "-", "*"
ABOUT = ("product", "goal", "any")
# What a case calls its expectation in its skill and tags.
ABSTENTION, CLARIFICATION = "no_call", "clarify"
HELP = (
    "  arguments: a value: must be it · a|b: either · /regex/: found in it · 2026-10-01..2026-10-31: these days"
    f" · {ANYTHING}: anything · {ABSENT}: must be absent"
)


def ask_expectation(feedback: Feedback, ask: Ask, show: Show) -> dict[str, Any]:
    """Return what should have come of the question, as a case's `expect` is written."""
    names = list(toolbox())
    show("  " + " · ".join(f"{number} {name}" for number, name in enumerate(names, start=1)))
    show(f"  {NO_CALL} no call at all · {ASK_BACK} should have asked back")
    show(HELP)
    calls: list[dict[str, Any]] = []
    while True:
        chosen = _ask_tool(len(calls), feedback.calls, ask, show)
        if chosen == NO_CALL:
            return {"no_call": True}
        if chosen == ASK_BACK:
            return {"clarify": {"about": _ask_about(ask, show)}}
        if not chosen:
            return {"calls": calls}
        observed = next((call for call in feedback.calls[len(calls) :] if call.tool == chosen), None)
        calls.append(_ask_call(toolbox()[chosen], observed, ask, show))


def _ask_tool(made: int, observed: list[RatedCall], ask: Ask, show: Show) -> str:
    """Return a tool's name, a letter of the first choice, or "" where the calls are complete."""
    names = list(toolbox())
    numbered = {str(number): name for number, name in enumerate(names, start=1)}
    default = observed[made].tool if made < len(observed) else ""
    default = next((number for number, name in numbered.items() if name == default), "." if made else "")
    question = f"Call {made + 1} (. = no more)" if made else "Call 1, or n, or a"
    while True:
        said = ask(question, default).strip().lower()
        if made and said in ("", "."):
            return ""
        if said in numbered or said in names:
            return numbered.get(said, said)
        if not made and said in (NO_CALL, ASK_BACK):
            return said
        show(f"  {said!r} is no choice; give a number from 1 to {len(names)}")


def _ask_about(ask: Ask, show: Show) -> str:
    while True:
        said = ask(f"About what ({', '.join(ABOUT)})", "any").strip().lower()
        if said in ABOUT:
            return said
        show(f"  {said!r} is no choice")


def _ask_call(tool: Tool, observed: RatedCall | None, ask: Ask, show: Show) -> dict[str, Any]:
    asked = {parameter.said: _ask_argument(parameter, observed, ask, show) for parameter in tool.parameters}
    arguments = {said: matcher for said, matcher in asked.items() if matcher is not None}
    return {"tool": tool.name, "arguments": arguments} if arguments else {"tool": tool.name}


def _ask_argument(parameter: Parameter, observed: RatedCall | None, ask: Ask, show: Show) -> Any:
    """Return the argument's matcher as a case writes it, or None for one that must be absent."""
    question = f"  {parameter.said}"
    if parameter.choices:
        question += f" ({', '.join(parameter.choices)})"
    default = _default(parameter, observed)
    while True:
        said = ask(question, default).strip()
        if said == ABSENT and not parameter.required:
            return None
        try:
            return read_matcher(parameter, said)
        except ValueError as error:
            show(f"  {error}")


def _default(parameter: Parameter, observed: RatedCall | None) -> str:
    value = observed.arguments.get(parameter.name) if observed else None
    if value is None:
        return "" if parameter.required else ABSENT
    if _kind(parameter) == "text":
        # The very words of a search are rarely the only right ones.
        return ANYTHING
    if isinstance(value, dict) and "start" in value:
        return f"{value['start']}..{value['end']}"
    return str(value)


def read_matcher(parameter: Parameter, said: str) -> Any:
    """Return a typed argument as a case writes its matcher.

    Raises:
        ValueError: the argument cannot be that; says what it can be.
    """
    if said in ("", ABSENT):
        raise ValueError(f"{parameter.said} is needed; {ANYTHING} if it may be anything")
    if said == ANYTHING:
        return {"ignore": True}
    if len(said) > 2 and said[0] == said[-1] == "/":
        return {"matches": _pattern(said[1:-1])}
    if _kind(parameter) == "period":
        return {"dates": _days(said)}
    values = [_value(parameter, part.strip()) for part in said.split("|")]
    return values[0] if len(values) == 1 else {"one_of": values}


def _value(parameter: Parameter, said: str) -> str | int | float:
    if parameter.choices:
        if said not in parameter.choices:
            raise ValueError(f"{parameter.said} is one of {', '.join(parameter.choices)}")
        return said
    if not (parameter.is_integer or _kind(parameter) in ("quantity", "percent")):
        return said
    try:
        number = float(said)
    except ValueError as error:
        raise ValueError(f"{parameter.said} is a number") from error
    return int(number) if number.is_integer() else number


def _pattern(said: str) -> str:
    try:
        re.compile(said)
    except re.error as error:
        raise ValueError(f"/{said}/ is no regular expression: {error}") from error
    return said


def _days(said: str) -> str:
    start, _, end = said.partition("..")
    try:
        first, last = date.fromisoformat(start.strip()), date.fromisoformat((end or start).strip())
    except ValueError as error:
        raise ValueError("give a day, 2026-10-31, or two: 2026-10-01..2026-10-31") from error
    if last < first:
        raise ValueError("the last day comes before the first")
    return f"{first}..{last}"


def _kind(parameter: Parameter) -> str:
    return parameter.span.kind if parameter.span else ""
