"""What can go wrong with a forecast that a reader can do something about."""

from __future__ import annotations

MAX_HORIZON_DAYS = 365


class ForecastingError(Exception):
    """An error meant for the user: what happened, and the remedy.

    Args:
        message: what happened, one sentence without a full stop.
        remedy: what to do about it, one sentence without a full stop.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message}. Remedy: {remedy}")
        self.message = message
        self.remedy = remedy


class HorizonOutOfRange(ForecastingError):
    """The horizon is not a whole number of days from 1 to MAX_HORIZON_DAYS."""

    def __init__(self, horizon_days: object) -> None:
        super().__init__(
            f"cannot forecast a horizon of {horizon_days!r} days",
            f"ask for a whole number of days from 1 to {MAX_HORIZON_DAYS}",
        )


class UnknownSeries(ForecastingError):
    """The panel holds no product of this id."""

    def __init__(self, unique_id: str) -> None:
        super().__init__(f"no sales series {unique_id!r}", "use a product id that the store lists")


class NoHistory(ForecastingError):
    """The product has not one usable day of sales."""

    def __init__(self, unique_id: str) -> None:
        super().__init__(
            f"{unique_id!r} has no day of recorded sales, so there is nothing to forecast from",
            "import its sales, or ask about a similar product",
        )


class TooLittleHistory(ForecastingError):
    """No series is long enough for what learns over all of them."""

    def __init__(self, needed_days: int) -> None:
        super().__init__(
            f"no product has the {needed_days} days of sales that training needs",
            "forecast without training: that works from the first day of sales, with wider intervals",
        )


class PanelUnusable(ForecastingError):
    """The panel lacks columns, or a window lies outside it."""


def check_horizon(horizon_days: int) -> None:
    """Raise HorizonOutOfRange unless `horizon_days` is a whole number from 1 to MAX_HORIZON_DAYS."""
    whole = isinstance(horizon_days, int) and not isinstance(horizon_days, bool)
    if not whole or not 1 <= horizon_days <= MAX_HORIZON_DAYS:
        raise HorizonOutOfRange(horizon_days)
