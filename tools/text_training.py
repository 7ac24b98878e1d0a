"""Training a shop's own text model, beside what it must beat."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from serving.logistic import auc, fit_logistic, macro_f1
from serving.sentiment import Probabilities, is_chinese, shipped_sentiment
from serving.text_training import Labelled, fine_tune
from store.errors import StoreError
from store.review_flags import review_weight
from tools.review_quotes import HIGH_STARS, LOW_STARS, review_texts
from tools.review_scorer import VERDICT, text_folder
from tools.shop import Shop

MOST_REVIEWS = 20_000
LEAST_OF_A_SIDE = 100
_HELD_OUT, _HELD_BACK = 0.2, 0.1
# They are scored a dozen times.
_MOST_HELD_BACK = 1000
# What fewer reviews would settle by luck.
_LEAST_GAIN = 0.005
_RIDGE = 0.1


@dataclass(frozen=True)
class Score:
    """How a model tells content reviews from others: on the held-out ones."""

    auc: float
    macro_f1: float


@dataclass(frozen=True)
class TextTrial:
    """What training brought.

    Args:
        reviews: learnt from.
        held_out: judged on; no model saw them.
        scores: by model: "trained", "embedding" and "shipped".
        cpu_minutes: that fine-tuning took.
        is_used: whether the trained model beats both others and is used from now on.
    """

    reviews: int
    held_out: int
    scores: dict[str, Score]
    cpu_minutes: float
    is_used: bool


class TooFewReviews(StoreError):
    """The store has too few English reviews of one side to learn from."""


def train_text(shop: Shop, *, most_minutes: float, seed: int, tell: Callable[[int, int], None]) -> TextTrial:
    """Fine-tune a text model on a shop's English reviews and say whether it is better than what is there.

    Four and five stars are content, one and two are not; three are left out. A fifth is held out, chosen by
    `seed`; the best model there by AUC is used from now on, and the trained one must lead clearly.

    Args:
        shop: with an embedder.
        most_minutes: CPU minutes that fine-tuning may take.
        seed: of every choice.
        tell: told how many steps are done, of how many.

    Raises:
        TooFewReviews: fewer than `LEAST_OF_A_SIDE` content ones, or not content ones.
        TextExtraMissing: the extra "text" is not installed.
    """
    texts, labels = _labelled(shop, seed)
    held_out, held_back = int(len(texts) * _HELD_OUT), min(int(len(texts) * _HELD_BACK), _MOST_HELD_BACK)
    parts = np.split(np.arange(len(texts)), [held_out, held_out + held_back])
    test, stop, learn = (Labelled([texts[row] for row in rows], labels[rows]) for rows in parts)
    fit = fine_tune(learn, stop, most_minutes=most_minutes, seed=seed, tell=tell)
    found = {
        "trained": fit.model.score_reviews(test.texts),
        "embedding": _embedding_scores(shop, learn, test),
        "shipped": shipped_sentiment().score_reviews(test.texts),
    }
    truth = test.labels == 1
    scores = {name: Score(auc(truth, each), macro_f1(truth, each)) for name, each in found.items()}
    rival = max(scores["embedding"].auc, scores["shipped"].auc)
    trial = TextTrial(
        len(learn.texts),
        len(test.texts),
        scores,
        fit.cpu_minutes,
        scores["trained"].auc >= rival + _LEAST_GAIN,
    )
    folder = text_folder(shop)
    folder.mkdir(parents=True, exist_ok=True)
    if trial.is_used:
        fit.model.save(folder)
    (folder / VERDICT).write_text(json.dumps(asdict(trial), indent=1), encoding="utf-8")
    return trial


def _labelled(shop: Shop, seed: int) -> tuple[list[str], np.ndarray]:
    """Return English reviews with stars in an order of the seed's, each text once, and 1 for content."""
    rows = shop.store.reviews()
    stars = pd.to_numeric(rows["rating"], errors="coerce")
    rows = rows.assign(
        body=review_texts(rows), is_content=np.select([stars >= HIGH_STARS, stars <= LOW_STARS], [1, 0], -1)
    )
    usable = (
        (rows["is_content"] >= 0) & (rows["flags"].map(review_weight) == 1) & ~rows["body"].map(is_chinese)
    )
    rows = rows[usable].drop_duplicates("body").sample(frac=1, random_state=seed).head(MOST_REVIEWS)
    fewest = min(int((rows["is_content"] == side).sum()) for side in (0, 1))
    if fewest < LEAST_OF_A_SIDE:
        raise TooFewReviews(
            f"store {shop.store.info.name!r} has only {fewest} English reviews of one side (good or bad);"
            f" {LEAST_OF_A_SIDE} are needed",
            "import more reviews with stars; until then the shipped sentiment model is used",
        )
    return rows["body"].tolist(), rows["is_content"].to_numpy(int)


def _embedding_scores(shop: Shop, learn: Labelled, test: Labelled) -> Probabilities:
    assert shop.embedder is not None, "the embedding classifier needs an embedder"
    weights, offset = fit_logistic(
        shop.embedder.embed_passages(learn.texts).astype(float),
        learn.labels.astype(float),
        np.ones(len(learn.texts)),
        _RIDGE,
    )
    scores: Probabilities = 1 / (1 + np.exp(-(shop.embedder.embed_passages(test.texts) @ weights + offset)))
    return scores
