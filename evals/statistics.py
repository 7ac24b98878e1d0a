"""The statistics of reports: intervals, repeated runs, paired comparison, agreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from math import comb, sqrt
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """A confidence interval of a share."""

    low: float
    high: float


def wilson_interval(successes: float, n: int, level: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share; (0, 1) where nothing was counted.

    Args:
        successes: how many of `n` succeeded; a fraction where a unit succeeded in part of its repeats. A mean of
            values within 0..1 varies at most as much as the same mean of zeros and ones, so the interval then is
            too wide rather than too narrow.
        n: independent units.
        level: coverage.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), 209-212.
    """
    if n == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = successes / n
    middle = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and 1 the bound is the share itself; rounding must not push it inside.
    low = 0.0 if successes == 0 else (middle - half) / scale
    high = 1.0 if successes == n else (middle + half) / scale
    return Interval(low, high)


def pass_at_k(runs: int, passes: int, k: int) -> float:
    """Return the chance that at least one of k runs passes, without bias, from `passes` of `runs`.

    Source: M. Chen et al., "Evaluating large language models trained on code" (2021), arXiv:2107.03374.
    """
    _refuse_impossible(runs, passes, k)
    return 1 - comb(runs - passes, k) / comb(runs, k)


def pass_hat_k(runs: int, passes: int, k: int) -> float:
    """Return the chance that all of k runs pass (pass^k), without bias, from `passes` of `runs`.

    Source: S. Yao et al., "tau-bench: a benchmark for tool-agent-user interaction in real-world domains" (2024),
    arXiv:2406.12045.
    """
    _refuse_impossible(runs, passes, k)
    return comb(passes, k) / comb(runs, k)


def _refuse_impossible(runs: int, passes: int, k: int) -> None:
    if not (0 <= passes <= runs and 1 <= k <= runs):
        raise ValueError(
            f"{passes!r} passes in {runs!r} runs say nothing about k={k!r}; k lies within 1..runs and passes within 0..runs"
        )


def majority(verdicts: Collection[bool]) -> bool:
    """Return whether more than half hold; a draw does not."""
    return 2 * sum(verdicts) > len(verdicts)


def mcnemar(lost: int, gained: int) -> float:
    """Return the exact two-sided p-value that as many were lost as gained by chance alone.

    Args:
        lost: units that passed before and fail now.
        gained: units that failed before and pass now.

    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
    percentages", Psychometrika 12 (1947), 153-157; exact: the binomial with 1/2 over the units that changed.
    """
    changed = lost + gained
    tail, ways = 0, 1
    for i in range(min(lost, gained) + 1):
        tail += ways
        ways = ways * (changed - i) // (i + 1)
    return min(1.0, 2 * tail / (1 << changed))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for how many were tested, in the given order.

    Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
    6 (1979), 65-70.
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = largest
    return adjusted


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return how far two raters agree beyond chance: 1 wholly, 0 no more than chance.

    Where both gave one and the same label throughout, chance explains everything: 0, not 1.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement
    20 (1960), 37-46.
    """
    if len(first) != len(second) or not first:
        raise ValueError(f"{len(first)} labels against {len(second)}; both raters must label the same items")
    n = len(first)
    agreed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    counts, others = Counter(first), Counter(second)
    by_chance = sum(count * others[label] for label, count in counts.items()) / n**2
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0
