"""The network: one recurrent encoder over every series of a store, quantiles that cannot cross."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from forecasting.members.base import LEVELS
from forecasting.members.recurrent_files import Cell
from forecasting.members.recurrent_windows import (
    CONTEXT_FEATURES,
    EVENT_FEATURES,
    FUTURE_FEATURES,
    PAST_FEATURES,
)
from forecasting.series import Floats

HIDDEN = 48
EMBEDDING = 8
DECODER = 64
# A step between two quantiles is this share of what the network puts out, so that all outputs move alike.
CLIMB = 0.2
LEAST_CLIMB = 1e-3


class QuantileNetwork(nn.Module):
    """Encoder over the past days, decoder a day at a time over what is known of the days to come.

    Args:
        series: how many series have an embedding; number 0 is for the unknown one.
        cell: of the encoder.
    """

    def __init__(self, series: int, cell: Cell) -> None:
        super().__init__()
        kinds = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
        self.encoder = kinds[cell](PAST_FEATURES, HIDDEN, batch_first=True)
        self.embedding = nn.Embedding(series + 1, EMBEDDING)
        self.from_context = nn.Linear(HIDDEN + EMBEDDING + CONTEXT_FEATURES, DECODER)
        self.from_day = nn.Linear(FUTURE_FEATURES, DECODER, bias=False)
        self.middle = nn.Linear(DECODER, DECODER)
        self.out = nn.Linear(DECODER, len(LEVELS))
        self._start_calm()

    def _start_calm(self) -> None:
        """Let inputs that training never shows (an event, a price) have no effect instead of a random one."""
        with torch.no_grad():
            self.embedding.weight.mul_(0.1)
            self.encoder.weight_ih_l0[:, -EVENT_FEATURES:] = 0.0
            self.encoder.weight_ih_l0[:, 3:5] = 0.0
            self.from_day.weight[:, -EVENT_FEATURES:] = 0.0
            self.from_day.weight[:, 3:6] = 0.0
            self.out.weight.mul_(0.1)
            self.out.bias.zero_()

    def start_from(self, residual_quantiles: Floats) -> None:
        """Begin with the quantiles of the residuals on the weekday mean; shape (LEVELS,), scaled."""
        climbs = np.maximum(np.diff(residual_quantiles), LEAST_CLIMB) / CLIMB
        with torch.no_grad():
            self.out.bias[0] = float(residual_quantiles[0])
            # The inverse of softplus, in a form that large climbs do not overflow.
            inverse = climbs + np.log(-np.expm1(-climbs))
            self.out.bias[1:] = torch.as_tensor(inverse, dtype=torch.float32)

    def grow(self, series: int) -> None:
        """Make room for more series; the new ones begin as the unknown one."""
        known = self.embedding.weight.detach()
        grown = known[:1].repeat(series + 1, 1)
        grown[: len(known)] = known
        self.embedding = nn.Embedding(series + 1, EMBEDDING, _weight=grown)

    def forward(self, past: Tensor, future: Tensor, context: Tensor, base: Tensor, series: Tensor) -> Tensor:
        """Return ascending quantiles in the window's scale, shape (batch, horizon, LEVELS)."""
        states, _ = self.encoder(past)
        whole = torch.cat([states[:, -1], self.embedding(series), context], dim=1)
        hidden = functional.gelu(self.from_context(whole)[:, None, :] + self.from_day(future))
        raw = self.out(functional.gelu(self.middle(hidden)))
        lowest = base[..., None] + raw[..., :1]
        climb = functional.softplus(raw[..., 1:]).cumsum(dim=2) * CLIMB
        return torch.cat([lowest, lowest + climb], dim=2)


def pinball_loss(predicted: Tensor, actual: Tensor) -> Tensor:
    """Return the quantile loss averaged over LEVELS; predicted (b, h, levels), actual (b, h)."""
    gap = actual[..., None] - predicted
    levels = torch.tensor(LEVELS)
    return torch.maximum(levels * gap, (levels - 1) * gap).mean(dim=2)
