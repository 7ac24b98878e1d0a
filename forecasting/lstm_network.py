"""The network: one LSTM over every product of a store, quantiles that cannot cross."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from forecasting.lstm_features import CALENDAR_FEATURES, PAST_FEATURES

QUANTILES = (0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.975)
# How much of the distribution each quantile stands for: the mean is their weighted sum.
QUANTILE_SHARES = (0.0375, 0.0375, 0.075, 0.125, 0.15, 0.15, 0.15, 0.125, 0.075, 0.0375, 0.0375)
HIDDEN = 48
EMBEDDING = 8
DECODER = 64


class QuantileLstm(nn.Module):
    """Encoder over the past days, decoder a step at a time over the calendar to come.

    Args:
        products: how many products have an embedding; number 0 is for the unknown one.
    """

    def __init__(self, products: int) -> None:
        super().__init__()
        self.encoder = nn.LSTM(PAST_FEATURES, HIDDEN, batch_first=True)
        self.embedding = nn.Embedding(products + 1, EMBEDDING)
        self.decoder = nn.Sequential(
            nn.Linear(HIDDEN + EMBEDDING + 1 + CALENDAR_FEATURES + 2, DECODER),
            nn.GELU(),
            nn.Linear(DECODER, DECODER),
            nn.GELU(),
            nn.Linear(DECODER, len(QUANTILES)),
        )

    def forward(
        self, past: Tensor, future: Tensor, base: Tensor, log_scale: Tensor, product: Tensor
    ) -> Tensor:
        """Return quantiles in units of the window's scale, shape (batch, horizon, quantiles), ascending."""
        _, (state, _) = self.encoder(past)
        context = torch.cat([state[-1], self.embedding(product), log_scale[:, None]], dim=1)
        steps = torch.cat([context[:, None, :].expand(-1, future.shape[1], -1), future], dim=2)
        raw = self.decoder(steps)
        # The lowest lies where the network puts it relative to the weekday's mean; the others climb from it.
        climb = functional.softplus(raw[..., 1:]).cumsum(dim=2) * 0.2
        lowest = base[..., None] + raw[..., :1] - 1.0
        return torch.cat([lowest, lowest + climb], dim=2)


def pinball_loss(predicted: Tensor, actual: Tensor, is_scored: Tensor) -> Tensor:
    """Return the mean quantile loss over scored days; predicted (b, h, q), actual and is_scored (b, h)."""
    levels = torch.tensor(QUANTILES)
    gap = actual[..., None] - predicted
    loss = torch.maximum(levels * gap, (levels - 1) * gap).mean(dim=2)
    return (loss * is_scored).sum() / is_scored.sum().clamp(min=1)


def mean_of(quantiles: Tensor) -> Tensor:
    """Return the mean, shape (batch, horizon), from the quantiles; negative ones count as 0."""
    return (quantiles.clamp(min=0) * torch.tensor(QUANTILE_SHARES)).sum(dim=2)
