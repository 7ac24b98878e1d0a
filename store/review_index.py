"""Search over reviews: an index of meanings and words, built from the store and never the truth itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from serving.embedder import Embedder, embed_queries
from store.database import Store, StoreInfo
from store.errors import IndexUnavailable, StoreError
from store.lexical_index import LexicalIndex
from store.location import INDEX_FOLDER
from store.review_directions import Directions
from store.review_flags import is_quotable, review_weight
from store.review_index_build import FORMAT, embed_texts, fill_build, read_copies
from store.review_ranking import best_rows, fold_copies, fuse
from store.review_rows import ReviewFilter, ReviewRows, read_texts
from store.review_vectors import WORDS, VectorFolder
from store.reviews import REVIEW_COLUMNS, hash_reviews
from store.shopping_words import name_otherwise
from store.vector_cache import read_vectors

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

Vector = npt.NDArray[np.float32]

_SHOWN = [column for column in REVIEW_COLUMNS if column != "author"]
# Of each ranking so many take part: a review that is 150th in both is no answer.
_CANDIDATES = 150
# The best few hits say in customers' words what was asked. Three do as well as five, ten do worse.
_TOLD_BY = 3


@dataclass(frozen=True)
class ReviewHit:
    """A review that was found.

    `score` is 1 for a review that leads by meaning and by words, falling with its places in both rankings;
    `copies` is how many reviews of the product say nearly the same and are shown by this one, itself included.
    """

    review_id: str
    product_id: str
    ds: date | None
    rating: int | None
    language: str | None
    title: str | None
    text: str
    score: float
    flags: tuple[str, ...]
    copies: int = 1


@dataclass(frozen=True)
class _Opened:
    """What a search reads of one build besides its vectors."""

    version: str
    rows: ReviewRows
    words: LexicalIndex | None
    groups: npt.NDArray[np.int32]
    directions: Directions


class ReviewIndex:
    """The meanings and words of a store's reviews; may be asked from several threads.

    Args:
        store: whose reviews are searched.
        embedder: makes the vectors; Chroma's own embedder is never used.
    """

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._vectors = VectorFolder(store.folder / INDEX_FOLDER)
        self._building = threading.Lock()
        self._opened: _Opened | None = None
        self._fresh_as_of: StoreInfo | None = None

    def is_fresh(self) -> bool:
        """Return whether the index can be read and holds exactly the store's reviews."""
        pointer = self._vectors.pointer()
        if pointer.get("version") != self._version():
            return False
        try:
            return bool(self._vectors.ask(lambda collection: collection.count()) == pointer["count"])
        except Exception:  # a damaged index fails in many ways, all with the same remedy: build it
            return False

    def build(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Build the index beside the old one, then put it in its place.

        Args:
            progress: told how many texts are embedded, of how many; what was embedded once is kept in the store.

        Returns:
            The number of reviews in the index.

        Raises:
            IndexUnavailable: the folder cannot be written.
        """
        with self._building:
            return self._build(progress)

    def _build(self, progress: Callable[[int, int], None] | None) -> int:
        version = self._version()
        rows, texts = ReviewRows(self._store), read_texts(self._store)
        embed_texts(self._store, self._embedder, texts, progress)

        def fill(collection: Collection, folder: Path) -> None:
            kept = read_vectors(self._store.cursor(), self._embedder.name)
            fill_build(collection, folder, rows, texts, kept)

        try:
            self._vectors.replace(version, len(rows), fill)
        except OSError as error:
            raise IndexUnavailable(
                f"the review index of {self._store.name!r} cannot be written: {error}",
                f"free space in {str(self._store.folder)!r} or make it writable, then ask again",
            ) from error
        return len(rows)

    def search(
        self,
        query: str,
        *,
        product_id: str | None = None,
        start: date | None = None,
        end: date | None = None,
        min_rating: int | None = None,
        max_rating: int | None = None,
        language: str | None = None,
        limit: int = 5,
    ) -> list[ReviewHit]:
        """Find reviews that answer `query` by meaning or by words; a stale or damaged index is built first.

        Args:
            query: in any language that the embedder knows.
            product_id: only reviews of this product.
            start: first day, inclusive; reviews without a date match no period.
            end: last day, inclusive.
            min_rating: fewest stars; reviews without stars match no rating.
            max_rating: most stars.
            language: "en" or "zh".
            limit: most hits returned.

        Returns:
            Hits, best first. Of a product's reviews that nearly repeat each other only the best is there, with
            their number; adverts and reviews that try to instruct a machine come last.
        """
        wanted = ReviewFilter(product_id, start, end, min_rating, max_rating, language)
        try:
            return self._find(query, wanted, limit)
        except StoreError:
            raise
        except (
            Exception
        ):  # the files went or broke while they were in use: built again, they are asked once more
            self._vectors.close()
            self._opened = None
            return self._find(query, wanted, limit)

    def _find(self, query: str, wanted: ReviewFilter, limit: int) -> list[ReviewHit]:
        opened = self._open()
        matches = None if wanted.is_open else opened.rows.matching(wanted)
        if opened.words is None or (matches is not None and not matches.any()):
            return []
        count = max(_CANDIDATES, 4 * limit)
        named = f"{query} {name_otherwise(query)}".strip()
        words = opened.words.scores(named)
        if words is not None and matches is not None:
            words = words * matches
        by_words = [] if words is None else best_rows(words, count).tolist()
        vector = self._direction([query, named], opened)
        scores = fuse(self._nearest(vector, matches, count, opened), by_words)
        vector = vector + opened.directions.middle(list(scores)[:_TOLD_BY])
        scores = fuse(self._nearest(vector, matches, count, opened), by_words)
        kept = fold_copies(list(scores), opened.groups)[: 4 * limit + 12]
        flags = {row: opened.rows.flags(row) for row in kept}
        kept.sort(key=lambda row: (not is_quotable(flags[row]), -scores[row] * review_weight(flags[row])))
        return self._read_hits({row: scores[row] for row in kept[:limit]}, matches, opened)

    def _open(self) -> _Opened:
        """Return the current build, made first where it is not fresh."""
        with self._building:
            info = (
                self._store.info
            )  # another object after every write: only then are all reviews hashed again
            if self._opened is None or info is not self._fresh_as_of:
                if not self.is_fresh():
                    self._build(None)
                self._opened = self._load()
                self._fresh_as_of = info
            return self._opened

    def _load(self) -> _Opened:
        pointer, folder = self._vectors.pointer(), self._vectors.current()
        if self._opened is not None and self._opened.version == pointer["version"]:
            return self._opened
        return _Opened(
            version=pointer["version"],
            rows=ReviewRows(self._store),
            words=LexicalIndex(folder / WORDS) if pointer["count"] else None,
            groups=read_copies(folder),
            directions=Directions(folder),
        )

    def _direction(self, ways: list[str], opened: _Opened) -> Vector:
        """Return where reviews lie that answer something asked in several ways: a vector of length 1."""
        asked = embed_queries(self._embedder, list(dict.fromkeys(ways)))
        return opened.directions.middles.direct_query(np.mean(asked, axis=0), ways[0])

    def _nearest(
        self, vector: Vector, matches: npt.NDArray[np.bool_] | None, count: int, opened: _Opened
    ) -> list[int]:
        """Return the rows nearest to a direction, nearest first; of some reviews only, each of them is compared."""
        if matches is not None:
            return opened.directions.nearest(vector, np.flatnonzero(matches), count)
        found: Any = self._vectors.ask(
            lambda collection: collection.query(
                query_embeddings=vector[None, :], n_results=min(count, len(opened.rows)), include=[]
            )
        )
        return [opened.rows.row_of[review_id] for review_id in found["ids"][0]]

    def _read_hits(
        self, scores: dict[int, float], matches: npt.NDArray[np.bool_] | None, opened: _Opened
    ) -> list[ReviewHit]:
        """Return the reviews of some rows, in their order."""
        counted = opened.groups if matches is None else opened.groups[matches]
        copies = np.bincount(counted, minlength=len(opened.rows))
        query = f"SELECT {', '.join(_SHOWN)} FROM reviews WHERE review_id IN (SELECT unnest(?))"
        ids = [opened.rows.ids[row] for row in scores]
        read = [
            dict(zip(_SHOWN, row, strict=True))
            for row in self._store.cursor().execute(query, [ids]).fetchall()
        ]
        hits = [
            ReviewHit(
                **{**review, "flags": tuple(review["flags"] or ())},
                score=scores[row := opened.rows.row_of[review["review_id"]]],
                copies=int(copies[opened.groups[row]]),
            )
            for review in read
        ]
        places = {review_id: place for place, review_id in enumerate(ids)}
        return sorted(hits, key=lambda hit: places[hit.review_id])

    def _version(self) -> str:
        return f"{self._embedder.name}/{FORMAT}/{hash_reviews(self._store.cursor())}"
