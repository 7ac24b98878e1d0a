"""Kills in the middle of imports and undos."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.killing import (
    NAME,
    PRODUCTS,
    Outcome,
    content_after_kill,
    content_of,
    create_store,
    kill_after,
    make_reviews,
)
from store import catalogue, reviews, sales
from store.database import Store
from store.review_flags import refresh_flags

_DAYS_A_STEP = 30


def apply_step(store: Store, step: int) -> None:
    """Do step number `step`: an import of its own rows and some of earlier ones, every fifth an undo of the last."""
    if step % 5 == 4:
        last = max(record.number for record in store.batches() if record.undone_at is None)
        store.undo(last)
        return
    chance = np.random.default_rng(step)
    first = date(2024, 1, 1) + timedelta(days=20 * (step % 40))
    days = [first + timedelta(days=n) for n in range(_DAYS_A_STEP)]
    rows = pd.DataFrame(
        [(f"p{product}", day) for product in range(PRODUCTS) for day in days], columns=["product_id", "ds"]
    )
    rows["units"] = chance.integers(0, 50, len(rows)).astype(float)
    rows["revenue"] = rows["units"] * 3
    products = pd.DataFrame({"product_id": [f"p{n}" for n in range(PRODUCTS)], "title": f"Title {step}"})
    with store.batch("sales", f"file-{step}.csv", str(step)) as batch:
        catalogue.write_products(batch.cursor, products)
        sales.write_sales(batch.cursor, rows)
        sales.write_returns(batch.cursor, rows.iloc[::17][sales.RETURN_COLUMNS])
        reviews.write_reviews(batch.cursor, make_reviews(step, 30))
        refresh_flags(batch.cursor)


def _write_steps(home: Path, first: int, acknowledge: Connection) -> None:
    with Store.open(NAME, home=home) as store:
        for step in range(first, 1_000_000):
            apply_step(store, step)
            acknowledge.send(step)


def kill_imports(home: Path, kills: int, seed: int = 0) -> Outcome:
    """Kill a process that imports and undoes; every step must be there whole, and every acknowledged one be there.

    Args:
        home: empty folder for the store and for one that is never killed, beside which it is held.
        kills: how many.
        seed: of the moments.
    """
    outcome, chance, started = Outcome("imports and undos"), random.Random(seed), time.monotonic()
    create_store(home)
    create_store(home / "reference")
    done = 0
    with Store.open(NAME, home=home / "reference") as reference:
        for _ in range(kills):
            heard = kill_after(_write_steps, (home, done), chance.uniform(0.0, 0.8))
            acknowledged = heard[-1] + 1 if heard else done
            for step in range(done, acknowledged):
                apply_step(reference, step)
            opened = time.monotonic()
            found = content_after_kill(home)
            outcome.reopening.append(time.monotonic() - opened)
            outcome.kills += 1
            outcome.steps += acknowledged - done
            done = acknowledged
            if found != content_of(reference):
                apply_step(reference, done)
                if found == content_of(reference):
                    outcome.unannounced += 1
                    done += 1
                else:
                    outcome.lost += found is not None
                    outcome.torn += found is None
                    break
    outcome.seconds = time.monotonic() - started
    return outcome
