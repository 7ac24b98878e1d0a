"""The LSTM of neuralforecast with the library's defaults, all quantiles at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.forecasting.frames import LEVEL_SHARES, LEVELS, Forecasts, long_frame


def neural(history: pd.DataFrame, horizon: int) -> Forecasts:
    """Train on all products and forecast; needs an environment that has neuralforecast."""
    import torch
    from neuralforecast import NeuralForecast
    from neuralforecast.losses.pytorch import MQLoss
    from neuralforecast.models import LSTM

    torch.set_num_threads(1)
    model = LSTM(
        h=horizon,
        loss=MQLoss(quantiles=list(LEVELS)),
        random_seed=0,
        alias="it",
        accelerator="cpu",
        logger=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
    )
    engine = NeuralForecast(models=[model], freq="D")
    engine.fit(history[["unique_id", "ds", "y"]])
    found = engine.predict().sort_values(["unique_id", "ds"])
    columns = [name for name in found.columns if str(name).startswith("it-")]
    # Its levels may cross. Sorted they no longer do, in whatever order the columns come.
    quantiles = np.maximum(np.sort(found[columns].to_numpy(dtype=float), axis=1), 0.0)
    ids = found["unique_id"].to_numpy()[::horizon]
    days = pd.DatetimeIndex(found["ds"].to_numpy()[:horizon])
    return Forecasts(long_frame(ids, days, quantiles @ LEVEL_SHARES, quantiles))
