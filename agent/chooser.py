"""Weighs which tools a question asks for: a linear model over its meaning and its words, learnt from examples.

The embedded language model alone chose the right tool in 86 of 100 cases; weighed together with this and with the
question's plain words, see docs/decisions/0006-tool-choice.md.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from prompts.loader import FOLDER
from tools.numerals import fold

if TYPE_CHECKING:
    from serving.embedder import Embedder
    from tools.shop import Shop

WEIGHTS_FILE = FOLDER / "intents" / "weights.npz"
CONTINUE = "continue"
"""The label of a question that asks for the last tool again with other words ("and in June?")."""
# What stands for a product's name: what is asked about a mug is asked about a lamp in the same words.
ANY_PRODUCT = {"en": "this product", "zh": "这款商品"}
WORD_SLOTS = 8192
_NAME_LIKENESS = 75
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z']+|0")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """What was learnt: scores = (vector - mean) @ meaning + words @ word_weights + bias.

    Shapes: mean (d,), meaning (d, n), inverse_frequency (WORD_SLOTS,), word_weights (WORD_SLOTS, n), bias (n,) for
    an embedder of d dimensions and n labels; `embedder` is its name.
    """

    labels: tuple[str, ...]
    embedder: str
    mean: Vector
    meaning: Vector
    inverse_frequency: Vector
    word_weights: Vector
    bias: Vector


@dataclass(frozen=True)
class Chooser:
    """Weighs the tools for a question.

    Args:
        weights: what was learnt.
        embedder: the one that it was learnt with.
    """

    weights: Weights
    embedder: Embedder

    def weigh(self, question: str) -> dict[str, float]:
        """Return how far a question asks for each tool, about 0 (no) to 1 (yes); names are best masked first."""
        known = self.weights
        meaning = (self.embedder.embed_query(question) - known.mean) @ known.meaning
        words = word_vector(question, known.inverse_frequency) @ known.word_weights
        scores = meaning + words + known.bias
        return {label: float(score) for label, score in zip(known.labels, scores, strict=True)}


def word_vector(question: str, inverse_frequency: Vector | None = None) -> Vector:
    """Return a question's words, pairs of words and runs of one to three characters, hashed; shape (WORD_SLOTS,)."""
    vector = np.zeros(WORD_SLOTS, dtype=np.float32)
    for token in set(_tokens(question)):
        vector[zlib.crc32(token.encode()) % WORD_SLOTS] = 1.0
    if inverse_frequency is not None:
        vector *= inverse_frequency
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def _tokens(question: str) -> Iterator[str]:
    text = _NUMBER.sub("0", fold(question))
    for run in _HAN.findall(text):
        for length in (1, 2, 3):
            yield from (run[i : i + length] for i in range(len(run) - length + 1))
    words = _WORD.findall(text)
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))


def mask_name(shop: Shop, question: str, lang: str) -> str:
    """Return the question with the product that it names replaced by words for any product."""
    match = shop.catalogue.match(question)
    if match.outcome == "unknown" or not match.products:
        return question
    text = question.lower()
    found = [
        fuzz.partial_ratio_alignment(name.lower(), text, score_cutoff=_NAME_LIKENESS)
        for name in match.products[0].names
    ]
    best = max((place for place in found if place), key=lambda place: place.score, default=None)
    if best is None:
        return question
    return question[: best.dest_start] + ANY_PRODUCT[lang] + question[best.dest_end :]


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Read what `make chooser` learnt.

    Raises:
        FileNotFoundError: it was never run.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path.name} is missing from prompts/intents; run `make chooser`")
    with np.load(path, allow_pickle=False) as kept:
        return Weights(
            labels=tuple(str(label) for label in kept["labels"]),
            embedder=str(kept["embedder"]),
            mean=kept["mean"],
            meaning=kept["meaning"],
            inverse_frequency=kept["inverse_frequency"],
            word_weights=kept["word_weights"].astype(np.float32),
            bias=kept["bias"],
        )
