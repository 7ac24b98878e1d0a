"""Accuracy, calibration and time of the forecasters on held-out days of a store's panel.

Run: python benchmarks/forecast.py PANEL.parquet [--products 60] [--horizon 14] [--train]

PANEL is `Store.daily_sales()` saved as Parquet. Each product is forecast from three origins two weeks apart;
the panel is cut at the origin, so nothing later is known. With --train, the LSTM is trained once, on the
panel cut at the earliest origin.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.engine import ForecastEngine
from forecasting.errors import NoHistory, UnknownSeries
from forecasting.forecast import Forecast
from forecasting.series import WEEK, DemandSeries

ORIGINS = 3
LEAST_DAYS = 112


def main() -> None:
    options = _options()
    panel = pd.read_parquet(options.panel)
    with tempfile.TemporaryDirectory() as folder:
        run(panel, options.products, options.horizon, Path(folder) if options.train else None)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel", type=Path)
    parser.add_argument("--products", type=int, default=60)
    parser.add_argument("--horizon", type=int, default=14)
    parser.add_argument("--train", action="store_true")
    return parser.parse_args()


def run(panel: pd.DataFrame, products: int, horizon: int, models_dir: Path | None) -> None:
    """Print one line a member: daily errors relative to seasonal naive's in-sample error, and coverage."""
    truth = ForecastEngine(panel)
    ids = list(panel["unique_id"].unique())
    chosen = ids[:: max(1, len(ids) // products)][:products]
    scores: dict[str, list[dict[str, float]]] = defaultdict(list)
    verdicts: dict[str, int] = defaultdict(int)
    seconds: list[float] = []
    for back in range(ORIGINS, 0, -1):
        cut = panel["ds"].max() - pd.Timedelta(days=horizon * back)
        engine = ForecastEngine(panel[panel["ds"] <= cut], models_dir, "benchmark")
        if models_dir and not engine.is_trained:
            started = time.perf_counter()
            engine.train()
            print(f"LSTM trained in {time.perf_counter() - started:.0f} s, through {cut:%Y-%m-%d}")
        for unique_id in chosen:
            started = time.perf_counter()
            try:
                forecast = engine.forecast(unique_id, horizon)
                series = engine.series(unique_id)
            except (NoHistory, UnknownSeries):
                continue
            if series.days < LEAST_DAYS:
                continue
            seconds.append(time.perf_counter() - started)
            verdicts[forecast.verdict] += 1
            _score(scores, forecast, series, truth.series(unique_id))
    _print(scores, verdicts, seconds)


def _score(
    scores: dict[str, list[dict[str, float]]], forecast: Forecast, known: DemandSeries, whole: DemandSeries
) -> None:
    first = int((forecast.dates[0] - whole.dates[0]).astype(int))
    window = slice(first, first + forecast.horizon_days)
    counted = whole.is_scored[window]
    actual = whole.demand[window]
    history = known.demand
    absolute = float(np.abs(history[WEEK:] - history[:-WEEK]).mean())
    squared = float(np.sqrt(((history[WEEK:] - history[:-WEEK]) ** 2).mean()))
    if not counted.any() or absolute == 0:
        return
    everything = {name: (each.mean, each.quantiles) for name, each in forecast.members.items()}
    everything["combination"] = (forecast.mean, forecast.quantiles)
    for name, (mean, quantiles) in everything.items():
        errors = (actual - mean)[counted]
        pinball = [
            np.maximum(level * (actual - q), (level - 1) * (actual - q))[counted].mean()
            for level, q in quantiles.items()
        ]
        scores[name].append(
            {
                "MASE": float(np.abs(errors).mean() / absolute),
                "RMSSE": float(np.sqrt((errors**2).mean()) / squared),
                "SQL": float(2 * np.mean(pinball) / absolute),
                "cover80": _inside(actual, quantiles[0.1], quantiles[0.9], counted),
                "cover95": _inside(actual, quantiles[0.025], quantiles[0.975], counted),
                "total_error": abs(float(errors.sum())),
                "units": float(actual[counted].sum()),
                "bias": -float(errors.sum()),
            }
        )
    total = float(np.where(counted, actual, forecast.mean).sum())
    for share, levels in {"80": (0.1, 0.9), "95": (0.025, 0.975)}.items():
        low, high = (forecast.total_quantile(level) for level in levels)
        scores["combination"][-1][f"total{share}"] = float(low - 1e-9 <= total <= high + 1e-9)


def _inside(actual: np.ndarray, low: np.ndarray, high: np.ndarray, counted: np.ndarray) -> float:
    return float(((actual >= low - 1e-9) & (actual <= high + 1e-9))[counted].mean())


def _print(scores: dict[str, list[dict[str, float]]], verdicts: dict[str, int], seconds: list[float]) -> None:
    print(f"{'member':15s}{'n':>5s}   MASE  RMSSE    SQL  c80   c95   total error/units  bias/units")
    for name, rows in scores.items():
        frame = pd.DataFrame(rows)
        mean = frame.mean()
        share = frame["total_error"].sum() / frame["units"].sum()
        bias = frame["bias"].sum() / frame["units"].sum()
        print(
            f"{name:15s}{len(rows):5d}  {mean['MASE']:.3f}  {mean['RMSSE']:.3f}  {mean['SQL']:.3f}"
            f"  {mean['cover80']:.2f}  {mean['cover95']:.2f}  {share:.3f}              {bias:+.3f}"
        )
    totals = pd.DataFrame(scores["combination"]).mean()
    print(f"totals inside: 80% interval {totals['total80']:.2f}, 95% interval {totals['total95']:.2f}")
    print(f"verdicts {dict(verdicts)}")
    print(f"seconds a forecast: median {np.median(seconds):.2f}, 95% within {np.quantile(seconds, 0.95):.2f}")


if __name__ == "__main__":
    main()
