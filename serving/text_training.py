"""Fine-tuning: a few passes over labelled reviews, stopped when held-back ones gain no more."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from serving.logistic import auc
from serving.text_model import BATCH, TextModel, base_encoder

if TYPE_CHECKING:
    import torch

_MOST_PASSES = 3
# The lower layers know words, not opinions: left as they are, a step costs half.
_TRAINED_LAYERS = 2
_RATE = 2e-4
_CHECKS_A_PASS = 4
_PATIENCE = 3
_LONGEST_STEP = 1.0


class Labelled(NamedTuple):
    """Reviews (title first) and whether each is content, shape (n,) of 0 and 1."""

    texts: Sequence[str]
    labels: np.ndarray


class Fit(NamedTuple):
    """A fine-tuned model: its AUC on the held-back reviews at each check, and what the training took."""

    model: TextModel
    checks: list[float]
    cpu_minutes: float


def fine_tune(
    learn: Labelled, held_back: Labelled, *, most_minutes: float, seed: int, tell: Callable[[int, int], None]
) -> Fit:
    """Fine-tune the small encoder; the weights of the best check are kept.

    Args:
        learn: what is learnt from.
        held_back: what says when to stop.
        most_minutes: CPU minutes after which it stops at the next check.
        seed: of the order of reviews and of the new layer.
        tell: told how many steps are done, of how many.

    Raises:
        TextExtraMissing: the extra "text" is not installed.
    """
    import torch

    torch.manual_seed(seed)
    model = TextModel.load(base_encoder())
    trained = _thaw(model)
    steps = _MOST_PASSES * -(-len(learn.texts) // BATCH)
    optimizer = torch.optim.AdamW(trained, lr=_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, steps)
    often = max(1, steps // (_MOST_PASSES * _CHECKS_A_PASS))
    weights = torch.tensor(
        [1 / max((learn.labels == side).mean(), 1e-3) for side in (0, 1)], dtype=torch.float32
    )
    started, checks, best = time.process_time(), list[float](), None
    for step, rows in enumerate(_batches(learn, np.random.default_rng(seed)), start=1):
        model.network.train()
        logits = model.network(**model.encode([learn.texts[row] for row in rows])).logits
        loss = torch.nn.functional.cross_entropy(
            logits, torch.tensor(learn.labels[rows]).long(), weight=weights
        )
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, _LONGEST_STEP)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        tell(step, steps)
        if step % often and step < steps:
            continue
        checks.append(auc(held_back.labels == 1, model.score_reviews(held_back.texts)))
        if checks[-1] == max(checks):
            best = copy.deepcopy(model.network.state_dict())
        is_late = time.process_time() - started > 60 * most_minutes
        if is_late or len(checks) - np.argmax(checks) > _PATIENCE:
            break
    model.network.load_state_dict(best)
    return Fit(model, checks, (time.process_time() - started) / 60)


def _thaw(model: TextModel) -> list[torch.nn.Parameter]:
    """Freeze all but the upper layers and the classifier; return the parameters that learn."""
    layers = model.network.bert.encoder.layer[-_TRAINED_LAYERS:]
    model.network.requires_grad_(False)
    for part in (layers, model.network.bert.pooler, model.network.classifier):
        part.requires_grad_(True)
    return [parameter for parameter in model.network.parameters() if parameter.requires_grad]


def _batches(learn: Labelled, chance: np.random.Generator) -> list[np.ndarray]:
    """Return the rows of every step: texts of like length together, the batches shuffled, pass after pass."""
    batches: list[np.ndarray] = []
    lengths = np.array([len(text) for text in learn.texts])
    for _ in range(_MOST_PASSES):
        order = np.argsort(lengths * chance.uniform(0.8, 1.25, len(lengths)))
        parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        batches += [parts[place] for place in chance.permutation(len(parts))]
    return batches
