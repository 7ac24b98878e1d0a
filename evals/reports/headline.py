"""The figures that every report leads with, in their order."""

from __future__ import annotations

from typing import NamedTuple

from evals.figures import Estimate, Figures


class Headline(NamedTuple):
    """A figure under the name that readers know it by."""

    name: str
    estimate: Estimate


def headlines(figures: Figures) -> list[Headline]:
    """Return pass@1, pass@k of the largest k, pass^k, then the dimensions that any case was judged on."""
    repeats = [
        *(Headline(f"pass@{one.k}", one.pass_at) for one in figures.repeated[-1:]),
        *(Headline(f"pass^{one.k}", one.pass_hat) for one in figures.repeated),
    ]
    dimensions = [Headline(name, rate) for name, rate in figures.dimensions.items() if rate.cases]
    return [Headline("pass@1", figures.pass_at_1), *repeats, *dimensions]
