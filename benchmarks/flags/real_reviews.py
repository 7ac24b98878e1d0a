"""Real reviews, for what is flagged there without need."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
_SETS = {
    "Datafiniti, English": ("en_datafiniti_amazon/reviews.parquet", "title", "text"),
    "Women's Clothing, English": ("en_womens_clothing/reviews.parquet", "Title", "Review Text"),
    "JD phones, Chinese": ("zh_jd_phones/reviews.parquet", None, "text"),
    "ten categories, Chinese": ("zh_online_shopping_10_cats/reviews.parquet", None, "review"),
}


def read_real(folder: Path = DATA) -> Iterator[tuple[str, list[str]]]:
    """Yield each set's name and its reviews, title before text.

    Raises:
        FileNotFoundError: a set is not there.
    """
    for name, (file, title, text) in _SETS.items():
        rows = pd.read_parquet(folder / file)
        titles = rows[title].fillna("") if title else pd.Series("", index=rows.index)
        yield name, [f"{head} {body}".strip() for head, body in zip(titles, rows[text], strict=True) if body]


def part_of(text: str) -> str:
    """Return what a real review is for: "learn", "threshold" or "held out", by its hash."""
    tenth = int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) % 10
    return "learn" if tenth < 5 else "threshold" if tenth < 7 else "held out"
