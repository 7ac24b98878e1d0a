"""Kills in the middle of a refresh: forecasts are kept by chunks."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.killing import NAME, Outcome, create_store, kill_after
from store import sales
from store.database import Store


class _MadeUpEngine:
    """Forecasts as fast as a refresh can keep them: what is under test is the keeping."""

    is_current = True

    def forecast_many(self, product_ids: list[str], horizon_days: int) -> Iterator[Any]:
        from forecasting.forecast import Forecast
        from forecasting.members.base import LEVELS

        days = np.datetime64("2026-01-01") + np.arange(1, horizon_days + 1)
        paths = np.ones((20, horizon_days))
        for product_id in product_ids:
            quantiles = np.ones((horizon_days, len(LEVELS)))
            yield Forecast(
                product_id,
                days,
                paths[0],
                quantiles,
                paths,
                {"made_up": 1.0},
                None,
                "too_little_history",
                99,
                1.0,
                (),
            )


def _refresh(home: Path, engine: str, acknowledge: Connection) -> None:
    from store.forecasts import Forecasts
    from tools import refreshing

    vars(refreshing)["ENGINE_VERSION"] = engine
    with Store.open(NAME, home=home) as store:
        shop: Any = SimpleNamespace(forecasts=Forecasts(store), engine=_MadeUpEngine(), has_sales=True)
        refreshing.refresh(shop, lambda done, _total: acknowledge.send(done))


def kill_refreshes(home: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill a refresh; every forecast that it reported must be there whole, and the next one goes on from it."""
    outcome, chance, started = Outcome("refreshes"), random.Random(seed), time.monotonic()
    create_store(home)
    with Store.open(NAME, home=home) as store:
        with store.batch("sales", "all.csv", "0") as batch:
            rows = pd.DataFrame({"product_id": [f"p{n}" for n in range(600)], "ds": date(2025, 12, 31)})
            sales.write_sales(batch.cursor, rows.assign(units=1.0, revenue=1.0))
        version = store.data_version()
    # A refresh is killed until it is through; then an engine of another version makes all forecasts stale.
    engine, before = 1, 0
    for _ in range(kills):
        heard = kill_after(_refresh, (home, f"made-up-{engine}"), chance.uniform(0.0, 1.5))
        opened = time.monotonic()
        with Store.open(NAME, home=home) as store:
            outcome.reopening.append(time.monotonic() - opened)
            kept, whole, logged = _kept(store, f"made-up-{engine}")
            outcome.lost += kept < max(heard, default=before) or store.data_version() != version
        outcome.torn += kept != whole or logged < kept
        outcome.unannounced += kept > max(heard, default=before)
        outcome.kills += 1
        outcome.steps += max(heard, default=before) - before
        before = kept
        if kept == 600:
            engine, before = engine + 1, 0
    outcome.seconds = time.monotonic() - started
    return outcome


def _kept(store: Store, engine: str) -> tuple[int, int, int]:
    """Return the forecasts in use by this engine, how many of them have all days and totals, and those logged."""
    row = (
        store.cursor()
        .execute(
            "WITH head AS (SELECT product_id FROM forecasts WHERE engine = $engine),"
            " days AS (SELECT product_id FROM forecast_days GROUP BY 1 HAVING count(*) = 28),"
            " totals AS (SELECT product_id FROM forecast_totals GROUP BY 1 HAVING count(*) = 3)"
            " SELECT (SELECT count(*) FROM head),"
            " (SELECT count(*) FROM head SEMI JOIN days USING (product_id) SEMI JOIN totals USING (product_id)),"
            " (SELECT count(*) FROM forecast_log WHERE engine = $engine)",
            {"engine": engine},
        )
        .fetchone()
    )
    assert row is not None  # a query without a table has its row
    return row
