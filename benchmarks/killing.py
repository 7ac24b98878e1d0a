"""A child process that is killed at a random moment, and what is then found in the store that it wrote to."""

from __future__ import annotations

import hashlib
import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from store.database import Store
from store.errors import StoreError

NAME = "shop"
PRODUCTS = 40
_CONTENT = (
    "products",
    "sales",
    "returns",
    "reviews",
    "calendar",
    "batch_sales",
    "batch_products",
    "batch_reviews",
)


@dataclass
class Outcome:
    """What the kills of a scenario came to; `lost` and `torn` must stay 0.

    `lost`: kills after which an acknowledged step was missing. `torn`: after which a step was there in part, or the
    store could not be opened. `unannounced`: after which a step was there that had not been acknowledged yet.
    """

    scenario: str
    kills: int = 0
    steps: int = 0
    lost: int = 0
    torn: int = 0
    unannounced: int = 0
    rebuilt: int = 0
    seconds: float = 0.0
    reopening: list[float] = field(default_factory=list)


def create_store(home: Path) -> None:
    """Make the store that a scenario writes to."""
    Store.create(NAME, kind="imported", currency="CNY", timezone="UTC", home=home).close()


def make_reviews(step: int, count: int) -> pd.DataFrame:
    """Return reviews of a step; every one of 400 comes again, in other words, after some steps."""
    rows: list[dict[str, Any]] = [
        {
            "review_id": f"R{(step * 7 + n) % 400}", "product_id": f"p{n % PRODUCTS}", "ds": date(2024, 1, 1),
            "rating": n % 5 + 1, "language": "en", "title": None, "text": f"review {n} as of step {step}", "flags": [],
            "author": None,
        }
        for n in range(count)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def content_of(store: Store) -> str:
    """Return a hash of everything that imports write and of their log."""
    found = hashlib.sha256()
    for table in _CONTENT:
        row = store.cursor().execute(f"SELECT count(*), bit_xor(hash({table})) FROM {table}").fetchone()
        found.update(repr(row).encode())
    return found.hexdigest()


def kill_after(target: Callable[..., None], arguments: tuple[Any, ...], seconds: float) -> list[Any]:
    """Run `target` in a child, kill it so long after its first word, and return what it acknowledged."""
    context = multiprocessing.get_context("forkserver")
    hears, speaks = context.Pipe(duplex=False)
    child = context.Process(target=target, args=(*arguments, speaks), daemon=True)
    child.start()
    speaks.close()
    heard = []
    try:
        # Nobody dies before he has begun: what is under test is the work, not the start.
        heard.append(hears.recv())
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if hears.poll(left):
                heard.append(hears.recv())
    except EOFError:
        pass
    child.kill()
    child.join()
    with suppress(EOFError):
        while hears.poll(0):
            heard.append(hears.recv())
    hears.close()
    child.close()
    return heard


def content_after_kill(home: Path) -> str | None:
    """Return `content_of` the store, or None when it cannot be opened."""
    try:
        with Store.open(NAME, home=home) as store:
            return content_of(store)
    except StoreError:
        return None
