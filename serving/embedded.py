"""The embedded model server: a child process, started on first need, watched, stopped with the program."""

from __future__ import annotations

import json
import os
import secrets
import select
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from pathlib import Path
from typing import NamedTuple

import httpx

from serving.breaker import Breaker
from serving.client import ChatClient, Message
from serving.errors import ModelUnavailable
from serving.prefix import Slot, warm
from serving.registry import GgufModel
from serving.settings import home
from serving.weights import Progress, ready_path

_START_LIMIT_SECONDS = 120.0
_STOP_LIMIT_SECONDS = 5.0
# The server answers this from a thread of its own, also in mid-completion.
_HEALTH_LIMIT_SECONDS = 3.0
_DEATHS_TOLERATED = 3
_DEATHS_WINDOW_SECONDS = 60.0
_PROJECT = Path(__file__).resolve().parents[1]

CHILD_COMMAND = (sys.executable, "-m", "serving.embedded_child")
# The threads of a computation wait for each other hundreds of times a token. By default they wait spinning,
# which on busy cores keeps the awaited thread from running: 18 tokens/s became 0.4.
_PATIENCE = {"GOMP_SPINCOUNT": "2000"}


def child_config(spec: GgufModel, model_path: Path, key: str, port: int = 0) -> dict[str, object]:
    """Return what the child process reads from its stdin.

    Args:
        spec: the model.
        model_path: its verified file.
        key: what requests must carry.
        port: where it listens; 0 lets the system choose.
    """
    drafting = spec.drafting
    return {
        "model_path": str(model_path),
        "model": spec.name,
        "key": key,
        "port": port,
        "context_tokens": spec.context_tokens,
        "threads": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "slot_folder": f"{slot_folder(spec)}{os.sep}",
        "drafting": drafting.model_dump() if drafting else None,
        "parent_pid": os.getpid(),
    }


def child_environment() -> dict[str, str]:
    """Return the child's environment."""
    return {**_PATIENCE, **os.environ}


def slot_folder(spec: GgufModel) -> Path:
    """Return the folder of what the model has read, made where it is missing."""
    folder = home() / "cache" / spec.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    client: ChatClient
    slot: Slot


class EmbeddedServer:
    """Serves one registered model on 127.0.0.1, on a port and with a key that only this process knows."""

    def __init__(self, spec: GgufModel, breaker: Breaker | None = None) -> None:
        self.spec = spec
        self._breaker = breaker
        self.log_path = home() / "logs" / "model-server.log"
        self._lock = threading.Lock()
        self._warming = threading.Lock()
        self._running: _Running | None = None
        self._warmed: tuple[int, list[Message]] | None = None
        self._deaths: deque[float] = deque(maxlen=_DEATHS_TOLERATED)
        self._finalizer: weakref.finalize[..., EmbeddedServer] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server while it lives."""
        running = self._running
        return running.process.pid if running and running.process.poll() is None else None

    def ensure_started(self, on_progress: Progress | None = None) -> ChatClient:
        """Return a client of the running server; starts it, or starts it again when it died.

        Raises:
            ModelMissing: the model file is not there.
            ModelCorrupt: it is not the registered file.
            ModelUnavailable: the server does not start, or died several times within a minute.
        """
        with self._lock:
            if self._running is not None:
                if _lives(self._running):
                    return self._running.client
                self._deaths.append(time.monotonic())
                self._discard()
            self._refuse_after_deaths()
            self._running = self._start(on_progress)
            return self._running.client

    def warm(self, messages: list[Message], timeout_seconds: float) -> None:
        """Let the running server hold the constant beginning of later prompts; cheap when it does already.

        Raises:
            ServingError: as `ensure_started` and `ChatClient.complete`.
        """
        client = self.ensure_started()
        with self._warming:
            running = self._running
            if running is None or running.client is not client:
                return
            if self._warmed != (running.process.pid, messages):
                warm(client, running.slot, self.spec, messages, timeout_seconds)
                self._warmed = (running.process.pid, messages)

    def stop(self) -> None:
        """Stop the server; a later `ensure_started` starts it again."""
        with self._lock:
            self._discard()

    def _start(self, on_progress: Progress | None) -> _Running:
        model_path = ready_path(self.spec)
        if on_progress:
            on_progress("load", 0, self.spec.size_bytes)
        key = secrets.token_urlsafe(32)
        process = self._spawn()
        self._finalizer = weakref.finalize(self, _end, process)
        address = self._hand_shake(process, child_config(self.spec, model_path, key))
        if on_progress:
            on_progress("load", self.spec.size_bytes, self.spec.size_bytes)
        client = ChatClient(
            f"{address}/v1",
            self.spec.name,
            key,
            use_proxy=False,
            options=self.spec.request_options,
            breaker=self._breaker,
        )
        return _Running(process, client, Slot(address, key, slot_folder(self.spec)))

    def _spawn(self) -> subprocess.Popen[bytes]:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("wb") as log:
            return subprocess.Popen(
                CHILD_COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=_PROJECT,
                env=child_environment(),
            )

    def _hand_shake(self, process: subprocess.Popen[bytes], config: dict[str, object]) -> str:
        """Send the configuration, wait for the address."""
        assert process.stdin is not None and process.stdout is not None
        line, died = b"", False
        try:
            process.stdin.write(json.dumps(config).encode() + b"\n")
            process.stdin.flush()
            if select.select([process.stdout], [], [], _START_LIMIT_SECONDS)[0]:
                line = process.stdout.readline()
                died = not line
        except BrokenPipeError:
            died = True
        if not line:
            self._deaths.append(time.monotonic())
            self._end_process()
            raise ModelUnavailable(
                "the embedded model server "
                + ("died while loading" if died else f"was not ready after {_START_LIMIT_SECONDS:g} s")
                + f": {self._last_words()}",
                f"see {str(self.log_path)!r}; it needs about 2 GB of free memory",
            )
        return str(json.loads(line)["address"])

    def _refuse_after_deaths(self) -> None:
        now = time.monotonic()
        if len(self._deaths) == _DEATHS_TOLERATED and now - self._deaths[0] < _DEATHS_WINDOW_SECONDS:
            raise ModelUnavailable(
                f"the embedded model server died {_DEATHS_TOLERATED} times within a minute: "
                f"{self._last_words()}",
                f"see {str(self.log_path)!r}; free some memory and ask again in a minute",
            )

    def _last_words(self) -> str:
        try:
            lines = self.log_path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            lines = []
        return lines[-1][-200:] if lines else "it left no message"

    def _discard(self) -> None:
        if self._running is not None:
            self._running.client.close()
            self._running = None
        self._end_process()

    def _end_process(self) -> None:
        if self._finalizer is not None:
            self._finalizer()
            self._finalizer = None


def _lives(running: _Running) -> bool:
    """Whether the server answers; a process that was just killed may still be listed, and even listen."""
    if running.process.poll() is not None:
        return False
    try:
        health = httpx.get(f"{running.slot.address}/health", timeout=_HEALTH_LIMIT_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return False
    return health.is_success


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the child to go by closing its stdin, and make it go where it does not."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    try:
        process.wait(_STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
