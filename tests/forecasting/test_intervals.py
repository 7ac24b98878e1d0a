import numpy as np
import pandas as pd
import pytest

from forecasting.engine import ForecastEngine
from forecasting.intervals import demand_class, own_blocks, path_quantiles, sample_paths
from forecasting.series import read_series


def test_intervals_and_totals_hold_what_they_promise(market):
    """Forecasts from two weeks before the end, for 25 products, against what then came."""
    cut = market["ds"].max() - pd.Timedelta(days=14)
    engine, inside = ForecastEngine(market[market["ds"] <= cut]), {0.8: [], 0.95: [], "total": []}
    for unique_id in market["unique_id"].unique()[:25]:
        forecast = engine.forecast(unique_id, 14)
        actual = market[(market["unique_id"] == unique_id) & (market["ds"] > cut)]["y"].to_numpy()
        for share, (low, high) in {0.8: (0.1, 0.9), 0.95: (0.025, 0.975)}.items():
            hits = (actual >= forecast.quantiles[low]) & (actual <= forecast.quantiles[high])
            inside[share].append(hits.mean())
        total = actual.sum()
        inside["total"].append(forecast.total_quantile(0.1) <= total <= forecast.total_quantile(0.9))
    assert np.mean(inside[0.8]) == pytest.approx(0.8, abs=0.07)
    assert np.mean(inside[0.95]) == pytest.approx(0.95, abs=0.04)
    assert np.mean(inside["total"]) == pytest.approx(0.8, abs=0.2)


def test_days_of_a_path_hang_together(rows):
    """A level that wanders makes totals vary more than independent days would."""
    draws = np.random.default_rng(0)
    level = 20 * np.exp(np.cumsum(draws.normal(0, 0.06, 400)))
    blocks = own_blocks(read_series("a", rows("a", draws.poisson(level))), 400, 14)
    paths = sample_paths(np.full(14, 20.0), blocks, 1.0, seed=1)
    assert paths.sum(axis=1).var() > 2 * paths.var(axis=0).sum()


def test_quantiles_ascend_and_lie_within_the_paths():
    paths = np.random.default_rng(0).gamma(2, 3, size=(500, 4))
    quantiles = path_quantiles(paths)
    assert (np.diff([quantiles[level] for level in sorted(quantiles)], axis=0) > 0).all()
    assert quantiles[0.5] == pytest.approx(np.median(paths, axis=0))


@pytest.mark.parametrize(
    ("demand", "name"),
    [
        ([5, 6, 5, 4, 6, 5], "smooth"),
        ([1, 30, 2, 1, 40, 1], "erratic"),
        ([0, 0, 3, 0, 3, 0], "intermittent"),
        ([0, 0, 1, 0, 30, 0], "lumpy"),
    ],
)
def test_demand_classes(demand, name):
    assert demand_class(np.array(demand, dtype=float)) == name
