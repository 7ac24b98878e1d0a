"""Gradient-boosted quantiles over all products of a store: one set of trees, fitted once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.errors import TooLittleHistory
from forecasting.features import LAST_STEP, WINDOW_DAYS, describe
from forecasting.members.base import LEVELS, Predicted, Rows
from forecasting.panel import Panel
from forecasting.series import Bools, Floats

if TYPE_CHECKING:
    import lightgbm

LEAST_HISTORY_DAYS = 56
# Half a window of its own past is enough to learn from.
LEAST_PAST_DAYS = WINDOW_DAYS // 2
# The levels in between are read off the straight line between their neighbours.
TRAINED_LEVELS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
# Sampled windows, whatever the size of the store, so that fitting time does not grow with it.
MOST_WINDOWS = 24_000
WINDOWS_A_PRODUCT = 80
STEPS_A_WINDOW = 4
# Half of the windows are shown without the plans of the days ahead, for stores that do not know them.
HIDDEN_PLANS_SHARE = 0.5
ROUNDS = 80
SEED = 11
ROWS_AT_ONCE = 500
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.06,
    "num_leaves": 15,
    "min_data_in_leaf": 150,
    "feature_fraction": 0.6,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 1.0,
    "max_bin": 127,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": SEED,
    "verbosity": -1,
}


@dataclass(frozen=True)
class LightGbmFit:
    """Trees for each of TRAINED_LEVELS."""

    levels: tuple[lightgbm.Booster, ...]

    def save(self, file: Path) -> None:
        """Write the trees as text."""
        file.write_text(json.dumps([trees.model_to_string() for trees in self.levels]), encoding="utf-8")

    def predict(self, panel: Panel, rows: Rows, origin: int, horizon: int) -> Predicted:
        """Forecast; see `forecasting.members.base.Fitted`."""
        parts = [
            self._predict(panel, rows[start : start + ROWS_AT_ONCE], origin, horizon)
            for start in range(0, len(rows), ROWS_AT_ONCE)
        ]
        return Predicted(
            np.concatenate([part.quantiles for part in parts]), np.concatenate([part.mean for part in parts])
        )

    def _predict(self, panel: Panel, rows: Rows, origin: int, horizon: int) -> Predicted:
        steps = np.broadcast_to(np.arange(horizon), (len(rows), horizon))
        seen = describe(
            panel, rows, np.full(len(rows), origin), steps, hide_plans=np.zeros(len(rows), dtype=bool)
        )
        scale = np.where(panel.is_shut(rows, origin, origin + horizon), 0.0, seen.scale[:, None])
        shape = (len(rows), horizon)
        trained = np.stack([_ask(trees, seen.table).reshape(shape) for trees in self.levels], axis=-1)
        return Predicted.of_quantiles(np.sort(trained, axis=-1) @ _BETWEEN * scale[..., None])


def _library() -> Any:
    """Return LightGBM; torch comes first: its wheel brings the OpenMP runtime, where the system has none."""
    import torch  # noqa: F401, I001
    import lightgbm

    return lightgbm


def load(file: Path) -> LightGbmFit:
    """Read trees back."""
    lightgbm = _library()
    texts = json.loads(file.read_text(encoding="utf-8"))
    return LightGbmFit(tuple(lightgbm.Booster(model_str=text) for text in texts))


class LightGbm:
    """LightGBM at eleven levels, direct: the step ahead is a feature, nothing is fed back."""

    name = "lightgbm"

    def serves(self, panel: Panel, rows: Rows, origin: int) -> Bools:
        """Return which daily products have 56 days before `origin` and a sale among them."""
        if panel.frequency != "D":
            return np.zeros(len(rows), dtype=bool)
        sells = (panel.demand[rows, :origin] > 0).any(axis=1)
        return np.asarray(sells & (panel.history(rows, origin) >= LEAST_HISTORY_DAYS))

    def fit(self, panel: Panel, end: int) -> LightGbmFit:
        """Fit on windows drawn from the columns before `end`.

        Raises:
            TooLittleHistory: no product has 56 days.
        """
        lightgbm = _library()
        table, target = _training_set(panel, end, self)
        data = lightgbm.Dataset(table, target, params=SETTINGS, free_raw_data=False).construct()
        levels = tuple(
            lightgbm.train({**SETTINGS, "objective": "quantile", "alpha": level}, data, ROUNDS)
            for level in TRAINED_LEVELS
        )
        return LightGbmFit(levels)


def _interpolation() -> Floats:
    """Return what takes the trained levels to LEVELS; shape (trained, LEVELS)."""
    return np.stack([np.interp(LEVELS, TRAINED_LEVELS, row) for row in np.eye(len(TRAINED_LEVELS))])


_BETWEEN = _interpolation()


def _training_set(panel: Panel, end: int, member: LightGbm) -> tuple[Floats, Floats]:
    rows = np.flatnonzero(member.serves(panel, np.arange(len(panel.unique_ids)), end))
    if not len(rows):
        raise TooLittleHistory(LEAST_HISTORY_DAYS)
    draws = np.random.default_rng(SEED)
    windows = min(MOST_WINDOWS, WINDOWS_A_PRODUCT * len(rows))
    picks = rows[draws.permutation(np.arange(windows) % len(rows))]
    earliest = panel.first[picks] + LEAST_PAST_DAYS
    latest = np.minimum(panel.ends[picks], end)
    origins = draws.integers(earliest, latest)
    # One day of each week of the window, so that near and far steps are learnt alike.
    steps = draws.integers(0, LAST_STEP, (windows, STEPS_A_WINDOW))
    hidden = draws.random(windows) < HIDDEN_PLANS_SHARE
    columns = origins[:, None] + steps
    known = columns < latest[:, None]
    seen = describe(panel, picks, origins, steps, hide_plans=hidden)
    inside = np.where(known, columns, 0)
    usable = (known & panel.is_scored[picks[:, None], inside]).ravel()
    target = panel.demand[picks[:, None], inside] / seen.scale[:, None]
    return seen.table[usable], target.ravel()[usable]


def _ask(trees: lightgbm.Booster, table: Floats) -> Floats:
    return np.asarray(trees.predict(table, num_threads=1), dtype=float)
