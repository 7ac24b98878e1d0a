"""What only shows when reviews are seen together: copies, one writer's floods, languages out of place."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from store.near_duplicates import group_near_duplicates

Mask = npt.NDArray[np.bool_]

# Written more than so often about one product, or in a shop, within so many days, a writer makes noise.
FLOOD_DAYS = 3
MOST_OF_PRODUCT = 2
MOST_IN_SHOP = 10
# Letters of fewer reviews than this share are not at home in a shop; Chinese and English always are.
AT_HOME_SHARE = 0.05
_ALWAYS_AT_HOME = ("LATIN", "CJK")
_FEWEST_LETTERS = 8
# Short praise is alike without being copied: a Chinese character counts as two Latin letters.
_FEWEST_COPIED = 30
_KANA_SHARE = 0.15


def flag_together(reviews: pd.DataFrame) -> list[list[str]]:
    """Return the flags that each review earns beside the others, in the order of `FLAGS`.

    Args:
        reviews: all of a shop's: review_id, product_id, ds, title, text; `author` where it is known.
    """
    order = np.lexsort((reviews["review_id"].astype(str), reviews["ds"].astype(str)))
    texts = [f"{title or ''} {text}" for title, text in zip(reviews["title"], reviews["text"], strict=True)]
    found = {
        "copied": find_copies(texts, order),
        "flood": find_floods(reviews, order),
        "off_language": find_off_language(texts),
    }
    return [[flag for flag, mask in found.items() if mask[row]] for row in range(len(reviews))]


def find_copies(texts: list[str], order: npt.NDArray[np.intp]) -> Mask:
    """Return which texts repeat, word for word or nearly so, one that came before them, whoever wrote it.

    Args:
        texts: one a review.
        order: rows, oldest first: the first of several alike is the original.
    """
    rows = [int(row) for row in order if _length(texts[row]) >= _FEWEST_COPIED]
    originals = group_near_duplicates([texts[row] for row in rows], [""] * len(rows))
    copied = np.zeros(len(texts), dtype=np.bool_)
    copied[[row for place, row in enumerate(rows) if originals[place] != place]] = True
    return copied


def _length(text: str) -> int:
    return sum(1 + ("\u4e00" <= c <= "\u9fff") for c in text if c.isalnum())


def find_floods(reviews: pd.DataFrame, order: npt.NDArray[np.intp]) -> Mask:
    """Return which reviews are a writer's many at once; the first of each burst is a customer's like any other.

    Args:
        reviews: product_id, ds; without `author`, or where it is empty, nobody is known to have written twice.
        order: rows, oldest first.
    """
    flooded = np.zeros(len(reviews), dtype=np.bool_)
    if "author" not in reviews:
        return flooded
    known = reviews.reset_index(drop=True).iloc[order]
    known = known[known["author"].notna() & (known["author"] != "") & known["ds"].notna()]
    for keys, most in ((["author", "product_id"], MOST_OF_PRODUCT), (["author"], MOST_IN_SHOP)):
        for _, own in known.groupby(keys, sort=False):
            if len(own) > most:
                flooded[_bursts(own, most)] = True
    return flooded


def _bursts(own: pd.DataFrame, most: int) -> npt.NDArray[np.intp]:
    """Return the rows of one writer that stand in a window with too many, each window's first left out."""
    days = pd.to_datetime(own["ds"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    rows = own.index.to_numpy()
    ends = np.searchsorted(days, days + FLOOD_DAYS, side="left")
    in_burst = np.zeros(len(own), dtype=np.bool_)
    for start, end in enumerate(ends):
        if end - start > most:
            in_burst[start + 1 : end] = True
    return np.asarray(rows[in_burst], dtype=np.intp)


def find_off_language(texts: list[str]) -> Mask:
    """Return which texts are in letters that hardly any other review of the shop uses."""
    scripts = [main_script(text) for text in texts]
    counts = Counter(script for script in scripts if script)
    at_home = {
        script for script, count in counts.items() if count >= AT_HOME_SHARE * len(texts) and count > 1
    }
    at_home.update(_ALWAYS_AT_HOME)
    return np.array([bool(script) and script not in at_home for script in scripts], dtype=np.bool_)


def main_script(text: str) -> str:
    """Return the letters that most of a text is written in, as Unicode names them; "" for too few letters."""
    counts = Counter(script for script in map(_script, text) if script)
    total = counts.total()
    if total < _FEWEST_LETTERS:
        return ""
    if counts["HIRAGANA"] + counts["KATAKANA"] > _KANA_SHARE * total:
        return "HIRAGANA"
    script, count = counts.most_common(1)[0]
    return script if count > total / 2 else ""


@lru_cache(maxsize=65_536)
def _script(character: str) -> str:
    if not character.isalpha() and unicodedata.category(character)[0] != "M":
        return ""
    return unicodedata.name(character, "").split(" ")[0]
