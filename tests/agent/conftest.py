"""A small real shop, and a model that says what the test tells it to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from serving.client import Completion
from serving.errors import ModelUnavailable
from store.demo import bazaar
from tools.shop import Shop


class ScriptedClient:
    """Plays queued plans in order; an exception in the queue is raised instead."""

    model = "scripted"

    def __init__(self) -> None:
        self.queue: list[Any] = []
        self.asked: list[list[dict[str, str]]] = []

    def enqueue(self, *calls: tuple[str, dict[str, Any]]) -> None:
        plan = {"calls": [{"tool": tool, "arguments": arguments} for tool, arguments in calls]}
        self.queue.append(json.dumps(plan, ensure_ascii=False))

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        self.asked.append(messages)
        if not self.queue:
            raise ModelUnavailable("the scripted model has nothing more to say", "enqueue a plan")
        said = self.queue.pop(0)
        if isinstance(said, Exception):
            raise said
        return Completion(said, 800, 40, 0.01, 790)


class ScriptedConnection:
    description = "scripted model"
    is_awake = True

    def __init__(self) -> None:
        self.scripted = ScriptedClient()

    def client(self, on_progress: Any = None) -> Any:
        return self.scripted

    def warm(self, messages: Any) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    from serving.embedder import default_embedder
    from store.review_index import ReviewIndex

    store = bazaar.build(tmp_path_factory.mktemp("agent"), products=24, days=300, reviews=120)
    ReviewIndex(store, default_embedder()).build()
    yield Shop(store, default_embedder())
    store.close()


@pytest.fixture
def connection() -> ScriptedConnection:
    return ScriptedConnection()
