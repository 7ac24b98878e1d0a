"""One answer on the page, growing as events arrive: tools, chart, words, tables, receipt, follow-ups."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import gradio as gr

from agent.answer import Answer
from agent.events import (
    AnswerReady,
    ChartReady,
    Event,
    Failed,
    PlanMade,
    PlanStarted,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from tools.results import Lang
from ui.charts import draw_chart
from ui.texts import load_texts
from ui.web_markdown import escape_answer, render_citations, render_receipt, render_step, render_table

Message = dict[str, Any]
OPTIONS_SHOWN = 4
# A longer table would bury the words; its tool's accordion holds it whole.
SMALL_TABLE_ROWS = 6
ORIGIN: dict[str, Any] = {
    "calls": {"__all__": {"tool", "said", "arguments"}},
    **dict.fromkeys(("outcome", "reason", "model", "data_as_of"), True),
}


@dataclass
class Step:
    """One tool call as its accordion shows it; `seconds` is None while it runs."""

    title: str
    body: str = ""
    seconds: float | None = None


@dataclass
class Bubble:
    """What has been shown of one answer, in plain data: it is kept in the browser and drawn again.

    Args:
        lang: the question's language.
        status: the line with the spinner; "" once the answer stands.
        options: buttons under the answer, each {"label", "value"}; the value is asked when pressed.
        origin: how the answer came about, as feedback on it keeps it: calls, outcome, reason, model.
    """

    lang: Lang
    status: str = ""
    steps: dict[str, Step] = field(default_factory=dict)
    charts: list[dict[str, Any]] = field(default_factory=list)
    words: str = ""
    tables: list[str] = field(default_factory=list)
    reviews: str = ""
    reviews_title: str = ""
    receipt: str = ""
    options: list[dict[str, str]] = field(default_factory=list)
    origin: dict[str, Any] = field(default_factory=dict)
    # A chart takes longer to draw than all else in a long chat, and the whole chat is shown at each event.
    _drawn: dict[int, gr.Plot] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> Bubble:
        """Rebuild a bubble from what `dump` returned."""
        known = {f.name: stored[f.name] for f in fields(cls) if f.init and f.name in stored}
        known["steps"] = {index: Step(**step) for index, step in stored["steps"].items()}
        return cls(**known)

    def dump(self) -> dict[str, Any]:
        """Return the bubble as JSON data."""
        kept = {f.name: getattr(self, f.name) for f in fields(self) if f.init}
        return deepcopy({**kept, "steps": {index: asdict(step) for index, step in self.steps.items()}})

    def take(self, event: Event, question: str) -> None:
        """Grow by one event of the assistant's stream."""
        words = load_texts(self.lang)
        match event:
            case PlanStarted():
                self.status = words("status.waking" if event.waking else "status.planning")
            case PlanMade():
                self.status = words("status.working")
            case ToolStarted():
                self.status = words("status.working")
                self.steps[str(event.index)] = Step(self._title(event.tool))
            case ToolFinished():
                self._finish_step(event)
            case ChartReady():
                self.charts.append(event.chart)
            case TextDelta():
                self.status = ""
                self.words += event.text
            case AnswerReady():
                self._finish(event.answer)
            case Failed():
                self.fail(words.join(event.message[self.lang], event.remedy[self.lang]), question)

    def fail(self, text: str, question: str) -> None:
        """End with a message and a way to try again; what was found before stays."""
        self._settle()
        self.origin["outcome"] = "failed"
        self.words = f"{self.words}\n\n{text}" if self.words else text
        self.options = [{"label": load_texts(self.lang)("status.retry"), "value": question}]

    def stop(self, question: str) -> None:
        """End because the reader pressed stop."""
        self.fail(load_texts(self.lang)("status.stopped"), question)

    def messages(self) -> list[Message]:
        """Return the bubble as chat messages, in reading order."""
        parts: list[Message] = [_thought(step.title, step.body, step.seconds) for step in self.steps.values()]
        # A ranking's bars repeat its table: they make way for a chart over time.
        over_time = [n for n, chart in enumerate(self.charts) if chart["kind"] != "bars"]
        parts += [_say(self._plot(n)) for n in over_time or range(len(self.charts))]
        if self.words:
            parts.append(_say(escape_answer(self.words)))
        parts += [_say(table) for table in self.tables]
        if self.reviews:
            parts.append(_thought(self.reviews_title, self.reviews, 0))
        if self.receipt:
            parts.append(_thought(load_texts(self.lang)("receipt.title"), self.receipt, 0))
        if self.status:
            parts.append(_thought(self.status, "", None))
        if self.options and parts:
            parts[-1]["options"] = self.options
        return parts

    def _plot(self, chart: int) -> gr.Plot:
        if chart not in self._drawn:
            figure = draw_chart(self.charts[chart], self.lang)
            self._drawn[chart] = gr.Plot(value=figure, show_label=False, container=False, render=False)
        return self._drawn[chart]

    def _finish_step(self, event: ToolFinished) -> None:
        call = {"tool": event.tool, "said": event.said, "arguments": event.arguments}
        self.origin.setdefault("calls", []).append(call)
        body = render_step(event.tool, event.said, event.arguments, event.result, self.lang)
        title = self._title(event.tool)
        if not event.ok:
            title += " · " + load_texts(self.lang)("step.failed")
        self.steps[str(event.index)] = Step(title, body, event.seconds)
        if all(step.seconds is not None for step in self.steps.values()):
            self.status = load_texts(self.lang)("status.writing")

    def _finish(self, answer: Answer) -> None:
        self._settle()
        self.origin = answer.model_dump(mode="json", include=ORIGIN)
        self.words = answer.answer or self.words
        self.tables = [
            render_table(table, self.lang)
            for table in answer.tables
            if 0 < len(table.rows) <= SMALL_TABLE_ROWS
        ]
        if answer.citations:
            self.reviews = render_citations(answer.citations, self.lang)
            self.reviews_title = load_texts(self.lang)("receipt.reviews", count=len(answer.citations))
        if answer.receipt:
            self.receipt = render_receipt(answer, self.lang)
        # Where the answer asks which product is meant, the candidates are the next things to say.
        asked = (answer.error.options if answer.error else []) or answer.suggestions
        self.options = [{"label": text, "value": text} for text in asked[:OPTIONS_SHOWN]]

    def _settle(self) -> None:
        """Stop every spinner: nothing of this answer is still under way."""
        self.status = ""
        for step in self.steps.values():
            if step.seconds is None:
                step.seconds = 0.0
                step.title += " · " + load_texts(self.lang)("step.unfinished")

    def _title(self, tool: str) -> str:
        return load_texts(self.lang).get(f"tools.{tool}", tool)


def _say(content: object) -> Message:
    return {"role": "assistant", "content": content}


def _thought(title: str, body: str, seconds: float | None) -> Message:
    """Return an accordion: open with a spinner while `seconds` is None, closed afterwards."""
    metadata: dict[str, Any] = {"title": title, "status": "pending" if seconds is None else "done"}
    if seconds:
        metadata["duration"] = round(seconds, 2)
    return {"role": "assistant", "content": body, "metadata": metadata}
