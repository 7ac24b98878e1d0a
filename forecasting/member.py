"""What every forecaster offers, so that they can be judged side by side."""

from __future__ import annotations

from typing import Protocol

from forecasting.series import DemandSeries, Floats


class Fitted(Protocol):
    """A forecaster whose parameters are settled."""

    def predict(self, origin: int, horizon_days: int) -> Floats:
        """Return mean forecasts, shape (horizon_days,), from the first `origin` days and nothing later."""
        ...


class Member(Protocol):
    """A forecaster by name.

    `fit` may learn its parameters from `series.demand[:fitted_through]` only. The same parameters then serve
    the backtest's origins and the forecast itself, so the backtest judges exactly what is used.
    """

    name: str

    def fit(self, series: DemandSeries, fitted_through: int) -> Fitted:
        """Settle the parameters; raises MemberUnavailable where this series is not for this member."""
        ...


class MemberUnavailable(Exception):
    """This member cannot forecast this series; `code` is a note for the reader, or empty."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
