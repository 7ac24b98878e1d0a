"""What a build of the review index holds: directions, words and copies, each in files of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from store.database import Store
from store.lexical_index import LexicalIndex
from store.near_duplicates import group_near_duplicates
from store.review_directions import Directions
from store.review_rows import ReviewRows
from store.review_vectors import WORDS
from store.vector_cache import HalfVectors, forget_vectors, keep_vectors, read_keys, text_key

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    from serving.embedder import Embedder

# Raised when a build holds other things than before: an older one is then built again from the kept vectors.
FORMAT = 4
# What a killed build has to embed again at most; many, so that texts of like length meet in a batch.
_TEXTS_A_STEP = 1000
_COPIES = "copies.npy"


def embed_texts(
    store: Store, embedder: Embedder, texts: Sequence[str], progress: Callable[[int, int], None] | None
) -> None:
    """See to it that the store keeps a vector of every text; those that it has are not embedded again.

    Args:
        store: keeps the vectors; those of texts that no review has any more are forgotten.
        embedder: makes them; what only thousands of texts need is released afterwards.
        texts: as `read_texts` has them.
        progress: told how many texts are embedded, of how many.
    """
    from serving.embedder import release_engine

    cursor = store.cursor()
    forget_vectors(cursor, embedder.name)
    known = read_keys(cursor, embedder.name)
    wanted = {key: text for text in texts if (key := text_key(text)) not in known}
    keys = list(wanted)
    for start in range(0, len(keys), _TEXTS_A_STEP):
        step = keys[start : start + _TEXTS_A_STEP]
        keep_vectors(cursor, embedder.name, step, embedder.embed_passages([wanted[key] for key in step]))
        if progress is not None:
            progress(start + len(step), len(keys))
    release_engine(embedder)


def fill_build(
    collection: Collection,
    folder: Path,
    rows: ReviewRows,
    texts: Sequence[str],
    kept: tuple[list[str], HalfVectors],
) -> None:
    """Write all that a search reads.

    Args:
        collection: of Chroma, empty.
        folder: of the build.
        rows: of the reviews.
        texts: one a row.
        kept: keys of texts and their vectors, as `read_vectors` has them.
    """
    np.save(folder / _COPIES, group_near_duplicates(texts, rows.products))
    if texts:
        LexicalIndex.build(texts, folder / WORDS)
    keys, vectors = kept
    place = {key: at for at, key in enumerate(keys)}
    text_rows = np.array([place[text_key(text)] for text in texts], dtype=np.int64)
    directions = Directions.build(vectors, text_rows, rows.languages, folder)
    for block, part in directions.blocks():
        collection.add(ids=rows.ids[block], embeddings=part)


def read_copies(folder: Path) -> npt.NDArray[np.int32]:
    """Return for each review the row of the first one that it repeats, its own where it repeats none."""
    groups: npt.NDArray[np.int32] = np.load(folder / _COPIES)
    return groups
