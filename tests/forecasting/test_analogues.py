from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.analogues import AnaloguePool, Newcomer, TooFewAnalogues
from forecasting.panel import read_panel

DAYS = 300
PATTERN = np.array([0.6, 0.8, 0.9, 1.0, 1.2, 1.5, 1.0])
KINDS = {"sock": 30.0, "lamp": 3.0, "book": 10.0}


def make_panel(seed=7, launch_factor=1.0):
    """Three kinds of goods of unlike levels, ten products each; a third launched within the records."""
    draws = np.random.default_rng(seed)
    frames, vectors = [], []
    for number, (kind, usual) in enumerate(KINDS.items()):
        for place in range(10):
            level = usual * np.exp(draws.normal(0, 0.35))
            first = 60 + 10 * place if place % 3 == 0 else 0
            age = np.arange(DAYS - first)
            mean = level * PATTERN[np.arange(first, DAYS) % 7] * np.where(age < 28, launch_factor, 1.0)
            units = draws.poisson(mean * draws.gamma(5, 1 / 5, len(age))).astype(float)
            days = pd.date_range("2025-01-06", periods=DAYS)[first:]
            frames.append(
                pd.DataFrame({"unique_id": f"{kind}{place}", "ds": days, "y": units, "price": 100 / usual})
            )
            vectors.append(np.eye(3)[number] + draws.normal(0, 0.15, 3))
    panel = read_panel(pd.concat(frames))
    made = [f"{kind}{place}" for kind in KINDS for place in range(10)]
    return panel, np.array(vectors)[[made.index(name) for name in panel.unique_ids]]


@pytest.fixture(scope="module")
def shop():
    return make_panel()


@pytest.fixture(scope="module")
def pool(shop):
    panel, vectors = shop
    return AnaloguePool(panel, vectors, DAYS)


def newcomer(kind, demand=(), price=None):
    vector = np.eye(3)[list(KINDS).index(kind)]
    return Newcomer(vector, 100 / KINDS[kind] if price is None else price, np.array(demand, dtype=float))


def total_ends(found):
    return np.quantile(found.paths.sum(axis=1), [0.1, 0.9])


@pytest.mark.parametrize("kind", list(KINDS))
def test_without_history_a_product_sells_like_its_kind_and_says_whose(pool, kind):
    found = pool.borrow(newcomer(kind), 28)
    assert found.predicted.mean.sum() / 28 == pytest.approx(KINDS[kind], rel=0.5)
    assert found.own_weight == 0.0
    of_its_kind = sum(loan.weight for loan in found.loans if loan.unique_id.startswith(kind))
    assert of_its_kind > 0.9
    assert sum(loan.weight for loan in found.loans) == pytest.approx(1.0)
    assert [loan.weight for loan in found.loans] == sorted(
        (loan.weight for loan in found.loans), reverse=True
    )


def test_own_sales_take_over_as_they_come_and_narrow_the_total(pool):
    twice = 2 * KINDS["book"] * PATTERN[(np.arange(DAYS - 14, DAYS)) % 7]
    found = [pool.borrow(newcomer("book", twice[14 - days :]), 28) for days in (0, 3, 14)]
    levels = [one.level for one in found]
    assert levels == sorted(levels) and levels[-1] == pytest.approx(20, rel=0.2)
    weights = [one.own_weight for one in found]
    assert weights == sorted(weights) and weights[-1] > 0.6
    widths = [np.subtract(*total_ends(one)[::-1]) / one.level for one in found]
    assert widths == sorted(widths, reverse=True)


def test_where_levels_wander_two_weeks_of_own_sales_say_less(shop, pool):
    panel, vectors = shop
    demand = panel.demand.copy()
    demand[:, -28:] *= np.where(np.arange(len(demand)) % 2, 2.0, 0.5)[:, None]
    wandering = AnaloguePool(replace(panel, demand=demand), vectors, DAYS)
    quarrel = newcomer("book", np.full(14, 30.0))
    steady, doubtful = (one.borrow(quarrel, 28) for one in (pool, wandering))
    assert doubtful.own_weight < steady.own_weight - 0.1


def test_a_few_days_without_sales_lower_the_level_but_do_not_settle_it(pool):
    fresh, quiet = (pool.borrow(newcomer("lamp", days), 28).level for days in ([], [0, 0, 0]))
    assert 0.15 * fresh < quiet < fresh


def test_quantiles_ascend_and_the_total_is_wider_than_chance_alone(pool):
    found = pool.borrow(newcomer("sock"), 28)
    assert found.predicted.quantiles.shape == (1, 28, 19)
    assert np.all(np.diff(found.predicted.quantiles, axis=-1) >= 0)
    assert np.all(found.predicted.quantiles >= 0)
    total = found.predicted.mean.sum()
    low, high = total_ends(found)
    assert high - low > 2.56 * np.sqrt(total)


def test_eight_of_ten_totals_lie_inside_the_interval(shop):
    panel, vectors = shop
    inside = []
    for row in range(len(vectors)):
        others = np.delete(np.arange(len(vectors)), row)
        pool = AnaloguePool(panel.take(others), vectors[others], DAYS - 28)
        found = pool.borrow(Newcomer(vectors[row], float("nan"), np.zeros(0)), 28)
        total = panel.demand[row, -28:].sum()
        low, high = total_ends(found)
        inside.append(low <= total <= high)
    assert 0.65 <= np.mean(inside) <= 0.95


def test_the_weekday_pattern_is_borrowed(pool):
    week = pool.borrow(newcomer("sock"), 28).predicted.mean[0].reshape(4, 7).mean(axis=0)
    weekday = (DAYS + np.arange(7)) % 7
    assert np.corrcoef(week, PATTERN[weekday])[0, 1] > 0.95


def test_a_slow_launch_is_expected_where_the_store_launches_slowly():
    panel, vectors = make_panel(launch_factor=0.4)
    found = AnaloguePool(panel, vectors, DAYS).borrow(newcomer("book"), 84).predicted.mean[0].reshape(12, 7)
    assert found[0].sum() < 0.8 * found[-1].sum()


def test_products_of_like_price_lend_more():
    panel, _ = make_panel()
    alike = np.ones((30, 3)) + np.random.default_rng(1).normal(0, 1e-3, (30, 3))
    dear = AnaloguePool(panel, alike, DAYS).borrow(Newcomer(np.ones(3), 100 / 3, np.zeros(0)), 28)
    cheap = AnaloguePool(panel, alike, DAYS).borrow(Newcomer(np.ones(3), 100 / 30, np.zeros(0)), 28)
    assert dear.level < 0.5 * cheap.level


def test_names_that_foretell_nothing_widen_the_interval(shop):
    panel, vectors = shop
    unpriced = replace(panel, price=np.full_like(panel.price, np.nan))
    shuffled = np.random.default_rng(2).normal(size=vectors.shape)
    told, untold = (AnaloguePool(unpriced, known, DAYS).likeness for known in (vectors, shuffled))
    assert told.trust > 0.8 > untold.trust
    assert untold.variance > 3 * told.variance


def test_only_the_past_is_read(shop):
    panel, vectors = shop
    before = AnaloguePool(panel, vectors, 200).borrow(newcomer("sock"), 14)
    demand = panel.demand.copy()
    demand[:, 200:] = 999.0
    after = AnaloguePool(replace(panel, demand=demand), vectors, 200).borrow(newcomer("sock"), 14)
    np.testing.assert_array_equal(before.predicted.quantiles, after.predicted.quantiles)


def test_a_store_with_two_products_has_nothing_to_lend(shop):
    panel, vectors = shop
    with pytest.raises(TooFewAnalogues, match="only 2 products"):
        AnaloguePool(panel.take(np.arange(2)), vectors[:2], DAYS)


def test_monthly_series_lend_too():
    draws = np.random.default_rng(3)
    frame = pd.concat(
        pd.DataFrame(
            {
                "unique_id": f"p{k}",
                "ds": pd.date_range("2023-01-01", periods=24, freq="MS"),
                "y": draws.poisson(50, 24),
            }
        )
        for k in range(5)
    )
    pool = AnaloguePool(read_panel(frame, "M"), draws.normal(size=(5, 4)), 24)
    found = pool.borrow(Newcomer(draws.normal(size=4), float("nan"), np.zeros(0)), 6)
    np.testing.assert_allclose(found.predicted.mean, 50, rtol=0.15)
