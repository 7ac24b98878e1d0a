"""A model that failed five times in a row rests for a while: nobody waits for it, keywords plan meanwhile."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from serving.errors import ModelUnavailable, RequestTooLong, ServingError
from serving.settings import home

FAILURES_TOLERATED = 5
PAUSE_SECONDS = 30.0


class Breaker:
    """Counts failures in a row; open, it refuses at once but for one trial after each pause.

    Args:
        clock: seconds, never running backwards.
        notice: a file that exists while it is open, for `shopcast doctor` in another process.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, notice: Path | None = None) -> None:
        self._clock = clock
        self._notice = notice
        self._lock = threading.Lock()
        self._failures = 0
        self._resting_since = 0.0
        self._last: ServingError | None = None

    @property
    def is_open(self) -> bool:
        """Whether the model rests."""
        return self._failures >= FAILURES_TOLERATED

    def check(self) -> None:
        """Let a request through, or refuse it at once.

        Raises:
            ModelUnavailable: the model rests, and this is not the trial after the pause.
        """
        with self._lock:
            if not self.is_open or self._last is None:
                return
            waited = self._clock() - self._resting_since
            if waited >= PAUSE_SECONDS:
                # This request is the trial. One that never reports back costs one more pause, no more.
                self._resting_since = self._clock()
                return
            raise ModelUnavailable(
                f"the model failed {self._failures} times in a row and rests for "
                f"{PAUSE_SECONDS - waited:.0f} s more; the last time: {self._last.message}",
                self._last.remedy,
            )

    def report(self, error: ServingError | None) -> None:
        """Take note of how a request ended: None for an answer.

        A question that is too long says nothing about the server and is not counted.
        """
        if isinstance(error, RequestTooLong):
            return
        with self._lock:
            was_open = self.is_open
            self._last = error
            self._failures = self._failures + 1 if error else 0
            if self.is_open:
                self._resting_since = self._clock()
            if self.is_open != was_open:
                self._post()

    def forget(self) -> None:
        """Take the notice down, as the program ends."""
        if self._notice is not None and self.is_open:
            self._notice.unlink(missing_ok=True)

    def _post(self) -> None:
        if self._notice is None:
            return
        if self._last is None:
            self._notice.unlink(missing_ok=True)
            return
        try:
            self._notice.parent.mkdir(parents=True, exist_ok=True)
            self._notice.write_text(json.dumps({"reason": self._last.message}), encoding="utf-8")
        except OSError:
            # Only the doctor reads it.
            return


def make_breaker() -> Breaker:
    """Return this process's breaker for a model connection."""
    return Breaker(notice=home() / "run" / f"breaker-{os.getpid()}.json")


def open_breakers() -> Iterator[tuple[int, str]]:
    """Yield (process id, reason) of every running program whose model rests; sweep up after dead ones."""
    for notice in sorted((home() / "run").glob("breaker-*.json")):
        pid = int(notice.stem.removeprefix("breaker-"))
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            notice.unlink(missing_ok=True)
            continue
        except PermissionError:
            pass
        yield pid, str(json.loads(notice.read_text(encoding="utf-8"))["reason"])
