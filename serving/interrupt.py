"""Giving up an answer that is under way: nobody waits for it any more, so the model may stop as well."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_CURRENT: ContextVar[Interrupt | None] = ContextVar("interrupt", default=None)
# What httpcore tells when a connection stands; its return value is the stream that owns the socket.
_CONNECTED = (".connect_tcp.complete", ".connect_unix_socket.complete", ".start_tls.complete")


class Stopped(Exception):
    """The answer was given up by whoever had asked for it; not a fault of anything."""


class Interrupt:
    """One answer's stop button; may be pressed from any thread, any number of times.

    Pressing it closes the connections on which a model is answering: a server that sees its caller leave
    stops generating, and the thread that waited for the reply is free at once.
    """

    def __init__(self) -> None:
        # Reentrant: a second Ctrl+C may come while the first is being obeyed, in the same thread.
        self._lock = threading.RLock()
        self._pressed = False
        self._streams: list[Any] = []

    @property
    def is_pressed(self) -> bool:
        """Whether the answer was given up."""
        return self._pressed

    def press(self) -> None:
        """Give the answer up."""
        with self._lock:
            self._pressed = True
            streams, self._streams = self._streams, []
        for stream in streams:
            _hang_up(stream)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Make this the interrupt of everything that runs inside, threads with a copied context included."""
        token = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(token)

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Take a request's connection when it stands; the signature is httpcore's for `trace`."""
        if not event.endswith(_CONNECTED):
            return
        stream = info["return_value"]
        with self._lock:
            self._streams.append(stream)
        if self._pressed:
            _hang_up(stream)


def raise_if_stopped() -> None:
    """Leave the work that nobody waits for.

    Raises:
        Stopped: the interrupt in force was pressed.
    """
    current = _CURRENT.get()
    if current is not None and current.is_pressed:
        raise Stopped


def make_interruptible(request: httpx.Request) -> None:
    """Let the interrupt in force hang up this request; an event hook of an httpx client."""
    current = _CURRENT.get()
    if current is not None:
        # A kept connection never tells which request it serves: each of these has one to itself.
        request.headers["Connection"] = "close"
        request.extensions["trace"] = current.watch


def _hang_up(stream: Any) -> None:
    # Closing a socket does not wake the thread that reads from it; shutting it down does.
    with suppress(OSError):
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
