"""Paths whose days have the given quantiles and whose totals vary as they did in the past."""

import time

import numpy as np
import pandas as pd
import pytest

from forecasting.joint_paths import draw_paths, past_ranks, seed_of, stretch_totals
from forecasting.members.base import LEVELS
from forecasting.panel import read_panel

AHEAD = 28
UNIFORM = np.linspace(5, 95, len(LEVELS))


def panel_of(units, name="a"):
    dates = pd.date_range("2025-01-06", periods=len(units))
    return read_panel(pd.DataFrame({"unique_id": name, "ds": dates, "y": np.asarray(units, float)}))


def quantiles_of(units, horizon=AHEAD):
    return np.tile(np.quantile(units, LEVELS), (horizon, 1))


def ranks_of(units, horizon=AHEAD):
    return past_ranks(panel_of(units), 0, len(units), horizon)


def test_each_day_of_the_paths_has_the_quantiles_given():
    units = np.random.default_rng(0).poisson(30, 300)
    quantiles = np.tile(UNIFORM, (AHEAD, 1)) * np.linspace(1, 3, AHEAD)[:, None]
    paths = draw_paths(quantiles, ranks_of(units), 1)
    np.testing.assert_allclose(np.quantile(paths, LEVELS, axis=0).T, quantiles, rtol=0.025)


def test_totals_of_days_that_go_together_vary_more_than_those_of_days_that_do_not():
    draws = np.random.default_rng(0)
    alone = draws.poisson(30, 420)
    together = draws.poisson(np.repeat(draws.uniform(15, 45, 60), 7))
    spreads = [
        draw_paths(quantiles_of(alone), ranks_of(units), 1).sum(axis=1).std() for units in (alone, together)
    ]
    assert spreads[1] > 1.4 * spreads[0]


def test_a_constant_series_has_a_constant_total():
    paths = draw_paths(np.full((7, len(LEVELS)), 8.0), ranks_of([8.0] * 120, 7), 1)
    assert np.quantile(paths.sum(axis=1), [0.1, 0.9]) == pytest.approx(56.0)


def test_beyond_the_outermost_levels_paths_go_on_and_never_below_nothing():
    paths = draw_paths(np.tile(np.linspace(0, 9, len(LEVELS)), (AHEAD, 1)), ranks_of([1.0, 2.0] * 60), 1)
    assert paths.max() > 9.5 and paths.min() == 0.0


def test_the_same_seed_draws_the_same_paths_whatever_else_the_store_sells():
    units = np.random.default_rng(0).poisson(3, 200)
    days = pd.date_range("2025-01-06", periods=200)
    both = read_panel(
        pd.concat([pd.DataFrame({"unique_id": name, "ds": days, "y": units.astype(float)}) for name in "0a"])
    )
    alone = past_ranks(panel_of(units), 0, 200, AHEAD)
    np.testing.assert_array_equal(alone, past_ranks(both, 1, 200, AHEAD))
    first, again = (draw_paths(quantiles_of(units), alone, seed_of("a")) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert seed_of("a") != seed_of("b")


def test_ranks_know_nothing_after_the_origin():
    units = np.random.default_rng(0).poisson(3, 260).astype(float)
    later = units.copy()
    later[200:] = 1e6
    changed, known = (past_ranks(panel_of(one), 0, 200, AHEAD) for one in (later, units))
    np.testing.assert_array_equal(changed, known)


def test_a_short_past_still_gives_paths():
    ranks = ranks_of([3.0, 4.0, 5.0], 7)
    assert ranks.shape[1] == 7 and ranks.min() > 0 and ranks.max() < 1


def test_stretched_totals_lie_further_from_the_same_median():
    units = np.random.default_rng(0).poisson(30, 300)
    paths = draw_paths(quantiles_of(units), ranks_of(units), 1)
    wide = stretch_totals(paths, 1.5)
    before, after = (np.quantile(one.sum(axis=1), [0.1, 0.5, 0.9]) for one in (paths, wide))
    assert after[1] == pytest.approx(before[1])
    assert np.diff(after) == pytest.approx(1.5 * np.diff(before))
    assert wide.min() >= 0
    np.testing.assert_allclose(stretch_totals(np.zeros((4, 7)), 2.0), 0.0)


def test_a_month_is_drawn_in_two_milliseconds():
    units = np.random.default_rng(0).poisson(3, 700)
    panel, quantiles = panel_of(units), quantiles_of(units)
    started = time.process_time()
    for _ in range(20):
        draw_paths(quantiles, past_ranks(panel, 0, 700, AHEAD), 1)
    # Ten times what was measured: a shared machine is no stop-watch.
    assert (time.process_time() - started) / 20 < 0.01
