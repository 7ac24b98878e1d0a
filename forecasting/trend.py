"""What is trending: two weeks of sales against what the product's own past and the whole shop foretell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import special, stats

from forecasting.errors import ForecastingError
from forecasting.matrix import SalesMatrix, read_matrix, weekday_factors, weighted_median
from forecasting.series import Bools, Floats, weekdays

# The level is the mean of this many windows before the recent one; more would lag behind slow change.
BASELINE_WINDOWS = 4
# Windows before those from which ordinary window-to-window change is learnt, as far as history reaches.
MAX_WINDOWS = 26
FALSE_DISCOVERY_RATE = 0.2
# A window counts where the product was on sale for at least this share of the days it normally sells on.
LEAST_AVAILABLE_SHARE = 0.35
LEAST_BASELINE_UNITS = 4.0
MAX_WINDOW_DAYS = 91
COLUMNS = (
    "unique_id", "units_recent", "units_before", "units_expected", "growth_pct", "excess_pct",
    "market_growth_pct", "t", "p_value", "is_significant", "direction",
)  # fmt: skip


def score_trends(panel: pd.DataFrame, as_of: date, window_days: int = 14) -> pd.DataFrame:
    """Score how far each product's latest window departs from what was to be expected.

    The expectation is the product's mean daily sales over the four windows before the latest one, times its
    weekday pattern and the market (the median product's change), over the days on which it was on sale. The
    departure is measured in the log and set against the product's own window-to-window variation, which
    leans on the store's (a moderated t); Benjamini and Hochberg's rule holds false discoveries to 20%.

    Args:
        panel: long frame unique_id, ds, y, and is_open, is_stockout where known.
        as_of: last day of the latest window.
        window_days: length of a window, 7 to 91.

    Returns:
        One row a product with enough sales, strongest departure first: unique_id; units_recent and
        units_before (units sold in the latest window and in the one before); units_expected; growth_pct
        (recent against before; NaN where nothing sold before); excess_pct (recent against expected);
        market_growth_pct (the median product, recent against the four windows); t; p_value (two-sided);
        is_significant; direction "up" or "down".

    Raises:
        ForecastingError: the window is out of range, or the panel holds fewer than three windows.

    Source: Smyth 2004 (moderated t); Benjamini & Hochberg 1995.
    """
    matrix = _checked_matrix(panel, as_of, window_days)
    windows = _cut(matrix, window_days)
    level, market = _levels(windows)
    expected = level * windows.weight[:, 0] * market[0]
    statistic, p_value = _moderated_t(windows, expected, market)
    recent, before = windows.units[:, 0], windows.units[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame(
            {
                "unique_id": matrix.unique_ids,
                "units_recent": recent,
                "units_before": before,
                "units_expected": expected,
                "growth_pct": np.where(before > 0, 100.0 * (recent / before - 1), np.nan),
                "excess_pct": np.where(expected > 0, 100.0 * (recent / expected - 1), np.nan),
                "market_growth_pct": 100.0 * (market[0] - 1),
                "t": statistic,
                "p_value": p_value,
            }
        )
    frame = frame[np.isfinite(frame["t"])].copy()
    frame["is_significant"] = _discoveries(frame["p_value"].to_numpy())
    frame["direction"] = np.where(frame["t"] >= 0, "up", "down")
    order = np.argsort(-np.abs(frame["t"].to_numpy()), kind="stable")
    return pd.DataFrame(frame.iloc[order].reset_index(drop=True), columns=list(COLUMNS))


@dataclass(frozen=True)
class _Windows:
    """Windows counted back from the latest (column 0); all shape (products, windows).

    `units` is what was sold; `fair_units` only on days that count; `weight` is the weekday weight of those
    days (a full window of an always-open shop weighs its days); `is_fair` says which windows count.
    """

    units: Floats
    fair_units: Floats
    weight: Floats
    is_fair: Bools


def _checked_matrix(panel: pd.DataFrame, as_of: date, window_days: int) -> SalesMatrix:
    if not 7 <= window_days <= MAX_WINDOW_DAYS:
        raise ForecastingError(
            f"a trend over {window_days!r} days cannot be told from chance",
            f"choose a window of 7 to {MAX_WINDOW_DAYS} days",
        )
    matrix = read_matrix(panel, as_of)
    if len(matrix.dates) < 3 * window_days:
        raise ForecastingError(
            f"{len(matrix.dates)} days of sales are too few for trends over {window_days} days",
            f"choose a window of at most {len(matrix.dates) // 3} days, or wait for more sales",
        )
    return matrix


def _cut(matrix: SalesMatrix, window_days: int) -> _Windows:
    count = min(len(matrix.dates) // window_days, MAX_WINDOWS)
    columns = slice(len(matrix.dates) - count * window_days, None)
    pattern = weekday_factors(matrix, columns)[:, weekdays(matrix.dates[columns])]
    usable = matrix.is_usable[:, columns]

    def by_window(values: Floats) -> Floats:
        return np.asarray(values.reshape(len(values), count, window_days).sum(axis=2)[:, ::-1])

    sold = np.nan_to_num(matrix.sold[:, columns])
    weight = by_window(np.where(usable, pattern, 0.0))
    normal = by_window(np.where(matrix.is_listed[:, columns] & ~matrix.is_closed[:, columns], pattern, 0.0))
    is_fair = (weight > 0) & (weight >= LEAST_AVAILABLE_SHARE * np.maximum(normal, 1e-12))
    return _Windows(by_window(sold), by_window(np.where(usable, sold, 0.0)), weight, is_fair)


def _levels(windows: _Windows) -> tuple[Floats, Floats]:
    """Return each product's baseline rate, shape (products,), and the market by window, shape (windows,).

    The market is the median product's rate against its baseline, weighed by units: one riser, however
    large, does not move it.
    """
    baseline = slice(1, 1 + BASELINE_WINDOWS)
    units = np.where(windows.is_fair, windows.fair_units, 0.0)
    weight = np.where(windows.is_fair, windows.weight, 0.0)
    base_units, base_weight = units[:, baseline].sum(axis=1), weight[:, baseline].sum(axis=1)
    level = np.divide(base_units, base_weight, out=np.zeros(len(base_units)), where=base_weight > 0)
    market = np.ones(units.shape[1])
    for k in range(units.shape[1]):
        counted = windows.is_fair[:, k] & (level > 0)
        if counted.any():
            ratio = units[counted, k] / (weight[counted, k] * level[counted])
            market[k] = max(weighted_median(ratio, np.sqrt(base_units[counted])), 1e-3)
    return level, market


def _moderated_t(windows: _Windows, expected: Floats, market: Floats) -> tuple[Floats, Floats]:
    """Return t and the two-sided p-value by product; NaN where a product has too few sales to judge."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (windows.fair_units + 0.5) / (windows.weight * market)
    logs = np.where(windows.is_fair & (windows.weight > 0), np.log(rate), np.nan)
    fair = windows.is_fair[:, 1 : 1 + BASELINE_WINDOWS]
    baseline = logs[:, 1 : 1 + BASELINE_WINDOWS]
    used = fair.sum(axis=1)
    units = np.where(fair, windows.fair_units[:, 1 : 1 + BASELINE_WINDOWS], 0.0).sum(axis=1)
    judged = windows.is_fair[:, 0] & (used >= 2) & (units + windows.fair_units[:, 0] >= LEAST_BASELINE_UNITS)
    mean = np.nansum(np.where(fair, baseline, 0.0), axis=1) / np.maximum(used, 1)
    departure = logs[:, 0] - mean
    variance, freedom = _moderated_variance(logs, expected)
    scale = np.sqrt(variance * (1.0 + 1.0 / np.maximum(used, 1)))
    statistic = np.where(judged, departure / scale, np.nan)
    return statistic, 2.0 * stats.t.sf(np.abs(statistic), freedom)


def _moderated_variance(logs: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Return the variance of a window's log rate, shrunk to the store's, and its degrees of freedom.

    What a window must vary by counting alone (1/units) is a floor: a seller of three a fortnight cannot be
    steadier than that.
    """
    ordinary = logs[:, 1:]
    centre = _running_level(ordinary)
    spare = np.isfinite(ordinary - centre)
    count = spare.sum(axis=1)
    # Overlapping baselines tie neighbouring differences together: fewer degrees of freedom than windows.
    freedom = np.maximum(0.75 * count, 1.0)
    summed = np.where(spare, (ordinary - centre) ** 2, 0.0).sum(axis=1)
    squares = summed / (np.maximum(count, 1) * (1.0 + 1.0 / BASELINE_WINDOWS))
    counting = 1.0 / (expected + 0.5)
    extra = np.maximum(squares - counting, 1e-4)
    prior_freedom, prior_extra = _prior(extra, freedom)
    shrunk = (prior_freedom * prior_extra + freedom * extra) / (prior_freedom + freedom)
    return counting + shrunk, freedom + prior_freedom


def _running_level(logs: Floats) -> Floats:
    """Return, for each window, the mean of the BASELINE_WINDOWS before it (columns run backwards in time)."""
    centre = np.full_like(logs, np.nan)
    for k in range(logs.shape[1] - 1):
        before = logs[:, k + 1 : k + 1 + BASELINE_WINDOWS]
        known = np.isfinite(before)
        count = known.sum(axis=1)
        total = np.where(known, before, 0.0).sum(axis=1)
        centre[:, k] = np.where(count >= 2, total / np.maximum(count, 1), np.nan)
    return centre


def _prior(variances: Floats, freedom: Floats) -> tuple[float, float]:
    """Return the store's degrees of freedom and variance, by moments of the log variances (Smyth 2004)."""
    typical = float(np.median(freedom))
    logs = np.log(variances)
    excess = float(logs.var()) - float(special.polygamma(1, typical / 2))
    prior_freedom = 50.0 if excess <= 0.04 else float(np.clip(2.0 / excess, 2.0, 50.0))
    return prior_freedom, float(np.median(variances))


def _discoveries(p_values: Floats) -> Bools:
    if not len(p_values):
        return np.zeros(0, dtype=bool)
    order = np.argsort(p_values)
    passes = p_values[order] <= FALSE_DISCOVERY_RATE * np.arange(1, len(order) + 1) / len(order)
    last = int(np.max(np.nonzero(passes)[0])) if passes.any() else -1
    found = np.zeros(len(order), dtype=bool)
    found[order[: last + 1]] = True
    return found
