"""Models for vLLM: a folder as the hub lays it out, fetched and checked with the hub's own program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from serving.errors import FetchFailed, ModelCorrupt, ModelMissing
from serving.registry import HubModel
from serving.settings import home, load_settings

_HUB_PROGRAM = (sys.executable, "-m", "huggingface_hub.cli.hf")
_INDEX = "model.safetensors.index.json"


def hub_folder(spec: HubModel) -> Path:
    """Return where the model is expected: SHOPCAST_MODEL_FILE, or models/ in the home folder."""
    return load_settings().model_file or home() / "models" / spec.name


def ready_folder(spec: HubModel) -> Path:
    """Return the folder with everything that it says it has.

    Raises:
        ModelMissing: it is not there, or not whole.
    """
    folder = hub_folder(spec)
    absent = _absent_files(folder)
    if absent:
        raise ModelMissing(
            f"the model folder {str(folder)!r} lacks {', '.join(absent[:3])}"
            + (f" and {len(absent) - 3} more" if len(absent) > 3 else ""),
            f"run `shopcast models pull {spec.name}`",
        )
    return folder


def pull_folder(spec: HubModel) -> Path:
    """Fetch the model; the hub's program shows its progress and goes on where it stopped.

    Raises:
        FetchFailed: the hub cannot be reached or has no such model.
        ModelMissing: the hub did not deliver everything.
    """
    folder = hub_folder(spec)
    files = [
        "--include",
        "*.json",
        "--include",
        "*.safetensors",
        "--include",
        "*.txt",
        "--include",
        "*.jinja",
    ]
    command = [*_HUB_PROGRAM, "download", spec.hub, *files, *_revision(spec), "--local-dir", str(folder)]
    if subprocess.run(command, check=False).returncode != 0:
        raise FetchFailed(
            f"{spec.hub!r} could not be fetched from the hub",
            "see the messages above; HF_ENDPOINT names another hub, and a new start goes on where this one stopped",
        )
    return ready_folder(spec)


def verify_folder(spec: HubModel) -> None:
    """Compare every file with the sum that the hub has for it.

    Raises:
        ModelMissing: the folder is not there, or not whole.
        ModelCorrupt: a file differs, or the hub cannot be asked.
    """
    folder = ready_folder(spec)
    command = [*_HUB_PROGRAM, "cache", "verify", spec.hub, *_revision(spec), "--local-dir", str(folder)]
    if subprocess.run(command, check=False).returncode != 0:
        raise ModelCorrupt(
            f"{str(folder)!r} could not be verified against the hub's sums",
            f"see the messages above; delete the files that differ and run `shopcast models pull {spec.name}`",
        )


def _absent_files(folder: Path) -> list[str]:
    wanted = ["config.json", "tokenizer_config.json"]
    if (folder / _INDEX).is_file():
        shards = json.loads((folder / _INDEX).read_text(encoding="utf-8"))["weight_map"].values()
        wanted += sorted(set(shards))
    else:
        wanted.append("model.safetensors")
    return [name for name in wanted if not (folder / name).is_file()]


def _revision(spec: HubModel) -> list[str]:
    return ["--revision", spec.revision] if spec.revision else []
