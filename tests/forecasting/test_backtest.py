import numpy as np
import pytest

from forecasting.arima import Arima
from forecasting.backtest import Trial, combination_path, learn_weights, rolling_origins
from forecasting.fallback import Drift, WeekdayMean
from forecasting.intervals import own_blocks
from forecasting.seasonal_naive import SeasonalNaive
from forecasting.series import read_series


@pytest.mark.parametrize("days", [21, 40, 63, 200, 730])
def test_at_least_three_origins_leave_history_before_and_room_after(days):
    origins, horizon = rolling_origins(days)
    assert len(origins) >= 3
    assert origins[0] >= 7
    assert origins[-1] + horizon == days


@pytest.mark.parametrize("member", [SeasonalNaive(), WeekdayMean(), Drift(), Arima()], ids=lambda m: m.name)
def test_no_member_looks_beyond_its_origin(rows, member):
    units = np.random.default_rng(0).poisson(9, 160).astype(float)
    changed = units.copy()
    changed[120:] *= 50
    seen = [
        member.fit(read_series("a", rows("a", values)), 100).predict(120, 14) for values in (units, changed)
    ]
    assert np.array_equal(seen[0], seen[1])


def test_error_blocks_end_before_the_origin(rows):
    units = np.random.default_rng(0).poisson(9, 160).astype(float)
    changed = units.copy()
    changed[120:] *= 50
    seen = [own_blocks(read_series("a", rows("a", values)), 120, 14).values for values in (units, changed)]
    assert np.array_equal(seen[0], seen[1])
    assert len(seen[0]) > 5


def test_an_origin_is_forecast_with_the_weights_of_the_others():
    actual = np.array([[10.0], [10.0], [10.0]])
    predictions = {
        "seasonal_naive": np.array([[5.0], [5.0], [5.0]]),
        "mean": np.array([[10.0], [30.0], [30.0]]),
        "arima": np.array([[30.0], [10.0], [10.0]]),
    }
    trial = Trial((20, 30, 40), actual, np.ones((3, 1), dtype=bool), predictions)
    # Without the first origin only ARIMA beats the naive forecast, and at the first it is off by 20.
    assert combination_path(trial)[0, 0] == pytest.approx(30.0)
    assert learn_weights(trial, without=0) == {"arima": 1.0}
