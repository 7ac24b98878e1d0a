"""The one server that `shopcast serve` runs for a home: who may run it, and where the other commands find it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict

from serving.errors import AlreadyServed, ModelUnavailable
from serving.settings import home

Backend = Literal["embedded", "vllm"]
# A command that only looks whether somebody serves holds the lock for a moment.
_CLAIM_LIMIT_SECONDS = 1.0
_CLAIM_STEP_SECONDS = 0.05


class Served(BaseModel):
    """The server as `shopcast serve` announces it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    """Base URL, the version included."""
    model: str
    """Its name in the registry and on the server."""
    backend: Backend
    ready: bool
    """False while it starts, or starts again."""

    @property
    def address(self) -> str:
        """The server's URL without the version."""
        return self.url.removesuffix("/v1")


def key_file() -> Path:
    """Return the file that holds the server's key; only its owner may read it."""
    return _run_folder() / "model-server.key"


def read_key() -> str:
    """Return the running server's key.

    Raises:
        ModelUnavailable: the server has just ended.
    """
    try:
        return key_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ModelUnavailable("the served model has just been stopped", "ask again") from None


def find_served() -> Served | None:
    """Return this home's server; None when nobody serves, whatever an ended one left behind."""
    try:
        with _lock_file().open("rb") as lock:
            if _take(lock, fcntl.LOCK_SH):
                return None
        return Served.model_validate_json(_notice_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


@contextmanager
def claim_home() -> Iterator[None]:
    """Be the only one who serves for this home; what was announced is withdrawn at the end.

    Raises:
        AlreadyServed: somebody else serves.
    """
    _run_folder().mkdir(parents=True, exist_ok=True)
    with _lock_file().open("ab") as lock:
        deadline = time.monotonic() + _CLAIM_LIMIT_SECONDS
        while not _take(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise _already_served()
            time.sleep(_CLAIM_STEP_SECONDS)
        try:
            yield
        finally:
            _notice_file().unlink(missing_ok=True)
            key_file().unlink(missing_ok=True)


def announce(served: Served) -> None:
    """Tell the other commands where the server is and whether it is ready."""
    _write_private(_notice_file(), served.model_dump_json(indent=2) + "\n")


def keep_key(key: str) -> None:
    """Write the key where the other commands of this user find it."""
    _write_private(key_file(), key)


def _already_served() -> AlreadyServed:
    served = find_served()
    found = f"{served.model!r} at {served.url}" if served else "a model"
    return AlreadyServed(
        f"another `shopcast serve` already serves {found}",
        "stop it first (Ctrl-C where it runs), or set SHOPCAST_HOME to another folder",
    )


def _take(lock: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_private(path: Path, text: str) -> None:
    """Write whole or not at all, readable for the owner only from its first moment."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _run_folder() -> Path:
    return home() / "run"


def _lock_file() -> Path:
    return _run_folder() / "model-server.lock"


def _notice_file() -> Path:
    return _run_folder() / "model-server.json"
