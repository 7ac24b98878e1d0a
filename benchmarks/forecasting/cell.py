"""One model on one origin of one set, in a process of its own: `python -m benchmarks.forecasting.cell`.

The process sees the history up to the origin and nothing later. Seconds are of processor time in one thread,
imports not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from importlib import import_module
from pathlib import Path

import pandas as pd

from benchmarks.forecasting.models import MODELS, Model

HISTORY, AHEAD, DAILY, TOTALS, COST = (
    "history.parquet",
    "ahead.parquet",
    "daily.parquet",
    "totals.parquet",
    "cost.json",
)


def read_history(folder: Path, model: Model) -> pd.DataFrame:
    """Return what this model may know at the origin."""
    history = pd.read_parquet(folder / HISTORY)
    if model.products:
        names = sorted(history["unique_id"].unique())
        kept = names[:: max(len(names) // model.products, 1)][: model.products]
        history = history[history["unique_id"].isin(kept)]
    if not model.sees_promotions:
        return history[["unique_id", "ds", "y"]].reset_index(drop=True)
    return pd.concat([history, pd.read_parquet(folder / AHEAD)], ignore_index=True)


def seconds_used() -> float:
    """Return processor seconds of this process and of those it started."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def run(model: Model, folder: Path, out: Path, horizon: int) -> None:
    """Forecast and write daily forecasts, totals where there are some, and what it cost."""
    for module in model.imports:
        import_module(module)
    history = read_history(folder, model)
    started = seconds_used()
    found = model.forecast(history, horizon)
    cost = {
        "cpu_seconds": seconds_used() - started,
        "products": int(history["unique_id"].nunique()),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    out.mkdir(parents=True, exist_ok=True)
    found.daily.to_parquet(out / DAILY)
    if found.totals is not None:
        found.totals.to_parquet(out / TOTALS)
    # Last: what has its cost is finished.
    (out / COST).write_text(json.dumps(cost, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("folder", type=Path, help="of the origin")
    parser.add_argument("out", type=Path)
    parser.add_argument("horizon", type=int)
    given = parser.parse_args()
    run(MODELS[given.model], given.folder, given.out, given.horizon)


if __name__ == "__main__":
    main()
