"""Where trained networks lie; apart from the training, so that asking does not load torch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Cell = Literal["lstm", "gru", "rnn"]
# Changes when networks saved by earlier code can no longer be read.
FORMAT = 1
PREFIX = "recurrent-"


@dataclass(frozen=True)
class About:
    """What a weights file does not say itself.

    Attributes:
        cell: of the encoder.
        seeds: networks in the file.
        levels: of the quantiles.
        series: those with an embedding, in its order from 1 on.
        learnt_until: first day that was not learnt from, ISO.
        weights: name of the weights file in the same folder.
        format: of both files.
    """

    cell: Cell
    seeds: int
    levels: tuple[float, ...]
    series: tuple[str, ...]
    learnt_until: str
    weights: str = ""
    format: int = FORMAT


def is_saved(folder: Path, data_version: str) -> bool:
    """Return whether networks for this data version lie in `folder`, in a form this code reads."""
    return read_about(folder, data_version) is not None


def read_about(folder: Path, data_version: str) -> About | None:
    """Return what is saved for this data version; None where nothing usable is."""
    path = _about_path(folder, data_version)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    if content.get("format") != FORMAT or not (folder / content["weights"]).is_file():
        return None
    return About(**{**content, "levels": tuple(content["levels"]), "series": tuple(content["series"])})


def write(folder: Path, data_version: str, weights: bytes, about: About) -> None:
    """Save networks, and remove those of other data versions.

    The description names its weights by their content and is replaced last: a kill in between leaves the old pair
    whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(weights).hexdigest()[:12]
    weights_path = folder / f"{PREFIX}{digest}.safetensors"
    about_path = _about_path(folder, data_version)
    _replace(weights_path, weights)
    content = {**asdict(about), "weights": weights_path.name}
    _replace(about_path, json.dumps(content, ensure_ascii=False).encode("utf-8"))
    for old in folder.glob(f"{PREFIX}*"):
        if old not in (weights_path, about_path):
            old.unlink(missing_ok=True)


def _about_path(folder: Path, data_version: str) -> Path:
    return folder / f"{PREFIX}{data_version or 'unversioned'}.json"


def _replace(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
