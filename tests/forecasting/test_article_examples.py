"""The two worked examples of the article that the project started from, and what is really obtained.

The article forecasts 212.58, 234.86, 257.15, 279.44 and 301.73. Neither example gives these figures here.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
import torch

from forecasting.arima import Arima, ArimaOrders, why_rejected
from forecasting.engine import ForecastEngine
from forecasting.member import MemberUnavailable
from forecasting.series import read_series

SALES = np.array([100, 120, 150, 130, 140, 160, 180, 200, 220, 250], dtype=float)
ACTUAL = np.array([270, 290, 310, 330, 350], dtype=float)
ARTICLE = np.array([212.58, 234.86, 257.15, 279.44, 301.73])
WINDOW = 5


def mean_absolute_error(forecast: np.ndarray) -> float:
    return float(np.abs(forecast - ACTUAL).mean())


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2024-01-01", periods=10), "y": SALES})


def test_the_articles_own_figures_miss_by_53_units_a_day():
    assert mean_absolute_error(ARTICLE) == pytest.approx(52.8, abs=0.1)


def test_statsmodels_arima_stops_at_its_start_values_and_the_guard_says_so():
    from statsmodels.tsa.arima.model import ARIMA

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = ARIMA(SALES, order=(2, 1, 2)).fit()
    forecast = results.get_forecast(5)
    assert forecast.predicted_mean == pytest.approx([212.5, 218.1, 242.0, 219.9, 218.6], abs=0.5)
    assert mean_absolute_error(forecast.predicted_mean) == pytest.approx(87.8, abs=0.5)
    # It calls itself converged, and claims to know tomorrow to a tenth of a unit.
    assert results.mle_retvals["converged"]
    assert np.diff(forecast.conf_int()[0])[0] < 0.2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert why_rejected(results, SALES) is not None


def test_our_arima_member_refuses_ten_points_for_five_parameters(panel):
    with pytest.raises(MemberUnavailable):
        Arima(ArimaOrders((2, 1, 2))).fit(read_series("a", panel), 10)


def test_the_engine_carries_the_drift_on_instead(panel):
    forecast = ForecastEngine(panel).forecast("a", 5)
    assert forecast.weights == {"drift": 1.0}
    assert forecast.verdict == "too_little_history"
    assert forecast.mean == pytest.approx([266.7, 283.3, 300.0, 316.7, 333.3], abs=0.1)
    assert mean_absolute_error(forecast.mean) == pytest.approx(10.0, abs=0.1)
    assert (forecast.quantiles[0.025] < ACTUAL).all()
    assert (forecast.quantiles[0.975] > ACTUAL).all()


class WindowLstm(torch.nn.Module):
    """The article's network: 50 units over a window of five days, one day ahead."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 50, batch_first=True)
        self.head = torch.nn.Linear(50, 1)

    def forward(self, window: torch.Tensor) -> torch.Tensor:
        states, _ = self.lstm(window)
        return self.head(states[:, -1])


def article_lstm(seed: int, epochs: int) -> np.ndarray:
    """Train on the min-max scaled series with Adam, then feed each forecast back five times."""
    low, span = SALES.min(), np.ptp(SALES)
    scaled = torch.tensor((SALES - low) / span, dtype=torch.float32)
    windows = torch.stack([scaled[k : k + WINDOW] for k in range(len(SALES) - WINDOW)])[..., None]
    targets = scaled[WINDOW:, None]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = WindowLstm()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(epochs):
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(network(windows), targets).backward()
        optimiser.step()
    known = scaled.tolist()
    with torch.inference_mode():
        for _ in range(5):
            known.append(float(network(torch.tensor(known[-WINDOW:])[None, :, None])))
    return np.array(known[-5:]) * span + low


@pytest.mark.parametrize(
    ("epochs", "measured"),
    [
        # Too short a training: it hardly leaves the range that it has seen.
        (50, [93.4, 87.0, 62.5]),
        # A long one: five windows are learnt by heart, and the recursion runs away upwards.
        (300, [125.0, 104.7, 104.9]),
    ],
)
def test_the_articles_lstm_is_worse_than_saying_that_tomorrow_is_like_today(epochs, measured):
    errors = [mean_absolute_error(article_lstm(seed, epochs)) for seed in range(3)]
    assert errors == pytest.approx(measured, abs=4)
    naive = mean_absolute_error(np.full(5, SALES[-1]))
    assert min(errors) > naive == pytest.approx(60.0)
