"""Meanings as directions: a review's vector without what all reviews of its language have in common.

The vectors of a multilingual model share most of their direction, within a language even more. Taken off, questions
are answered better (.03 nDCG on the sets of benchmarks/search.py) and in the other language too.

Source: Mu and Viswanath, All-but-the-top, ICLR 2018.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

_MIDDLES = "middles.npz"
_DIRECTIONS = "directions.npy"
_HAN = re.compile(r"[\u3400-\u9fff]")
# So many imagined vectors stand for what is not known yet: the middle of a handful of reviews is no middle.
_IMAGINED = 50
_ROWS_A_BLOCK = 5000
# Of more of the reviews all are scored: to pick their vectors out would take longer.
_MOST_PICKED = 0.3


@dataclass(frozen=True)
class Middles:
    """What reviews have in common.

    Args:
        of_all: the middle of all reviews, shape (dimensions,).
        by_language: of those of each language.
    """

    of_all: Vectors
    by_language: dict[str, Vectors]

    @classmethod
    def of(cls, vectors: NDArray[Any], languages: Sequence[str]) -> Middles:
        """Return the middles of reviews' vectors, shape (n, dimensions); languages as `ReviewRows` has them."""
        names = np.asarray(languages, dtype=object)
        counts = {language: int((names == language).sum()) for language in sorted(set(languages))}
        sums = {language: np.zeros(vectors.shape[1], dtype=np.float32) for language in counts}
        for block in _blocks(len(vectors)):
            for language in counts:
                sums[language] += vectors[block][names[block] == language].sum(axis=0, dtype=np.float32)
        nothing = np.zeros(vectors.shape[1], dtype=np.float32)
        of_all: Vectors = sum(sums.values(), nothing) / np.float32(len(vectors) + _IMAGINED)
        return cls(
            of_all,
            {
                language: (total + _IMAGINED * of_all) / np.float32(counts[language] + _IMAGINED)
                for language, total in sums.items()
            },
        )

    @classmethod
    def load(cls, folder: Path) -> Middles:
        """Read what `save` wrote."""
        with np.load(folder / _MIDDLES) as held:
            return cls(held["of_all"], {name[1:]: held[name] for name in held.files if name[0] == "_"})

    def save(self, folder: Path) -> None:
        """Write them into a build's folder."""
        arrays = {f"_{language}": middle for language, middle in self.by_language.items()}
        np.savez(folder / _MIDDLES, of_all=self.of_all, **arrays)  # type: ignore[arg-type]

    def direct(self, vectors: NDArray[Any], languages: Sequence[str]) -> Vectors:
        """Return reviews' vectors without their language's middle, of length 1, shape (n, dimensions)."""
        return of_length_one(vectors - np.stack([self.by_language[language] for language in languages]))

    def direct_query(self, vector: Vectors, query: str) -> Vectors:
        """Return a question's direction, of length 1; a language without reviews has the middle of all."""
        language = "zh" if _HAN.search(query) else "en"
        return of_length_one(vector - self.by_language.get(language, self.of_all))


class Directions:
    """The directions of a build's reviews, mapped into memory: 1,536 bytes a review of the bundled model.

    Args:
        folder: of the build, where `build` wrote them.

    Raises:
        Exception: whatever numpy raises when a file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.middles = Middles.load(folder)
        self._all: Vectors = np.asarray(np.load(folder / _DIRECTIONS, mmap_mode="r"))

    @staticmethod
    def build(vectors: NDArray[Any], rows: Rows, languages: Sequence[str], folder: Path) -> Directions:
        """Write the directions of reviews into a build's folder.

        Args:
            vectors: of texts, shape (texts, dimensions).
            rows: which text each review has, shape (n,): copies share one.
            languages: of each review.
            folder: of the build.
        """
        shape = (len(rows), vectors.shape[1])
        written = np.lib.format.open_memmap(folder / _DIRECTIONS, mode="w+", dtype=np.float32, shape=shape)
        for block in _blocks(len(rows)):
            written[block] = vectors[rows[block]]
        middles = Middles.of(written, languages)
        middles.save(folder)
        for block in _blocks(len(rows)):
            written[block] = middles.direct(written[block], languages[block])
        written.flush()
        return Directions(folder)

    def __len__(self) -> int:
        return len(self._all)

    def blocks(self) -> Iterator[tuple[slice, Vectors]]:
        """Yield all of them in parts, with the rows that each part has."""
        for block in _blocks(len(self)):
            yield block, self._all[block]

    def nearest(self, direction: Vectors, among: Rows, count: int) -> list[int]:
        """Return the `count` rows of `among` that lie nearest to a direction, nearest first; none is missed."""
        picked = len(among) < _MOST_PICKED * len(self)
        scores = self._all[among] @ direction if picked else (self._all @ direction)[among]
        best = np.argpartition(-scores, count)[:count] if count < len(scores) else np.arange(len(scores))
        nearest: list[int] = among[best[np.argsort(-scores[best], kind="stable")]].tolist()
        return nearest

    def middle(self, rows: Sequence[int]) -> Vectors:
        """Return the mean direction of some reviews, shape (dimensions,)."""
        return np.asarray(self._all[list(rows)].mean(axis=0))


def of_length_one(vectors: Vectors) -> Vectors:
    """Return vectors at length 1, shape (..., dimensions)."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


def _blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, _ROWS_A_BLOCK):
        yield slice(start, min(start + _ROWS_A_BLOCK, count))
