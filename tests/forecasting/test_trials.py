"""Earlier origins: enough of them, in order, and nobody sees what came later."""

import numpy as np
import pandas as pd
import pytest

from forecasting.errors import TooLittleHistory
from forecasting.members.roster import choose_single_members
from forecasting.members.seasonal_naive import SeasonalNaive
from forecasting.panel import read_panel
from forecasting.trials import ORIGINS, choose_origins, try_members


def try_alone(panel, *members):
    return try_members(panel, members, lambda _share, _stage: None)


def panel_of(units, frequency="D", **columns):
    dates = pd.date_range(
        "2024-01-01", periods=len(units), freq={"D": "D", "W": "W-MON", "M": "MS"}[frequency]
    )
    return read_panel(pd.DataFrame({"unique_id": "a", "ds": dates, "y": units, **columns}), frequency)


@pytest.mark.parametrize(
    ("frequency", "periods", "ahead"),
    [("D", 28, 7), ("D", 63, 14), ("D", 112, 28), ("D", 730, 28), ("W", 104, 8), ("M", 36, 3)],
)
def test_three_origins_leave_history_before_and_room_after(frequency, periods, ahead):
    origins, judged = choose_origins(panel_of(np.ones(periods), frequency))
    assert judged == ahead and len(origins) == ORIGINS == 3
    assert np.diff(origins).tolist() == [ahead] * 2
    assert origins[0] >= ahead and origins[-1] + ahead == periods


def test_one_point_leaves_nothing_to_be_judged_on():
    assert choose_origins(panel_of([3.0])) == ([], 0)


@pytest.mark.parametrize("member", choose_single_members(), ids=lambda member: member.name)
def test_what_came_after_an_origin_changes_nothing_that_was_said_there(member):
    units = np.random.default_rng(0).poisson(9, 160).astype(float)
    changed = units.copy()
    changed[-28:] *= 50
    seen = [try_alone(panel_of(values), member).trials for values in (units, changed)]
    name = member.name
    for before, after in zip(*seen, strict=True):
        np.testing.assert_array_equal(before.quantiles[name], after.quantiles[name])
    assert not np.array_equal(seen[0][-1].actual, seen[1][-1].actual)


def test_prices_and_promotions_that_came_later_are_not_known_at_an_origin():
    asked = []

    class Curious(SeasonalNaive):
        name = "curious"

        def serves(self, panel, rows, origin):
            asked.append((origin, panel.promo.shape[1], panel.price_ratio.shape[1]))
            return np.ones(len(rows), dtype=bool)

    try_alone(panel_of(np.full(160, 5.0), promo=np.where(np.arange(160) >= 76, 1.0, 0.0)), Curious())
    assert asked == [(76, 76, 76), (104, 104, 104), (132, 132, 132)]


def test_days_out_of_stock_are_not_what_anyone_is_judged_on():
    empty = np.arange(160) % 10 == 0
    units = np.where(empty, 0.0, 9.0)
    trial = try_alone(panel_of(units, is_stockout=empty), SeasonalNaive()).trials[-1]
    np.testing.assert_array_equal(trial.is_scored[0], ~empty[132:])
    assert trial.actual[0] == pytest.approx(9.0)


def test_a_member_without_history_enough_is_left_out_and_the_others_go_on():
    class Demanding(SeasonalNaive):
        name = "demanding"

        def fit(self, panel, end):
            raise TooLittleHistory(1000)

    tried = try_alone(panel_of(np.full(160, 5.0)), Demanding(), SeasonalNaive())
    assert list(tried.fitted) == ["seasonal_naive"]
    assert all(list(trial.quantiles) == ["seasonal_naive"] for trial in tried.trials)
