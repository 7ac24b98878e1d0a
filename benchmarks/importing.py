"""What an import costs: `python -m benchmarks.importing [ROWS]`.

Imports the UCI Online Retail lines (where they lie beside the checkout) and generated single sales as CSV, each in a
process of its own, and prints one markdown table beside the targets. The peer reads the same generated file with
pandas and adds it up by product and day, accounting for no row.
"""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

ROWS = 10_000_000
BLOCK_ROWS = 500_000
PRODUCTS = 2_000
DAYS = 730
SEED = 20_240_105
ONLINE_RETAIL = Path(__file__).resolve().parents[2] / "shared/data/uci_online_retail/transactions.parquet"
TARGETS = {"online-retail": (15.0, 1.0), "sales": (240.0, 3.0), "pandas": (None, None)}


def write_sales_file(path: Path, rows: int) -> None:
    """Write single sales, one a row, by the second; one row in a thousand has a quantity that is no number."""
    random = np.random.default_rng(SEED)
    with path.open("wb") as file:
        for start in range(0, rows, BLOCK_ROWS):
            count = min(BLOCK_ROWS, rows - start)
            product = random.zipf(1.3, count) % PRODUCTS
            seconds = np.datetime64("2023-01-01T00:00:00") + random.integers(0, DAYS * 86_400, count)
            units = random.integers(1, 5, count).astype(str).astype(object)
            units[random.random(count) < 0.001] = "many"
            block = pa.table(
                {
                    "order": pa.array(np.arange(start, start + count)),
                    "date": pa.array(np.char.replace(seconds.astype(str), "T", " ")),
                    "sku": pa.array([f"P{number:05}" for number in product]),
                    "title": pa.array([f"Product number {number}, generated" for number in product]),
                    "quantity": pa.array(units, pa.string()),
                    "price": pa.array(
                        np.round(1 + product * 0.37 % 90 + random.integers(0, 4, count) / 4, 2)
                    ),
                }
            )
            pacsv.write_csv(
                block, file, pacsv.WriteOptions(include_header=start == 0, quoting_style="needed")
            )


def _import(path: Path) -> str:
    from store.database import Store
    from store.importing import import_recognised, import_sales, recognise_files

    with (
        tempfile.TemporaryDirectory() as home,
        Store.create("shop", kind="imported", currency="GBP", timezone="Europe/London", home=home) as store,
    ):
        export = recognise_files([path])
        report = import_sales(store, path) if export is None else import_recognised(store, export)[0]
    assert report.rows_read == report.rows_used + report.rows_folded + len(report.rejected)
    return f"{report.rows_read:,} rows: {report.rows_used:,} used, {len(report.rejected):,} rejected"


def _add_up_with_pandas(path: Path) -> str:
    import pandas as pd

    frame = pd.read_csv(path, usecols=["date", "sku", "quantity", "price"])
    frame["units"] = pd.to_numeric(frame["quantity"], errors="coerce")
    frame["ds"] = pd.to_datetime(frame["date"]).dt.normalize()
    daily = frame.groupby(["sku", "ds"])["units"].sum()
    return f"{len(frame):,} rows, {len(daily):,} product-days, nothing stored"


def measure(kind: str, path: Path) -> str:
    """Do one import in this process; returns its row of the table."""
    work = partial(_add_up_with_pandas, path) if kind == "pandas" else partial(_import, path)
    wall, processor = time.perf_counter(), time.process_time()
    outcome = work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    seconds, gigabytes = TARGETS[kind]
    target = f"≤ {seconds:.0f} s, ≤ {gigabytes:.0f} GB" if seconds else "–"
    return f"| {kind} | {outcome} | {wall:.1f} | {processor:.1f} | {memory:.2f} | {target} |"


def _measure_apart(kind: str, path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.importing", kind, str(path)]
    print(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip(), flush=True)


def main(rows: int) -> None:
    print(f"{platform.machine()}, {datetime.now(UTC):%Y-%m-%d}\n")
    print("| import | outcome | wall s | processor s | peak GB | target |\n|---|---|---|---|---|---|")
    if ONLINE_RETAIL.is_file():
        _measure_apart("online-retail", ONLINE_RETAIL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sales.csv"
        write_sales_file(path, rows)
        for kind in ("sales", "pandas"):
            _measure_apart(kind, path)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(measure(sys.argv[1], Path(sys.argv[2])))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
