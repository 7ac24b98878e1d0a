"""A stop while the model thinks or a tool counts: its server is hung up, nothing further runs, no blame falls."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from agent.assistant import Assistant
from agent.events import Event, PlanStarted, ToolStarted
from agent.execution import Executor
from serving.client import ChatClient
from serving.connection import RemoteConnection
from serving.interrupt import Interrupt
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop

PATIENCE_SECONDS = 20.0
QUESTION = "What is trending, and how much of the top riser will sell in the next 14 days?"


class SilentModel:
    """A model server that takes a request and never answers; notes when its caller hangs up."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self.asked = threading.Event()
        self.left = threading.Event()
        self.requests = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            while True:
                caller, _ = self._listener.accept()
                with caller:
                    caller.settimeout(PATIENCE_SECONDS)
                    self.requests += 1
                    while caller.recv(65_536):
                        self.asked.set()
                self.left.set()
        except OSError:
            return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE_SECONDS)


@pytest.fixture
def silent() -> Iterator[SilentModel]:
    model = SilentModel()
    yield model
    model.close()


def test_a_stop_hangs_up_the_model_and_ends_the_walk(shop: Shop, silent: SilentModel, tmp_path: Path) -> None:
    connection = RemoteConnection(ChatClient(silent.url, "slow", use_proxy=False))
    assistant = Assistant(shop, connection, timeout_seconds=PATIENCE_SECONDS, trial_folder=tmp_path)
    interrupt = Interrupt()
    with ThreadPoolExecutor(1) as pool:
        walking = pool.submit(lambda: list(assistant.stream(QUESTION, "talk", interrupt=interrupt)))
        assert silent.asked.wait(PATIENCE_SECONDS)
        pressed = time.monotonic()
        interrupt.press()
        events: list[Event] = walking.result(PATIENCE_SECONDS)
    assert time.monotonic() - pressed < PATIENCE_SECONDS / 4
    assert silent.left.wait(PATIENCE_SECONDS / 4)
    assert [type(event) for event in events] == [PlanStarted], (
        "no keywords step in for a model that was stopped"
    )
    assert silent.requests == 1
    connection.close()


def test_a_stop_between_two_calls_leaves_the_second_undone(
    shop: Shop, connection: ScriptedConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    call = Executor._call

    def note(self: Executor, tool: str, arguments: Any) -> Any:
        called.append(tool)
        return call(self, tool, arguments)

    monkeypatch.setattr(Executor, "_call", note)
    connection.scripted.enqueue(
        ("list_trending", {"direction": "up"}),
        ("forecast_demand", {"product": "$1", "horizon": "next 14 days"}),
    )
    assistant = Assistant(shop, connection, trial_folder=tmp_path)  # type: ignore[arg-type]
    interrupt = Interrupt()
    for event in assistant.stream(QUESTION, "talk", interrupt=interrupt):
        if isinstance(event, ToolStarted):
            interrupt.press()
    assert called == ["list_trending"]
