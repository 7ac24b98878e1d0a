"""What happens while a question is answered, in order: page, command line and API read the same stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from agent.answer import Answer, Citation
from tools.results import Fact, ToolResult


@dataclass(frozen=True)
class PlanStarted:
    """The question was read; `waking` says that the model has yet to start."""

    waking: bool = False


@dataclass(frozen=True)
class PlanMade:
    """The calls that will run, each {"tool": name, "said": {argument: copied words}}."""

    calls: list[dict[str, Any]]


@dataclass(frozen=True)
class ToolStarted:
    """Call `index` began."""

    index: int
    tool: str
    said: dict[str, Any]


@dataclass(frozen=True)
class ToolFinished:
    """Call `index` ended, with its result or the error inside it."""

    index: int
    tool: str
    said: dict[str, Any]
    arguments: dict[str, Any]
    ok: bool
    seconds: float
    result: ToolResult


@dataclass(frozen=True)
class ChartReady:
    """A chart specification (neutral JSON) that belongs to call `index`."""

    index: int
    chart: dict[str, Any]


@dataclass(frozen=True)
class TextDelta:
    """A further piece of the checked answer."""

    text: str


@dataclass(frozen=True)
class ReceiptReady:
    """The facts behind the answer's numbers in the order of its words, and the reviews that it rests on."""

    facts: list[Fact]
    citations: list[Citation]


@dataclass(frozen=True)
class AnswerReady:
    """The whole answer with its receipts; always the last event unless `Failed` is."""

    answer: Answer


@dataclass(frozen=True)
class Failed:
    """The question could not be answered at all: what is wrong and what to do, in both languages."""

    code: str
    message: dict[str, str] = field(default_factory=dict)
    remedy: dict[str, str] = field(default_factory=dict)


Event = (
    PlanStarted
    | PlanMade
    | ToolStarted
    | ToolFinished
    | ChartReady
    | TextDelta
    | ReceiptReady
    | AnswerReady
    | Failed
)
