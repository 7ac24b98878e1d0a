"""What the trees see: only the past, in units of the product's own scale, and what is planned."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecasting.features import LAST_STEP, Described, describe
from forecasting.panel import Panel, read_panel

Rows = Callable[..., pd.DataFrame]
ORIGIN = 100


def see(
    panel: Panel, *, origin: int = ORIGIN, steps: tuple[int, ...] = (0, 5, 12), hidden: bool = False
) -> Described:
    rows = np.arange(len(panel.unique_ids))
    wanted = np.broadcast_to(np.array(steps), (len(rows), len(steps)))
    return describe(panel, rows, np.full(len(rows), origin), wanted, hide_plans=np.full(len(rows), hidden))


def column(seen: Described, name: str) -> np.ndarray:
    return seen.table[:, seen.names.index(name)]


@pytest.fixture
def noisy(rows: Rows) -> pd.DataFrame:
    return rows("noisy", np.random.default_rng(3).poisson(4, 140))


def test_nothing_from_the_origin_on_is_read(noisy):
    before = see(read_panel(noisy))
    noisy.loc[ORIGIN:, "y"] = 999.0
    after = see(read_panel(noisy))
    np.testing.assert_array_equal(before.table, after.table)
    np.testing.assert_array_equal(before.scale, after.scale)


def test_a_product_ten_times_as_large_looks_the_same_but_for_its_level(noisy):
    small, large = see(read_panel(noisy)), see(read_panel(noisy.assign(y=noisy["y"] * 10)))
    kept = [place for place, name in enumerate(small.names) if name != "log_scale"]
    np.testing.assert_allclose(large.table[:, kept], small.table[:, kept])
    np.testing.assert_allclose(large.scale, small.scale * 10)
    np.testing.assert_allclose(column(large, "log_scale"), column(small, "log_scale") + np.log(10))


def test_the_last_same_weekday_is_that_of_the_day_to_forecast(rows):
    by_weekday = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    panel = read_panel(rows("weekly", by_weekday[np.arange(140) % 7]))
    steps = (0, 3, 6, 7, 30)
    seen = see(panel, steps=steps)
    expected = [by_weekday[(ORIGIN + step) % 7] for step in steps]
    np.testing.assert_allclose(column(seen, "weekday_last") * seen.scale[0], expected)
    np.testing.assert_allclose(column(seen, "weekday_mean_4w") * seen.scale[0], expected)
    np.testing.assert_allclose(column(seen, "weekday"), [(ORIGIN + step) % 7 for step in steps])


def test_days_before_a_launch_do_not_thin_the_means(rows):
    old = rows("old", np.full(140, 2.0))
    new = rows("new", np.full(70, 6.0)).assign(ds=pd.date_range("2025-03-17", periods=70))
    panel = read_panel(pd.concat([old, new]))
    seen = see(panel)
    assert panel.unique_ids[0] == "new"
    assert seen.scale[0] == pytest.approx(6.0)
    assert column(seen, "mean_56d")[0] == pytest.approx(1.0)
    assert column(seen, "zero_share_56d")[0] == 0.0
    assert column(seen, "q10_56d")[0] == pytest.approx(1.0)


def test_idle_days_are_counted_back_from_the_origin(rows):
    units = np.full(140, 3.0)
    units[ORIGIN - 9 : ORIGIN] = 0.0
    seen = see(read_panel(rows("idle", units)))
    assert column(seen, "days_since_sale")[0] == 9
    assert column(seen, "units_a_selling_day")[0] * seen.scale[0] == pytest.approx(3.0)


def test_plans_are_seen_where_known_and_can_be_hidden(rows):
    promo = np.zeros(140)
    promo[ORIGIN + 5] = 1.0
    price = np.where(np.arange(140) == ORIGIN + 5, 8.0, 10.0)
    panel = read_panel(rows("promoted", np.full(140, 2.0), promo=promo, price=price))
    seen = see(panel, steps=(0, 5, 60))
    np.testing.assert_array_equal(column(seen, "promo"), [0.0, 1.0, np.nan])
    np.testing.assert_allclose(column(seen, "price_ratio"), [1.0, 0.8, np.nan])
    assert np.isnan(column(see(panel, hidden=True), "promo")).all()
    assert np.isnan(column(see(panel, hidden=True), "price_ratio")).all()


def test_what_promotions_did_before_is_told_apart_from_ordinary_days(rows):
    promo = (np.arange(140) % 10 == 0).astype(float)
    panel = read_panel(rows("promoted", np.where(promo > 0, 12.0, 2.0), promo=promo))
    seen = see(panel)
    assert column(seen, "promoted_demand")[0] * seen.scale[0] == pytest.approx(12.0)
    plain = see(read_panel(rows("plain", np.full(140, 2.0))))
    assert np.isnan(column(plain, "promoted_demand")).all()


def test_festivals_to_come_are_known(rows):
    panel = read_panel(rows("gifts", np.full(400, 2.0)))
    christmas = int(np.flatnonzero(panel.dates == np.datetime64("2025-12-25"))[0])
    far, near, after = column(see(panel, origin=christmas - 60, steps=(0, 59, 62)), "christmas_before")
    assert far == after == 0.0
    assert near == 1.0


def test_last_years_peak_shows_only_once_a_year_is_known(rows):
    units = np.full(900, 5.0)
    peak = 700
    units[peak - 364 - 3 : peak - 364 + 4] = 50.0
    panel = read_panel(rows("seasonal", units))
    seen = see(panel, origin=peak - 10, steps=(0, 10))
    near, at_peak = column(seen, "last_year")
    assert at_peak == pytest.approx(50.1 / 5.1)
    assert near == pytest.approx(1.0)
    assert np.isnan(column(see(panel, origin=300), "last_year")).all()


def test_far_steps_pass_as_the_last_one_learnt(noisy):
    seen = see(read_panel(noisy), steps=(0, LAST_STEP - 1, 200))
    np.testing.assert_array_equal(column(seen, "step"), [1, LAST_STEP, LAST_STEP])
