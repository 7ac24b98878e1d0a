"""The constant beginnings of the prompts: read by the model once, then kept on disk for every later start.

Reading 660 tokens costs two cores more than ten seconds; loading what was read, a few hundredths of one.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import httpx

from serving.client import ChatClient, Message
from serving.registry import GgufModel

_SLOT_LIMIT_SECONDS = 20.0
# A prompt has a beginning for each language, and a changed prompt leaves an old one behind. About 22 MB each.
_PREFIXES_KEPT = 4


class Slot(NamedTuple):
    """The embedded server's one slot: where it is, and the folder that it saves its state to."""

    address: str
    key: str
    folder: Path

    def restore(self, name: str) -> bool:
        """Load a saved state; False when there is none that fits."""
        if not (self.folder / name).is_file() or not self._act("restore", name):
            return False
        (self.folder / name).touch()
        return True

    def save(self, name: str) -> None:
        """Save the state under `name`, whole or not at all; the ones that were used least lately give way."""
        unfinished = f"{os.getpid()}.unfinished"
        if not self._act("save", unfinished):
            return
        (self.folder / unfinished).replace(self.folder / name)
        by_age = sorted(self.folder.glob("*.prefix"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for old in by_age[_PREFIXES_KEPT:]:
            old.unlink(missing_ok=True)

    def _act(self, action: str, name: str) -> bool:
        try:
            response = httpx.post(
                f"{self.address}/slots/0",
                params={"action": action},
                json={"filename": name},
                headers={"Authorization": f"Bearer {self.key}"},
                timeout=_SLOT_LIMIT_SECONDS,
                trust_env=False,
            )
        except httpx.HTTPError:
            # Only speed is lost: the prefix is read from the messages instead.
            return False
        return response.is_success


def warm(
    client: ChatClient, slot: Slot, spec: GgufModel, messages: list[Message], timeout_seconds: float
) -> None:
    """Make the server hold `messages` (no user's words among them: they are written to disk).

    Raises:
        ServingError: as `ChatClient.complete`.
    """
    name = _name(spec, messages)
    if slot.restore(name):
        return
    client.complete(messages, max_tokens=1, timeout_seconds=timeout_seconds)
    slot.save(name)


def _name(spec: GgufModel, messages: list[Message]) -> str:
    """Whatever changes the state changes the name."""
    parts = [spec.sha256, spec.context_tokens, version("xllamacpp"), messages]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32] + ".prefix"
