"""One recurrent network over every series of a store: residual on the weekday mean, quantiles that cannot cross."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forecasting.errors import PanelUnusable, TooLittleHistory
from forecasting.members.base import LEVELS, Predicted, Rows
from forecasting.members.recurrent_files import About, Cell, read_about, write
from forecasting.panel import Panel
from forecasting.series import Bools

if TYPE_CHECKING:
    from forecasting.members.recurrent_network import QuantileNetwork

Progress = Callable[[float, str], None]
LEAST_HISTORY_DAYS = 112
# Rows predicted at once: bounds memory, not results.
CHUNK = 512


@dataclass(frozen=True)
class RecurrentFit:
    """Trained networks, one a seed, and the series that they know.

    Attributes:
        about: cell, series in the order of their embeddings, and the day up to which was learnt.
        networks: as many as seeds; their quantiles are averaged.
    """

    about: About
    networks: tuple[QuantileNetwork, ...]

    def predict(self, panel: Panel, rows: Rows, origin: int, horizon: int) -> Predicted:
        """Return the mean of the networks' quantiles from the 56 days before the origin; unknown series too."""
        known = {name: place for place, name in enumerate(self.about.series, start=1)}
        embeddings = np.array([known.get(panel.unique_ids[row], 0) for row in rows], dtype=np.int64)
        parts = [
            self._predict_chunk(panel, rows[k : k + CHUNK], embeddings[k : k + CHUNK], origin, horizon)
            for k in range(0, len(rows), CHUNK)
        ]
        if not parts:
            return Predicted(np.zeros((0, horizon, len(LEVELS))), np.zeros((0, horizon)))
        return Predicted(
            np.concatenate([part.quantiles for part in parts]), np.concatenate([part.mean for part in parts])
        )

    def _predict_chunk(
        self, panel: Panel, rows: Rows, embeddings: Rows, origin: int, horizon: int
    ) -> Predicted:
        from forecasting.members import recurrent_training as training
        from forecasting.members.recurrent_windows import WindowSource

        source = WindowSource.of(panel.take(rows), origin + horizon)
        every = np.arange(len(rows))
        windows = source.cut(every, np.full(len(rows), origin), horizon)
        quantiles = training.averaged(self.networks, windows, embeddings)
        is_open = ~panel.is_shut(rows, origin, origin + horizon)
        return Predicted.of_quantiles(quantiles * (windows.scale[:, None] * is_open)[..., None])

    def update(self, panel: Panel, end: int, progress: Progress | None = None) -> RecurrentFit:
        """Go on training briefly on the days that came since, with new series among them.

        Half of the windows reach into the new days, so that nothing older is forgotten. Nothing new: nothing changes.

        Args:
            panel: daily; only columns before `end` are read.
            end: first column that is not learnt from.
            progress: told the share done and the stage, "training".
        """
        from forecasting.members import recurrent_training as training

        rows = _trainable(panel, end)
        new_from = int((np.datetime64(self.about.learnt_until) - panel.dates[0]).astype(int))
        if new_from >= end or not len(rows):
            return self
        names = [panel.unique_ids[row] for row in rows]
        series = (*self.about.series, *(name for name in names if name not in set(self.about.series)))
        lesson = training.Lesson.of(panel, end, rows, _embeddings(panel, series), new_from)
        networks = tuple(
            training.continued(
                network, len(series), lesson, number, _stage(progress, number, len(self.networks))
            )
            for number, network in enumerate(self.networks)
        )
        return RecurrentFit(_about(self.about.cell, series, panel, end, len(networks)), networks)

    def save(self, folder: Path, data_version: str) -> None:
        """Write weights and what describes them; older files go once the new ones are whole."""
        from safetensors.torch import save

        tensors = {
            f"{number}.{name}": values.contiguous()
            for number, network in enumerate(self.networks)
            for name, values in network.state_dict().items()
        }
        write(folder, data_version, save(tensors), self.about)


def load(folder: Path, data_version: str) -> RecurrentFit:
    """Read networks back.

    Raises:
        PanelUnusable: none are saved for this data version.
    """
    from safetensors.torch import load_file

    from forecasting.members.recurrent_network import QuantileNetwork

    about = read_about(folder, data_version)
    if about is None:
        raise PanelUnusable(
            f"no trained network for the data version {data_version!r} lies in {str(folder)!r}", "train first"
        )
    tensors = load_file(folder / about.weights)
    networks = []
    for number in range(about.seeds):
        network = QuantileNetwork(len(about.series), about.cell)
        prefix = f"{number}."
        network.load_state_dict(
            {name.removeprefix(prefix): values for name, values in tensors.items() if name.startswith(prefix)}
        )
        networks.append(network.eval())
    return RecurrentFit(about, tuple(networks))


@dataclass(frozen=True)
class Recurrent:
    """A global recurrent network, for daily series with 112 days of history.

    Args:
        cell: of the encoder.
        seeds: networks trained from different starts and averaged.
        progress: told the share done and the stage, "training".
    """

    cell: Cell = "lstm"
    seeds: int = 3
    progress: Progress | None = None

    @property
    def name(self) -> str:
        """Return the cell's name."""
        return self.cell

    def serves(self, panel: Panel, rows: Rows, origin: int) -> Bools:
        """Return which rows have 112 days and a sale before `origin`; none unless the panel is daily."""
        return _has_enough(panel, rows, origin)

    def fit(self, panel: Panel, end: int) -> RecurrentFit:
        """Train on the columns before `end`.

        Raises:
            TooLittleHistory: no series has 112 days and a sale before `end`.
        """
        from forecasting.members import recurrent_training as training

        rows = _trainable(panel, end)
        if not len(rows):
            raise TooLittleHistory(LEAST_HISTORY_DAYS)
        series = tuple(panel.unique_ids[row] for row in rows)
        lesson = training.Lesson.of(panel, end, rows, _embeddings(panel, series))
        networks = tuple(
            training.trained(
                self.cell, len(series), lesson, number, _stage(self.progress, number, self.seeds)
            )
            for number in range(self.seeds)
        )
        return RecurrentFit(_about(self.cell, series, panel, end, self.seeds), networks)


def _trainable(panel: Panel, end: int) -> Rows:
    return np.flatnonzero(_has_enough(panel, np.arange(len(panel.unique_ids)), end))


def _has_enough(panel: Panel, rows: Rows, origin: int) -> Bools:
    if panel.frequency != "D":
        return np.zeros(len(rows), dtype=bool)
    has_sold = panel.demand[rows, :origin].any(axis=1)
    return np.asarray(has_sold & (panel.history(rows, origin) >= LEAST_HISTORY_DAYS))


def _embeddings(panel: Panel, series: tuple[str, ...]) -> Rows:
    """Return each panel row's embedding; 0 for those not in `series`."""
    known = {name: place for place, name in enumerate(series, start=1)}
    return np.array([known.get(name, 0) for name in panel.unique_ids], dtype=np.int64)


def _about(cell: Cell, series: tuple[str, ...], panel: Panel, end: int, seeds: int) -> About:
    return About(cell, seeds, LEVELS, series, str(panel.calendar(end, end + 1)[0]))


def _stage(progress: Progress | None, number: int, of: int) -> Callable[[float], None] | None:
    return (lambda share: progress((number + share) / of, "training")) if progress else None
