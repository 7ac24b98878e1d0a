"""Keep a server running: wait until it is healthy, start it again when it dies, give up when it dies too often."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx

from serving.errors import ModelUnavailable

State = Literal["starting", "ready", "died", "stopped"]
OnState = Callable[[State, str], None]
"""Called with the new state and a few words about it."""

_HEALTH_LIMIT_SECONDS = 5.0
_STOP_LIMIT_SECONDS = 20.0
_LAST_LINES = 15


@dataclass(frozen=True)
class Launch:
    """How a server is started.

    Args:
        command: program and arguments; nothing secret, everybody can read it.
        environment: of the process, whole.
        folder: where it runs.
        first_line: what it reads from its stdin before anything else; stdin then stays open.
        health_url: answers with success once requests are welcome.
        log_path: receives what it prints.
    """

    command: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    folder: Path
    first_line: str = field(repr=False)
    health_url: str
    log_path: Path


@dataclass(frozen=True)
class Patience:
    """How long is waited for what, in seconds.

    Args:
        start: until a start counts as failed; a first start may compile kernels.
        check: between two looks at a server that starts or runs.
        checks_missed: looks in a row without an answer until a running server counts as dead.
        pause: before the first new start; doubled for each death that follows.
        deaths: how many are tolerated within `window`.
        window: see `deaths`.
    """

    start: float = 900.0
    check: float = 1.0
    checks_missed: int = 10
    pause: float = 1.0
    deaths: int = 5
    window: float = 600.0


class Supervisor:
    """Runs one server until it is told to stop.

    Args:
        launch: how the server is started.
        on_state: told what happens.
        patience: how long is waited for what.
    """

    def __init__(self, launch: Launch, on_state: OnState, patience: Patience = Patience()) -> None:
        self._launch = launch
        self._on_state = on_state
        self._patience = patience
        self._stop = threading.Event()
        self._deaths: deque[float] = deque(maxlen=patience.deaths)

    def stop(self) -> None:
        """Let `run` end; safe in a signal handler."""
        self._stop.set()

    def run(self) -> None:
        """Serve until `stop`.

        Raises:
            ModelUnavailable: the server died too often; the message ends with its last lines.
        """
        self._launch.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self._launch.log_path.open("wb") as log:
            while not self._stop.is_set():
                process = self._spawn(log.fileno())
                try:
                    died_of = self._watch(process)
                finally:
                    _end(process)
                if died_of:
                    self._mourn(died_of)
        self._on_state("stopped", "")

    def _spawn(self, log: int) -> subprocess.Popen[bytes]:
        launch = self._launch
        process = subprocess.Popen(
            launch.command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=launch.folder,
            env=launch.environment,
            # A Ctrl-C in the terminal is for the supervisor, who then ends the server in order.
            start_new_session=True,
        )
        assert process.stdin is not None
        # Broken where it died at once: whoever watches it finds out.
        with suppress(BrokenPipeError):
            process.stdin.write(launch.first_line.encode())
            process.stdin.flush()
        return process

    def _watch(self, process: subprocess.Popen[bytes]) -> str:
        """Return what a server died of, or nothing when it was told to stop."""
        patience, began, missed, ready = self._patience, time.monotonic(), 0, False
        while not self._stop.is_set():
            if process.poll() is not None:
                return f"it ended with status {process.returncode}"
            if self._is_healthy():
                if not ready:
                    self._on_state("ready", f"{time.monotonic() - began:.0f} s")
                ready, missed = True, 0
            elif ready:
                missed += 1
                if missed >= patience.checks_missed:
                    return "it no longer answers"
            else:
                waited = time.monotonic() - began
                if waited > patience.start:
                    return f"it was not ready after {patience.start:g} s"
                self._on_state("starting", f"{waited:.0f} s, {self._last_lines(1)[:160]}")
            self._stop.wait(patience.check)
        return ""

    def _is_healthy(self) -> bool:
        try:
            answer = httpx.get(self._launch.health_url, timeout=_HEALTH_LIMIT_SECONDS, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.is_success

    def _mourn(self, died_of: str) -> None:
        """Wait before the next start, or give up."""
        now, patience = time.monotonic(), self._patience
        self._deaths.append(now)
        recent = sum(now - death < patience.window for death in self._deaths)
        if recent >= patience.deaths:
            raise ModelUnavailable(
                f"the model server died {recent} times within {patience.window / 60:g} minutes; "
                f"the last time {died_of}:\n{self._last_lines(_LAST_LINES)}\n",
                f"see {str(self._launch.log_path)!r}",
            )
        pause = patience.pause * 2 ** (recent - 1)
        self._on_state("died", f"{died_of}; started again in {pause:g} s")
        self._stop.wait(pause)

    def _last_lines(self, count: int) -> str:
        text = self._launch.log_path.read_text(encoding="utf-8", errors="replace")
        return "\n".join(line[-300:] for line in text.strip().splitlines()[-count:])


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to go by closing its stdin, and make it go where it does not."""
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(_STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
