import numpy as np
import pandas as pd
import pytest

from forecasting.members.intermittent import Intermittent
from forecasting.panel import read_panel


def forecast(units, horizon=28):
    days = pd.date_range("2024-01-01", periods=len(units))
    panel = read_panel(pd.DataFrame({"unique_id": "a", "ds": days, "y": units}))
    return Intermittent().fit(panel, len(units)).predict(panel, np.array([0]), len(units), horizon)


def seldom_sold(seed):
    """One day in five sells, four at a time on average."""
    draws = np.random.default_rng(seed)
    return np.where(draws.random(328) < 0.2, 1.0 + draws.poisson(3, 328), 0.0)


@pytest.fixture
def seldom():
    return seldom_sold(2)


def test_most_days_sell_nothing_and_the_upper_quantiles_a_whole_order(seldom):
    predicted = forecast(seldom[:300])
    assert (predicted.quantiles[0, :, 9] == 0).all()
    assert predicted.quantiles[0, :, 18].mean() == pytest.approx(5, abs=1.5)
    assert predicted.mean.mean() == pytest.approx(0.8, abs=0.4)


def test_quantiles_hold_their_share_of_the_days_to_come():
    below = []
    for seed in range(20):
        units = seldom_sold(seed)
        below.append((units[300:, None] <= forecast(units[:300]).quantiles[0]).mean(axis=0))
    shares = np.mean(below, axis=0)
    assert shares[[15, 17, 18]] == pytest.approx([0.82, 0.9, 0.95], abs=0.04)


def test_goods_that_stopped_selling_fade(seldom):
    assert (
        forecast(np.concatenate([seldom[:300], np.zeros(60)])).mean.max()
        < 0.25 * forecast(seldom[:300]).mean.mean()
    )
