"""Where a trained LSTM lies; apart from `lstm`, so that asking does not load torch."""

from __future__ import annotations

from pathlib import Path


def model_paths(folder: Path, data_version: str) -> tuple[Path, Path]:
    """Return the weights' file and the file that describes them."""
    stem = f"lstm-{data_version or 'unversioned'}"
    return folder / f"{stem}.pt", folder / f"{stem}.json"


def is_saved(folder: Path, data_version: str) -> bool:
    """Return whether a network for this data version lies in `folder`."""
    return all(path.is_file() for path in model_paths(folder, data_version))
