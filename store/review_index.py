"""Search over reviews: an index of vectors, built from the store and never the truth itself."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from store.database import Store
from store.errors import IndexUnavailable
from store.review_vectors import VectorFolder
from store.reviews import REVIEW_COLUMNS, hash_reviews

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    from serving.embedder import Embedder

Vector = npt.NDArray[np.float32]

_BATCH = 64
_ROWS_A_WRITE = 1000
_NEAR_DUPLICATE = 0.985
# Reviews with these flags were not written for the next customer; they are shown after all others.
_RANKED_LAST = frozenset({"advert", "contact", "instruction"})


@dataclass(frozen=True)
class ReviewHit:
    """A review that was found; `score` is the cosine with the query, 0..1."""

    review_id: str
    product_id: str
    ds: date | None
    rating: int | None
    language: str | None
    title: str | None
    text: str
    score: float
    flags: tuple[str, ...]


class ReviewIndex:
    """The vectors of a store's reviews; may be asked from several threads.

    Args:
        store: whose reviews are searched.
        embedder: makes the vectors; Chroma's own embedder is never used.
    """

    def __init__(self, store: Store, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder
        self._vectors = VectorFolder(store.folder / "reviews_index")
        self._building = threading.Lock()

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
            progress: told how many texts are embedded, of how many; vectors of the old index are used again.

        Returns:
            The number of reviews in the index.

        Raises:
            IndexUnavailable: the folder cannot be written.
        """
        with self._building:
            return self._build(progress)

    def _build(self, progress: Callable[[int, int], None] | None) -> int:
        version = self._version()
        rows: list[dict[str, Any]] = self._store.reviews().to_dict("records")  # type: ignore[assignment]
        keys = [_text_key(row) for row in rows]
        vectors = self._embed({key: _searchable(row) for key, row in zip(keys, rows, strict=True)}, progress)

        def fill(collection: Collection) -> None:
            for start in range(0, len(rows), _ROWS_A_WRITE):
                part = slice(start, start + _ROWS_A_WRITE)
                collection.add(
                    ids=[row["review_id"] for row in rows[part]],
                    embeddings=np.stack([vectors[key] for key in keys[part]]),
                    metadatas=[_metadata(row, key) for row, key in zip(rows[part], keys[part], strict=True)],
                )

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
        limit: int = 5,
    ) -> list[ReviewHit]:
        """Find reviews near in meaning to `query`; an index that is stale or damaged is built first.

        Args:
            query: in any language that the embedder knows.
            product_id: only reviews of this product.
            start: first day, inclusive; reviews without a date match no period.
            end: last day, inclusive.
            min_rating: fewest stars; reviews without stars match no rating.
            max_rating: most stars.
            limit: most hits returned.

        Returns:
            Hits, best first. Of a product's reviews that nearly repeat each other only the best is there;
            adverts and reviews that try to instruct a machine come last.
        """
        with self._building:
            if not self.is_fresh():
                self._build(None)
        count = self._vectors.pointer()["count"]
        if not count:
            return []
        vector = self._embedder.embed_query(query)
        found: Any = self._vectors.ask(
            lambda collection: collection.query(
                query_embeddings=vector[None, :],
                n_results=min(count, 4 * limit + 12),
                where=_conditions(product_id, start, end, min_rating, max_rating),
                include=["embeddings", "distances", "metadatas"],
            )
        )
        ids, distances = found["ids"][0], found["distances"][0]
        products = [metadata["product_id"] for metadata in found["metadatas"][0]]
        kept = _fold_duplicates(np.asarray(found["embeddings"][0], dtype=np.float32), products)
        hits = self._read_hits({ids[row]: float(np.clip(1.0 - distances[row], 0.0, 1.0)) for row in kept})
        return sorted(hits, key=lambda hit: (not _RANKED_LAST.isdisjoint(hit.flags), -hit.score))[:limit]

    def _read_hits(self, scores: dict[str, float]) -> list[ReviewHit]:
        query = f"SELECT {', '.join(REVIEW_COLUMNS)} FROM reviews WHERE review_id IN (SELECT unnest(?))"
        rows = self._store.cursor().execute(query, [list(scores)]).fetchall()
        found = [dict(zip(REVIEW_COLUMNS, row, strict=True)) for row in rows]
        return [
            ReviewHit(**{**row, "flags": tuple(row["flags"] or ())}, score=scores[row["review_id"]])
            for row in found
        ]

    def _embed(self, texts: dict[str, str], progress: Callable[[int, int], None] | None) -> dict[str, Vector]:
        """Return a vector for each key's text; texts that the old index holds are not embedded again."""
        vectors = {key: vector for key, vector in self._known_vectors().items() if key in texts}
        wanted = [(key, text) for key, text in texts.items() if key not in vectors]
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            embedded = self._embedder.embed_passages([text for _, text in batch])
            vectors.update((key, vector) for (key, _), vector in zip(batch, embedded, strict=True))
            if progress is not None:
                progress(start + len(batch), len(wanted))
        return vectors

    def _known_vectors(self) -> dict[str, Vector]:
        if self._vectors.pointer().get("version", "").partition("/")[0] != self._embedder.name:
            return {}
        try:
            held: Any = self._vectors.ask(
                lambda collection: collection.get(include=["embeddings", "metadatas"])
            )
        except Exception:  # as in is_fresh: what cannot be read is embedded again
            return {}
        keys = [metadata["text_key"] for metadata in held["metadatas"]]
        return dict(zip(keys, np.asarray(held["embeddings"], dtype=np.float32), strict=True))

    def _version(self) -> str:
        return f"{self._embedder.name}/{hash_reviews(self._store.cursor())}"


def _searchable(row: dict[str, Any]) -> str:
    return f"{row['title']}. {row['text']}" if row["title"] else str(row["text"])


def _text_key(row: dict[str, Any]) -> str:
    return hashlib.sha256(_searchable(row).encode("utf-8", "replace")).hexdigest()[:32]


def _metadata(row: dict[str, Any], key: str) -> dict[str, str | int]:
    """Return what reviews are filtered by; Chroma knows no null, so what is unknown is left out."""
    metadata: dict[str, str | int] = {"product_id": row["product_id"], "text_key": key}
    if row["ds"] is not None:
        metadata["day"] = row["ds"].toordinal()
    if row["rating"] is not None:
        metadata["rating"] = int(row["rating"])
    return metadata


def _conditions(
    product_id: str | None,
    start: date | None,
    end: date | None,
    min_rating: int | None,
    max_rating: int | None,
) -> Any:
    """Return Chroma's filter, or None when every review may be found."""
    wanted: list[dict[str, Any]] = []
    if product_id is not None:
        wanted.append({"product_id": product_id})
    wanted += [
        {"day": {op: day.toordinal()}} for op, day in (("$gte", start), ("$lte", end)) if day is not None
    ]
    stars = (("$gte", min_rating), ("$lte", max_rating))
    wanted += [{"rating": {op: count}} for op, count in stars if count is not None]
    if len(wanted) > 1:
        return {"$and": wanted}
    return wanted[0] if wanted else None


def _fold_duplicates(vectors: Vector, products: list[str]) -> list[int]:
    """Return the rows, best first, that do not nearly repeat a row of the same product before them."""
    kept: list[int] = []
    for row, product in enumerate(products):
        rivals = [other for other in kept if products[other] == product]
        if not rivals or float((vectors[rivals] @ vectors[row]).max()) < _NEAR_DUPLICATE:
            kept.append(row)
    return kept
