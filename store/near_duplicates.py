"""Reviews that all but repeat each other: MinHash of letter groups, checked pair by pair."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Of 5-letter groups (2 in Chinese, where a letter is a syllable) two copies share at least so many.
LEAST_SHARED = 0.8
_HASHES = 128
_BANDS = 32
_SEED = 7
_SIGNS = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def group_near_duplicates(texts: Sequence[str], owners: Sequence[str]) -> NDArray[np.int32]:
    """Return for each text the row of the first one that it repeats; its own row where it repeats none.

    Args:
        texts: title and text of reviews.
        owners: whose copies count: one product's reviews are only compared with each other.

    Returns:
        Shape (n,).

    Source: Broder, On the resemblance and containment of documents (1997).
    """
    import rensa

    groups = np.arange(len(texts), dtype=np.int32)
    near, near_owner = rensa.RMinHashLSH(LEAST_SHARED, _HASHES, _BANDS), None
    # One owner after the other: only one's hashes are in memory.
    for row in sorted(range(len(texts)), key=owners.__getitem__):
        if owners[row] != near_owner:
            near, near_owner = rensa.RMinHashLSH(LEAST_SHARED, _HASHES, _BANDS), owners[row]
        pieces = _letter_groups(texts[row])
        if not pieces:
            continue
        hashed = rensa.RMinHash(num_perm=_HASHES, seed=_SEED)
        hashed.update(sorted(pieces))
        # MinHash proposes; whether two texts share enough is then counted.
        first = next(
            (n for n in sorted(near.query(hashed)) if _share(pieces, _letter_groups(texts[n]))), None
        )
        if first is None:
            near.insert(row, hashed)  # only the first of a group is compared with: groups do not drift
        else:
            groups[row] = first
    return groups


def _share(one: frozenset[str], other: frozenset[str]) -> bool:
    together = len(one & other)
    return together >= LEAST_SHARED * (len(one) + len(other) - together)


def _letter_groups(text: str) -> frozenset[str]:
    letters = _SIGNS.sub("", unicodedata.normalize("NFKC", text).lower())
    size = 2 if _HAN.search(letters) else 5
    return frozenset(letters[at : at + size] for at in range(max(1, len(letters) - size + 1)) if letters)
