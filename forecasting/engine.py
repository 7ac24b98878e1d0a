"""The forecaster of one store: what was learnt over all of its products, asked about one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd

from forecasting.adaptive import aim_level
from forecasting.errors import NoHistory, PanelUnusable, UnknownSeries, check_horizon
from forecasting.forecast import Backtest, Forecast, Verdict
from forecasting.newcomers import LEAST_OWN_DAYS, Describe, Newcomers
from forecasting.panel import Panel, read_panel
from forecasting.series import Floats, check_panel, flag_column
from forecasting.sharing import predict_shared

if TYPE_CHECKING:
    from forecasting.ensemble import Ensemble
    from forecasting.members.base import Predicted
    from forecasting.trials import Progress

RECENT_DAYS = 28
# Fewer judged weeks than this decide nothing.
LEAST_JUDGED_WEEKS = 3
# Below so many, starting processes takes longer than they save.
LEAST_SHARED = 100
# Who is named as having lent: the heaviest.
MOST_LENDERS_NAMED = 3


class _Record(TypedDict):
    history_days: int
    recent_daily_mean: float
    corrected_days: int
    corrected_units: float


class ForecastEngine:
    """Forecasts every product of one store.

    Args:
        frame: long frame unique_id, ds, y (units sold; NaN = closed or no record), and is_open, is_stockout,
            price, regular_price, promo where known.
        models_dir: where what was trained is kept; None keeps it in memory only.
        data_version: changes with the sales data.
        describe: vectors of products' titles and categories, shape (n, d); None: nobody borrows.
        held: of past forecasts, oldest first: days inside their 80% interval, days scored.

    Raises:
        PanelUnusable: columns are missing.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        models_dir: Path | None = None,
        data_version: str = "",
        *,
        describe: Describe | None = None,
        held: Sequence[tuple[int, int]] = (),
    ) -> None:
        check_panel(frame)
        self._frame = frame
        self._models_dir = models_dir
        self._data_version = data_version
        self._describe = describe
        self._aim = aim_level(held)
        # Tools run side by side; torch and statsforecast gain nothing from that on few cores.
        self._lock = threading.RLock()
        self._trained: Ensemble | None = None
        self._trained_version: str | None = None
        self._alone: dict[str, Ensemble] = {}
        self._forecasts: dict[tuple[str, int], Forecast] = {}

    def forecast(self, unique_id: str, horizon_days: int) -> Forecast:
        """Forecast one product.

        Args:
            unique_id: the product.
            horizon_days: whole days ahead, 1 to 365.

        Raises:
            HorizonOutOfRange: any other horizon.
            UnknownSeries: no such product in the panel, and nobody it could borrow from.
            NoHistory: not one day of recorded sales, and nobody it could borrow from.
        """
        check_horizon(horizon_days)
        with self._lock:
            key = (unique_id, horizon_days)
            if key not in self._forecasts:
                self._forecasts[key] = self._look_ahead(unique_id, horizon_days)
            return self._forecasts[key]

    def forecast_many(self, unique_ids: Sequence[str], horizon_days: int) -> Iterator[Forecast]:
        """Yield a forecast of each product that can be forecast, in any order; many are shared among processes.

        Args:
            unique_ids: products of the panel.
            horizon_days: whole days ahead, 1 to 365.
        """
        check_horizon(horizon_days)
        if len(unique_ids) < LEAST_SHARED or not self.is_trained:
            yield from self._each(unique_ids, horizon_days)
            return
        shared = {name: self._rows[name] for name in unique_ids if self._stands_alone(name)}
        yield from self._each([name for name in unique_ids if name not in shared], horizon_days)
        ensemble, _ = self._find(0)
        for row, predicted, paths in predict_shared(ensemble, list(shared.values()), horizon_days, self._aim):
            yield self._hand_out(ensemble, row, row, predicted, paths)

    def _each(self, unique_ids: Sequence[str], horizon_days: int) -> Iterator[Forecast]:
        for name in unique_ids:
            try:
                yield self.forecast(name, horizon_days)
            except NoHistory:
                continue

    def _stands_alone(self, unique_id: str) -> bool:
        """Return whether a product is forecast from a history of its own."""
        row = self._rows.get(unique_id)
        days = 0 if row is None else int(self._panel.ends[row] - self._panel.first[row])
        return days >= (1 if self._newcomers is None else LEAST_OWN_DAYS)

    @property
    def is_trained(self) -> bool:
        """Whether forecasters trained on this store are at hand, be it on its earlier sales."""
        return self._trained is not None or self._saved_version is not None

    @property
    def is_current(self) -> bool:
        """Whether they were trained on these very sales."""
        version = self._saved_version if self._trained is None else self._trained_version
        return version == self._data_version

    @property
    def _saved_version(self) -> str | None:
        from forecasting.ensemble_files import saved_version

        return None if self._models_dir is None else saved_version(self._models_dir)

    def train(self, progress: Progress | None = None) -> None:
        """Train on all products and keep what was learnt; goes on from an earlier training where there is one.

        Args:
            progress: told the share done (0 to 1) and the stage (a member's name, "calibrating", "saving").

        Raises:
            PanelUnusable: not one day of sales is recorded.
        """
        from forecasting.ensemble import fit_ensemble
        from forecasting.ensemble_files import load, save
        from forecasting.members.roster import choose_members

        report = progress or (lambda share, stage: None)
        before = load(self._models_dir) if self._models_dir is not None else None
        trained = fit_ensemble(
            self._panel,
            choose_members("D"),
            lambda share, stage: report(0.99 * share, stage),
            before.judged if before else None,
        )
        report(0.99, "saving")
        if self._models_dir is not None:
            save(trained.learnt, self._models_dir, self._data_version)
        with self._lock:
            self._trained, self._trained_version = trained, self._data_version
            self._forecasts.clear()
        report(1.0, "saving")

    @cached_property
    def _panel(self) -> Panel:
        return read_panel(self._frame)

    @cached_property
    def _rows(self) -> dict[str, int]:
        try:
            return {name: row for row, name in enumerate(self._panel.unique_ids)}
        except PanelUnusable:
            # Products are listed, but nothing has sold.
            return {}

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        groups = self._frame.groupby("unique_id", sort=False, observed=True).indices
        return {str(name): np.asarray(places) for name, places in groups.items()}

    @cached_property
    def _newcomers(self) -> Newcomers | None:
        return Newcomers(self._panel, self._describe) if self._describe and self._rows else None

    def _look_ahead(self, unique_id: str, horizon_days: int) -> Forecast:
        row = self._rows.get(unique_id)
        if row is not None and self._stands_alone(unique_id):
            return self._predict(row, horizon_days)
        if self._newcomers is not None:
            has_sold = row is not None and self._panel.ends[row] > self._panel.first[row]
            return self._borrow(unique_id, row if has_sold else None, horizon_days)
        if unique_id not in self._places:
            raise UnknownSeries(unique_id)
        raise NoHistory(unique_id)

    def _predict(self, row: int, horizon_days: int) -> Forecast:
        ensemble, place = self._find(row)
        predicted = ensemble.predict(np.array([place]), horizon_days, self._aim)
        return self._hand_out(ensemble, place, row, predicted, ensemble.paths(place, predicted))

    def _hand_out(
        self, ensemble: Ensemble, place: int, row: int, predicted: Predicted, paths: Floats
    ) -> Forecast:
        """Return the forecast of the panel's `row`, which the ensemble holds at `place`."""
        horizon_days = len(predicted.mean[0])
        backtest = ensemble.backtests.of(place)
        weights = dict(zip(ensemble.learnt.members, ensemble.weights[place].tolist(), strict=True))
        notes = self._notes(row)
        if not self.is_trained:
            notes.append("not_trained")
        return Forecast(
            unique_id=self._panel.unique_ids[row],
            dates=self._panel.calendar(self._panel.periods, self._panel.periods + horizon_days),
            mean=predicted.mean[0],
            quantiles=predicted.quantiles[0],
            paths=paths,
            weights={name: weight for name, weight in weights.items() if weight > 0},
            backtest=backtest,
            verdict=_verdict(backtest),
            notes=tuple(notes),
            **self._record(row),
        )

    def _find(self, row: int) -> tuple[Ensemble, int]:
        """Return the ensemble that forecasts a product, and the product's row in it.

        Without a training a product stands alone: only the members that look at one series take part, weighed by
        its own backtest.
        """
        if self._trained is None:
            self._load()
        if self._trained is not None:
            return self._trained, row
        name = self._panel.unique_ids[row]
        if name not in self._alone:
            self._alone[name] = self._fit_alone(row)
        return self._alone[name], 0

    def _load(self) -> None:
        from forecasting.ensemble import apply
        from forecasting.ensemble_files import load

        version = self._saved_version
        learnt = load(self._models_dir) if self._models_dir is not None else None
        if learnt is not None:
            self._trained, self._trained_version = apply(learnt, self._panel), version

    def _fit_alone(self, row: int) -> Ensemble:
        from forecasting.ensemble import fit_ensemble
        from forecasting.members.roster import choose_single_members

        return fit_ensemble(self._panel.take(np.array([row])), choose_single_members())

    def _borrow(self, unique_id: str, row: int | None, horizon_days: int) -> Forecast:
        assert self._newcomers is not None
        borrowed = self._newcomers.borrow(unique_id, row, horizon_days)
        return Forecast(
            unique_id=unique_id,
            dates=self._panel.calendar(self._panel.periods, self._panel.periods + horizon_days),
            mean=borrowed.predicted.mean[0],
            quantiles=borrowed.predicted.quantiles[0],
            paths=borrowed.paths,
            weights={"own": borrowed.own_weight, "analogues": 1.0 - borrowed.own_weight},
            backtest=None,
            verdict="too_little_history",
            notes=tuple(self._notes(row)) if row is not None else (),
            borrowed_from=tuple(loan.unique_id for loan in borrowed.loans[:MOST_LENDERS_NAMED]),
            **self._record(row),
        )

    def _notes(self, row: int) -> list[str]:
        panel = self._panel
        notes = []
        if panel.corrected[row].any():
            notes.append("stockouts_corrected")
        if self._has_gaps(row):
            notes.append("gaps_filled")
        if panel.closed[row].any():
            notes.append("closed_weekdays")
        if not panel.demand[row].any():
            notes.append("no_sales_recorded")
        return notes

    def _has_gaps(self, row: int) -> bool:
        """Return whether days are missing on which the shop was open."""
        rows = self._frame.iloc[self._places[self._panel.unique_ids[row]]]
        is_known = pd.to_numeric(rows["y"], errors="coerce").notna().to_numpy() | ~flag_column(
            rows, "is_open", True
        )
        span = self._panel.ends[row] - self._panel.first[row]
        return bool(not is_known.all() or rows["ds"].nunique() < span)

    def _record(self, row: int | None) -> _Record:
        """Return what the product's own history comes to."""
        panel = self._panel
        if row is None:
            return {"history_days": 0, "recent_daily_mean": 0.0, "corrected_days": 0, "corrected_units": 0.0}
        recent = slice(max(panel.periods - RECENT_DAYS, int(panel.first[row])), panel.periods)
        is_open = ~panel.is_shut(np.array([row]), recent.start, recent.stop)[0]
        sold = panel.demand[row, recent][is_open]
        return {
            "history_days": int(panel.is_scored[row].sum()),
            "recent_daily_mean": float(sold.mean()) if len(sold) else 0.0,
            "corrected_days": int(panel.corrected[row].sum()),
            "corrected_units": float(panel.units_added[row].sum()),
        }


def _verdict(backtest: Backtest | None) -> Verdict:
    if backtest is None or backtest.weeks < LEAST_JUDGED_WEEKS:
        return "too_little_history"
    return "beats_naive" if backtest.error < backtest.naive_error else "no_better_than_naive"
