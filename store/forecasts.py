"""Forecasts of a store: those in use, whether they are still good, and a log of all that were ever made."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.errors import StoreError
from store.schema import FORECAST_CACHE, FORECAST_HISTORY, QUANTILE_COLUMNS

if TYPE_CHECKING:
    from store.database import Store

Floats = NDArray[np.float64]

_QUANTILES = ", ".join(QUANTILE_COLUMNS)
_HEAD_COLUMNS = [column for column in FORECAST_CACHE["forecasts"] if column != "horizon_days"]
_HEAD = ", ".join(_HEAD_COLUMNS)
# Scores are taken at the levels that forecasters are judged by; the outermost two only draw the 95% interval.
SCORED = slice(1, -1)
_MAKING_TABLES = threading.Lock()

# The calendar is part of it: a day more, or a day found to have been closed, changes every product's series.
_FINGERPRINTS = """
WITH days AS (SELECT count(*) AS days, bit_xor(hash(ds, is_open)) AS mixed FROM calendar)
SELECT s.product_id, printf('%x-%x-%x', count(*)::BIGINT,
    bit_xor(hash(s.ds, s.units, s.revenue, s.regular_price, s.promo, s.on_hand)),
    hash(any_value(days.days), any_value(days.mixed), any_value(p.launched_on)))
FROM unit_sales s LEFT JOIN products p USING (product_id) CROSS JOIN days
WHERE $all_products OR s.product_id IN (SELECT unnest($product_ids))
GROUP BY s.product_id ORDER BY s.product_id
"""
_LOG = """
INSERT INTO forecast_log
SELECT nextval('forecast_number'), n.* FROM new_log n
ANTI JOIN forecast_log USING (product_id, as_of, horizon_days, fingerprint, engine)
"""


class KeptTotal(NamedTuple):
    """Units over the first days of a forecast: their mean, and quantiles at QUANTILE_LEVELS, shape (21,)."""

    mean: float
    quantiles: Floats


@dataclass(frozen=True)
class KeptForecast:
    """A forecast as the store keeps it.

    Attributes:
        product_id: what was forecast.
        as_of: the last day that it knew; it begins on the day after.
        fingerprint: of the product's sales then (`Forecasts.fingerprints`).
        engine: version of what made it.
        mean: shape (horizon,), units a day.
        quantiles: shape (horizon, 21), units a day, at QUANTILE_LEVELS.
        totals: the first 7, 14, 28 ... days as far as the horizon reaches, by their number.
        verdict: what its backtest came to.
        backtest: the backtest's figures, plain JSON; None where the history is too short for one.
        weights: share of each member.
        notes: codes for the reader.
        history_days: days with a usable record.
        recent_daily_mean: units a day of late.
        corrected_days: days out of stock whose demand was estimated.
        corrected_units: units that the estimate adds to what was sold on them.
        borrowed_from: products whose history stood in for its own.
    """

    product_id: str
    as_of: date
    fingerprint: str
    engine: str
    mean: Floats
    quantiles: Floats
    totals: dict[int, KeptTotal]
    verdict: str
    backtest: dict[str, Any] | None = None
    weights: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    history_days: int = 0
    recent_daily_mean: float = 0.0
    corrected_days: int = 0
    corrected_units: float = 0.0
    borrowed_from: tuple[str, ...] = ()

    @property
    def horizon_days(self) -> int:
        """Days forecast."""
        return len(self.mean)


class Forecasts:
    """The forecasts in an open store; may be asked from several threads.

    Args:
        store: whose forecasts they are; their tables are made where it has none yet.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        make_tables(store)

    def fingerprints(self, product_ids: Sequence[str] | None = None) -> dict[str, str]:
        """Return what changes with a product's daily series, by product; products without sales have none.

        Args:
            product_ids: products wanted; None for all.
        """
        wanted = {"all_products": product_ids is None, "product_ids": list(product_ids or [])}
        return dict(self._store.cursor().execute(_FINGERPRINTS, wanted).fetchall())

    def fresh(self, product_ids: Sequence[str] | None, engine: str, horizon_days: int) -> set[str]:
        """Return the products whose forecast is still good.

        Good is a forecast at least so far ahead, by this engine, from sales that have not changed since. What other
        products sold since does not count, except where it moved the store's last day.

        Args:
            product_ids: products asked about; None for all.
            engine: version of the engine that would forecast now.
            horizon_days: days ahead that are needed.
        """
        current = self.fingerprints(product_ids)
        query = "SELECT product_id, fingerprint FROM forecasts WHERE engine = ? AND horizon_days >= ?"
        kept = self._store.cursor().execute(query, [engine, horizon_days]).fetchall()
        return {product_id for product_id, known in kept if current.get(product_id) == known}

    def read(self, product_id: str) -> KeptForecast | None:
        """Return the product's forecast in use, fresh or not; None where none was made."""
        cursor = self._store.cursor()
        row = cursor.execute(f"SELECT {_HEAD} FROM forecasts WHERE product_id = ?", [product_id]).fetchone()
        if row is None:
            return None
        head = dict(zip(_HEAD_COLUMNS, row, strict=True))
        days = _rows(cursor, f"SELECT mean, {_QUANTILES} FROM forecast_days", product_id, "ds")
        totals = _rows(cursor, f"SELECT days, mean, {_QUANTILES} FROM forecast_totals", product_id, "days")
        head |= {name: json.loads(head[name]) for name in ("backtest", "weights")}
        head |= {name: tuple(head[name]) for name in ("notes", "borrowed_from")}
        return KeptForecast(
            **head,
            mean=days[:, 0],
            quantiles=days[:, 1:],
            totals={int(total[0]): KeptTotal(float(total[1]), total[2:]) for total in totals},
        )

    def keep(self, forecasts: Sequence[KeptForecast]) -> None:
        """Put forecasts to use and into the log: all of them, or none when this process dies meanwhile.

        One that is in the log already (same product, day, horizon, sales and engine) is not logged again.
        """
        if not forecasts:
            return
        tables = {
            "forecasts": pa.table(_columns(_heads(forecasts))),
            "forecast_days": pa.table(_columns(_days(forecasts))),
            "forecast_totals": pa.table(_columns(_totals(forecasts))),
        }
        with self._store.transaction() as cursor:
            for name, rows in tables.items():
                cursor.execute(
                    f"DELETE FROM {name} WHERE product_id IN (SELECT unnest(?))",
                    [[forecast.product_id for forecast in forecasts]],
                )
                if rows.num_rows:
                    cursor.register("new_rows", rows)
                    cursor.execute(f"INSERT INTO {name} BY NAME SELECT * FROM new_rows")
                    cursor.unregister("new_rows")
            _log(cursor, forecasts)

    def log(self, forecasts: Sequence[KeptForecast]) -> None:
        """Remember forecasts for scoring without putting them to use; those that are in the log stay as they are.

        Raises:
            StoreError: the store cannot be written.
        """
        if not forecasts:
            return
        try:
            # One statement is whole by itself; a transaction would make the store read its own facts anew.
            _log(self._store.cursor(), forecasts)
        except duckdb.Error as error:
            raise StoreError(
                f"the forecasts of {self._store.name!r} could not be logged ({error})",
                "make room on its disk, or see who else writes to it",
            ) from error


def make_tables(store: Store) -> None:
    """Make the tables of forecasts where the store has none yet, or has those of an earlier version."""
    with _MAKING_TABLES:
        cursor = store.cursor()
        cursor.execute(FORECAST_HISTORY)
        columns = (
            "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() GROUP BY 1"
        )
        found = dict(cursor.execute(columns).fetchall())
        if all(found.get(name) == list(wanted) for name, wanted in FORECAST_CACHE.items()):
            return
        with store.transaction() as writer:
            for name, wanted in FORECAST_CACHE.items():
                writer.execute(f"DROP TABLE IF EXISTS {name}")
                writer.execute(f"CREATE TABLE {name} ({', '.join(map(' '.join, wanted.items()))})")


def _rows(cursor: duckdb.DuckDBPyConnection, query: str, product_id: str, order: str) -> Floats:
    rows = cursor.execute(f"{query} WHERE product_id = ? ORDER BY {order}", [product_id]).fetchall()
    return np.array(rows, dtype=float)


def _columns(rows: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    listed = list(rows)
    return {name: [row[name] for row in listed] for name in (listed[0] if listed else ())}


def _heads(forecasts: Sequence[KeptForecast]) -> Iterable[dict[str, Any]]:
    for each in forecasts:
        yield {
            "product_id": each.product_id,
            "as_of": each.as_of,
            "horizon_days": each.horizon_days,
            "fingerprint": each.fingerprint,
            "engine": each.engine,
            "verdict": each.verdict,
            "backtest": json.dumps(each.backtest),
            "weights": json.dumps(each.weights),
            "notes": list(each.notes),
            "history_days": each.history_days,
            "recent_daily_mean": each.recent_daily_mean,
            "corrected_days": each.corrected_days,
            "corrected_units": each.corrected_units,
            "borrowed_from": list(each.borrowed_from),
        }


def _days(forecasts: Sequence[KeptForecast]) -> Iterable[dict[str, Any]]:
    for each in forecasts:
        for day in range(each.horizon_days):
            quantiles = zip(QUANTILE_COLUMNS, each.quantiles[day].tolist(), strict=True)
            ds = each.as_of + timedelta(days=day + 1)
            yield {"product_id": each.product_id, "ds": ds, "mean": float(each.mean[day]), **dict(quantiles)}


def _totals(forecasts: Sequence[KeptForecast]) -> Iterable[dict[str, Any]]:
    for each in forecasts:
        for days, total in each.totals.items():
            quantiles = zip(QUANTILE_COLUMNS, total.quantiles.tolist(), strict=True)
            yield {"product_id": each.product_id, "days": days, "mean": total.mean, **dict(quantiles)}


def _log(cursor: duckdb.DuckDBPyConnection, forecasts: Sequence[KeptForecast]) -> None:
    rows = [
        {
            "product_id": each.product_id,
            "as_of": each.as_of,
            "horizon_days": each.horizon_days,
            "fingerprint": each.fingerprint,
            "engine": each.engine,
            "means": each.mean.tolist(),
            "quantiles": each.quantiles[:, SCORED].tolist(),
            "total_days": list(each.totals),
            "total_means": [total.mean for total in each.totals.values()],
            "total_quantiles": [total.quantiles[SCORED].tolist() for total in each.totals.values()],
        }
        for each in forecasts
    ]
    cursor.register("new_log", pa.table(_columns(rows)))
    cursor.execute(_LOG)
    cursor.unregister("new_log")
