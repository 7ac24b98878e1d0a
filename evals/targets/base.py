"""What every target does: take a case's turns, tell what it did."""

from __future__ import annotations

from typing import Protocol

from evals.case import Case
from evals.observed import ObservedTurn


class Target(Protocol):
    """Something that answers; called from several threads at once."""

    description: str
    """What is evaluated, for reports ("assistant in process", a URL)."""
    model: str
    """The language model behind it, as far as it is known."""

    def run(self, case: Case) -> list[ObservedTurn]:
        """Play a case's turns in one fresh conversation.

        Raises:
            TargetFailed: no usable answer. Anything else that is raised counts as a failure of the case too.
        """

    def close(self) -> None:
        """Let go of stores and connections."""
