"""Reads a build of the review index in a process of its own: `python -m store.index_canary FOLDER`.

A broken segment can crash whoever reads it, in native code where nothing can be caught. So a child goes first.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[1]
_LIMIT_SECONDS = 120.0
_SAMPLES = 8


def can_be_read(folder: Path, count: int) -> bool:
    """Return whether a child process can read a build and finds `count` reviews in it."""
    command = [sys.executable, "-m", "store.index_canary", str(folder), str(count)]
    try:
        child = subprocess.run(
            command, cwd=_PROJECT, capture_output=True, timeout=_LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def main(folder: Path, count: int) -> int:
    """Count the reviews and let some find themselves; 0 when all is well."""
    from store.lexical_index import LexicalIndex
    from store.review_directions import Directions
    from store.review_vectors import COLLECTION, WORDS, open_client

    if count:
        LexicalIndex(folder / WORDS)
    if len(Directions(folder)) != count:
        return 1
    client = open_client(folder, create=False)
    collection = client.get_collection(COLLECTION, embedding_function=None)
    if collection.count() != count:
        return 1
    for offset in range(0, count, max(1, count // _SAMPLES)):
        held = collection.get(limit=1, offset=offset, include=["embeddings"])
        found = collection.query(query_embeddings=held["embeddings"], n_results=1, include=["distances"])
        if not found["ids"][0]:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
