"""The tools as the planner and the executor see them: one signature, read for the schema and for the call."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tools.calculate import calculate
from tools.explain import explain_trend
from tools.forecast import forecast_demand
from tools.restock import recommend_restock
from tools.results import ToolResult
from tools.review_search import search_reviews
from tools.review_summary import summarize_reviews
from tools.sales import get_sales
from tools.spans import Span
from tools.trending import list_trending

FUNCTIONS: tuple[Callable[..., ToolResult], ...] = (
    list_trending,
    get_sales,
    forecast_demand,
    explain_trend,
    search_reviews,
    summarize_reviews,
    recommend_restock,
    calculate,
)


@dataclass(frozen=True)
class Parameter:
    """One argument: `said` is its name for the model, `name` its name in the code."""

    name: str
    said: str
    span: Span | None
    choices: tuple[str, ...]
    is_integer: bool
    required: bool

    def schema(self) -> dict[str, Any]:
        """JSON schema of what the model may write."""
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        if self.is_integer and self.span is None:
            return {"type": "integer", "minimum": 1, "maximum": 50}
        return {"type": "string", "minLength": 1, "maxLength": 120}


@dataclass(frozen=True)
class Tool:
    """A tool's function with what its signature and docstring promise."""

    name: str
    function: Callable[..., ToolResult]
    summary: str
    parameters: tuple[Parameter, ...]

    def schema(self) -> dict[str, Any]:
        """JSON schema of one call of this tool, free of extras."""
        return call_schema(
            self.name,
            {p.said: p.schema() for p in self.parameters},
            [p.said for p in self.parameters if p.required],
        )

    def parameter(self, said: str) -> Parameter:
        """Return the parameter that the model calls `said`."""
        return next(p for p in self.parameters if p.said == said)


def call_schema(name: str, properties: Mapping[str, Any], required: list[str]) -> dict[str, Any]:
    """Return the JSON schema of one planned call."""
    arguments = {
        "type": "object",
        "properties": dict(properties),
        "required": required,
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"tool": {"const": name}, "arguments": arguments},
        "required": ["tool", "arguments"],
        "additionalProperties": False,
    }


@cache
def toolbox() -> dict[str, Tool]:
    """Return every tool by name, in the order the planner reads them."""
    return {function.__name__: _read(function) for function in FUNCTIONS}


def _read(function: Callable[..., ToolResult]) -> Tool:
    hints = get_type_hints(function, include_extras=True)
    parameters = tuple(
        _parameter(name, hints[name], parameter.default is inspect.Parameter.empty)
        for name, parameter in list(inspect.signature(function).parameters.items())[1:]
    )
    doc = inspect.getdoc(function) or ""
    return Tool(function.__name__, function, re.split(r"\n\s*\n", doc)[0].replace("\n", " "), parameters)


def _parameter(name: str, hint: Any, required: bool) -> Parameter:
    span = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Span)), None)
    bare = get_args(hint)[0] if span else hint
    if get_origin(bare) in (Union, UnionType):
        bare = next(arg for arg in get_args(bare) if arg is not type(None))
    choices = tuple(get_args(bare)) if get_origin(bare) is Literal else ()
    return Parameter(name, span.said if span else name, span, choices, bare is int, required)
