"""The forecaster of a whole panel: members judged on rolling origins, weighed by class, corrected by their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.adaptive import CENTRAL, adapt
from forecasting.backtest import Backtests, judge
from forecasting.conformal import Conformal, carry_misses, learn_shifts, round_units, spread_totals
from forecasting.demand_classes import CLASSES, Traits, describe
from forecasting.joint_paths import draw_paths, past_ranks, seed_of, stretch_totals
from forecasting.members.base import LEVEL_SHARES, LEVELS, Fitted, Member, Predicted, Rows
from forecasting.members.drift import Drift
from forecasting.members.one_by_one import FittedEach
from forecasting.panel import Panel
from forecasting.series import Floats
from forecasting.trials import Progress, Trial, ask, try_members
from forecasting.weighting import weigh_members


@dataclass(frozen=True)
class HandedOut(Predicted):
    """A forecast as it leaves the ensemble.

    Attributes:
        smooth: shape (rows, horizon, len(LEVELS)), the quantiles before they became whole units: totals are drawn
            from these, because what is rounded away every day adds up.
    """

    smooth: Floats


@dataclass(frozen=True)
class Learnt:
    """What a training came to; good for the same store's later sales too.

    Attributes:
        series: unique_ids of the n series that were there.
        members: by name.
        shared: by name, of the members that learn over all series, with everything that the panel held.
        judged: the same as they were at the first rolling origin, of those that a later training continues.
        weights: shape (n, members), in the order of `members`.
        class_weights: shape (len(CLASSES), members), for series that were not there.
        conformal: corrections by class.
        carried: shape (n,), factor by which the latest misses of each series go on.
        backtests: of the n series.
    """

    series: tuple[str, ...]
    members: dict[str, Member]
    shared: dict[str, Fitted]
    judged: dict[str, Fitted]
    weights: Floats
    class_weights: Floats
    conformal: Conformal
    carried: Floats
    backtests: Backtests


@dataclass(frozen=True)
class Ensemble:
    """What was learnt, applied to a panel of n series.

    Attributes:
        panel: what it forecasts.
        learnt: from it, or from the same store's earlier sales.
        fitted: by name, on all that the panel holds.
        weights: shape (n, members), in the order of `learnt.members`.
        traits: how each series sells.
        carried: shape (n,), see `Learnt`.
        backtests: of each series.
    """

    panel: Panel
    learnt: Learnt
    fitted: dict[str, Fitted]
    weights: Floats
    traits: Traits
    carried: Floats
    backtests: Backtests

    def predict(self, rows: Rows, horizon: int, aim: float = CENTRAL) -> HandedOut:
        """Forecast the periods after the panel's last, for some of its rows.

        Args:
            rows: of the panel.
            horizon: periods.
            aim: share for which the central interval is built so that it holds CENTRAL (`forecasting.adaptive`).
        """
        origin, weights = self.panel.periods, self.weights[rows]
        said = []
        for place, (name, member) in enumerate(self.learnt.members.items()):
            found = np.full((len(rows), horizon, len(LEVELS)), np.nan, dtype=np.float32)
            # Who carries nothing need not be asked: fitting one series takes time.
            carries = np.flatnonzero(weights[:, place] > 0)
            if len(carries):
                found[carries] = ask(member, self.fitted[name], self.panel, rows[carries], origin, horizon)
            said.append(found)
        return _hand_out(
            self.panel,
            self.learnt.conformal,
            mix(said, weights),
            rows,
            origin,
            self.traits,
            self.carried,
            aim,
        )

    def paths(self, row: int, predicted: HandedOut) -> Floats:
        """Return joint paths through one series' forecast, shape (paths, horizon), whose total has a calibrated spread.

        Args:
            row: of the panel.
            predicted: its forecast alone, one row.
        """
        ranks = past_ranks(self.panel, row, self.panel.periods, predicted.smooth.shape[1])
        drawn = draw_paths(predicted.smooth[0], ranks, seed_of(self.panel.unique_ids[row]))
        return stretch_totals(drawn, float(self.learnt.conformal.total_spreads[self.traits.classes[row]]))

    def totals(self, rows: Rows, predicted: HandedOut) -> Floats:
        """Return quantiles of the sums over the horizon, shape (rows, len(LEVELS)), from joint paths."""
        each = [
            np.quantile(self.paths(int(row), one(predicted, place)).sum(axis=1), LEVELS)
            for place, row in enumerate(rows)
        ]
        return np.stack(each) if each else np.zeros((0, len(LEVELS)))


def one(predicted: HandedOut, place: int) -> HandedOut:
    """Return one row of a forecast."""
    row = slice(place, place + 1)
    return HandedOut(predicted.quantiles[row], predicted.mean[row], predicted.smooth[row])


def fit_ensemble(
    panel: Panel,
    members: Sequence[Member],
    progress: Progress | None = None,
    earlier: Mapping[str, Fitted] | None = None,
) -> Ensemble:
    """Fit, judge, weigh and calibrate.

    The members are fitted once on what lies before the first rolling origin, judged at all of them, and fitted anew
    on everything for the forecast itself.

    Args:
        panel: the store's series.
        members: forecasters by different ideas.
        progress: told the share done (0 to 1) and the stage.
        earlier: `Learnt.judged` of an earlier training, to go on from.
    """
    report = progress or (lambda share, stage: None)
    tried = try_members(panel, members, lambda share, stage: report(0.9 * share, stage), earlier)
    report(0.9, "calibrating")
    by_name = {member.name: member for member in members if member.name in tried.fitted}
    traits = describe(panel, panel.periods)
    weights, class_weights, held_out = _weigh(by_name, tried.trials, traits)
    mixed = [_mixed(trial, by_name, weights) for trial in tried.trials]
    conformal = _calibrate(panel, tried.trials, mixed, traits)
    backtests = _judge(panel, by_name, tried.trials, held_out, conformal, traits)
    shared = {name: fitted for name, fitted in tried.fitted.items() if not isinstance(fitted, FittedEach)}
    learnt = Learnt(
        panel.unique_ids,
        by_name,
        shared,
        tried.judged,
        weights,
        class_weights,
        conformal,
        carry_misses(tried.trials, mixed, traits.classes),
        backtests,
    )
    report(1.0, "calibrating")
    return apply(learnt, panel)


def apply(learnt: Learnt, panel: Panel) -> Ensemble:
    """Return the forecaster of a panel: of the sales that were learnt from, or of what they have become since.

    Products that came since get the weights of their demand class.
    """
    places = {name: row for row, name in enumerate(learnt.series)}
    rows = np.array([places.get(name, -1) for name in panel.unique_ids], dtype=np.int64)
    traits = describe(panel, panel.periods)
    weights = np.where((rows >= 0)[:, None], learnt.weights[rows], learnt.class_weights[traits.classes])
    each = {name: member for name, member in learnt.members.items() if name not in learnt.shared}
    return Ensemble(
        panel,
        learnt,
        {**learnt.shared, **{name: member.fit(panel, panel.periods) for name, member in each.items()}},
        _normed(weights, _serves(panel, learnt.members), list(learnt.members)),
        traits,
        np.where(rows >= 0, learnt.carried[rows], 1.0),
        learnt.backtests.take(rows),
    )


def mix(said: Sequence[NDArray[np.floating]], weights: Floats) -> Floats:
    """Average quantiles by weight, over those members that said something.

    Args:
        said: by member, shape (rows, horizon, levels); NaN where it said nothing.
        weights: shape (rows, members).
    """
    total, share = np.zeros(said[0].shape), np.zeros((len(weights), 1, 1))
    for place, quantiles in enumerate(said):
        is_said = np.isfinite(quantiles).all(axis=(1, 2))
        weight = np.where(is_said, weights[:, place], 0.0)[:, None, None]
        total += weight * np.nan_to_num(quantiles)
        share += weight
    return np.divide(total, share, out=np.zeros_like(total), where=share > 0)


def _mixed(trial: Trial, members: dict[str, Member], weights: Floats) -> Floats:
    return mix([trial.quantiles[name] for name in members], weights)


def _weigh(
    members: dict[str, Member], trials: Sequence[Trial], traits: Traits
) -> tuple[Floats, Floats, list[Floats]]:
    """Return the weights, those of the classes, and for each trial the weights that the other trials call for."""
    names, classes, scale = list(members), traits.classes, traits.scale
    everyone = np.ones((len(classes), len(members)), dtype=bool)
    held_out = [
        _normed(
            weigh_members([*trials[:place], *trials[place + 1 :]], names, classes, scale), everyone, names
        )
        for place in range(len(trials))
    ]
    weights = weigh_members(trials, names, classes, scale)
    class_weights = np.stack(
        [
            weights[classes == kind].mean(axis=0) if (classes == kind).any() else weights.mean(axis=0)
            for kind in range(len(CLASSES))
        ]
    )
    return weights, class_weights, held_out


def _serves(panel: Panel, members: dict[str, Member]) -> NDArray[np.bool_]:
    rows = np.arange(len(panel.unique_ids))
    return np.stack([member.serves(panel, rows, panel.periods) for member in members.values()], axis=1)


def _normed(weights: Floats, serves: NDArray[np.bool_], names: Sequence[str]) -> Floats:
    """Return weights that sum to 1 over the members that serve.

    Where none of those was ever judged, the line or mean of a handful of points stands alone; where there are more
    points than that, all count alike.
    """
    kept = np.where(serves, weights, 0.0)
    alone = serves & np.array([name == Drift.name for name in names])
    unjudged = np.where(alone.any(axis=1, keepdims=True), alone, serves)
    kept = np.where(kept.sum(axis=1, keepdims=True) > 0, kept, unjudged)
    total = kept.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(kept, total, out=np.zeros_like(kept, dtype=float), where=total > 0))


def _judge(
    panel: Panel,
    members: dict[str, Member],
    trials: Sequence[Trial],
    held_out: Sequence[Floats],
    conformal: Conformal,
    traits: Traits,
) -> Backtests:
    mixed = [_mixed(trial, members, weights) for trial, weights in zip(trials, held_out, strict=True)]
    handed = [
        _hand_out(
            panel,
            conformal,
            said,
            np.arange(len(said)),
            trial.origin,
            traits,
            carry_misses(trials[:place], mixed[:place], traits.classes),
        )
        for place, (trial, said) in enumerate(zip(trials, mixed, strict=True))
    ]
    return judge(panel, trials, [one.mean for one in handed], [one.quantiles for one in handed])


def _calibrate(panel: Panel, trials: Sequence[Trial], mixed: Sequence[Floats], traits: Traits) -> Conformal:
    classes = traits.classes
    shifted = Conformal(learn_shifts(trials, mixed, classes, traits.scale), np.ones(len(CLASSES)))
    rows, still = np.arange(len(classes)), np.ones(len(classes))
    handed = [
        _hand_out(panel, shifted, said, rows, trial.origin, traits, still).smooth
        for trial, said in zip(trials, mixed, strict=True)
    ]
    return Conformal(shifted.shifts, spread_totals(panel, trials, handed, classes))


def _hand_out(
    panel: Panel,
    conformal: Conformal,
    mixed: Floats,
    rows: Rows,
    origin: int,
    traits: Traits,
    carried: Floats,
    aim: float = CENTRAL,
) -> HandedOut:
    """Return the forecast of some rows from what the members said together: corrected, shut days at 0, whole units."""
    corrected = conformal.correct(mixed, traits.classes[rows], traits.change[rows])
    corrected *= carried[rows][:, None, None]
    corrected[panel.is_shut(rows, origin, origin + mixed.shape[1])] = 0.0
    # The mean is that of the quantiles before rounding: of slow sellers most whole levels are 0.
    smooth = adapt(corrected, aim)
    return HandedOut(round_units(smooth, traits.is_whole[rows]), corrected @ LEVEL_SHARES, smooth)
