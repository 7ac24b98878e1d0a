"""Whether a topic comes up in a larger or smaller share of reviews than before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from tools.aspect_names import Aspect
from tools.periods import Period

# A dozen aspects are compared: chance alone moves one of them so far in a summary out of ten.
_CERTAIN_P = 0.01


class Move(NamedTuple):
    """How many reviews mention an aspect in a window, of how many, and in the window before."""

    aspect: Aspect
    window: Period
    recent: int
    recent_all: int
    before: int
    before_all: int

    @property
    def is_rise(self) -> bool:
        """Whether a larger share of reviews mentions it."""
        return self.recent * self.before_all > self.before * self.recent_all

    def chance(self) -> float:
        """Return how likely such a difference is where nothing changed (Fisher's exact test)."""
        from scipy.stats import fisher_exact

        table = [
            [self.recent, self.recent_all - self.recent],
            [self.before, self.before_all - self.before],
        ]
        return float(fisher_exact(table).pvalue)


def compare_shares(
    recent: Sequence[tuple[Aspect, int]],
    before: Mapping[str, int],
    recent_all: tuple[Period, int],
    before_all: tuple[Period, int],
) -> list[Move]:
    """Return a move an aspect; none where one of the windows has no review.

    Args:
        recent: reviews of the window that mention each aspect.
        before: of the window before, by the aspect's English name.
        recent_all: the window and its reviews in all.
        before_all: the window before and its reviews in all.
    """
    (window, late), (_, early) = recent_all, before_all
    if not late or not early:
        return []
    return [Move(aspect, window, count, late, before.get(aspect.en, 0), early) for aspect, count in recent]


def surest_move(moves: Sequence[Move]) -> Move | None:
    """Return the move that chance explains least; None where chance may explain them all."""
    surest = min(moves, key=Move.chance, default=None)
    return surest if surest and surest.chance() <= _CERTAIN_P else None
