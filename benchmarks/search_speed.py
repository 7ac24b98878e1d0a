"""Speed and memory of search, over reviews of all sets; called by `python -m benchmarks.search`.

Each step runs in a process of its own: one writes the store, one builds the index from nothing, one only searches.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.search_queries import ASPECTS, CLASSES, PHONE_HEADINGS
from store import reviews
from store.database import Store

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
NAME, SEED, PRODUCTS = "search", 7, 50
FILTERS: dict[str, dict[str, Any]] = {
    "all reviews": {},
    "one product": {"product_id": "P3"},
    "two stars or fewer": {"max_rating": 2},
    "English": {"language": "en"},
    "product and stars": {"product_id": "P3", "max_rating": 2},
}
_SETS = {
    "zh_online_shopping_10_cats": ("review", "zh"),
    "zh_jd_phones": ("text", "zh"),
    "en_datafiniti_amazon": ("text", "en"),
    "en_womens_clothing": ("Review Text", "en"),
}


def measure_speed(count: int) -> None:
    """Print how long `count` reviews take to index and to search, and the memory of both."""
    print("| what | measured | target |")
    print("|---|---|---|")
    with tempfile.TemporaryDirectory() as home:
        for step in (_write, _build, _search):
            _run_alone(step, home, count)


def _run_alone(step: Callable[[str, int], None], home: str, count: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=step, args=(home, count))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{step.__name__} failed")


def _print_row(what: str, measured: str, target: str = "") -> None:
    print(f"| {what} | {measured} | {target} |", flush=True)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _write(home: str, count: int) -> None:
    frames = [
        pd.read_parquet(DATA / name / "reviews.parquet", columns=[column])
        .set_axis(["text"], axis=1)
        .assign(language=language)
        for name, (column, language) in _SETS.items()
    ]
    frame = pd.concat(frames).dropna().drop_duplicates("text").sample(frac=1, random_state=SEED)[:count]
    number = np.arange(len(frame))
    days = pd.date_range("2024-01-01", periods=700).date
    frame = frame.assign(
        review_id=[f"R{n:06}" for n in number],
        product_id=[f"P{n % PRODUCTS}" for n in number],
        ds=days[number * len(days) // len(frame)],
        rating=1 + number // PRODUCTS % 5,
        title=None,
        flags=[[] for _ in number],
    )
    with (
        Store.create(NAME, kind="imported", currency="USD", timezone="UTC", home=home) as store,
        store.transaction() as cursor,
    ):
        reviews.write_reviews(cursor, frame)


def _open_index(store: Store) -> Any:
    from serving.embedder import default_embedder, review_embedder
    from store.review_index import ReviewIndex

    return ReviewIndex(store, review_embedder(default_embedder()))


def _build(home: str, count: int) -> None:
    with Store.open(NAME, home=home) as store:
        index = _open_index(store)
        started, used = time.perf_counter(), time.process_time()
        embedded: list[float] = []
        built = index.build(lambda *_: embedded.append(time.perf_counter()))
        wall, cpu = time.perf_counter() - started, time.process_time() - used
    _print_row(f"index of {built:,} reviews", f"{built / wall:.0f} reviews/s", "150")
    _print_row("of it embedding", f"{built / (embedded[-1] - started):.0f} reviews/s")
    _print_row("CPU a review", f"{cpu / built * 1000:.1f} ms")
    _print_row("peak memory of the build", f"{_peak_megabytes():.0f} MB", "1,024 MB")


def _search(home: str, count: int) -> None:
    asked = [
        query for pairs in (CLASSES, ASPECTS, PHONE_HEADINGS) for both in pairs.values() for query in both
    ]
    with Store.open(NAME, home=home) as store:
        index = _open_index(store)
        started = time.perf_counter()
        index.search("warm")
        _print_row("first search of a process", f"{time.perf_counter() - started:.1f} s")
        for name, narrowed in FILTERS.items():
            _measure_latency(index, name, narrowed, asked)
    _print_row("peak memory of a process that searches", f"{_peak_megabytes():.0f} MB", "1,024 MB")


def _measure_latency(index: Any, name: str, narrowed: dict[str, Any], asked: list[str]) -> None:
    wall, cpu = [], []
    for query in asked:
        started, used = time.perf_counter(), time.process_time()
        index.search(query, limit=20, **narrowed)
        wall.append(time.perf_counter() - started)
        cpu.append(time.process_time() - used)
    told = [f"{np.quantile(values, q) * 1000:.0f}" for values in (wall, cpu) for q in (0.5, 0.95)]
    measured = "{} ms median, {} ms p95; CPU {} and {} ms".format(*told)
    _print_row(f"search, {name} ({len(asked)} questions)", measured, "80 ms p95")
