"""What the engine costs on many products: time, one warm forecast, memory; each in a process of its own."""

from __future__ import annotations

import argparse
import json
import resource
import time

import numpy as np
import pandas as pd

DAYS = 730
HORIZON = 28
WARM_FORECASTS = 100
WARM_PRODUCTS = 200
# So many products are made; more are copies under other names.
DIFFERENT_PRODUCTS = 200
WEEKDAY_FACTORS = np.array([0.9, 0.85, 0.9, 1.0, 1.25, 1.4, 0.7])


def make_sales(products: int, days: int = DAYS) -> pd.DataFrame:
    """Return seeded sales of products between one in five days and a hundred a day; unique_id, ds, y."""
    randomness = np.random.default_rng(0)
    count = min(products, DIFFERENT_PRODUCTS)
    level = np.exp(randomness.uniform(np.log(0.2), np.log(100.0), count))[:, None]
    drift = np.exp(np.cumsum(randomness.normal(0.0, 0.01, (count, days)), axis=1))
    expected = level * drift * np.tile(WEEKDAY_FACTORS, days // 7 + 1)[:days]
    units = randomness.negative_binomial(2.0, 2.0 / (2.0 + expected)).astype(float)
    dates = pd.date_range("2024-01-01", periods=days)
    names = np.array([name_product(row) for row in range(products)], dtype=object)
    return pd.DataFrame(
        {
            "unique_id": np.repeat(names, days),
            "ds": np.tile(dates.to_numpy(), products),
            "y": units[np.arange(products) % count].ravel(),
        }
    )


def name_product(row: int) -> str:
    return f"product-{row:05d}"


def measure_time(products: int) -> dict[str, float]:
    """Return processor seconds a product of fitting and forecasting all of them."""
    from forecasting.frames import forecast_frame

    sales = make_sales(products)
    started = time.process_time()
    forecast_frame(sales, HORIZON, frequency="D", totals=True)
    return {"seconds_a_product": (time.process_time() - started) / products, "products_timed": products}


def measure_warm(products: int) -> dict[str, float]:
    """Return wall seconds of products never asked before, out of a trained engine that has forecast one other."""
    from forecasting.engine import ForecastEngine

    engine = ForecastEngine(make_sales(products))
    engine.train()
    first, *others = np.random.default_rng(0).permutation(products)[: WARM_FORECASTS + 1]
    engine.forecast(name_product(first), HORIZON)
    taken = []
    for row in others:
        started = time.perf_counter()
        engine.forecast(name_product(row), HORIZON)
        taken.append(time.perf_counter() - started)
    return {
        "warm_p95_seconds": float(np.quantile(taken, 0.95)),
        "warm_median_seconds": float(np.median(taken)),
        "warm_forecasts": len(taken),
    }


def measure_memory(products: int) -> dict[str, float]:
    """Return the most memory that this process held."""
    from forecasting.frames import forecast_frame

    forecast_frame(make_sales(products), HORIZON, frequency="D", totals=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"peak_gb": peak / 1e9, "memory_products": products}


PARTS = {
    "time": (measure_time, 1000),
    "warm": (measure_warm, WARM_PRODUCTS),
    "memory": (measure_memory, 10_000),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecasting.scale", description=__doc__)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--products", type=int, help="how many; the default is what the target says")
    given = parser.parse_args()
    measure, products = PARTS[given.part]
    print(json.dumps(measure(given.products or products)))


if __name__ == "__main__":
    main()
