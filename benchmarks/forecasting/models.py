"""Who takes part: peers, Shopcast, and Shopcast's members alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from benchmarks.forecasting.boosting_peer import boosting
from benchmarks.forecasting.frames import Forecasts
from benchmarks.forecasting.neural_peer import neural
from benchmarks.forecasting.shopcast_models import member, shopcast
from benchmarks.forecasting.statistical_peers import statistical

Kind = Literal["peer", "ours", "member"]
# AutoARIMA's full search takes seconds a product: its line is of this many.
FEW_PRODUCTS = 20


@dataclass(frozen=True)
class Model:
    """One line of the table.

    Attributes:
        name: in files and on the command line.
        title: in the table.
        kind: whose it is.
        forecast: history (unique_id, ds, y and whatever else it is given) and horizon to forecasts.
        imports: modules that are loaded before the clock starts.
        products: at most so many; None: all.
        sees_promotions: is given price and promo, and what promotion is planned for the horizon.
        separate: runs in the environment of the peers that do not fit into ours.
    """

    name: str
    title: str
    kind: Kind
    forecast: Callable[[pd.DataFrame, int], Forecasts]
    imports: tuple[str, ...] = ()
    products: int | None = None
    sees_promotions: bool = False
    separate: bool = False


# What our members import only when they are used.
LAZY = ("torch", "lightgbm", "statsforecast.models")
STATSFORECAST = ("statsforecast", "statsforecast.models", "statsforecast.utils")


def _statistical(name: str, model: str, title: str = "", products: int | None = None) -> Model:
    return Model(name, title or model, "peer", statistical(model), STATSFORECAST, products)


def _member(name: str, module: str, of: str, title: str) -> Model:
    return Model(name, title, "member", member(module, of), (f"forecasting.members.{module}", *LAZY))


NAIVE, LAST_WEEKS, THETA, AUTO_ARIMA = "seasonal-naive", "window-average", "theta", "auto-arima"
NEURAL_LSTM, OWN_LSTM, OURS = "neural-lstm", "own-lstm", "shopcast"

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _statistical(NAIVE, "SeasonalNaive"),
        _statistical(LAST_WEEKS, "WindowAverage", "mean of the last 8 weeks"),
        _statistical(THETA, "DynamicOptimizedTheta"),
        _statistical("ets", "AutoETS"),
        _statistical("imapa", "IMAPA"),
        _statistical(AUTO_ARIMA, "AutoARIMA", f"AutoARIMA, {FEW_PRODUCTS} products", FEW_PRODUCTS),
        # torch brings the OpenMP runtime that lightgbm looks for where the system has none.
        Model("lightgbm", "LightGBM quantiles", "peer", boosting, ("torch", "lightgbm")),
        Model(NEURAL_LSTM, "neuralforecast LSTM", "peer", neural, ("neuralforecast.models",), separate=True),
        Model(OURS, "Shopcast", "ours", shopcast, ("forecasting.frames", *LAZY)),
        Model(
            "shopcast-promotions",
            "Shopcast, promotions known",
            "ours",
            shopcast,
            ("forecasting.frames", *LAZY),
            sees_promotions=True,
        ),
        _member("own-weekday-mean", "weekday_mean", "WeekdayMean", "own weekday mean"),
        _member("own-theta", "theta", "Theta", "own Theta"),
        _member("own-ets", "ets", "Ets", "own ETS"),
        _member("own-arima", "arima", "Arima", "own ARIMA"),
        _member("own-intermittent", "intermittent", "Intermittent", "own intermittent"),
        _member("own-lightgbm", "lightgbm", "LightGbm", "own LightGBM"),
        _member(OWN_LSTM, "recurrent", "Recurrent", "own LSTM"),
    )
}
