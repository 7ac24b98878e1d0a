"""Where the review index lies: builds of a Chroma collection with a word index, and a pointer to the one that counts."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, cast

from store.index_canary import can_be_read

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

COLLECTION = "reviews"
WORDS = "words"
_POINTER = "current.json"
# Wider than Chroma's defaults, with which 13 of 200 vectors did not find themselves.
_HNSW: Any = {"space": "cosine", "ef_construction": 100, "ef_search": 200, "max_neighbors": 32}
# Chroma keeps one system a path for the whole process and makes it without a lock of its own.
_OPENING = threading.Lock()


class BuildDamaged(Exception):
    """The current build cannot be read, by a child process that tried it: it has to be built again."""


class VectorFolder:
    """Builds under one root, each in a folder of its own: an interrupted one leaves the old one in use.

    A process that is killed while Chroma writes can leave a collection that is unreadable for good
    (1 of 93 kills), and reading one can end the process: files that are not as they were when the build was last
    read well are first read by a child.

    Args:
        root: the index's folder; made with the first build.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.RLock()
        self._client: Client | None = None
        self._collection: Collection | None = None
        self._open_folder: str | None = None

    def pointer(self) -> dict[str, Any]:
        """Return what the current build is (folder, version, count, digest); an empty dict when there is none."""
        try:
            pointer: dict[str, Any] = json.loads((self.root / _POINTER).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return pointer

    def current(self) -> Path:
        """Return the folder of the current build."""
        return self.root / str(self.pointer()["folder"])

    def ask(self, question: Callable[[Collection], Any]) -> Any:
        """Return what `question` gets from the current collection.

        Raises:
            Exception: whatever Chroma raises when the collection is missing or damaged.
            BuildDamaged: a child could not read it; it is not tried here.
        """
        with self._lock:
            if self._collection is None or self.pointer()["folder"] != self._open_folder:
                self._open()
            assert self._collection is not None
            collection = self._collection
        return question(collection)

    def _open(self) -> None:
        self.close()
        pointer = self.pointer()
        folder = self.root / pointer["folder"]
        if _digest(folder) != pointer["digest"]:
            if not can_be_read(folder, pointer["count"]):
                raise BuildDamaged(str(folder))
            self._point_at({**pointer, "digest": _digest(folder)})
        self._client, self._open_folder = open_client(folder, create=False), folder.name
        self._collection = self._client.get_collection(COLLECTION, embedding_function=None)

    def replace(self, version: str, count: int, fill: Callable[[Collection, Path], None]) -> None:
        """Build a new collection beside the current one and point at it when it is complete.

        Args:
            version: of what the collection holds.
            count: of its entries.
            fill: adds the entries, and its own files under the build's folder.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        # A name never used before: Chroma remembers systems by path, and a store may be rebuilt in place.
        folder = Path(mkdtemp(prefix="build-", dir=self.root))
        client = open_client(folder, create=True)
        try:
            fill(
                client.create_collection(COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW}),
                folder,
            )
        finally:
            client.close()
        with self._lock:
            self.close()
            digest = _digest(folder)
            self._point_at({"folder": folder.name, "version": version, "count": count, "digest": digest})
            for old in self.root.glob("build-*"):
                if old.name != folder.name:
                    shutil.rmtree(old, ignore_errors=True)

    def _point_at(self, pointer: dict[str, Any]) -> None:
        draft = self.root / f"{_POINTER}.new"
        draft.write_text(json.dumps(pointer), encoding="utf-8")
        draft.replace(self.root / _POINTER)

    def close(self) -> None:
        """Let go of the files; the next question opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = self._collection = self._open_folder = None


def _digest(folder: Path) -> str:
    """Return a sum over a build's files: the same bytes that were read well once are read well again.

    Chroma's SQLite file is left out: it changes whenever it is opened, and damage to it is an error, never a crash.
    """
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("chroma.sqlite3"):
            total.update(str(path.relative_to(folder)).encode())
            with path.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def open_client(folder: Path, *, create: bool) -> Client:
    """Return Chroma over one folder, embedded in this process, with telemetry off.

    Raises:
        FileNotFoundError: nothing lies there and nothing shall be made: Chroma would make an empty index.
    """
    import chromadb
    from chromadb.config import Settings

    if not create and not folder.is_dir():
        raise FileNotFoundError(folder)
    with _OPENING:
        client: Any = chromadb.PersistentClient(
            path=str(folder), settings=Settings(anonymized_telemetry=False)
        )
        return cast("Client", client)
