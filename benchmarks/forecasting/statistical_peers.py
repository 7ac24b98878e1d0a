"""The models of statsforecast, as they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.forecasting.frames import LEVELS, QUANTILES, Forecasts, long_frame

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEK = 7
EIGHT_WEEKS = 56


def statistical(name: str) -> Callable[[pd.DataFrame, int], Forecasts]:
    """Return a model of statsforecast by its name, as a forecaster of long frames."""

    def forecast(history: pd.DataFrame, horizon: int) -> Forecasts:
        from statsforecast import StatsForecast

        engine = StatsForecast(models=[_make(name, horizon)], freq="D", n_jobs=1)
        found = engine.forecast(
            df=history[["unique_id", "ds", "y"]], h=horizon, level=[10, 20, 30, 40, 50, 60, 70, 80, 90]
        )
        return Forecasts(_read(found, horizon))

    return forecast


def _make(name: str, horizon: int) -> Any:
    from statsforecast import models
    from statsforecast.utils import ConformalIntervals

    # These two have no interval of their own.
    conformal = ConformalIntervals(h=horizon, n_windows=2)
    makers: dict[str, Callable[[], Any]] = {
        "SeasonalNaive": lambda: models.SeasonalNaive(WEEK, alias="it"),
        "WindowAverage": lambda: models.WindowAverage(
            EIGHT_WEEKS, alias="it", prediction_intervals=conformal
        ),
        "DynamicOptimizedTheta": lambda: models.DynamicOptimizedTheta(WEEK, alias="it"),
        "AutoETS": lambda: models.AutoETS(WEEK, alias="it"),
        "IMAPA": lambda: models.IMAPA(alias="it", prediction_intervals=conformal),
        "AutoARIMA": lambda: models.AutoARIMA(season_length=WEEK, alias="it"),
    }
    return makers[name]()


def _read(found: pd.DataFrame, horizon: int) -> pd.DataFrame:
    found = found.sort_values(["unique_id", "ds"])
    columns: list[NDArray[Any]] = [found[_column(level)].to_numpy(dtype=float) for level in LEVELS]
    table = pd.DataFrame(dict(zip(QUANTILES, columns, strict=True)))
    ids = found["unique_id"].to_numpy()[::horizon]
    days = pd.DatetimeIndex(found["ds"].to_numpy()[:horizon])
    return long_frame(ids, days, found["it"].to_numpy(dtype=float), table.to_numpy())


def _column(level: float) -> str:
    width = round(abs(2 * level - 1) * 100)
    if not width:
        return "it"
    return f"it-{'lo' if level < 0.5 else 'hi'}-{width}"
