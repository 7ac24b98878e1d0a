"""Forecasting a long frame: the engine without a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecasting.ensemble import Ensemble, fit_ensemble
from forecasting.errors import MAX_HORIZON_DAYS, ForecastingError
from forecasting.frequency import WORDS
from forecasting.long_format import LongFrame, read_long
from forecasting.members.base import LEVELS, Predicted, Rows
from forecasting.members.roster import choose_members
from forecasting.panel import Frequency, Panel, read_panel
from forecasting.series import Floats

MOST_PERIODS: dict[Frequency, int] = {"D": MAX_HORIZON_DAYS, "W": 104, "M": 36}
QUANTILE_COLUMNS = tuple(f"q{round(100 * level):02d}" for level in LEVELS)
_PERIOD_WORDS: dict[Frequency, str] = {"D": "days", "W": "weeks", "M": "months"}
# Rows forecast between two words of progress.
_CHUNK = 64

Progress = Callable[[float, str], None]


class HorizonUnusable(ForecastingError):
    """The horizon is no whole number of periods, or too long for the frequency."""


@dataclass(frozen=True)
class Forecasts:
    """What lies ahead of a long frame; series in the frame's order.

    Attributes:
        daily: unique_id, ds, mean, q05 … q95: one row a series and period (days, weeks or months alike), units a
            period, all beginning after the last y of the whole frame.
        totals: unique_id, start, end, mean, q05 … q95: the sum over the horizon, one row a series, its quantiles
            from joint paths; None where not asked for.
        frequency: "D", "W" or "M".
        notes: what was mended in the frame, one sentence each.
    """

    daily: pd.DataFrame
    totals: pd.DataFrame | None
    frequency: Frequency
    notes: tuple[str, ...]


def forecast_frame(
    frame: pd.DataFrame,
    horizon: int,
    *,
    frequency: Frequency | None = None,
    totals: bool = True,
    progress: Progress | None = None,
) -> Forecasts:
    """Forecast every series of a long frame.

    Args:
        frame: unique_id, ds, y, and price, promo, on_hand where known, in any order; see `docs/forecast_files.md`
            for what becomes of gaps, returns, stock-outs and slips.
        horizon: periods ahead: at most 365 days, 104 weeks or 36 months.
        frequency: "D", "W" or "M"; None finds out.
        totals: whether to forecast the sums over the horizon too.
        progress: told the share done (0 to 1) and the stage ("reading", "learning", what the engine says,
            "forecasting").

    Raises:
        HorizonUnusable: the horizon is no whole number from 1 to that limit.
        FrameUnusable: a column is missing or holds what it cannot hold.
        FrequencyUnclear: the dates are neither daily, weekly nor monthly, or not the same in every series.
    """
    report = progress or _silent
    _check_whole(horizon)
    report(0.0, "reading")
    given = read_long(frame, frequency)
    _check_horizon(horizon, given.frequency)
    panel = read_panel(given.frame, given.frequency)
    report(0.05, "learning")
    ensemble = _fit(panel, lambda share, stage: report(0.05 + 0.75 * share, stage))
    order = _order(panel, given)
    predicted, sums = _predict(
        ensemble, order, horizon, totals, lambda share: report(0.8 + 0.2 * share, "forecasting")
    )
    dates = given.label(panel.calendar(panel.periods, panel.periods + horizon))
    ids = np.array([given.ids[panel.unique_ids[row]] for row in order], dtype=object)
    daily = _table(
        np.repeat(ids, horizon), {"ds": np.tile(dates.astype("datetime64[s]"), len(order))}, predicted
    )
    summed = _sum_table(ids, dates, predicted, sums) if totals else None
    return Forecasts(daily, summed, given.frequency, (*given.notes, *_short(panel, horizon)))


def _fit(panel: Panel, progress: Progress) -> Ensemble:
    return fit_ensemble(panel, choose_members(panel.frequency), progress)


def _silent(_share: float, _stage: str) -> None:
    return


def _check_whole(horizon: object) -> None:
    if not isinstance(horizon, int | np.integer) or isinstance(horizon, bool) or horizon < 1:
        raise HorizonUnusable(
            f"cannot forecast a horizon of {horizon!r}", "ask for a whole number of periods from 1"
        )


def _check_horizon(horizon: int, frequency: Frequency) -> None:
    most = MOST_PERIODS[frequency]
    if horizon > most:
        raise HorizonUnusable(
            f"a horizon of {horizon:,} {_PERIOD_WORDS[frequency]} is too far: the rows are {WORDS[frequency]}",
            f"ask for at most {most} {_PERIOD_WORDS[frequency]}",
        )


def _order(panel: Panel, given: LongFrame) -> Rows:
    position = {unique_id: row for row, unique_id in enumerate(panel.unique_ids)}
    return np.array([position[text] for text in given.ids], dtype=np.int64)


def _predict(
    ensemble: Ensemble, order: Rows, horizon: int, totals: bool, report: Callable[[float], None]
) -> tuple[Predicted, Floats]:
    """Return the forecasts, and the quantiles of their sums; shape (series, len(LEVELS)), empty if not asked for."""
    parts, sums = [], [np.zeros((0, len(LEVELS)))]
    for start in range(0, len(order), _CHUNK):
        rows = order[start : start + _CHUNK]
        part = ensemble.predict(rows, horizon)
        if totals:
            sums.append(ensemble.totals(rows, part))
        parts.append(Predicted(part.quantiles, part.mean))
        report(min(start + _CHUNK, len(order)) / len(order))
    predicted = Predicted(
        np.concatenate([part.quantiles for part in parts]), np.concatenate([part.mean for part in parts])
    )
    return predicted, np.concatenate(sums)


def _sum_table(ids: np.ndarray, dates: np.ndarray, predicted: Predicted, sums: Floats) -> pd.DataFrame:
    days = dates.astype("datetime64[s]")
    return _table(ids, {"start": days[0], "end": days[-1]}, Predicted(sums, predicted.mean.sum(axis=1)))


def _table(ids: np.ndarray, dates: dict[str, Any], predicted: Predicted) -> pd.DataFrame:
    quantiles = predicted.quantiles.reshape(-1, len(LEVELS))
    columns = {name: quantiles[:, number] for number, name in enumerate(QUANTILE_COLUMNS)}
    return pd.DataFrame(
        {"unique_id": pd.Series(ids).infer_objects(), **dates, "mean": predicted.mean.reshape(-1), **columns}
    )


def _short(panel: Panel, horizon: int) -> list[str]:
    """Return notes on series whose history says little about so long a horizon."""
    notes = []
    lengths = panel.ends - panel.first
    if (early := int((panel.ends < panel.periods).sum())) > 0:
        notes.append(
            f"{early:,} series end before the others; all forecasts begin on the same date, after the last y of all"
        )
    if (short := int((lengths < horizon).sum())) > 0:
        notes.append(f"{short:,} series have less history than the horizon is long: their intervals are wide")
    return notes
