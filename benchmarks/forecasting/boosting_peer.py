"""A plain global LightGBM: one model a quantile over lags and rolling means, direct, near defaults."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.forecasting.frames import LEVEL_SHARES, LEVELS, Forecasts, as_matrix, long_frame, next_days

LAGS = (1, 2, 3, 7, 14, 21, 28)
WINDOWS = (7, 28, 56)
WEEK = 7
LEAST_DAYS = 57
TRAINING_ORIGINS = 12
STEP_DAYS = 7
ROUNDS = 100
SETTINGS = {"objective": "quantile", "num_threads": 1, "seed": 0, "deterministic": True, "verbosity": -1}


def boosting(history: pd.DataFrame, horizon: int) -> Forecasts:
    """Learn from windows a week apart and forecast every day of the horizon at once."""
    import lightgbm

    ids, days, sales = as_matrix(history)
    last = sales.shape[1]
    origins = [last - horizon - STEP_DAYS * back for back in range(TRAINING_ORIGINS)]
    learnt = [_window(sales, days, origin, horizon) for origin in origins if origin >= LEAST_DAYS]
    features = np.concatenate([one[0] for one in learnt])
    targets = np.concatenate(
        [
            (sales[one[2], origin : origin + horizon] / one[1][:, None]).ravel()
            for one, origin in zip(learnt, origins, strict=False)
        ]
    )
    asked, scale, rows = _window(sales, days, last, horizon)
    quantiles = np.zeros((len(ids), horizon, len(LEVELS)))
    for place, level in enumerate(LEVELS):
        asks = {**SETTINGS, "alpha": level}
        model = lightgbm.train(asks, lightgbm.Dataset(features, targets), ROUNDS)
        found = np.asarray(model.predict(asked)).reshape(len(rows), horizon)
        quantiles[rows, :, place] = found * scale[:, None]
    quantiles = np.maximum(np.sort(quantiles, axis=2), 0.0)
    return Forecasts(long_frame(ids, next_days(history, horizon), quantiles @ LEVEL_SHARES, quantiles))


def _window(
    sales: NDArray[np.float64], days: pd.DatetimeIndex, origin: int, horizon: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return features (rows * horizon, k), scale (rows,) and the products that have history enough."""
    rows = np.flatnonzero(np.isfinite(sales[:, origin - LEAST_DAYS]))
    past = sales[rows, :origin]
    scale = np.maximum(np.nanmean(past[:, -WINDOWS[-1] :], axis=1), 0.05)
    known = [past[:, -lag] / scale for lag in LAGS]
    known += [past[:, -window:].mean(axis=1) / scale for window in WINDOWS]
    known += [(past[:, -WINDOWS[-1] :] == 0).mean(axis=1), np.log(scale)]
    at_origin = np.repeat(np.stack(known, axis=1), horizon, axis=0)
    by_weekday = np.stack([_same_weekday(past, step) for step in range(1, horizon + 1)], axis=1)
    ahead = days[0] + pd.to_timedelta(np.arange(origin, origin + horizon), unit="D")
    calendar = np.stack([np.arange(1, horizon + 1), ahead.dayofweek, ahead.day, ahead.month], axis=1)
    by_day = np.concatenate(
        [(by_weekday / scale[:, None]).reshape(-1, 1), np.tile(calendar, (len(rows), 1))], axis=1
    )
    return np.concatenate([at_origin, by_day], axis=1), scale, rows


def _same_weekday(past: NDArray[np.float64], step: int) -> NDArray[np.float64]:
    first = WEEK - (step - 1) % WEEK
    return np.asarray(np.stack([past[:, -(first + WEEK * back)] for back in range(8)]).mean(axis=0))
