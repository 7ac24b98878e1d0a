"""Which model says whether a review is content: the shop's own, where training proved it better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from serving.sentiment import Probabilities, is_chinese, shipped_sentiment
from tools.shop import MODELS_FOLDER, Shop

TEXT_FOLDER = "text"
VERDICT = "verdict.json"


class ReviewScorer(Protocol):
    """What says how sure it is that reviews are content."""

    def score_reviews(self, texts: Sequence[str]) -> Probabilities:
        """Return P(content) of each review, shape (n,)."""


class _ByLanguage:
    """The shop's own model for English reviews, the shipped one for Chinese: the small encoder reads no Chinese."""

    def __init__(self, own: ReviewScorer) -> None:
        self._own = own

    def score_reviews(self, texts: Sequence[str]) -> Probabilities:
        scores = shipped_sentiment().score_reviews(texts)
        english = np.array([not is_chinese(text) for text in texts], dtype=bool)
        if english.any():
            scores[english] = self._own.score_reviews([text for text in texts if not is_chinese(text)])
        return scores


def text_folder(shop: Shop) -> Path:
    """Return where a shop's trained text model lies, trained or not."""
    return Path(shop.store.folder) / MODELS_FOLDER / TEXT_FOLDER


def review_scorer(shop: Shop) -> ReviewScorer:
    """Return the shop's own model where `shopcast train-text` found it better, else the shipped one."""
    verdict = text_folder(shop) / VERDICT
    if not verdict.is_file() or not json.loads(verdict.read_text(encoding="utf-8"))["is_used"]:
        return shipped_sentiment()
    from serving.text_model import TextModel

    return _ByLanguage(TextModel.load(text_folder(shop)))
