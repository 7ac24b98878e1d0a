"""How sure it is that a review is content: a linear model over n-grams, calibrated a language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from serving.text_features import hash_texts

Probabilities = NDArray[np.float64]
_WEIGHTS = "sentiment.npz"


class Calibration(NamedTuple):
    """Platt's line from a score to a logit: fitted on texts that the weights were not."""

    slope: float
    offset: float


class Lines(NamedTuple):
    """The calibrations of one kind of text, by language; "english" serves whatever has no Chinese character."""

    chinese: Calibration
    english: Calibration


class SentimentModel:
    """P(content) of a review or a clause, 0..1, in Chinese and English.

    Args:
        weights: one a bucket of `text_features`, shape (DIMENSIONS,).
        reviews: calibrations of whole reviews as they come, most of them good.
        clauses: of pieces of reviews, of which nothing is known: as many of good ones as of bad ones.
    """

    def __init__(self, weights: NDArray[np.float32], reviews: Lines, clauses: Lines) -> None:
        self._weights, self._reviews, self._clauses = weights, reviews, clauses

    def score_reviews(self, texts: Sequence[str]) -> Probabilities:
        """Return P(content) of each review, shape (n,).

        "Content" is four or five stars, or the label of the Chinese set; three stars were not learnt from.
        """
        return self._score(texts, self._reviews)

    def score_clauses(self, clauses: Sequence[str]) -> Probabilities:
        """Return P(praise) of each clause, shape (n,): about .5 for one that says nothing."""
        return self._score(clauses, self._clauses)

    def _score(self, texts: Sequence[str], lines: Lines) -> Probabilities:
        scores = hash_texts(texts) @ self._weights
        chosen = np.array([lines.chinese if is_chinese(text) else lines.english for text in texts])
        slopes, offsets = chosen.reshape(-1, 2).T
        probabilities: Probabilities = 1 / (1 + np.exp(-(slopes * scores + offsets)))
        return probabilities


def is_chinese(text: str) -> bool:
    """Return whether a text has a Chinese character."""
    return any("\u3400" <= char <= "\u9fff" for char in text)


@cache
def shipped_sentiment() -> SentimentModel:
    """Return the model that the package ships; `python -m benchmarks.sentiment_weights` makes it."""
    with files("serving").joinpath(_WEIGHTS).open("rb") as file, np.load(file) as stored:
        weights = stored["levels"].astype(np.float32) * stored["step"]
        lines = [
            Lines(Calibration(*stored[f"chinese_{kind}"]), Calibration(*stored[f"english_{kind}"]))
            for kind in ("reviews", "clauses")
        ]
    return SentimentModel(weights, *lines)
