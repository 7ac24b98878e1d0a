"""Mutants of the request: a recorded reply must not answer a prompt that it was never given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from agent.planning import offered_tools
from evals.mutation.mutant import Mutant, changed_toolbox, fresh_plans, patched, slug
from prompts.loader import load_prompt

_EXAMPLE = re.compile(r"^(?:Before: .*\n)?Q: .*\n\{.*\}$", re.MULTILINE)


def prompt_mutants() -> list[Mutant]:
    """Return the mutants: each rule and example dropped, each tool's line changed, the request's frame changed."""
    text = load_prompt("planner", tools="")
    rules, _, examples = text.partition("Examples:")
    lines = [line for line in rules.splitlines() if line.startswith("- ")]
    return [
        _mutant("intro/reworded", lambda: _prompt(lambda full: full.replace("You choose", "Choose", 1))),
        *(_mutant(f"rule/{slug(line)}/dropped", _dropping(line + "\n")) for line in lines),
        *(
            _mutant(f"example/{slug(example)}/dropped", _dropping(example))
            for example in _EXAMPLE.findall(examples)
        ),
        *(
            _mutant(f"tool/{name}/reworded", _rewording(name))
            for name in (tool.name for tool in offered_tools())
        ),
        _mutant("request/more-calls", lambda: _setting("agent.planning.MAX_CALLS", 5)),
        _mutant("request/more-tokens", lambda: _setting("agent.planning.MAX_PLAN_TOKENS", 800)),
        _mutant("request/question-framed-anew", lambda: patched("agent.planning.plan_messages", by=_framed)),
    ]


def _mutant(name: str, apply: Callable[[], AbstractContextManager[None]]) -> Mutant:
    return Mutant(f"prompt/{name}", apply, ("strict replay",))


@contextmanager
def _prompt(change: Callable[[str], str]) -> Iterator[None]:
    """Have the planner's prompt read otherwise than it stands in its file."""

    def by(original: Callable[..., str]) -> Callable[..., str]:
        return lambda name, **slots: change(original(name, **slots))

    with patched("agent.planning.load_prompt", by=by), fresh_plans():
        yield


def _dropping(part: str) -> Callable[[], AbstractContextManager[None]]:
    return lambda: _prompt(lambda full: full.replace(part, "", 1))


def _rewording(tool: str) -> Callable[[], AbstractContextManager[None]]:
    return lambda: changed_toolbox(
        lambda tools: {**tools, tool: replace(tools[tool], summary=f"{tools[tool].summary} Please.")}
    )


@contextmanager
def _setting(place: str, value: int) -> Iterator[None]:
    with patched(place, by=lambda _: value), fresh_plans():
        yield


def _framed(original: Callable[..., list[dict[str, Any]]]) -> Callable[..., list[dict[str, Any]]]:
    def messages(*given: Any) -> list[dict[str, Any]]:
        *before, last = original(*given)
        return [*before, {**last, "content": f"{last['content']} "}]

    return messages
