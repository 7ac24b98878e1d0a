"""The run itself: cells of (set, origin, model), each once, and what they add up to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from benchmarks.agent import describe_machine
from benchmarks.forecasting.cell import AHEAD, COST, DAILY, HISTORY, TOTALS
from benchmarks.forecasting.figures import Measured, Ratio, Scale, SetFigures
from benchmarks.forecasting.frames import Forecasts
from benchmarks.forecasting.judging import Figures, Truth, find_truths, judge, ratio_interval, sum_up
from benchmarks.forecasting.models import AUTO_ARIMA, MODELS, OURS, Model
from benchmarks.forecasting.sets import READERS, SalesSet

PROJECT = Path(__file__).resolve().parents[2]
PEERS_PYTHON = PROJECT / ".venv-bench" / "bin" / "python"
PARTS = ("accuracy", "time", "warm", "memory")
HORIZON = 28
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Asked:
    """What the command line asked for."""

    parts: list[str]
    products: int
    sets: list[str]
    models: list[str]
    origins: int
    data: Path


def measure(asked: Asked, folder: Path) -> Measured:
    """Run what is missing in the folder and return what everything in it adds up to.

    Raises:
        DataMissing: a set is not there.
    """
    found = Measured(
        machine=describe_machine(), date=f"{datetime.now(UTC):%Y-%m-%d}", horizon=HORIZON, sets={}
    )
    scores: list[pd.DataFrame] = []
    for name in asked.sets if "accuracy" in asked.parts else []:
        shop = _read(name, asked)
        found.sets[name], judged = _run_set(shop, asked, folder / name, found.failures)
        scores.append(judged.assign(set=name))
    if any(len(one) for one in scores):
        every = pd.concat(scores, ignore_index=True)
        every.to_parquet(folder / "scores.parquet")
        found.ratios = _find_ratios(every, found)
    for part in [part for part in PARTS[1:] if part in asked.parts]:
        _run_scale(part, folder, found.failures)
    found.scale = Scale.model_validate(
        {k: v for part in PARTS[1:] for k, v in _read_json(folder / f"{part}.json").items()}
    )
    return found


def _read(name: str, asked: Asked) -> SalesSet:
    _say(f"reading {name}")
    return READERS[name](asked.data, asked.products, HORIZON)


def _run_set(
    shop: SalesSet, asked: Asked, folder: Path, failures: dict[str, str]
) -> tuple[SetFigures, pd.DataFrame]:
    origins = shop.origins(HORIZON)[-asked.origins :]
    names = shop.sales["unique_id"].unique()
    scores, costs, kept = [], [], set(names)
    for origin in origins:
        place = folder / f"{origin:%Y-%m-%d}"
        _write_history(shop, origin, place)
        truths = find_truths(shop.sales, origin, HORIZON, shop.open_weekdays)
        kept &= set(truths)
        for model in [MODELS[name] for name in asked.models]:
            if model.sees_promotions and "promo" not in shop.sales:
                continue
            if reason := _run_cell(model, place):
                failures[f"{model.title} on {shop.title}, {origin:%Y-%m-%d}"] = reason
                continue
            scores.append(_judge_cell(place / model.name, truths).assign(model=model.name, origin=origin))
            costs.append({"model": model.name, **_read_json(place / model.name / COST)})
    every = (
        pd.concat(scores, ignore_index=True)
        if scores
        else pd.DataFrame(columns=["model", "origin", "unique_id"])
    )
    figures = _sum_up_set(shop, origins, every, pd.DataFrame(costs))
    return figures.model_copy(update={"left_out": len(names) - len(kept)}), every


def _write_history(shop: SalesSet, origin: pd.Timestamp, place: Path) -> None:
    """Write what is known at the origin, and what promotion is planned; refuses a folder of another draw."""
    place.mkdir(parents=True, exist_ok=True)
    past = shop.sales[shop.sales["ds"] < origin]
    if (place / HISTORY).exists():
        before = pd.read_parquet(place / HISTORY)
        if set(before["unique_id"]) != set(past["unique_id"]):
            sys.exit(f"{str(place)!r} holds other products: give the same --products, or another --out")
        return
    end = origin + pd.Timedelta(days=HORIZON)
    ahead = shop.sales[(shop.sales["ds"] >= origin) & (shop.sales["ds"] < end)]
    ahead[["unique_id", "ds", *[name for name in ("promo",) if name in ahead]]].to_parquet(place / AHEAD)
    past.to_parquet(place / HISTORY)


def _run_cell(model: Model, place: Path) -> str | None:
    """Run a model at an origin unless it was; returns why it failed, if it did."""
    out = place / model.name
    if (out / COST).exists():
        return None
    python = str(PEERS_PYTHON) if model.separate else sys.executable
    if model.separate and not PEERS_PYTHON.exists():
        return "its environment is missing: run `make bench-peers`"
    command = [python, "-m", "benchmarks.forecasting.cell", model.name, str(place), str(out), str(HORIZON)]
    return _run_child(command, f"{place.parent.name} {place.name} {model.title}")[1]


def _run_child(command: list[str], what: str) -> tuple[str, str | None]:
    """Return what it printed and, if it failed, its last words."""
    started = time.monotonic()
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    _say(f"{what}: {'failed' if done.returncode else 'done'} in {time.monotonic() - started:.0f} s")
    return done.stdout, (lines[-1] if lines else "ended early") if done.returncode else None


def _judge_cell(out: Path, truths: dict[str, Truth]) -> pd.DataFrame:
    totals = pd.read_parquet(out / TOTALS) if (out / TOTALS).exists() else None
    return judge(Forecasts(pd.read_parquet(out / DAILY), totals), truths)


def _sum_up_set(
    shop: SalesSet, origins: list[pd.Timestamp], scores: pd.DataFrame, costs: pd.DataFrame
) -> SetFigures:
    models: dict[str, Figures] = {}
    classes: dict[str, dict[str, Figures]] = {}
    few: dict[str, Figures] = {}
    sampled = set(scores.loc[scores["model"] == AUTO_ARIMA, "unique_id"])
    # Whoever failed at an origin is not compared: the others' mean is of all of them.
    complete = scores.groupby("model")["origin"].nunique() == len(origins)
    for name in [name for name in MODELS if complete.get(name, False)]:
        own = scores[scores["model"] == name]
        spent = costs[costs["model"] == name][["cpu_seconds", "products"]].sum()
        models[name] = sum_up(own).model_copy(
            update={"cpu_seconds_a_product": float(spent["cpu_seconds"] / spent["products"])}
        )
        classes[name] = {str(of): sum_up(rows) for of, rows in own.groupby("demand_class")}
        if sampled:
            few[name] = sum_up(own[own["unique_id"].isin(sampled)])
    return SetFigures(
        title=shop.title,
        products=shop.sales["unique_id"].nunique(),
        left_out=0,
        origins=[f"{origin:%Y-%m-%d}" for origin in origins],
        models=models,
        classes=classes,
        few=few,
    )


def _find_ratios(scores: pd.DataFrame, found: Measured) -> dict[str, dict[str, Ratio]]:
    ours = scores[scores["model"] == OURS]
    return {
        figure: {
            name: Ratio(
                value=top / bottom,
                interval=ratio_interval(ours, scores[scores["model"] == name], figure),
            )
            for name in MODELS
            if name not in (OURS, AUTO_ARIMA)
            and (top := found.over_sets(figure, OURS))
            and (bottom := found.over_sets(figure, name))
        }
        for figure in ("sql", "rmsse")
    }


def _run_scale(part: str, folder: Path, failures: dict[str, str]) -> None:
    file = folder / f"{part}.json"
    if file.exists():
        return
    printed, reason = _run_child([sys.executable, "-m", "benchmarks.forecasting.scale", part], part)
    if reason:
        failures[part] = reason
    else:
        file.write_text(printed.splitlines()[-1], encoding="utf-8")


def _read_json(file: Path) -> dict[str, float]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
