"""The statistics against published values, other implementations and simulation."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import binomtest

from evals.statistics import (
    cohen_kappa,
    holm,
    majority,
    mcnemar,
    pass_at_k,
    pass_hat_k,
    wilson_interval,
)


@pytest.mark.parametrize(("successes", "n"), [(95, 100), (285, 300), (0, 300), (1, 1), (7, 20), (20, 20)])
def test_wilson_agrees_with_scipy(successes: int, n: int) -> None:
    expected = binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert wilson_interval(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_reaches_the_ends_exactly_and_never_leaves_them() -> None:
    assert wilson_interval(0, 50).low == 0.0
    assert wilson_interval(50, 50).high == 1.0
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_wilson_widens_with_the_level() -> None:
    wide, narrow = wilson_interval(30, 50, 0.99), wilson_interval(30, 50, 0.8)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize("passes", range(7))
@pytest.mark.parametrize("k", [1, 2, 4, 6])
def test_repeats_are_counted_as_by_drawing_every_k_of_the_runs(passes: int, k: int) -> None:
    draws = list(combinations([True] * passes + [False] * (6 - passes), k))
    assert pass_at_k(6, passes, k) == pytest.approx(np.mean([any(draw) for draw in draws]))
    assert pass_hat_k(6, passes, k) == pytest.approx(np.mean([all(draw) for draw in draws]))


@pytest.mark.parametrize(("runs", "passes", "k"), [(4, 5, 1), (4, 2, 5), (4, 2, 0), (0, 0, 1), (4, -1, 1)])
def test_impossible_counts_are_refused(runs: int, passes: int, k: int) -> None:
    for estimator in (pass_at_k, pass_hat_k):
        with pytest.raises(ValueError, match="k lies within"):
            estimator(runs, passes, k)


@pytest.mark.parametrize(
    ("lost", "gained"), [(0, 0), (5, 0), (6, 0), (0, 6), (12, 3), (10, 10), (1500, 1700)]
)
def test_mcnemar_is_the_exact_binomial(lost: int, gained: int) -> None:
    expected = binomtest(lost, lost + gained).pvalue if lost + gained else 1.0
    assert mcnemar(lost, gained) == pytest.approx(expected)


def test_mcnemar_needs_six_losses_without_a_gain() -> None:
    assert mcnemar(5, 0) > 0.05 > mcnemar(6, 0)


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03, 0.5]) == pytest.approx([0.09, 0.04, 0.09, 0.5])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_draw_is_no_majority() -> None:
    assert majority([True, True, False])
    assert not majority([True, False])


def test_kappa_by_hand() -> None:
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)
    assert cohen_kappa(first, first) == 1.0


def test_a_judge_that_always_says_the_same_agrees_with_nobody() -> None:
    assert cohen_kappa(["good"] * 100, ["good"] * 100) == 0.0
    assert cohen_kappa(["good"] * 90 + ["bad"] * 10, ["good"] * 100) == 0.0


def test_kappa_needs_the_same_items() -> None:
    with pytest.raises(ValueError, match="same items"):
        cohen_kappa(["good"], ["good", "bad"])
    with pytest.raises(ValueError, match="same items"):
        cohen_kappa([], [])


def test_the_interval_over_cases_covers_the_truth_although_repeats_hang_together() -> None:
    rng = np.random.default_rng(7)
    covered, trials = 0, 600
    for _ in range(trials):
        difficulty = rng.beta(0.6, 0.2, size=80)
        rates = rng.binomial(4, difficulty) / 4
        low, high = wilson_interval(float(rates.sum()), len(rates))
        covered += low <= 0.75 <= high
    assert covered / trials >= 0.94
