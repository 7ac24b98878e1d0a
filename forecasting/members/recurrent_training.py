"""How the recurrent network learns, from windows drawn at random over the whole store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from forecasting.members.base import LEVELS, Rows
from forecasting.members.recurrent_files import Cell
from forecasting.members.recurrent_network import QuantileNetwork, pinball_loss
from forecasting.members.recurrent_windows import INPUT_DAYS, OUTPUT_DAYS, Windows, WindowSource
from forecasting.panel import Panel
from forecasting.series import WEEK, Bools, Floats

BATCH = 192
# Each window is seen about so often; beyond that small stores learn their noise by heart, and large ones learn
# nothing new from half of their windows.
PASSES = 4
LEAST_STEPS, MOST_STEPS = 150, 300
LEARNING_RATE = 3e-3
# Series keep their embedding hidden this often, so that new ones can be forecast as "unknown".
HIDE_SHARE = 0.1
# Coming prices and promotions are as often unknown as not.
HIDE_PLANS_SHARE = 0.5
SEED = 11
# An update takes this share of a training's steps, at this share of its rate.
UPDATE_STEPS_SHARE = 1 / 6
UPDATE_RATE_SHARE = 1 / 3
REPORTS = 20

Report = Callable[[float], None]


@dataclass(frozen=True)
class Draws:
    """Where training windows may end: `counts` origins a row, the first at column `starts`."""

    rows: Rows
    starts: Rows
    counts: Rows

    def pick(self, random: np.random.Generator, size: int) -> tuple[Rows, Rows]:
        """Return rows and origins, every origin of every row as likely."""
        stops = np.cumsum(self.counts)
        places = random.integers(0, stops[-1], size)
        index = np.searchsorted(stops, places, side="right")
        return self.rows[index], self.starts[index] + places - (stops[index] - self.counts[index])


def training_draws(panel: Panel, rows: Rows, end: int, since: int = 0) -> Draws:
    """Return the origins whose target days begin before `end` and reach column `since`.

    Half a window of its own past is enough to learn from, and the last windows have a week of targets only:
    leaving out everything later than a whole horizon before `end` would leave out the latest level.
    """
    starts = np.maximum(panel.first[rows] + INPUT_DAYS // 2, since - OUTPUT_DAYS + 1)
    stops = np.minimum(panel.ends[rows], end) - WEEK + 1
    return Draws(rows, starts, np.maximum(stops - starts, 0))


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: on so small a network a second one only waits."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@dataclass(frozen=True)
class Batch:
    """Windows with what was sold afterwards; `weight` is 0 where a day is no fair measure."""

    windows: Windows
    actual: Floats
    weight: Floats


class Teacher:
    """Windows of one panel, and a loss in which every series counts alike.

    Args:
        panel: daily; only columns before `end` are read.
        end: first column that is not learnt from.
    """

    def __init__(self, panel: Panel, end: int) -> None:
        self.end = end
        self.panel = panel
        self.source = WindowSource.of(panel, end + OUTPUT_DAYS).without_events_seen_once(end)
        self.usual_error = _usual_errors(panel, end)

    def batch(self, rows: Rows, origins: Rows, are_plans_hidden: Bools) -> Batch:
        """Cut windows and their targets."""
        windows = self.source.cut(rows, origins, OUTPUT_DAYS, are_plans_hidden)
        columns = origins[:, None] + np.arange(OUTPUT_DAYS)
        inside = np.minimum(columns, self.end - 1)
        is_scored = self.panel.is_scored[rows[:, None], inside] & (columns < self.end)
        actual = self.panel.demand[rows[:, None], inside] / windows.scale[:, None]
        return Batch(windows, actual, is_scored * self.weight_of(windows.scale, rows)[:, None])

    def weight_of(self, scale: Floats, rows: Rows) -> Floats:
        """An error counts by what is usual in its series, not by the window that it happens to fall in."""
        return np.asarray(np.clip(scale / self.usual_error[rows], 0.05, 5.0))

    def residual_quantiles(self, draws: Draws, random: np.random.Generator) -> Floats:
        """Return the residuals' quantiles on the weekday mean, where a network may begin."""
        rows, origins = draws.pick(random, 1024)
        batch = self.batch(rows, origins, np.zeros(len(rows), dtype=bool))
        residuals = (batch.actual - batch.windows.base)[batch.weight > 0]
        return np.quantile(residuals, LEVELS) if len(residuals) else np.linspace(-1.0, 1.0, len(LEVELS))


def _usual_errors(panel: Panel, end: int) -> Floats:
    """Return the mean absolute change from one week to the next before `end`; shape (n,), > 0."""
    change = np.abs(panel.demand[:, WEEK:end] - panel.demand[:, : end - WEEK])
    columns = np.arange(WEEK, end)
    counted = (columns >= panel.first[:, None] + WEEK) & (columns < panel.ends[:, None])
    errors = (change * counted).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    return np.asarray(np.where(errors > 0, errors, np.maximum(panel.demand[:, :end].mean(axis=1), 1e-6)))


@dataclass(frozen=True)
class Lesson:
    """What is learnt from.

    Attributes:
        teacher: cuts windows and weighs errors.
        draws: each gives an equal share of the windows.
        embeddings: shape (n,), the embedding of every row of the panel.
    """

    teacher: Teacher
    draws: tuple[Draws, ...]
    embeddings: Rows

    @classmethod
    def of(cls, panel: Panel, end: int, rows: Rows, embeddings: Rows, new_from: int = 0) -> Lesson:
        """Prepare a lesson on the panel's `rows`; half of it on windows that reach column `new_from`, if any does."""
        everything = training_draws(panel, rows, end)
        new = training_draws(panel, rows, end, new_from)
        draws = (everything, new) if new_from and new.counts.any() else (everything,)
        return cls(Teacher(panel, end), draws, embeddings)

    @property
    def steps(self) -> int:
        """Batches of a training from scratch."""
        windows = int(self.draws[0].counts.sum())
        return min(max(PASSES * windows // BATCH, LEAST_STEPS), MOST_STEPS)


def trained(
    cell: Cell, series: int, lesson: Lesson, number: int, report: Report | None = None
) -> QuantileNetwork:
    """Train the network of seed `number` from scratch, for `series` embeddings."""
    random = np.random.default_rng([SEED, number])
    with one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED + number)
        network = QuantileNetwork(series, cell)
        network.start_from(lesson.teacher.residual_quantiles(lesson.draws[0], random))
        _descend(network, lesson, random, lesson.steps, LEARNING_RATE, report)
    return network.eval()


def continued(
    network: QuantileNetwork, series: int, lesson: Lesson, number: int, report: Report | None = None
) -> QuantileNetwork:
    """Train a copy a little further; series that are new begin as the unknown one."""
    further = deepcopy(network)
    further.grow(series)
    steps, rate = round(lesson.steps * UPDATE_STEPS_SHARE), LEARNING_RATE * UPDATE_RATE_SHARE
    with one_thread():
        _descend(
            further, lesson, np.random.default_rng([SEED, number, lesson.teacher.end]), steps, rate, report
        )
    return further.eval()


def averaged(networks: tuple[QuantileNetwork, ...], windows: Windows, embeddings: Rows) -> Floats:
    """Return the networks' mean quantiles, shape (batch, horizon, LEVELS), in units of each window's scale."""
    with one_thread(), torch.inference_mode():
        answers = torch.stack([_run(network, windows, embeddings) for network in networks])
    return np.asarray(answers.mean(dim=0).double().numpy())


def _descend(
    network: QuantileNetwork,
    lesson: Lesson,
    random: np.random.Generator,
    steps: int,
    rate: float,
    report: Report | None,
) -> None:
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, total_steps=steps)
    network.train()
    for step in range(steps):
        loss = _loss(network, *_next_batch(lesson, random))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if report and (step + 1) % max(steps // REPORTS, 1) == 0:
            report((step + 1) / steps)


def _next_batch(lesson: Lesson, random: np.random.Generator) -> tuple[Batch, Rows]:
    picked = [draws.pick(random, BATCH // len(lesson.draws)) for draws in lesson.draws]
    rows = np.concatenate([some for some, _ in picked])
    origins = np.concatenate([some for _, some in picked])
    batch = lesson.teacher.batch(rows, origins, random.random(len(rows)) < HIDE_PLANS_SHARE)
    return batch, np.where(random.random(len(rows)) < HIDE_SHARE, 0, lesson.embeddings[rows])


def _loss(network: QuantileNetwork, batch: Batch, series: Rows) -> Tensor:
    errors = pinball_loss(_run(network, batch.windows, series), _tensor(batch.actual))
    weight = _tensor(batch.weight)
    return (errors * weight).sum() / (weight > 0).sum().clamp(min=1)


def _run(network: QuantileNetwork, windows: Windows, series: Rows) -> Tensor:
    quantiles: Tensor = network(
        _tensor(windows.past),
        _tensor(windows.future),
        _tensor(windows.context),
        _tensor(windows.base),
        torch.as_tensor(series, dtype=torch.long),
    )
    return quantiles


def _tensor(values: Floats) -> Tensor:
    return torch.as_tensor(values, dtype=torch.float32)
