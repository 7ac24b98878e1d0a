import json

import numpy as np
import pandas as pd
import pytest

from serving.text_training import Fit
from store.database import Store
from tools import text_training
from tools.review_scorer import VERDICT, review_scorer, text_folder
from tools.shop import Shop
from tools.text_training import TooFewReviews, train_text


class Oracle:
    """Knows every label; writes a marker instead of a network."""

    def score_reviews(self, texts):
        return np.array([0.9 if "zorp" in text else 0.1 for text in texts])

    def save(self, folder):
        (folder / "network").write_text("saved", encoding="utf-8")


class Coin(Oracle):
    def score_reviews(self, texts):
        return np.array([(len(text) * 7 % 11) / 11 for text in texts])


class Blind:
    """An embedder that sees nothing."""

    name, dimensions = "blind", 2

    def embed_passages(self, texts):
        return np.ones((len(texts), 2), dtype=np.float32)

    def embed_query(self, text):
        return np.ones(2, dtype=np.float32)


def fill(store, count):
    rows = [
        {
            "review_id": f"R{number}", "product_id": "P1", "ds": None, "rating": 5 if number % 2 else 1,
            "language": "en", "title": None, "flags": [],
            "text": f"the {number} thing, {'zorp' if number % 2 else 'blick'} {'x' * (number % 13)}",
        }
        for number in range(count)
    ]  # fmt: skip
    from store.reviews import REVIEW_COLUMNS, write_reviews

    with store.transaction() as cursor:
        write_reviews(
            cursor, pd.DataFrame(rows).reindex(columns=REVIEW_COLUMNS).astype(object).where(pd.notna, None)
        )


@pytest.fixture
def shop(tmp_path):
    with Store.create("words", kind="imported", currency="EUR", timezone="UTC", home=tmp_path) as store:
        fill(store, 400)
        yield Shop(store, Blind())


def train(shop, monkeypatch, model):
    monkeypatch.setattr(text_training, "fine_tune", lambda *_parts, **_settings: Fit(model, [0.9], 0.1))
    return train_text(shop, most_minutes=1, seed=7, tell=lambda _done, _all: None)


def test_a_better_model_is_kept_and_used(shop, monkeypatch):
    trial = train(shop, monkeypatch, Oracle())
    assert trial.is_used
    assert trial.scores["trained"].auc == 1
    assert trial.held_out == 80
    assert (text_folder(shop) / "network").exists()
    assert json.loads((text_folder(shop) / VERDICT).read_text(encoding="utf-8"))["is_used"]


def test_a_model_that_is_no_better_is_told_and_not_used(shop, monkeypatch):
    trial = train(shop, monkeypatch, Coin())
    assert not trial.is_used
    assert not (text_folder(shop) / "network").exists()
    assert review_scorer(shop).score_reviews(["love it, works great"])[0] > 0.5


def test_too_few_reviews_are_refused_with_a_remedy(tmp_path):
    with Store.create("few", kind="imported", currency="EUR", timezone="UTC", home=tmp_path) as store:
        fill(store, 30)
        with pytest.raises(TooFewReviews, match="100 are needed"):
            train_text(Shop(store, Blind()), most_minutes=1, seed=7, tell=lambda _done, _all: None)
