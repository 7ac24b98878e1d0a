"""From a question to a plan: one model call, held to a schema that is made from the tools' own signatures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from prompts.loader import load_prompt
from serving.client import ChatClient, Completion
from serving.errors import ModelRejected
from tools.toolbox import Tool, call_schema, toolbox

NO_TOOL_REASONS = ("greeting", "thanks", "about_you", "off_topic", "unsafe")
ASK_USER_ABOUT = ("product", "goal")
REPLIES = ("no_tool", "ask_user")
# Planned by the question's words alone: a small model multiplies what nobody asked to be multiplied, and tells a
# search of reviews from their summary no better than a list of words does.
_NOT_OFFERED = ("calculate", "summarize_reviews")
MAX_CALLS = 4
# Four calls with long Chinese titles stay under 320 tokens; more is a model that runs on.
MAX_PLAN_TOKENS = 400


class PlannedCall(BaseModel):
    """A call as the model wrote it: `arguments` are words copied from the question."""

    tool: str
    arguments: dict[str, Any]

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        # The schema forbids it, but not every server honours schemas.
        if self.tool == "no_tool":
            self.arguments = {"reason": _one_of(self.arguments.get("reason"), NO_TOOL_REASONS, "off_topic")}
        elif self.tool == "ask_user":
            self.arguments = {"about": _one_of(self.arguments.get("about"), ASK_USER_ABOUT, "goal")}
        elif self.tool not in toolbox():
            raise ValueError(f"there is no tool {self.tool!r}")
        return self


def _one_of(value: object, choices: Sequence[str], default: str) -> str:
    return value if isinstance(value, str) and value in choices else default


class Plan(BaseModel):
    """What to do for a question, in order."""

    calls: list[PlannedCall] = Field(min_length=1)


@dataclass(frozen=True)
class EarlierCall:
    """A call of an earlier turn, told to the planner so that "and for 30 days?" has something to follow."""

    tool: str
    said: dict[str, Any]


def offered_tools() -> list[Tool]:
    """Return the tools that the model may plan."""
    return [tool for tool in toolbox().values() if tool.name not in _NOT_OFFERED]


@cache
def plan_schema() -> dict[str, Any]:
    """Return the JSON schema of a plan: any of the tools, `no_tool` and `ask_user`, one to four times."""
    calls = [tool.schema() for tool in offered_tools()]
    calls.append(
        call_schema("no_tool", {"reason": {"type": "string", "enum": list(NO_TOOL_REASONS)}}, ["reason"])
    )
    calls.append(
        call_schema("ask_user", {"about": {"type": "string", "enum": list(ASK_USER_ABOUT)}}, ["about"])
    )
    return {
        "type": "object",
        "properties": {
            "calls": {"type": "array", "items": {"anyOf": calls}, "minItems": 1, "maxItems": MAX_CALLS}
        },
        "required": ["calls"],
        "additionalProperties": False,
    }


@cache
def system_prompt() -> str:
    """Return the planner's constant prompt; it comes first so that a server's prefix cache keeps it."""
    lines = [_tool_line(tool) for tool in offered_tools()]
    lines.append(
        f"- no_tool(reason: {'|'.join(NO_TOOL_REASONS)}): anything that is not about this shop's sales, stock or reviews."
    )
    lines.append(
        "- ask_user(about: product|goal): the question names no product where one is needed, or is unclear."
    )
    return load_prompt("planner", tools="\n".join(lines))


def _tool_line(tool: Tool) -> str:
    def argument(said: str, choices: Sequence[str], required: bool) -> str:
        return said + ("" if required else "?") + (": " + "|".join(choices) if choices else "")

    listed = ", ".join(argument(p.said, p.choices, p.required) for p in tool.parameters)
    return f"- {tool.name}({listed}): {tool.summary}"


def constant_messages() -> list[dict[str, str]]:
    """Return the messages that every planning call begins with."""
    return [{"role": "system", "content": system_prompt()}]


def plan_messages(question: str, earlier: Sequence[EarlierCall]) -> list[dict[str, str]]:
    """Return the messages for one planning call; only the last one changes from question to question."""
    before = [f"Before: {call.tool} {json.dumps(call.said, ensure_ascii=False)}" for call in earlier]
    return [*constant_messages(), {"role": "user", "content": "\n".join([*before, f"Q: {question}"])}]


@dataclass(frozen=True)
class Planned:
    """A plan with what it cost."""

    plan: Plan
    completion: Completion


def make_plan(
    client: ChatClient, question: str, earlier: Sequence[EarlierCall], *, timeout_seconds: float
) -> Planned:
    """Ask the model for a plan.

    Raises:
        ServingError: the model is down, slow or refused the request.
        ModelRejected: the reply is no plan although the schema demanded one.
    """
    completion = client.complete(
        plan_messages(question, earlier),
        schema=plan_schema(),
        max_tokens=MAX_PLAN_TOKENS,
        timeout_seconds=timeout_seconds,
    )
    try:
        plan = Plan.model_validate_json(completion.text)
    except ValidationError as error:
        raise ModelRejected(
            f"the model's reply is not a plan: {completion.text[:200]!r}",
            "use a server that honours response_format json_schema (see docs/models.md)",
        ) from error
    return Planned(Plan(calls=plan.calls[:MAX_CALLS]), completion)
