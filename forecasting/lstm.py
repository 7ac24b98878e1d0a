"""The global LSTM as a member: trained once a store, asked for one product at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from forecasting.errors import TooLittleHistory
from forecasting.lstm_features import INPUT_DAYS, OUTPUT_DAYS, Panel, Windows, align, cut_windows
from forecasting.lstm_files import model_paths
from forecasting.lstm_network import QuantileLstm, mean_of, pinball_loss
from forecasting.member import MemberUnavailable
from forecasting.series import DemandSeries, Floats

# The backtest's origins reach this far back (see `backtest`): training never sees these days.
HELD_OUT_DAYS = 42
LEAST_HISTORY_DAYS = 112
STEPS = 600
BATCH = 192
LEARNING_RATE = 3e-3
# Products keep their embedding hidden this often, so that new ones can be forecast as "unknown".
HIDE_SHARE = 0.1
SEED = 11
REPORTS = 30

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class TrainedLstm:
    """A trained network and the products it knows, in the order of its embedding (from 1 on)."""

    network: QuantileLstm
    products: tuple[str, ...]

    def save(self, folder: Path, data_version: str) -> None:
        """Write weights and product list; the old files are replaced only once the new ones are whole."""
        folder.mkdir(parents=True, exist_ok=True)
        weights, about = model_paths(folder, data_version)
        part = weights.with_suffix(".part")
        torch.save(self.network.state_dict(), part)
        about.write_text(
            json.dumps({"data_version": data_version, "products": self.products}), encoding="utf-8"
        )
        part.replace(weights)
        for old in folder.glob("lstm-*"):
            if old not in (weights, about):
                old.unlink()


def load(folder: Path, data_version: str) -> TrainedLstm:
    """Read a network back; only tensors are unpickled."""
    weights, about = model_paths(folder, data_version)
    products = tuple(json.loads(about.read_text(encoding="utf-8"))["products"])
    network = QuantileLstm(len(products))
    network.load_state_dict(torch.load(weights, weights_only=True))
    network.eval()
    return TrainedLstm(network, products)


def train(products: Sequence[DemandSeries], progress: Progress | None = None) -> TrainedLstm:
    """Train one network on every product with enough history.

    The last 42 days are held out: the backtest's origins lie there, and the same weights are used for the
    backtest and for the forecast.

    Args:
        products: the store's series.
        progress: told the share done and the stage, "training".

    Raises:
        TooLittleHistory: no product has 112 days.
    """
    long_enough = [series for series in products if series.days >= LEAST_HISTORY_DAYS and series.demand.any()]
    if not long_enough:
        raise TooLittleHistory(LEAST_HISTORY_DAYS)
    panel = align(long_enough)
    rows, origins = _training_origins(panel)
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        network = QuantileLstm(len(long_enough))
        _descend(network, panel, rows, origins, progress)
    network.eval()
    return TrainedLstm(network, tuple(series.unique_id for series in long_enough))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: on so small a network a second one only waits (11 times the CPU time)."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _training_origins(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Return every (product, origin) whose target days lie before the held-out ones."""
    last = panel.demand.shape[1] - HELD_OUT_DAYS - OUTPUT_DAYS
    # Half a window of its own past is enough to learn from.
    spans = [
        np.arange(first + INPUT_DAYS // 2, min(last, end - OUTPUT_DAYS) + 1)
        for first, end in zip(panel.first, panel.ends, strict=True)
    ]
    rows = np.repeat(np.arange(len(spans)), [len(span) for span in spans])
    return rows, np.concatenate(spans)


def _descend(
    network: QuantileLstm, panel: Panel, rows: np.ndarray, origins: np.ndarray, progress: Progress | None
) -> None:
    draws = np.random.default_rng(SEED)
    optimiser = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=LEARNING_RATE, total_steps=STEPS)
    for step in range(STEPS):
        picks = draws.integers(0, len(rows), BATCH)
        windows = cut_windows(panel, rows[picks], origins[picks], OUTPUT_DAYS)
        target = origins[picks][:, None] + np.arange(OUTPUT_DAYS)
        actual = panel.demand[rows[picks][:, None], target] / windows.scale[:, None]
        is_scored = panel.is_scored[rows[picks][:, None], target]
        product = np.where(draws.random(BATCH) < HIDE_SHARE, 0, rows[picks] + 1)
        loss = pinball_loss(_run(network, windows, product), _tensor(actual), _tensor(is_scored))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if progress and (step + 1) % (STEPS // REPORTS) == 0:
            progress((step + 1) / STEPS, "training")


def _run(network: QuantileLstm, windows: Windows, product: np.ndarray) -> torch.Tensor:
    quantiles: torch.Tensor = network(
        _tensor(windows.past),
        _tensor(windows.future),
        _tensor(windows.base),
        _tensor(np.log(windows.scale)),
        torch.as_tensor(product, dtype=torch.long),
    )
    return quantiles


def _tensor(values: np.ndarray) -> torch.Tensor:
    return torch.as_tensor(values, dtype=torch.float32)


@dataclass(frozen=True)
class LstmFit:
    """The network looking at one product."""

    trained: TrainedLstm
    series: DemandSeries

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return the mean of the network's quantiles, from the 56 days before the origin."""
        panel = align([self.series], ahead_days=max(horizon_days, OUTPUT_DAYS))
        windows = cut_windows(panel, np.array([0]), np.array([origin]), horizon_days)
        known = self.trained.products
        product = known.index(self.series.unique_id) + 1 if self.series.unique_id in known else 0
        with one_thread(), torch.inference_mode():
            mean = mean_of(_run(self.trained.network, windows, np.array([product])))
        return np.asarray(mean[0].numpy() * windows.scale[0], dtype=float)


class Lstm:
    """One LSTM over the store's products: residual on the weekday mean, monotone quantiles."""

    name = "lstm"

    def __init__(self, trained: TrainedLstm) -> None:
        self.trained = trained

    def fit(self, series: DemandSeries, fitted_through: int) -> LstmFit:
        """Return the network for one product.

        Raises:
            MemberUnavailable: fewer than 112 days of history.
        """
        if series.days < LEAST_HISTORY_DAYS:
            raise MemberUnavailable("")
        return LstmFit(self.trained, series)
