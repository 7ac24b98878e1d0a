"""Anna and Ben, a store each: what the tests of tenants make, and how they ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from starlette.testclient import TestClient

from store import catalogue, reviews, sales
from store.database import Store

# Stands in his reviews, in his catalogue and nowhere in a question: whoever shows it has read his store.
HIS_WORDS = "wobbletooth"
HIS_UNITS = 777.0
HIS_FIGURES = {HIS_UNITS * days * products for days in (1, 7, 60) for products in (1, 2)}
HIS = {"product": "ZEBRA-1", "title": "ZEBRAFINCH LANTERN", "review": "ZR1", "store": "bens-shop"}
HERS = {"product": "APPLE-1", "title": "APPLE BASKET", "review": "AR1", "store": "annas-shop"}
# An id that both have: whatever is kept by id alone would mix them.
SHARED = "SHARED-1"
TOKENS = {"anna": "a" * 32, "ben": "b" * 32}


class PlainEmbedder:
    """Sixteen numbers a text, by its letters; enough for an index that nobody judges."""

    name = "letters"
    dimensions = 16

    def embed_query(self, text: str) -> Any:
        return self.embed_passages([text])[0]

    def embed_passages(self, texts: Any) -> Any:
        vectors = np.array(
            [np.bincount([ord(c) % 16 for c in t] or [0], minlength=16) + 0.01 for t in texts],
            dtype=np.float32,
        )
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make_store(home: Path, names: dict[str, str], word: str, units: float) -> Store:
    """A store of two products with 60 days of sales and a review each; the id of one is in both stores."""
    store = Store.create(names["store"], kind="imported", currency="EUR", timezone="Europe/Berlin", home=home)
    days = pd.date_range("2025-01-01", periods=60)
    for product, title, review in (
        (names["product"], names["title"], names["review"]),
        (SHARED, f"{word} rug", f"{names['review']}-shared"),
    ):
        rows = pd.DataFrame({"product_id": product, "ds": days, "units": units, "revenue": 70.0})
        said = {
            "review_id": review, "product_id": product, "ds": days[3].date(), "rating": 2, "language": "en",
            "title": None, "text": f"The {word} handle broke after a week.", "flags": [], "author": None,
        }  # fmt: skip
        entry = {"product_id": [product], "title": [title], "category": [f"{word} goods"], "brand": [word]}
        with store.transaction() as cursor:
            catalogue.write_products(cursor, pd.DataFrame(entry, dtype=object))
            sales.write_sales(cursor, rows)
            reviews.write_reviews(cursor, pd.DataFrame([said])[reviews.REVIEW_COLUMNS])
    return store


def as_merchant(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {TOKENS[name]}"}


def ask(site: TestClient, name: str, question: str, **more: str) -> Any:
    store = more.pop("store", HERS["store"] if name == "anna" else HIS["store"])
    return site.post(
        "/api/ask", json={"question": question, "store": store, **more}, headers=as_merchant(name)
    )
