"""Texts as sparse rows of hashed word and character n-grams: nothing learnt, nothing of the text kept."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
from scipy import sparse

DIMENSIONS = 1 << 17
# Chinese by characters (no segmenter to keep in step with the weights), English by words.
_HAN = re.compile(r"[\u3400-\u9fff！？]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[!?]")
_HAN_LENGTHS = (1, 2, 3, 4)
_WORD_LENGTHS = (1, 2, 3)
# What decides a review stands in its first lines; a pasted book must not take a minute.
MOST_LETTERS = 4000


def hash_texts(texts: Sequence[str]) -> sparse.csr_matrix:
    """Return one row a text: each n-gram it holds once, the row's length 1.

    Args:
        texts: reviews or clauses, Chinese or English.

    Returns:
        Shape (n, DIMENSIONS), float32; a text without a letter is a row of zeros.
    """
    columns = [_buckets(text) for text in texts]
    sizes = np.array([len(row) for row in columns], dtype=np.int64)
    values = np.repeat(1 / np.sqrt(np.maximum(sizes, 1)), sizes).astype(np.float32)
    indices = np.concatenate([*columns, np.empty(0, dtype=np.int32)])
    return sparse.csr_matrix((values, indices, np.append(0, sizes.cumsum())), (len(texts), DIMENSIONS))


def _buckets(text: str) -> np.ndarray:
    grams = _ngrams(text[:MOST_LETTERS].lower().replace("’", "'"))
    return np.array(sorted({zlib.crc32(gram.encode()) % DIMENSIONS for gram in grams}), dtype=np.int32)


def _ngrams(text: str) -> set[str]:
    grams: set[str] = set()
    for run in _HAN.findall(text):
        for length in _HAN_LENGTHS:
            grams.update(run[start : start + length] for start in range(len(run) - length + 1))
    words = _WORD.findall(text)
    for length in _WORD_LENGTHS:
        grams.update("_".join(words[start : start + length]) for start in range(len(words) - length + 1))
    return grams
