"""Everything that a run of the benchmark found, as it is kept in JSON."""

from __future__ import annotations

from pydantic import BaseModel

from benchmarks.forecasting.judging import Figures
from benchmarks.forecasting.models import AUTO_ARIMA, MODELS


class SetFigures(BaseModel):
    """One set: figures by model; by model and demand class; by model on the few products of AutoARIMA."""

    title: str
    products: int
    left_out: int
    origins: list[str]
    models: dict[str, Figures]
    classes: dict[str, dict[str, Figures]]
    few: dict[str, Figures]


class Ratio(BaseModel):
    """Ours over a peer's, with the 95% interval over products."""

    value: float
    interval: tuple[float, float]


class Scale(BaseModel):
    """What the engine costs; None where it was not measured."""

    seconds_a_product: float | None = None
    products_timed: int | None = None
    warm_p95_seconds: float | None = None
    warm_median_seconds: float | None = None
    warm_forecasts: int | None = None
    peak_gb: float | None = None
    memory_products: int | None = None


class Measured(BaseModel):
    """A whole run; `ratios` by figure and by the model that ours is divided by, `failures` by cell."""

    machine: str
    date: str
    horizon: int
    sets: dict[str, SetFigures]
    ratios: dict[str, dict[str, Ratio]] = {}
    failures: dict[str, str] = {}
    scale: Scale = Scale()

    def over_sets(self, figure: str, model: str) -> float | None:
        """Return the mean over the sets, or None where a set lacks the model."""
        found = [getattr(one.models[model], figure) for one in self.sets.values() if model in one.models]
        return sum(found) / len(found) if found and len(found) == len(self.sets) else None

    def best(self, figure: str, kind: str) -> tuple[str, float] | None:
        """Return the peer or member that reaches the lowest mean over the sets, and that mean."""
        reached = [
            (name, value)
            for name, model in MODELS.items()
            if model.kind == kind and name != AUTO_ARIMA
            if (value := self.over_sets(figure, name)) is not None
        ]
        return min(reached, key=lambda one: one[1]) if reached else None
