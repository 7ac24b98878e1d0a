"""Where the review index lies: builds of a Chroma collection, and a pointer to the one that counts."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

_COLLECTION = "reviews"
_POINTER = "current.json"
# Wider than Chroma's defaults, with which 13 of 200 vectors did not find themselves.
_HNSW: Any = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
# Chroma keeps one system a path for the whole process and makes it without a lock of its own.
_OPENING = threading.Lock()


class VectorFolder:
    """Builds under one root, each in a folder of its own: an interrupted one leaves the old one in use.

    A process that is killed while Chroma writes can leave a collection that is unreadable for good
    (1 of 93 kills): whoever reads must be ready to build again.

    Args:
        root: the index's folder; made with the first build.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._open_folder: str | None = None

    def pointer(self) -> dict[str, Any]:
        """Return what the current build is (folder, version, count); an empty dict when there is none."""
        try:
            pointer: dict[str, Any] = json.loads((self.root / _POINTER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return pointer

    def ask(self, question: Callable[[Collection], Any]) -> Any:
        """Return what `question` gets from the current collection.

        Raises:
            Exception: whatever Chroma raises when the collection is missing or damaged.
        """
        with self._lock:
            folder = self.pointer()["folder"]
            if self._client is None or folder != self._open_folder:
                self.close()
                self._client, self._open_folder = _open_client(self.root / folder, create=False), folder
            return question(self._client.get_collection(_COLLECTION, embedding_function=None))

    def replace(self, version: str, count: int, fill: Callable[[Collection], None]) -> None:
        """Build a new collection beside the current one and point at it when it is complete.

        Args:
            version: of what the collection holds.
            count: of its entries.
            fill: adds the entries.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        # A name never used before: Chroma remembers systems by path, and a store may be rebuilt in place.
        folder = Path(mkdtemp(prefix="build-", dir=self.root)).name
        client = _open_client(self.root / folder, create=True)
        try:
            fill(
                client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW})
            )
        finally:
            client.close()
        with self._lock:
            self.close()
            draft = self.root / f"{_POINTER}.new"
            pointer = {"folder": folder, "version": version, "count": count}
            draft.write_text(json.dumps(pointer), encoding="utf-8")
            draft.replace(self.root / _POINTER)
            for old in self.root.glob("build-*"):
                if old.name != folder:
                    shutil.rmtree(old, ignore_errors=True)

    def close(self) -> None:
        """Let go of the files; the next question opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._open_folder = None


def _open_client(folder: Path, *, create: bool) -> Client:
    import chromadb
    from chromadb.config import Settings

    if not create and not folder.is_dir():
        raise FileNotFoundError(folder)  # Chroma would make an empty index here
    with _OPENING:
        client: Any = chromadb.PersistentClient(
            path=str(folder), settings=Settings(anonymized_telemetry=False)
        )
        return cast("Client", client)
