"""From forecasts to figures: one row a product an origin a model, and their means."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel

from benchmarks.forecasting import metrics
from benchmarks.forecasting.frames import QUANTILES, Forecasts

SEASON = 7
RESAMPLES = 2000


@dataclass(frozen=True)
class Truth:
    """A product at an origin: what it is scaled by and what came."""

    demand_class: metrics.DemandClass
    absolute_scale: float
    squared_scale: float
    actual: NDArray[np.float64]
    scored: NDArray[np.bool_]


class Figures(BaseModel):
    """What a model reached on some products; None where it gives no such forecast."""

    forecasts: int
    products: int
    sql: float
    rmsse: float
    wape_of_totals: float
    bias: float
    coverage: float
    coverage_without_ties: float
    coverage_of_totals: float | None = None
    cpu_seconds_a_product: float | None = None


def find_truths(
    sales: pd.DataFrame, origin: pd.Timestamp, horizon: int, weekdays: Sequence[int]
) -> dict[str, Truth]:
    """Return every product's truth; those whose in-sample seasonal-naive error is 0 are missing."""
    truths = {}
    end = origin + pd.Timedelta(days=horizon)
    for name, rows in sales.groupby("unique_id"):
        past, ahead = rows[rows["ds"] < origin], rows[(rows["ds"] >= origin) & (rows["ds"] < end)]
        known = past["ds"].dt.dayofweek.isin(weekdays).to_numpy()
        values = past["y"].to_numpy(dtype=float)
        errors = metrics.seasonal_errors(values, known, SEASON)
        if not np.abs(errors).sum():
            continue
        truths[str(name)] = Truth(
            metrics.demand_class(values, known),
            float(np.abs(errors).mean()),
            float(np.sqrt((errors**2).mean())),
            ahead["y"].to_numpy(dtype=float),
            ahead["ds"].dt.dayofweek.isin(weekdays).to_numpy(),
        )
    return truths


def judge(found: Forecasts, truths: dict[str, Truth]) -> pd.DataFrame:
    """Return one row a product.

    Raises:
        ValueError: a forecast is missing, is no number, is negative, or its quantiles are out of order.
    """
    totals = {} if found.totals is None else found.totals.set_index("unique_id").to_dict("index")
    daily = found.daily.sort_values(["unique_id", "ds"])
    rows = [
        _judge_one(str(name), one, truths[str(name)], totals[name] if found.totals is not None else None)
        for name, one in daily.groupby("unique_id")
        if str(name) in truths
    ]
    return pd.DataFrame(rows)


def _judge_one(
    name: str, found: pd.DataFrame, truth: Truth, total: Mapping[Hashable, Any] | None
) -> dict[str, object]:
    quantiles = found[list(QUANTILES)].to_numpy(dtype=float)
    mean = found["mean"].to_numpy(dtype=float)
    _check(name, quantiles, mean, len(truth.actual))
    kept = truth.scored
    sold = float(truth.actual.sum())
    row: dict[str, object] = {
        "unique_id": name,
        "demand_class": truth.demand_class,
        "sql": metrics.scaled_quantile_loss(truth.actual[kept], quantiles[kept], truth.absolute_scale),
        "rmsse": metrics.rmsse(truth.actual[kept], mean[kept], truth.squared_scale),
        "coverage": metrics.coverage(truth.actual[kept], quantiles[kept]),
        "coverage_without_ties": metrics.coverage_without_ties(truth.actual[kept], quantiles[kept]),
        "sold": sold,
        "total": float(mean.sum()) if total is None else float(total["mean"]),
    }
    if total is not None:
        row["total_inside"] = bool(total["q10"] <= sold <= total["q90"])
    return row


def _check(name: str, quantiles: NDArray[np.float64], mean: NDArray[np.float64], days: int) -> None:
    if len(quantiles) != days:
        raise ValueError(f"{name!r}: {len(quantiles)} days were forecast, {days} were asked for")
    if not (np.isfinite(quantiles).all() and np.isfinite(mean).all()):
        raise ValueError(f"{name!r}: a forecast is no number")
    if (np.diff(quantiles, axis=1) < -1e-9).any() or (quantiles < 0).any() or (mean < 0).any():
        raise ValueError(f"{name!r}: quantiles are out of order, or a forecast is negative")


def sum_up(scores: pd.DataFrame) -> Figures:
    """Return the means over products and origins; totals and bias weigh by what was sold."""
    sold, total = scores["sold"].to_numpy(dtype=float), scores["total"].to_numpy(dtype=float)
    inside = scores["total_inside"] if "total_inside" in scores else pd.Series(dtype=float)
    return Figures(
        forecasts=len(scores),
        products=scores["unique_id"].nunique(),
        sql=float(scores["sql"].mean()),
        rmsse=float(scores["rmsse"].mean()),
        wape_of_totals=metrics.wape(sold, total),
        bias=metrics.bias(sold, total),
        coverage=float(scores["coverage"].mean()),
        coverage_without_ties=float(scores["coverage_without_ties"].mean()),
        coverage_of_totals=float(inside.astype(float).mean()) if inside.notna().any() else None,
    )


def ratio_interval(ours: pd.DataFrame, peer: pd.DataFrame, figure: str) -> tuple[float, float]:
    """Return the 95% interval of a ratio of mean figures over sets, products drawn anew within each set.

    Products of a shop share its good and bad days, so that the true interval is somewhat wider.
    """
    randomness = np.random.default_rng(0)
    tops, bottoms = [], []
    for name in ours["set"].unique():
        mine = ours[ours["set"] == name].groupby("unique_id")[figure].mean()
        theirs = peer[peer["set"] == name].groupby("unique_id")[figure].mean().reindex(mine.index)
        drawn = randomness.integers(0, len(mine), (RESAMPLES, len(mine)))
        tops.append(mine.to_numpy()[drawn].mean(axis=1))
        bottoms.append(theirs.to_numpy()[drawn].mean(axis=1))
    low, high = np.quantile(np.sum(tops, axis=0) / np.sum(bottoms, axis=0), [0.025, 0.975])
    return float(low), float(high)
