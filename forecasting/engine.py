"""The forecaster of one store: members judged on rolling origins, combined, with calibrated intervals."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.arima import Arima
from forecasting.combination import blend
from forecasting.error_pool import ErrorPool
from forecasting.errors import NoHistory, UnknownSeries, check_horizon
from forecasting.fallback import WeekdayMean
from forecasting.forecast import Forecast, MemberForecast
from forecasting.intervals import path_quantiles, sample_paths
from forecasting.judgement import Judged, judge, look_ahead
from forecasting.lstm_files import is_saved
from forecasting.member import Member
from forecasting.seasonal_naive import SeasonalNaive
from forecasting.series import DemandSeries, Floats, check_panel, read_series

if TYPE_CHECKING:
    from forecasting.lstm import TrainedLstm

RECENT_DAYS = 28
Progress = Callable[[float, str], None]


class ForecastEngine:
    """Forecasts every product of one store.

    Args:
        panel: long frame unique_id, ds, y (units sold; NaN = closed or no record), and is_open, is_stockout,
            price, regular_price, promo where known.
        models_dir: where the trained LSTM is kept; None keeps it in memory only.
        data_version: changes with the sales data; a model trained on other data is not used.

    Raises:
        PanelUnusable: columns are missing.
    """

    def __init__(self, panel: pd.DataFrame, models_dir: Path | None = None, data_version: str = "") -> None:
        check_panel(panel)
        self._panel = panel
        self._rows = panel.groupby("unique_id", sort=False, observed=True).indices
        self._series: dict[str, DemandSeries] = {}
        self._judged: dict[str, Judged] = {}
        self._forecasts: dict[tuple[str, int], Forecast] = {}
        self._pool = ErrorPool(self._sample_series)
        self._models_dir = models_dir
        self._data_version = data_version
        # Tools run side by side; torch and statsmodels gain nothing from that on few cores.
        self._lock = threading.RLock()
        self._lstm: TrainedLstm | None = None

    def series(self, unique_id: str) -> DemandSeries:
        """Return one product's demand series.

        Raises:
            UnknownSeries: no such product in the panel.
            NoHistory: not one day of recorded sales.
        """
        if unique_id not in self._rows:
            raise UnknownSeries(unique_id)
        if unique_id not in self._series:
            self._series[unique_id] = read_series(unique_id, self._panel.iloc[self._rows[unique_id]])
        return self._series[unique_id]

    def forecast(self, unique_id: str, horizon_days: int) -> Forecast:
        """Forecast one product.

        Args:
            unique_id: the product.
            horizon_days: whole days ahead, 1 to 365.

        Raises:
            HorizonOutOfRange: any other horizon.
            UnknownSeries: no such product in the panel.
            NoHistory: not one day of recorded sales.
        """
        check_horizon(horizon_days)
        with self._lock:
            key = (unique_id, horizon_days)
            if key not in self._forecasts:
                self._forecasts[key] = self._look_ahead(self._judge(unique_id), horizon_days)
            return self._forecasts[key]

    @property
    def is_trained(self) -> bool:
        """Whether an LSTM of this data version is at hand, in memory or in `models_dir`."""
        if self._lstm is not None:
            return True
        return self._models_dir is not None and is_saved(self._models_dir, self._data_version)

    def train(self, progress: Progress | None = None) -> None:
        """Train the store's LSTM and keep it; forecasts made before are dropped.

        Args:
            progress: told the share done (0 to 1) and the stage ("reading", "training", "saving").

        Raises:
            TooLittleHistory: no product has 112 days of sales.
        """
        from forecasting.lstm import train

        report = progress or _silent
        report(0.0, "reading")
        products = list(self._read(self._rows))
        trained = train(products, lambda share, stage: report(0.02 + 0.96 * share, stage))
        report(0.99, "saving")
        if self._models_dir is not None:
            trained.save(self._models_dir, self._data_version)
        with self._lock:
            self._lstm = trained
            self._judged.clear()
            self._forecasts.clear()
        report(1.0, "saving")

    def _judge(self, unique_id: str) -> Judged:
        if unique_id not in self._judged:
            series = self.series(unique_id)
            self._judged[unique_id] = judge(series, self._members(), self._pool, _seed(unique_id))
        return self._judged[unique_id]

    def _members(self) -> list[Member]:
        members: list[Member] = [SeasonalNaive(), WeekdayMean(), Arima()]
        if self.is_trained:
            members.append(self._neural_member())
        return members

    def _neural_member(self) -> Member:
        from forecasting.lstm import Lstm, load

        if self._lstm is None:
            assert self._models_dir is not None, "is_trained without a network in memory means a saved one"
            self._lstm = load(self._models_dir, self._data_version)
        return Lstm(self._lstm)

    def _look_ahead(self, judged: Judged, horizon_days: int) -> Forecast:
        series = judged.series
        dates = series.future_dates(series.days, horizon_days)
        predictions = look_ahead(judged, horizon_days)
        mean = blend(predictions, judged.weights)
        blocks = self._pool.blocks(series, series.days, horizon_days)

        def draw(name: str, centre: Floats) -> Floats:
            return sample_paths(centre, blocks, judged.widening[name], _seed(series.unique_id))

        paths = draw("combination", mean)
        notes = list(judged.notes)
        if judged.backtest is not None and not self.is_trained:
            notes.append("lstm_not_trained")
        if not series.demand.any():
            notes.append("no_sales_recorded")
        return Forecast(
            unique_id=series.unique_id,
            dates=dates,
            mean=mean,
            quantiles=path_quantiles(paths),
            paths=paths,
            weights=judged.weights,
            members={
                name: MemberForecast(each, path_quantiles(draw(name, each)))
                for name, each in predictions.items()
            },
            backtest=judged.backtest,
            verdict=judged.verdict,
            history_days=series.history_days,
            recent_daily_mean=_recent_mean(series),
            notes=tuple(notes),
        )

    def _sample_series(self, most: int) -> Iterator[DemandSeries]:
        """Yield the series of about `most` products, evenly spread: reading thousands takes most of a minute."""
        return self._read(list(self._rows)[:: max(1, len(self._rows) // most)])

    def _read(self, unique_ids: Iterable[object]) -> Iterator[DemandSeries]:
        for unique_id in unique_ids:
            try:
                yield self.series(str(unique_id))
            except NoHistory:
                continue


def _silent(share: float, stage: str) -> None:
    """Report to nobody."""


def _seed(unique_id: str) -> int:
    return zlib.crc32(unique_id.encode())


def _recent_mean(series: DemandSeries) -> float:
    recent = slice(-RECENT_DAYS, None)
    is_open = series.open_mask(series.dates[recent])
    return float(series.demand[recent][is_open].mean()) if is_open.any() else 0.0
