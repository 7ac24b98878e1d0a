"""Reviews by their words: BM25 over stemmed English words and segmented Chinese ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_PIECE = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[\u3400-\u9fff]+")
# Words that stand in nearly every question and say nothing of what it is about.
_EMPTY_WORDS = frozenset(
    "a an and any are about as at be been but by can did do does for from had has have how i if in is it its me my of "
    "on or our say says so than that the their them there they this to was we were what when which who why will with "
    "would you your customer customers people review reviews "
    "的 了 是 我 你 他 她 它 们 我们 你们 他们 和 与 也 都 就 还 又 很 在 有 吗 呢 吧 啊 呀 么 "
    "什么 怎么 怎么样 怎样 如何 这 那 "
    "这个 那个 一个 大家 顾客 客户 买家 评价 评论 关于".split()
)


def cut_words(text: str) -> list[str]:
    """Return a text's words as they are compared: full-width signs narrowed, English stemmed, Chinese segmented."""
    words: list[str] = []
    for piece in _PIECE.findall(unicodedata.normalize("NFKC", text).lower()):
        words += _stem(piece) if piece[0] < "\u3400" else _segment(piece)
    return words


def _stem(word: str) -> list[str]:
    return [] if word in _EMPTY_WORDS else [_stem_word(word)]


@cache
def _stem_word(word: str) -> str:
    stemmed: str = _stemmer().stemWord(word)
    return stemmed


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba.Jieba()


def _segment(text: str) -> list[str]:
    """Cut Chinese into words, long words also into the shorter ones inside them."""
    return [word for word in _segmenter().cut_for_search(text) if word not in _EMPTY_WORDS]


class LexicalIndex:
    """Which reviews share rare words with a question.

    Args:
        folder: where `build` wrote it.

    Raises:
        Exception: whatever the library raises when a file is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        import bm25s

        self._bm25 = bm25s.BM25.load(folder, mmap=True, verbosity=0)

    @staticmethod
    def build(texts: Sequence[str], folder: Path) -> None:
        """Write the index of `texts`, at least one, numbered in their order, to a folder that need not exist."""
        import bm25s

        # A word is held once, not as often as it stands in a text. The empty one is in none: the library wants it.
        numbers = {"": 0}
        numbered = [[numbers.setdefault(word, len(numbers)) for word in cut_words(text)] for text in texts]
        bm25 = bm25s.BM25()
        with np.errstate(invalid="ignore"):  # texts that have no word at all have a mean length of 0
            bm25.index((numbered, numbers), show_progress=False, leave_progress=False)
        bm25.save(folder, show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32] | None:
        """Return each review's BM25 score, shape (n,); None where no review has a word of the query."""
        known = self._bm25.vocab_dict
        words = [word for word in cut_words(query) if word in known]
        if not words:
            return None
        found: NDArray[np.float32] = self._bm25.get_scores(words)
        return found
