"""Peers whose libraries do not live here, played by stand-ins: what is read from their answers."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks.forecasting.frames import QUANTILES
from benchmarks.forecasting.neural_peer import neural
from benchmarks.forecasting.scale import make_sales

HORIZON = 2
# As the library names and orders them: outwards from the median.
COLUMNS = ["it-median"] + [f"it-{side}-{width:.1f}" for width in range(10, 100, 10) for side in ("lo", "hi")]


class Engine:
    def __init__(self, models: list[object], freq: str) -> None:
        self.ids: list[str] = []

    def fit(self, frame: pd.DataFrame) -> None:
        assert list(frame.columns) == ["unique_id", "ds", "y"]
        self.ids, self.last = sorted(frame["unique_id"].unique(), reverse=True), frame["ds"].max()

    def predict(self) -> pd.DataFrame:
        days = pd.date_range(self.last + pd.Timedelta(days=1), periods=HORIZON)
        frame = pd.DataFrame({"unique_id": np.repeat(self.ids, HORIZON), "ds": np.tile(days, len(self.ids))})
        for name in COLUMNS:
            _, side, width = [*name.split("-"), "0"][:3]
            frame[name] = 50.0 + (-1 if side == "lo" else 1) * float(width) / 2
        # The first product's lowest level crossed its neighbour and fell below nothing.
        frame.loc[frame["unique_id"] == self.ids[-1], "it-lo-80.0"] = -3.0
        return frame


def test_the_levels_of_neuralforecast_are_put_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    library = ModuleType("neuralforecast")
    library.NeuralForecast = Engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "neuralforecast", library)
    for name, of in (("losses.pytorch", "MQLoss"), ("models", "LSTM")):
        part = ModuleType(f"neuralforecast.{name}")
        setattr(part, of, SimpleNamespace)
        monkeypatch.setitem(sys.modules, part.__name__, part)
    found = neural(make_sales(2, days=70), HORIZON).daily
    assert list(found["unique_id"]) == ["product-00000"] * 2 + ["product-00001"] * 2
    crossed, plain = found.iloc[0], found.iloc[2]
    assert list(plain[list(QUANTILES)]) == pytest.approx([*range(5, 100, 5)])
    assert plain["mean"] == pytest.approx(50.0)
    assert list(crossed[list(QUANTILES)])[:3] == pytest.approx([0.0, 5.0, 15.0])
    assert found["ds"].min() == pd.Timestamp("2024-01-01") + pd.Timedelta(days=70)
