"""How products sell, and what their errors are measured in."""

import numpy as np
import pandas as pd
import pytest

from forecasting.demand_classes import CLASSES, classify, describe, naive_error, naive_scale, sells_whole
from forecasting.panel import read_panel


def panel_of(**series):
    frames = [
        pd.DataFrame({"unique_id": name, "ds": pd.date_range("2025-01-06", periods=len(units)), "y": units})
        for name, units in series.items()
    ]
    return read_panel(pd.concat(frames))


def class_of(units):
    panel = panel_of(a=np.asarray(units, float), other=np.full(len(units), 20.0))
    return CLASSES[classify(panel, panel.periods)[0]]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([10, 11, 9, 10] * 20, "smooth"),
        ([1, 40, 2, 1] * 20, "erratic"),
        ([0, 2, 0, 2] * 20, "intermittent"),
        ([0, 1, 0, 40] * 20, "lumpy"),
        ([0, 0, 0, 0] * 20, "intermittent"),
        ([0, 0, 0, 0] * 19 + [0, 0, 0, 3], "intermittent"),
    ],
)
def test_classes_follow_how_often_and_how_evenly_a_product_sells(units, expected):
    assert class_of(units) == expected


def test_days_on_which_the_shop_is_shut_do_not_make_a_product_intermittent():
    days = pd.date_range("2025-01-06", periods=140)
    is_open = days.dayofweek < 4
    frame = pd.DataFrame({"unique_id": "a", "ds": days, "y": np.where(is_open, 9.0, 0.0), "is_open": is_open})
    panel = read_panel(frame)
    assert CLASSES[classify(panel, panel.periods)[0]] == "smooth"


def test_only_the_past_and_of_it_a_year_decides():
    panel = panel_of(a=[0.0, 9.0] * 200 + [9.0] * 365 + [0.0] * 60)
    assert CLASSES[classify(panel, 765)[0]] == "smooth"


def test_the_error_of_repeating_last_week():
    panel = panel_of(a=[1, 2, 3, 4, 5, 6, 7] * 4, b=[1.0] * 7 + [3.0] * 7 + [1.0] * 7 + [3.0] * 7)
    assert naive_error(panel, 28).tolist() == [0.0, 2.0]


def test_a_scale_is_never_nothing():
    panel = panel_of(constant=[8.0] * 30, zeros=[0.0] * 30)
    assert naive_scale(panel, 30) == pytest.approx([0.8, 1e-3])


def test_a_late_start_is_no_change():
    units = np.concatenate([np.full(60, np.nan), np.full(40, 5.0)])
    panel = panel_of(early=np.full(100, 2.0), late=units)
    assert naive_error(panel, 100)[1] == 0.0


def test_goods_by_weight_are_not_sold_whole():
    panel = panel_of(pieces=[1.0, 2.0, 0.0] * 10, weight=[1.0, 2.5, 0.0] * 10)
    assert sells_whole(panel, 30).tolist() == [True, False]


def test_the_traits_of_a_panel_are_all_of_them():
    panel = panel_of(a=[1.0, 2.0, 3.0] * 20)
    traits = describe(panel, 60)
    np.testing.assert_array_equal(traits.classes, classify(panel, 60))
    np.testing.assert_array_equal(traits.scale, naive_scale(panel, 60))
    assert traits.is_whole.all() and traits.change[0] > 0
