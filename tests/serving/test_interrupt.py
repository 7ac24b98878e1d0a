"""A stop reaches the model's server: its caller hangs up, and whoever waited is free at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from serving.interrupt import Interrupt, Stopped, make_interruptible, raise_if_stopped

PATIENCE_SECONDS = 20.0


class SilentServer:
    """Takes requests and never answers; notes when a caller hangs up."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.asked = threading.Event()
        self.left = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            while True:
                caller, _ = self._listener.accept()
                with caller:
                    caller.settimeout(PATIENCE_SECONDS)
                    if caller.recv(65_536):
                        self.asked.set()
                        while caller.recv(65_536):
                            pass
                self.left.set()
        except OSError:
            return

    def close(self) -> None:
        # Shutting down wakes the thread in accept; closing alone would not.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE_SECONDS)


@pytest.fixture
def server() -> Iterator[SilentServer]:
    server = SilentServer()
    yield server
    server.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(
        trust_env=False, timeout=PATIENCE_SECONDS, event_hooks={"request": [make_interruptible]}
    ) as client:
        yield client


def ask(client: httpx.Client, server: SilentServer, interrupt: Interrupt) -> float:
    """Ask under an interrupt; return how long it took to come back with nothing."""
    started = time.monotonic()
    with interrupt.in_force(), pytest.raises(httpx.HTTPError):
        client.post(server.url, json={"question": "What is trending?"})
    return time.monotonic() - started


def test_a_stop_frees_the_caller_and_the_server_sees_it_leave(
    client: httpx.Client, server: SilentServer
) -> None:
    interrupt = Interrupt()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, client, server, interrupt)
        assert server.asked.wait(PATIENCE_SECONDS)
        interrupt.press()
        assert waiting.result(PATIENCE_SECONDS) < PATIENCE_SECONDS / 2
    assert server.left.wait(PATIENCE_SECONDS)


def test_a_stop_before_the_request_ends_it_too(client: httpx.Client, server: SilentServer) -> None:
    interrupt = Interrupt()
    interrupt.press()
    interrupt.press()
    assert ask(client, server, interrupt) < PATIENCE_SECONDS / 2


def test_a_stop_reaches_its_own_answer_only(client: httpx.Client, server: SilentServer) -> None:
    other = Interrupt()
    with ThreadPoolExecutor(1) as pool:
        interrupt = Interrupt()
        waiting = pool.submit(ask, client, server, interrupt)
        assert server.asked.wait(PATIENCE_SECONDS)
        other.press()
        assert not server.left.wait(0.2)
        interrupt.press()
        waiting.result(PATIENCE_SECONDS)


def test_work_asks_whether_anybody_still_waits() -> None:
    interrupt = Interrupt()
    with interrupt.in_force():
        raise_if_stopped()
        interrupt.press()
        with pytest.raises(Stopped):
            raise_if_stopped()
    raise_if_stopped()
