"""Who counts how much in the combination."""

import numpy as np
import pytest

from forecasting.members.base import LEVELS
from forecasting.trials import Trial
from forecasting.weighting import MOST_SERIES, weigh_members

SERIES, AHEAD = 40, 14
NORMAL_SPREAD = np.linspace(-1.6, 1.6, len(LEVELS))


def trials(biases, *, origins=3, series=SERIES, seed=0):
    """Poisson sales around 10, and members that are off by `biases`: a number, or one a series."""
    draws = np.random.default_rng(seed)
    found = []
    for origin in range(origins):
        actual = draws.poisson(10.0, (series, AHEAD)).astype(float)
        said = {
            name: np.broadcast_to(
                (10.0 + np.broadcast_to(bias, series))[:, None, None] + 3.2 * NORMAL_SPREAD,
                (series, AHEAD, len(LEVELS)),
            ).astype(np.float32)
            for name, bias in biases.items()
        }
        found.append(Trial(100 + AHEAD * origin, actual, np.ones((series, AHEAD), bool), said))
    return found


def weights_of(found, classes=None, scale=None):
    names = list(found[0].quantiles) if found else ["good", "bad"]
    series = len(found[0].actual) if found else SERIES
    classes = np.zeros(series, int) if classes is None else classes
    return weigh_members(found, names, classes, np.full(series, 3.0) if scale is None else scale)


def test_weights_sum_to_one_and_a_weak_member_gets_none():
    weights = weights_of(trials({"good": 0.0, "fair": 1.0, "bad": 8.0}))
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert (weights[:, 0] > weights[:, 1]).all() and (weights[:, 2] == 0).all()


def test_members_that_err_on_opposite_sides_are_both_kept():
    """By its errors alone the one on the other side would count a fifth."""
    alike = {f"low{number}": -1.5 for number in range(4)}
    weights = weights_of(trials({"high": 1.5, **alike}))
    assert weights[:, 0].mean() > 0.4


def test_what_is_best_differs_by_class():
    classes = np.repeat([0, 1], SERIES // 2)
    found = trials({"first": np.where(classes == 0, 0.0, 2.0), "second": np.where(classes == 1, 0.0, 2.0)})
    weights = weights_of(found, classes)
    assert weights[classes == 0, 0].min() > 0.7 and weights[classes == 1, 1].min() > 0.7


def test_a_product_leans_to_whoever_did_well_on_it_and_to_nobody_alone():
    odd = np.where(np.arange(SERIES) == 7, 2.5, 0.0)
    weights = weights_of(trials({"usual": odd, "other": 2.5 - odd - 1.7}))
    assert weights[7, 1] > weights[8, 1] + 0.2
    assert 0.0 < weights[7, 0] < 1.0


def test_a_series_that_was_never_judged_gets_the_weights_of_its_class():
    found = trials({"good": 0.0, "fair": 0.6})
    for trial in found:
        trial.is_scored[3] = False
    weights = weights_of(found)
    assert weights[3].sum() == pytest.approx(1.0)
    assert weights[3, 0] == pytest.approx(np.median(weights[:, 0]), abs=0.1)


def test_a_class_that_was_never_judged_gets_the_weights_of_the_store():
    found = trials({"good": 0.0, "fair": 1.0})
    for trial in found:
        trial.is_scored[:5] = False
    weights = weights_of(found, np.where(np.arange(SERIES) < 5, 2, 0))
    assert weights[:5].sum(axis=1) == pytest.approx(1.0) and (weights[:5, 0] > 0.5).all()


def test_who_served_only_some_origins_is_judged_where_the_others_were_judged():
    """The first origin was hard for everyone; who was not there is no better for it."""
    found = trials({"there": 0.0, "late": 0.0})
    found[0].quantiles["late"][:] = np.nan
    found[0].actual[:] += 12.0
    weights = weights_of(found)
    assert weights[:, 1].mean() == pytest.approx(0.5, abs=0.1)


def test_nothing_judged_weighs_nothing():
    assert (weights_of([]) == 0).all()
    alone = weights_of(trials({"only": 0.0}))
    assert alone == pytest.approx(1.0)


def test_large_classes_are_sampled_the_same_way_each_time():
    found = trials({"good": 0.0, "fair": 0.7}, series=MOST_SERIES + 30)
    np.testing.assert_array_equal(weights_of(found), weights_of(found))


def test_members_without_any_error_share_a_series_that_never_changes():
    found = trials({"exact": 0.0, "also": 0.0})
    for trial in found:
        trial.actual[:] = 8.0
        for said in trial.quantiles.values():
            said[:] = 8.0
    assert weights_of(found) == pytest.approx(0.5)
