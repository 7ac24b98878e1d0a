"""Intervals moved by the errors that were really made."""

import numpy as np
import pandas as pd
import pytest

from forecasting.conformal import (
    Conformal,
    carry_misses,
    learn_shifts,
    needed_stretch,
    round_units,
    spread_totals,
    weighted_quantile,
)
from forecasting.demand_classes import CLASSES
from forecasting.members.base import LEVELS
from forecasting.panel import read_panel
from forecasting.trials import Trial

AHEAD, SERIES = 28, 120
LOW, MIDDLE, HIGH = LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)
SMOOTH = np.zeros(SERIES, dtype=int)
ONES = np.ones(SERIES)


def normal_quantiles(mean, deviation, series=SERIES, horizon=AHEAD):
    drawn = np.quantile(np.random.default_rng(9).normal(size=200_001), LEVELS)
    return np.broadcast_to(mean + deviation * drawn, (series, horizon, len(LEVELS))).copy()


def trial(actual, said, origin=100):
    return Trial(origin, actual, np.ones(actual.shape, bool), {"one": said.astype(np.float32)})


def coverage(actual, quantiles):
    return float(((quantiles[..., LOW] <= actual) & (actual <= quantiles[..., HIGH])).mean())


def correct(shifts, quantiles, change=ONES):
    return Conformal(shifts, np.ones(len(CLASSES))).correct(quantiles, SMOOTH[: len(quantiles)], change)


@pytest.mark.parametrize("claimed", [1.0, 5.0])
def test_intervals_too_narrow_or_too_wide_hold_afterwards(claimed):
    draws = np.random.default_rng(0)
    past, future = (draws.normal(20, 2.5, (SERIES, AHEAD)) for _ in range(2))
    said = normal_quantiles(20.0, claimed)
    shifts = learn_shifts([trial(past, said)], [said], SMOOTH, ONES)
    assert abs(coverage(future, said) - 0.8) > 0.1
    # A tenth of the way stays unmade: that many errors are not trusted to the last.
    assert coverage(future, correct(shifts, said)) == pytest.approx(0.8, abs=0.06)


def test_the_newest_origin_counts_most():
    said = normal_quantiles(20.0, 2.0)
    rising = [trial(np.full((SERIES, AHEAD), 20.0 + miss), said) for miss in (0.0, 0.0, 4.0)]
    shifts = learn_shifts(rising, [said] * 3, SMOOTH, ONES)
    assert shifts[0, MIDDLE] > 3.0


def test_few_errors_move_little_and_another_class_not_at_all():
    said = normal_quantiles(20.0, 2.0, 1, 3)
    shifts = learn_shifts([trial(np.full((1, 3), 30.0), said)], [said], SMOOTH[:1], ONES[:1])
    assert 0.0 < shifts[0, MIDDLE] < 0.2 and (shifts[1:] == 0).all()


def test_series_that_nobody_forecast_say_nothing():
    said = normal_quantiles(20.0, 2.0)
    past = np.full((SERIES, AHEAD), 20.0)
    past[:60] = 90.0
    unheard = trial(past, said)
    unheard.quantiles["one"][:60] = np.nan
    mixed = said.copy()
    mixed[:60] = 0.0
    assert learn_shifts([unheard], [mixed], SMOOTH, ONES)[0, HIGH] < 0.0


def test_a_series_that_never_changed_is_left_alone():
    shifts = np.tile(np.linspace(-1, 1, len(LEVELS)), (len(CLASSES), 1))
    said = np.full((2, 7, len(LEVELS)), 8.0)
    corrected = correct(shifts, said, np.array([0.0, 2.0]))
    assert (corrected[0] == 8.0).all() and corrected[1, 0, HIGH] > corrected[1, 0, LOW]


def test_whatever_the_errors_of_others_no_interval_shrinks_to_a_line():
    said = normal_quantiles(20.0, 1.0, 3, 5)
    corrected = correct(np.tile(20.0 - said[0, 0], (len(CLASSES), 1)), said, ONES[:3])
    assert (np.diff(corrected, axis=-1) >= 0).all()
    assert (corrected[..., HIGH] - corrected[..., LOW] > 0.3).all()


def test_nothing_falls_below_zero():
    down = np.full((len(CLASSES), len(LEVELS)), -50.0)
    assert correct(down, normal_quantiles(20.0, 1.0, 3, 5), ONES[:3]).min() == 0.0


# Whole units


def test_goods_sold_whole_get_whole_quantiles_between_untouched_ends():
    said = normal_quantiles(3.3, 1.4, 2, 4)
    rounded = round_units(said, np.array([True, False]))
    inner = rounded[0, :, LOW + 1 : HIGH]
    ends = (inner == said[0, :, [LOW]].T) | (inner == said[0, :, [HIGH]].T)
    assert ((inner == np.rint(inner)) | ends).all() and (inner == np.rint(inner)).mean() > 0.8
    assert (rounded[0, :, [LOW, HIGH]] == said[0, :, [LOW, HIGH]]).all()
    assert (np.diff(rounded, axis=-1) >= 0).all()
    np.testing.assert_array_equal(rounded[1], said[1])


# Misses


def test_a_product_that_outsold_its_forecast_twice_is_raised_and_its_class_is_not():
    said = normal_quantiles(10.0, 3.0)
    past = np.full((SERIES, AHEAD), 12.0)
    past[0], past[1] = 30.0, 3.0
    factors = carry_misses([trial(past, said)] * 2, [said] * 2, SMOOTH)
    assert 1.05 < factors[0] < 1.3 and factors[1] < 0.95
    assert factors[2:] == pytest.approx(1.0, abs=0.01)


def test_one_enormous_sale_does_not_multiply_a_forecast():
    said = normal_quantiles(10.0, 3.0)
    past = np.full((SERIES, AHEAD), 10.0)
    past[0, 5] = 1e6
    assert carry_misses([trial(past, said)] * 3, [said] * 3, SMOOTH)[0] < 1.5


def test_without_trials_nothing_is_carried_nor_moved():
    assert (carry_misses([], [], SMOOTH) == 1.0).all()
    assert (learn_shifts([], [], SMOOTH, ONES) == 0.0).all()


# Totals


def a_panel(shut_on_sundays=False):
    """Products whose weeks are good or bad as a whole: totals vary more than independent days would."""
    draws = np.random.default_rng(1)
    days = pd.date_range("2025-01-06", periods=196)
    frames = []
    for number in range(SERIES):
        level = np.repeat(draws.gamma(8, 10 / 8, 7), 28)
        units = draws.poisson(level).astype(float)
        is_open = (days.dayofweek != 6) if shut_on_sundays else np.ones(len(days), bool)
        frames.append(
            pd.DataFrame(
                {"unique_id": f"p{number:03d}", "ds": days, "y": units * is_open, "is_open": is_open}
            )
        )
    return read_panel(pd.concat(frames))


@pytest.mark.parametrize("shut_on_sundays", [False, True])
def test_totals_of_forecasts_that_know_no_good_and_bad_months_are_spread(shut_on_sundays):
    panel = a_panel(shut_on_sundays)
    origin = panel.periods - AHEAD
    said = normal_quantiles(10.0, 3.2)
    said[panel.is_shut(np.arange(SERIES), origin, origin + AHEAD)] = 0.0
    one = Trial(origin, panel.demand[:, origin:], panel.is_scored[:, origin:], {"one": said})
    spreads = spread_totals(panel, [one], [said], SMOOTH)
    assert spreads[0] > 1.15
    assert spreads[1] == pytest.approx(spreads[0], rel=0.25)


def test_totals_without_trials_or_without_width_are_not_spread():
    panel = a_panel()
    assert (spread_totals(panel, [], [], SMOOTH) == 1.0).all()
    origin = panel.periods - AHEAD
    flat = np.full((SERIES, AHEAD, len(LEVELS)), 10.0)
    one = Trial(origin, panel.demand[:, origin:], panel.is_scored[:, origin:], {"one": flat})
    assert (spread_totals(panel, [one], [flat], SMOOTH) == 1.0).all()


def test_the_stretch_that_a_total_needed():
    totals = np.linspace(0.0, 100.0, 101)
    assert needed_stretch(totals, 90.0) == pytest.approx(1.0)
    assert needed_stretch(totals, 130.0) == pytest.approx(2.0)
    assert needed_stretch(totals, 10.0) == pytest.approx(1.0)
    assert np.isnan(needed_stretch(np.full(9, 5.0), 7.0))


def test_a_weighted_quantile_repeats_what_weighs_more():
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 8.0]), 0.5) == 2.0
    assert weighted_quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), 0.95) == 3.0


def test_no_corrections_change_nothing():
    said = normal_quantiles(20.0, 2.0, 3, 5)
    np.testing.assert_allclose(Conformal.none().correct(said, SMOOTH[:3], ONES[:3]), said)
