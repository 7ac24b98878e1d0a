"""Shopcast itself, and each of its members alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import numpy as np
import pandas as pd

from benchmarks.forecasting.frames import Forecasts, long_frame, next_days


def shopcast(history: pd.DataFrame, horizon: int) -> Forecasts:
    """Forecast with the whole engine, as `shopcast forecast` does."""
    from forecasting.frames import forecast_frame

    found = forecast_frame(history, horizon, frequency="D", totals=True)
    return Forecasts(found.daily, found.totals)


def member(module: str, name: str) -> Callable[[pd.DataFrame, int], Forecasts]:
    """Return one member as a forecaster; where it does not serve a product, the seasonal naive one does."""

    def forecast(history: pd.DataFrame, horizon: int) -> Forecasts:
        from forecasting.members.seasonal_naive import SeasonalNaive
        from forecasting.panel import read_panel

        panel = read_panel(history, "D")
        origin, rows = panel.periods, np.arange(len(panel.unique_ids))
        alone = getattr(import_module(f"forecasting.members.{module}"), name)()
        served = alone.serves(panel, rows, origin)
        found = SeasonalNaive().fit(panel, origin).predict(panel, rows, origin, horizon)
        if served.any():
            better = alone.fit(panel, origin).predict(panel, rows[served], origin, horizon)
            found.quantiles[served], found.mean[served] = better.quantiles, better.mean
        ids = np.array(panel.unique_ids, dtype=object)
        return Forecasts(long_frame(ids, next_days(history, horizon), found.mean, found.quantiles))

    return forecast
