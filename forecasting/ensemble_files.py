"""Where a store's trained forecasters lie: weights, corrections, trees and networks, one folder a training."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from forecasting.backtest import Backtests
from forecasting.conformal import Conformal
from forecasting.ensemble import Learnt
from forecasting.members.base import Fitted
from forecasting.members.roster import choose_members

# Changes when forecasters saved by earlier code can no longer be read.
FORMAT = 2
_PREFIX = "forecasters-"
_ABOUT, _ARRAYS, _TREES, _NETWORK, _NETWORK_JUDGED = (
    "about.json", "arrays.npz", "lightgbm.json", "network", "network-judged",
)  # fmt: skip


def saved_version(folder: Path) -> str | None:
    """Return the data version that the forecasters in `folder` were trained on; None where none can be read."""
    found = _find(folder)
    return None if found is None else str(found[1]["data_version"])


def save(learnt: Learnt, folder: Path, data_version: str) -> None:
    """Write the forecasters beside the older ones, and remove those once the new ones are whole."""
    place = folder / f"{_PREFIX}{data_version or 'unversioned'}"
    part = folder / f"{place.name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _save_shared(learnt, part)
    np.savez(part / _ARRAYS, allow_pickle=False, **_arrays(learnt))
    about = {
        "format": FORMAT,
        "data_version": data_version,
        "members": list(learnt.members),
        "series": list(learnt.series),
        "backtest_horizon": learnt.backtests.horizon,
    }
    # Last: a folder that has it is whole.
    (part / _ABOUT).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(place, ignore_errors=True)
    part.replace(place)
    for old in folder.glob(f"{_PREFIX}*"):
        if old != place:
            shutil.rmtree(old, ignore_errors=True)


def load(folder: Path) -> Learnt | None:
    """Read the forecasters of the latest training; None where none can be read."""
    found = _find(folder)
    if found is None:
        return None
    place, about = found
    members = {member.name: member for member in choose_members("D")}
    with np.load(place / _ARRAYS, allow_pickle=False) as arrays:
        parts: dict[str, dict[str, Any]] = {"learnt": {}, "conformal": {}, "backtests": {}}
        for name in arrays.files:
            of, field = name.split(".")
            parts[of][field] = arrays[name]
    shared, judged = _load_shared(place)
    return Learnt(
        series=tuple(about["series"]),
        members={name: members[name] for name in about["members"]},
        shared=shared,
        judged=judged,
        conformal=Conformal(**parts["conformal"]),
        backtests=Backtests(about["backtest_horizon"], **parts["backtests"]),
        **parts["learnt"],
    )


def _find(folder: Path) -> tuple[Path, dict[str, Any]] | None:
    for file in sorted(
        folder.glob(f"{_PREFIX}*/{_ABOUT}"), key=lambda file: file.stat().st_mtime, reverse=True
    ):
        about = json.loads(file.read_text(encoding="utf-8"))
        if not file.parent.name.endswith(".part") and about.get("format") == FORMAT:
            return file.parent, about
    return None


def _arrays(learnt: Learnt) -> dict[str, np.ndarray]:
    parts = {
        "learnt": {
            "weights": learnt.weights,
            "class_weights": learnt.class_weights,
            "carried": learnt.carried,
        },
        "conformal": asdict(learnt.conformal),
        "backtests": {k: v for k, v in asdict(learnt.backtests).items() if k != "horizon"},
    }
    return {f"{of}.{field}": values for of, held in parts.items() for field, values in held.items()}


def _save_shared(learnt: Learnt, place: Path) -> None:
    from forecasting.members.lightgbm import LightGbmFit
    from forecasting.members.recurrent import RecurrentFit

    for fitted in learnt.shared.values():
        if isinstance(fitted, LightGbmFit):
            fitted.save(place / _TREES)
        elif isinstance(fitted, RecurrentFit):
            fitted.save(place / _NETWORK, "")
    for judged in learnt.judged.values():
        if isinstance(judged, RecurrentFit):
            judged.save(place / _NETWORK_JUDGED, "")


def _load_shared(place: Path) -> tuple[dict[str, Fitted], dict[str, Fitted]]:
    from forecasting.members import lightgbm, recurrent

    shared: dict[str, Fitted] = {}
    judged: dict[str, Fitted] = {}
    if (place / _TREES).exists():
        shared[lightgbm.LightGbm.name] = lightgbm.load(place / _TREES)
    if (place / _NETWORK).exists():
        network = recurrent.load(place / _NETWORK, "")
        shared[network.about.cell] = network
        judged[network.about.cell] = recurrent.load(place / _NETWORK_JUDGED, "")
    return shared, judged
