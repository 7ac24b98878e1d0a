"""Agreement on an ordered scale, where one step apart is less wrong than two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def quadratic_kappa(first: Sequence[int], second: Sequence[int]) -> float:
    """Return Cohen's kappa with disagreements weighed by the square of their distance: 1 wholly, 0 chance.

    Where both gave one and the same label throughout, chance explains everything: 0, not 1.

    Source: J. Cohen, "Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
    credit", Psychological Bulletin 70 (1968), 213-220.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} labels against {len(second)}; both raters must label the same items")
    observed = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / len(first)
    counts, others = Counter(first), Counter(second)
    pairs = sum(counts[a] * others[b] * (a - b) ** 2 for a in counts for b in others)
    by_chance = pairs / len(first) ** 2
    return 1 - observed / by_chance if by_chance else 0.0
