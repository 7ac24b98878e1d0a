"""How the forecasts of a store turned out: what is due for scoring, the scores, and what they say of a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from store.forecasts import SCORED, make_tables
from store.schema import QUANTILE_COLUMNS

if TYPE_CHECKING:
    from store.database import Store

Floats = NDArray[np.float64]

# As many as a sentence can speak of without going back to another season.
MOST_IN_RECORD = 4

_UNSCORED = """
WITH promised AS (SELECT number, as_of, unnest(total_days) AS days FROM forecast_log)
SELECT number, as_of, days FROM promised ANTI JOIN forecast_scores USING (number, days)
"""
_LOGGED = """
SELECT number, product_id, means[:$days] AS means, quantiles[:$days] AS quantiles,
    total_means[list_position(total_days, $days)] AS total,
    total_quantiles[list_position(total_days, $days)] AS total_quantiles
FROM forecast_log
WHERE as_of = $as_of AND list_contains(total_days, $days)
    AND number NOT IN (SELECT number FROM forecast_scores WHERE days = $days)
ORDER BY number
"""
_KEEP = """
INSERT INTO forecast_scores BY NAME
SELECT * REPLACE (CASE WHEN actual_total IS NOT NULL THEN is_total_inside80 END AS is_total_inside80)
FROM new_scores
"""
# Of several forecasts of one day (another horizon, another engine, corrected sales) the last one stands.
_LAST = "QUALIFY row_number() OVER (PARTITION BY product_id, as_of, days ORDER BY number DESC) = 1"
# A total that could not be judged drops out of sums by its NULL.
_SUMMARY = f"""
SELECT days, count(*), count(actual_total),
    sum(abs(total - actual_total)) / nullif(sum(actual_total), 0),
    sum(abs(naive_total - actual_total)) / nullif(sum(actual_total), 0),
    avg(is_total_inside80::DOUBLE),
    sum(daily_error) / nullif(sum(sold), 0),
    sum(naive_daily_error) / nullif(sum(sold), 0),
    sum(days_inside80) / nullif(sum(scored_days), 0),
    sum(pinball) / nullif(sum(sold), 0)
FROM (SELECT * FROM forecast_scores {_LAST}) GROUP BY days ORDER BY days
"""
_OF_PRODUCT = f"""
SELECT as_of, actual_total, total, naive_total, is_total_inside80 FROM forecast_scores
WHERE product_id = ? AND days = ? AND actual_total IS NOT NULL
{_LAST} ORDER BY as_of DESC
"""
# The days of a longer score hold those of a shorter one: each forecast counts by its longest.
_HELD = """
WITH longest AS (
    SELECT as_of, days_inside80, scored_days FROM forecast_scores JOIN forecast_log USING (number, product_id, as_of)
    WHERE engine = $engine
    QUALIFY row_number() OVER (PARTITION BY product_id, as_of ORDER BY days DESC, number DESC) = 1
)
SELECT sum(days_inside80)::BIGINT, sum(scored_days)::BIGINT FROM longest
GROUP BY as_of HAVING sum(scored_days) > 0 ORDER BY as_of DESC LIMIT $most
"""


@dataclass(frozen=True)
class DueForecasts:
    """Logged forecasts that were made on one day and whose first `days` have passed.

    Attributes:
        as_of: the last day that they knew.
        days: days ahead that are scored.
        numbers: shape (n,), their numbers in the log.
        product_ids: what each one forecast.
        mean: shape (n, days), units a day.
        quantiles: shape (n, days, 19), units a day.
        total: shape (n,), units over the days.
        total_quantiles: shape (n, 19), units.
    """

    as_of: date
    days: int
    numbers: NDArray[np.int64]
    product_ids: list[str]
    mean: Floats
    quantiles: Floats
    total: Floats
    total_quantiles: Floats


class ScoreSummary(NamedTuple):
    """All scored forecasts of a store over the first `days`; errors are shares of what sold, None where nothing did.

    `totals` of the `forecasts` could be judged as totals. `wql` is the weighted quantile loss of the days.
    """

    days: int
    forecasts: int
    totals: int
    total_error: float | None
    naive_total_error: float | None
    totals_inside80: float | None
    daily_error: float | None
    naive_daily_error: float | None
    days_inside80: float | None
    wql: float | None


@dataclass(frozen=True)
class TrackRecord:
    """How the last forecasts of one product turned out; their times do not overlap.

    Attributes:
        forecasts: how many.
        days: days ahead of each.
        first_as_of: the last day that the earliest of them knew.
        error_pct: by how much the totals were off, all together, in percent of what sold; None if nothing did.
        naive_error_pct: the same of the last week repeated.
        inside80: totals that lay inside the 80% interval.
    """

    forecasts: int
    days: int
    first_as_of: date
    error_pct: float | None
    naive_error_pct: float | None
    inside80: int


class TrackRecords:
    """Scores of a store's logged forecasts; may be asked from several threads.

    Args:
        store: whose forecasts were logged.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        make_tables(store)

    def due(self) -> list[tuple[date, int]]:
        """Return what can be scored now, oldest first: the day forecast from, and the days ahead that have passed."""
        last_day = self._store.info.as_of
        rows = self._store.cursor().execute(
            f"SELECT as_of, days FROM ({_UNSCORED}) WHERE as_of + days <= ? GROUP BY ALL ORDER BY ALL",
            [last_day],
        )
        return [(as_of, int(days)) for as_of, days in rows.fetchall()]

    def waiting(self) -> int:
        """Return how many totals of logged forecasts are not scored yet."""
        row = self._store.cursor().execute(f"SELECT count(*) FROM ({_UNSCORED})").fetchone()
        assert row is not None  # an aggregate always has its row
        return int(row[0])

    def read_due(self, as_of: date, days: int) -> DueForecasts:
        """Return the forecasts made on `as_of` whose first `days` are not scored yet."""
        table = self._store.cursor().sql(_LOGGED, params={"as_of": as_of, "days": days}).to_arrow_table()
        levels = len(QUANTILE_COLUMNS[SCORED])

        def numbers(name: str, shape: tuple[int, ...]) -> Floats:
            column: Any = table.column(name).combine_chunks()
            for _ in shape[1:]:
                column = column.flatten()
            return np.asarray(column.to_numpy(zero_copy_only=False), dtype=float).reshape(shape)

        n = table.num_rows
        return DueForecasts(
            as_of, days, table.column("number").to_numpy(), table.column("product_id").to_pylist(),
            numbers("means", (n, days)), numbers("quantiles", (n, days, levels)),
            numbers("total", (n,)), numbers("total_quantiles", (n, levels)),
        )  # fmt: skip

    def keep(self, due: DueForecasts, scores: pd.DataFrame) -> None:
        """Keep the scores of forecasts; they are not due afterwards.

        Args:
            due: what was scored.
            scores: one row each: scored_days, sold, daily_error, naive_daily_error, pinball, days_inside80,
                actual_total (NaN where it could not be judged), total, naive_total, is_total_inside80.
        """
        rows = scores.assign(number=due.numbers, product_id=due.product_ids, as_of=due.as_of, days=due.days)
        with self._store.transaction() as cursor:
            cursor.register("new_scores", rows)
            cursor.execute(_KEEP)
            cursor.unregister("new_scores")

    def summaries(self) -> list[ScoreSummary]:
        """Return all scores of the store, pooled by how far ahead the forecasts looked."""
        return [ScoreSummary(*row) for row in self._store.cursor().execute(_SUMMARY).fetchall()]

    def held(self, engine: str, most: int) -> list[tuple[int, int]]:
        """Return how the 80% intervals of days held, one pair for each day that was forecast from, oldest first.

        Args:
            engine: version of the engine whose intervals count.
            most: pairs, of the latest days.

        Returns:
            Days inside the interval, and days scored, over all products.
        """
        rows = self._store.cursor().execute(_HELD, {"engine": engine, "most": most}).fetchall()
        return [(int(inside), int(scored)) for inside, scored in reversed(rows)]

    def of_product(self, product_id: str, horizon_days: int) -> TrackRecord | None:
        """Return how the last forecasts of a product turned out; None where none has been scored.

        Args:
            product_id: the product.
            horizon_days: how far ahead the next forecast looks; the record is of the longest scored time within
                it, or else of the shortest.
        """
        cursor = self._store.cursor()
        known = cursor.execute(
            "SELECT DISTINCT days FROM forecast_scores WHERE product_id = ? AND actual_total IS NOT NULL"
            " ORDER BY days",
            [product_id],
        ).fetchall()
        if not known:
            return None
        spans = [int(row[0]) for row in known]
        days = max((span for span in spans if span <= horizon_days), default=spans[0])
        return _summed_up(cursor.execute(_OF_PRODUCT, [product_id, days]).fetchall(), days)


def _summed_up(rows: list[tuple[Any, ...]], days: int) -> TrackRecord:
    chosen: list[tuple[Any, ...]] = []
    for row in rows:
        # Forecasts of the same days say the same thing over again: only those that lie apart are counted.
        if not chosen or row[0] + timedelta(days=days) <= chosen[-1][0]:
            chosen.append(row)
        if len(chosen) == MOST_IN_RECORD:
            break
    sold = sum(actual for _, actual, *_ in chosen)
    missed = sum(abs(total - actual) for _, actual, total, *_ in chosen)
    naive_missed = sum(abs(naive - actual) for _, actual, _, naive, _ in chosen)
    return TrackRecord(
        forecasts=len(chosen),
        days=days,
        first_as_of=chosen[-1][0],
        error_pct=100.0 * missed / sold if sold > 0 else None,
        naive_error_pct=100.0 * naive_missed / sold if sold > 0 else None,
        inside80=sum(bool(is_inside) for *_, is_inside in chosen),
    )
