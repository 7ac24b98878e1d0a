"""Assistants that play a script: the page is tested without a model, faults included."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from agent.answer import Answer, Call, Citation, Seconds
from agent.events import (
    AnswerReady,
    ChartReady,
    Event,
    Failed,
    PlanMade,
    PlanStarted,
    ReceiptReady,
    TextDelta,
    ToolFinished,
    ToolStarted,
)
from serving.interrupt import Interrupt
from tools.results import Column, Draft, ProductRef, Table, ToolResult
from ui.web_stores import StoreCard

AS_OF = date(2025, 6, 30)
LAMP = "RABBIT NIGHT LIGHT"
CARDS = [
    StoreCard("bazaar", "synthetic", {"en": "Bazaar", "zh": "百货集市"}, AS_OF, 200),
    StoreCard(
        "complete-journey", "real", {"en": "Complete Journey", "zh": "一站式超市"}, date(2017, 12, 30), 412
    ),
]
WORDS = {
    "en": f"**{LAMP}** will sell about **412 units** in the next 14 days. With 80% certainty it will "
    "be between 338 units and 497 units.\n\n"
    "That is 31% more than in the 14 days before. The forecast beat the simple "
    "method in 8 of 8 past tests.",
    "zh": f"**{LAMP}** 未来 14 天预计卖出约 **412 件**，八成把握在 338 件到 497 件之间。\n\n"
    "比前 14 天多 31%。在过去 8 次检验中，这个预测 8 次都比简单方法准。",
}
FOLLOW_UPS = {
    "en": ["Why is it rising?", "How much should I reorder?", "What do customers say about it?"],
    "zh": ["为什么涨？", "该补多少货？", "顾客怎么评价它？"],
}


def language(question: str) -> str:
    return "zh" if any("\u4e00" <= char <= "\u9fff" for char in question) else "en"


def chart() -> dict[str, Any]:
    past = [AS_OF - timedelta(days=back) for back in range(69, -1, -1)]
    ahead = [AS_OF + timedelta(days=step) for step in range(1, 15)]
    sold = [14 + index / 6 + 5 * (day.weekday() >= 5) + (index * 7) % 5 for index, day in enumerate(past)]
    mean = [27 + step / 4 + 6 * (day.weekday() >= 5) for step, day in enumerate(ahead)]
    return {
        "kind": "forecast",
        "title": {"en": f"{LAMP}: the next 14 days", "zh": f"{LAMP}：未来 14 天"},
        "unit": "units",
        "history": {"ds": [day.isoformat() for day in past], "y": sold},
        "forecast": {
            "ds": [day.isoformat() for day in ahead],
            "mean": mean,
            **{
                f"{side}{level}": [value + sign * spread * (1 + step / 20) for step, value in enumerate(mean)]
                for level, spread in ((80, 6), (95, 10))
                for side, sign in (("lo", -1), ("hi", 1))
            },
        },
    }


def trending() -> ToolResult:
    draft = Draft("list_trending", {"direction": "up", "limit": 5}, AS_OF)
    draft.fact("top_growth", 31.0, "percent_change", entity="P007", period="2025-06-17..2025-06-30")
    titles = [LAMP, "Bamboo|cutting board", "夏季凉感枕头", "Travel mug [500 ml]", "Desk fan"]
    draft.result.table = Table(
        columns=[
            Column(key="product", en="Product", zh="商品"),
            Column(key="recent", en="Sold, 14 days", zh="近 14 天", unit="units"),
            Column(key="before", en="14 days before", zh="前 14 天", unit="units"),
            Column(key="growth", en="Change", zh="变化", unit="percent_change"),
        ],
        rows=[
            {
                "product": title,
                "recent": 402.0 - 37 * rank,
                "before": 307.0 - 25 * rank,
                "growth": 31.0 - 3 * rank,
            }
            for rank, title in enumerate(titles)
        ],
        total_rows=9,
    )
    draft.result.products = [ProductRef(product_id="P007", title=LAMP)]
    return draft.result


def forecast() -> ToolResult:
    draft = Draft("forecast_demand", {"product_id": "P007", "horizon_days": 14}, AS_OF)
    ahead = "2025-07-01..2025-07-14"
    draft.fact("product", LAMP, "text", entity="P007", metric="title")
    for name, value in (("total_mean", 412.0), ("total_low", 338.0), ("total_high", 497.0)):
        draft.fact(name, value, "units", entity="P007", period=ahead)
    draft.result.products = [ProductRef(product_id="P007", title=LAMP)]
    draft.result.chart = chart()
    return draft.result


def finished(index: int, result: ToolResult, said: dict[str, Any], seconds: float = 0.3) -> ToolFinished:
    return ToolFinished(index, result.tool, said, result.arguments, result.ok, seconds, result)


def answer(question: str, results: list[ToolResult], **changes: Any) -> Answer:
    lang = language(question)
    values: dict[str, Any] = {
        "question": question,
        "language": lang,
        "store": "bazaar",
        "answer": WORDS[lang],
        "calls": [
            Call(tool=result.tool, said={}, arguments=result.arguments, ok=result.ok) for result in results
        ],
        "facts": [fact for result in results for fact in [*result.facts.values(), *result.cells()]],
        "receipt": [fact.id for result in results for fact in result.facts.values()],
        "suggestions": FOLLOW_UPS[lang],
        "model": "Scripted planner",
        "data_as_of": AS_OF,
        "seconds": Seconds(total=4.2),
    }
    return Answer(**(values | changes))


def good_answer(question: str) -> Iterator[Event]:
    """Find the top riser, forecast it, quote a review: each part of a bubble appears once."""
    results = [trending(), forecast()]
    # Long enough for a test to see the page's first words before any of the assistant's.
    time.sleep(0.8 if "slow" in question else 0)
    said: list[dict[str, Any]] = [{"direction": "up"}, {"product": "$1", "horizon": "next 14 days"}]
    yield PlanStarted()
    yield PlanMade(
        [{"tool": result.tool, "said": words} for result, words in zip(results, said, strict=True)]
    )
    for index, (result, words) in enumerate(zip(results, said, strict=True)):
        yield ToolStarted(index, result.tool, words)
        yield finished(index, result, words)
    yield ChartReady(1, chart())
    text = WORDS[language(question)]
    for start in range(0, len(text), 12):
        yield TextDelta(text[start : start + 12])
        time.sleep(0.01)
    review = Citation(
        review_id="R1",
        product_id="P007",
        date=date(2025, 6, 21),
        rating=5,
        text="Lovely glow <b>all night</b> ![x](http://stranger.example/x.png)",
    )
    whole = answer(question, results, citations=[review])
    by_id = {fact.id: fact for fact in whole.facts}
    yield ReceiptReady([by_id[name] for name in whole.receipt], whole.citations)
    yield AnswerReady(whole)


def tool_failure(question: str) -> Iterator[Event]:
    """The product is not known: the tool says so and names the nearest."""
    draft = Draft("forecast_demand", {"horizon_days": 14}, AS_OF)
    result = draft.fail(
        "unknown_product",
        en="No product is called “moon lamp”.",
        zh="没有叫“moon lamp”的商品。",
        remedy_en="Did you mean one of these?",
        remedy_zh="您是不是要找下面这些？",
        options=[LAMP, "Desk lamp"],
    )
    yield PlanStarted()
    yield ToolStarted(0, "forecast_demand", {"product": "moon lamp"})
    yield finished(0, result, {"product": "moon lamp"})
    text = "No product is called “moon lamp”. Did you mean one of these?"
    yield AnswerReady(answer(question, [result], answer=text, error=result.error, suggestions=[]))


def model_death(question: str) -> Iterator[Event]:
    """The model dies after the first tool; the assistant reports it as its last event."""
    yield PlanStarted(waking=True)
    yield ToolStarted(0, "list_trending", {})
    yield finished(0, trending(), {})
    yield ToolStarted(1, "forecast_demand", {"product": "$1"})
    yield Failed(
        "model_unavailable",
        {"en": "The model stopped in the middle of the answer.", "zh": "模型在回答途中停止了。"},
        {"en": "It can be asked anew: the model starts again by itself.", "zh": "请再问一次，它会重新启动。"},
    )


def program_fault(question: str) -> Iterator[Event]:
    """Something below the page breaks without a message of its own."""
    yield PlanStarted()
    raise RuntimeError("a fault that nobody foresaw")


def long_answer(question: str) -> Iterator[Event]:
    """Sixty paragraphs and an unbroken word wider than a phone."""
    yield PlanStarted()
    text = "\n\n".join(f"Paragraph {number}: " + "steady sales all week long. " * 6 for number in range(60))
    text += "\n\n" + "X" * 400
    for start in range(0, len(text), 200):
        yield TextDelta(text[start : start + 200])
    yield AnswerReady(answer(question, [trending()], answer=text))


def endless(question: str) -> Iterator[Event]:
    """Words that go on until somebody presses stop; bounded, so that a failing test ends too."""
    yield PlanStarted()
    for number in range(400):
        yield TextDelta(f"word {number} ")
        time.sleep(0.05)


SCRIPTS: dict[str, Callable[[str], Iterator[Event]]] = {
    "moon lamp": tool_failure,
    "die": model_death,
    "break": program_fault,
    "long": long_answer,
    "endless": endless,
}


class ScriptedAssistant:
    """Plays the script whose word stands in the question, else the good answer; remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.turn_numbers: list[int | None] = []
        self.closed = 0
        self.interrupted = 0

    def stream(
        self,
        question: str,
        conversation_id: str = "default",
        *,
        turn_number: int | None = None,
        interrupt: Interrupt | None = None,
    ) -> Iterator[Event]:
        self.asked.append((question, conversation_id))
        self.turn_numbers.append(turn_number)
        script = next((play for word, play in SCRIPTS.items() if word in question), good_answer)
        try:
            for event in script(question):
                if interrupt and interrupt.is_pressed:
                    self.interrupted += 1
                    return
                yield event
        finally:
            self.closed += 1
