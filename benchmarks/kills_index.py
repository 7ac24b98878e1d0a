"""Kills in the middle of a build of the review index: it may be built again, the reviews may not suffer."""

from __future__ import annotations

import hashlib
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.killing import (
    NAME,
    Outcome,
    content_after_kill,
    content_of,
    create_store,
    kill_after,
    make_reviews,
)
from store import reviews
from store.database import Store


class _MadeUpEmbedder:
    """Vectors of a text's hash: as many as wanted, at once."""

    name = "made-up"
    dimensions = 64

    def embed_passages(self, texts: Any) -> Any:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Any:
        digest = hashlib.sha256(text.encode()).digest()
        vector = np.random.default_rng(int.from_bytes(digest[:8], "big")).normal(size=self.dimensions)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def _index(home: Path, first: int, acknowledge: Connection) -> None:
    from store.review_index import ReviewIndex

    with Store.open(NAME, home=home) as store:
        acknowledge.send(("began", 0))
        for step in range(first, 1_000_000):
            with store.batch("reviews", f"reviews-{step}.csv", str(step)) as batch:
                reviews.write_reviews(batch.cursor, make_reviews(step, 200))
            acknowledge.send(("written", step))
            ReviewIndex(store, _MadeUpEmbedder()).build()
            acknowledge.send(("built", step))


def _search(home: Path, tell: Connection) -> None:
    from store.review_index import ReviewIndex

    with Store.open(NAME, home=home) as store:
        index = ReviewIndex(store, _MadeUpEmbedder())
        is_fresh = index.is_fresh()
        text = store.reviews()["text"].iloc[0]
        hits = index.search(text, limit=3)
        tell.send((is_fresh, bool(hits) and hits[0].text == text))


def kill_index_builds(home: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill a build of the review index; no review may be lost, and search must answer, from a new build if need be."""
    outcome, chance, started = Outcome("index builds"), random.Random(seed), time.monotonic()
    create_store(home)
    create_store(home / "reference")
    done = 0
    with Store.open(NAME, home=home / "reference") as reference:
        for _ in range(kills):
            heard = kill_after(_index, (home, done), chance.uniform(0.2, 3.0))
            written = [step for what, step in heard if what == "written"]
            acknowledged = written[-1] + 1 if written else done
            outcome.steps += acknowledged - done
            found = content_after_kill(home)
            for step in range(done, acknowledged):
                _write_reviews(reference, step)
            done = acknowledged
            if found != content_of(reference):
                _write_reviews(reference, done)
                done += 1
                outcome.unannounced += 1
            outcome.lost += found != content_of(reference)
            outcome.kills += 1
            if done:
                opened = time.monotonic()
                searched = kill_after(_search, (home,), 60.0)
                outcome.reopening.append(time.monotonic() - opened)
                outcome.rebuilt += not (searched and searched[0][0])
                outcome.torn += not (searched and searched[0][1])
    outcome.seconds = time.monotonic() - started
    return outcome


def _write_reviews(store: Store, step: int) -> None:
    with store.batch("reviews", f"reviews-{step}.csv", str(step)) as batch:
        reviews.write_reviews(batch.cursor, make_reviews(step, 200))
