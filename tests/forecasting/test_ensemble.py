"""The combined forecast of a panel: intervals that hold, totals that hang together."""

import numpy as np
import pandas as pd
import pytest

from forecasting.ensemble import fit_ensemble, mix
from forecasting.members.base import LEVELS
from forecasting.members.roster import choose_single_members
from forecasting.members.weekday_mean import WeekdayMean
from forecasting.panel import read_panel

AHEAD = 14
QUICK = {"seasonal_naive", "weekday_mean", "theta"}


@pytest.fixture(scope="module")
def market_forecast(market):
    """Forecasts of forty products from two weeks before the end, and what then came."""
    cut = market["ds"].max() - pd.Timedelta(days=AHEAD)
    members = [member for member in choose_single_members() if member.name in QUICK]
    ensemble = fit_ensemble(read_panel(market[market["ds"] <= cut]), members)
    rows = np.arange(len(ensemble.panel.unique_ids))
    came = market[market["ds"] > cut].pivot(index="unique_id", columns="ds", values="y")
    return ensemble, ensemble.predict(rows, AHEAD), came.loc[list(ensemble.panel.unique_ids)].to_numpy()


@pytest.mark.parametrize(("low", "high", "near"), [(0.1, 0.9, 0.06), (0.05, 0.95, 0.05), (0.25, 0.75, 0.1)])
def test_days_lie_within_their_intervals_as_often_as_promised(market_forecast, low, high, near):
    _, predicted, came = market_forecast
    lower, upper = (predicted.quantiles[..., LEVELS.index(level)] for level in (low, high))
    assert ((came >= lower) & (came <= upper)).mean() == pytest.approx(high - low, abs=near)


def test_totals_lie_within_theirs_and_these_are_no_sums_of_daily_quantiles(market_forecast):
    ensemble, predicted, came = market_forecast
    totals = ensemble.totals(np.arange(len(came)), predicted)
    low, high = totals[:, LEVELS.index(0.1)], totals[:, LEVELS.index(0.9)]
    assert ((came.sum(axis=1) >= low) & (came.sum(axis=1) <= high)).mean() == pytest.approx(0.8, abs=0.15)
    summed = predicted.quantiles.sum(axis=1)
    assert (high - low < 0.8 * (summed[:, LEVELS.index(0.9)] - summed[:, LEVELS.index(0.1)])).mean() > 0.9


def test_the_combination_is_closer_than_last_week_repeated(market_forecast):
    ensemble, _, _ = market_forecast
    better = ensemble.backtests.error < ensemble.backtests.naive_error
    assert better.mean() > 0.8
    assert ensemble.backtests.coverage80.mean() == pytest.approx(0.8, abs=0.06)


def test_weights_sum_to_one_and_nobody_is_worse_off_for_company(market_forecast):
    ensemble, predicted, _ = market_forecast
    assert ensemble.weights.sum(axis=1) == pytest.approx(1.0)
    alone = ensemble.predict(np.array([7]), AHEAD)
    np.testing.assert_allclose(alone.quantiles[0], predicted.quantiles[7], rtol=1e-6)


def test_paths_go_through_the_days_and_never_below_nothing(market_forecast):
    ensemble, _, _ = market_forecast
    one = ensemble.predict(np.array([3]), AHEAD)
    paths = ensemble.paths(3, one)
    assert paths.shape[1] == AHEAD and paths.min() >= 0
    assert paths.sum(axis=1).mean() == pytest.approx(one.mean.sum(), rel=0.05)


def test_a_mixture_is_the_weighted_mean_of_those_who_said_something():
    said = [np.full((2, 1, 2), 1.0), np.full((2, 1, 2), 5.0)]
    said[1][1] = np.nan
    mixed = mix(said, np.array([[0.75, 0.25], [0.75, 0.25]]))
    assert mixed[0] == pytest.approx(2.0) and mixed[1] == pytest.approx(1.0)


def test_progress_rises_to_the_end(rows):
    told = []
    panel = read_panel(rows("a", np.random.default_rng(0).poisson(5, 120)))
    fit_ensemble(panel, [WeekdayMean()], lambda share, stage: told.append((share, stage)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert {"weekday_mean", "calibrating"} <= {stage for _, stage in told}
