"""How candidates become hits: two rankings fused, copies folded, suspect reviews last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

# How fast the weight of a place falls: the usual constant, from Cormack, Clarke and Büttcher, SIGIR 2009.
_RANK_CONSTANT = 60
# Chosen on 6,000 clothing and 6,000 Chinese reviews that benchmarks/search.py does not judge by: from .5 to 1 nDCG
# moves by .01; more is better across languages, less where question and reviews are Chinese.
MEANING_WEIGHT, WORDS_WEIGHT = 1.0, 0.7


def best_rows(scores: NDArray[np.float32], count: int) -> Rows:
    """Return the rows of the `count` highest scores above 0, best first; equals in the order of their rows."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > count:
        least = np.partition(scores[rows], len(rows) - count)[len(rows) - count]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")][:count]


def fuse(by_meaning: Sequence[int], by_words: Sequence[int]) -> dict[int, float]:
    """Return a score for each row in either ranking: 1 for a row that leads both, by reciprocal ranks.

    Args:
        by_meaning: rows, nearest in meaning first.
        by_words: rows that share words with the question, best first; empty where none does.
    """
    scores: dict[int, float] = {}
    rankings = [(by_meaning, MEANING_WEIGHT)] + ([(by_words, WORDS_WEIGHT)] if len(by_words) else [])
    most = sum(weight for _, weight in rankings) / (_RANK_CONSTANT + 1)
    for ranking, weight in rankings:
        for place, row in enumerate(ranking, start=1):
            scores[row] = scores.get(row, 0.0) + weight / (_RANK_CONSTANT + place) / most
    return dict(sorted(scores.items(), key=lambda item: -item[1]))


def fold_copies(rows: Sequence[int], groups: NDArray[np.int32]) -> list[int]:
    """Return the rows without those that repeat a row before them."""
    seen: set[int] = set()
    kept = []
    for row in rows:
        if int(groups[row]) not in seen:
            seen.add(int(groups[row]))
            kept.append(row)
    return kept
