"""What every report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field

from evals.baseline import Comparison
from evals.figures import Figures
from evals.journal import Journal
from evals.results import Run
from evals.suite import Suite


@dataclass(frozen=True)
class Result:
    """A finished run with its figures and what they mean.

    `suite` and `journal` tell the whole walk of a case; `breaches` are the floors that were not reached.
    """

    run: Run
    figures: Figures
    suite: Suite
    journal: Journal
    comparison: Comparison | None = None
    breaches: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether every floor is reached and nothing has become worse than the baseline."""
        return not self.breaches and not (self.comparison and self.comparison.is_regression)
