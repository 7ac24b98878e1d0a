"""What the members said at earlier origins, as if nothing later were known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.errors import TooLittleHistory
from forecasting.members.base import LEVELS, Fitted, Member, Rows, Updatable
from forecasting.panel import Frequency, Panel
from forecasting.series import WEEK, Bools, Floats

ORIGINS = 3
# How far the rolling origins look ahead, and how far they lie apart, where the history is long enough.
JUDGED_PERIODS: dict[Frequency, int] = {"D": 28, "W": 8, "M": 3}

Progress = Callable[[float, str], None]
Quantiles = NDArray[np.float32]


@dataclass(frozen=True)
class Trial:
    """What the members said at one origin.

    Attributes:
        origin: the first column forecast.
        actual: shape (n, horizon).
        is_scored: same shape: what counts.
        quantiles: by member, shape (n, horizon, levels); NaN where it did not serve.
    """

    origin: int
    actual: Floats
    is_scored: Bools
    quantiles: dict[str, Quantiles]


@dataclass(frozen=True)
class Tried:
    """Members that could be fitted, and how they did.

    Attributes:
        trials: oldest first; none where the history is too short.
        fitted: by member, with everything that the panel holds.
        judged: by member that can be updated, as it was at the first origin: where the next training goes on.
    """

    trials: tuple[Trial, ...]
    fitted: dict[str, Fitted]
    judged: dict[str, Fitted]


def choose_origins(panel: Panel) -> tuple[list[int], int]:
    """Return the rolling origins, oldest first, and how many periods each looks ahead.

    A short history is cut into quarters: one to learn from and three to be judged on. None are tried where that
    leaves less than a week of days, or not a week or month.
    """
    span = panel.periods - int(panel.first.min())
    whole = WEEK if panel.frequency == "D" else 1
    ahead = min(JUDGED_PERIODS[panel.frequency], span // (ORIGINS + 1))
    ahead -= ahead % whole
    if ahead < whole:
        return [], 0
    return [panel.periods - ahead * back for back in range(ORIGINS, 0, -1)], ahead


def try_members(
    panel: Panel,
    members: Sequence[Member],
    report: Progress,
    earlier: Mapping[str, Fitted] | None = None,
) -> Tried:
    """Fit each member on what lies before the first origin, ask it at all of them, and fit it anew on everything.

    Args:
        panel: the store's series.
        members: whoever cannot be fitted for want of history is left out.
        report: told the share done (0 to 1) and the member at work.
        earlier: `Tried.judged` of an earlier training: those go on from there.
    """
    origins, ahead = choose_origins(panel)
    start = origins[0] if origins else panel.periods
    said: list[dict[str, Quantiles]] = [{} for _ in origins]
    fitted: dict[str, Fitted] = {}
    judged: dict[str, Fitted] = {}
    for place, member in enumerate(members):
        report(place / len(members), member.name)
        try:
            first = _fit(member, panel, start, (earlier or {}).get(member.name))
            final = first.update(panel, panel.periods) if isinstance(first, Updatable) else None
            fitted[member.name] = final or member.fit(panel, panel.periods)
        except TooLittleHistory:
            continue
        if isinstance(first, Updatable):
            judged[member.name] = first
        for number, origin in enumerate(origins):
            said[number][member.name] = ask(member, first, panel.without_plans(origin), None, origin, ahead)
    trials = tuple(
        Trial(
            origin,
            panel.demand[:, origin : origin + ahead],
            panel.is_scored[:, origin : origin + ahead],
            quantiles,
        )
        for origin, quantiles in zip(origins, said, strict=True)
    )
    return Tried(trials, fitted, judged)


def _fit(member: Member, panel: Panel, end: int, earlier: Fitted | None) -> Fitted:
    if isinstance(earlier, Updatable):
        return earlier.update(panel, end)
    return member.fit(panel, end)


def ask(
    member: Member, fitted: Fitted, panel: Panel, rows: Rows | None, origin: int, horizon: int
) -> Quantiles:
    """Return a member's quantiles for `rows` (None: all), shape (rows, horizon, levels); NaN where it does not serve."""
    asked = np.arange(len(panel.unique_ids)) if rows is None else rows
    found = np.full((len(asked), horizon, len(LEVELS)), np.nan, dtype=np.float32)
    served = member.serves(panel, asked, origin)
    if served.any():
        found[served] = fitted.predict(panel, asked[served], origin, horizon).quantiles
    return found
