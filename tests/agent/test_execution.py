"""Calls that hang, break or repeat."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from agent.events import Event, ToolFinished, ToolStarted
from agent.execution import Executor, Step
from agent.memory import Memory
from tools import toolbox as box
from tools.results import Draft, ToolResult
from tools.shop import Shop


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[..., ToolResult]], None]:
    def replace(name: str, function: Callable[..., ToolResult]) -> None:
        tools = dict(box.toolbox())
        tools[name] = box.Tool(name, function, tools[name].summary, tools[name].parameters)
        monkeypatch.setattr("agent.execution.toolbox", lambda: tools)

    return replace


def run(shop: Shop, *steps: Step, timeout_seconds: float = 30.0) -> tuple[list[Any], list[Event]]:
    events: list[Event] = []
    return Executor(shop, timeout_seconds).run(list(steps), Memory(), events.append), events


def test_a_broken_tool_is_an_error_beside_the_others_answers(shop: Shop, replaced: Any) -> None:
    def explode(shop: Shop, **_: Any) -> ToolResult:
        raise ZeroDivisionError

    replaced("get_sales", explode)
    done, _ = run(shop, Step("get_sales", {}), Step("list_trending", {}))
    assert done[0].result.error is not None and done[0].result.error.code == "tool_broke"
    assert done[1].result.ok


def test_a_hanging_tool_does_not_hold_the_answer(shop: Shop, replaced: Any) -> None:
    release = threading.Event()

    def hang(shop: Shop, **_: Any) -> ToolResult:
        release.wait(60)
        return Draft("get_sales", {}, shop.as_of).result

    replaced("get_sales", hang)
    done, _ = run(shop, Step("get_sales", {}), timeout_seconds=0.2)
    release.set()
    assert done[0].result.error is not None and done[0].result.error.code == "tool_timeout"


def test_a_repeated_call_is_answered_from_cache(shop: Shop, replaced: Any) -> None:
    calls: list[int] = []
    real = box.toolbox()["get_sales"].function

    def count(shop: Shop, **arguments: Any) -> ToolResult:
        calls.append(1)
        return real(shop, **arguments)

    replaced("get_sales", count)
    executor = Executor(shop)
    for _ in range(3):
        executor.run([Step("get_sales", {"period": "last week"})], Memory(), lambda event: None)
    assert len(calls) == 1


def test_a_reference_waits_for_its_call(shop: Shop) -> None:
    done, events = run(shop, Step("list_trending", {"direction": "up"}), Step("get_sales", {"product": "$1"}))
    assert done[1].arguments["product_id"] == done[0].result.products[0].product_id
    order = [(type(event), event.index) for event in events if isinstance(event, ToolStarted | ToolFinished)]
    assert order.index((ToolFinished, 0)) < order.index((ToolStarted, 1))
