"""What columns of a layout mean, kept beside the store: the next file of the same layout is read the same way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from store.database import Store
from store.errors import ImportFailed
from store.importing.columns import map_columns

PROFILES_FILE = "import_profiles.json"


class Settled(NamedTuple):
    """Column by field, the fields that were guessed, and those that an earlier import settled."""

    mapping: dict[str, str]
    guessed: tuple[str, ...]
    remembered: tuple[str, ...]


def settle_columns(
    store: Store,
    kind: str,
    header: list[str],
    headings: Mapping[str, tuple[str, ...]],
    required: tuple[str, ...],
    given: Mapping[str, str] | None,
    file_name: str,
) -> Settled:
    """Find the column of each field: said now, else as in an earlier import of this header, else guessed.

    Args:
        store: whose profiles are looked up.
        kind: of import, such as "sales".
        header: the file's columns.
        headings: likely headings by field.
        required: fields without which nothing can be imported.
        given: column by field, as the user said it now.
        file_name: for messages.

    Raises:
        ImportFailed: as `columns.map_columns`, or the profiles cannot be read.
    """
    given = dict(given or {})
    profile = _read_profiles(store.folder).get(_signature(kind, header))
    if profile is None:
        mapping, guessed = map_columns(header, headings, required, given, file_name)
        return Settled(mapping, guessed, ())
    kept = {
        field: column
        for field, column in profile["mapping"].items()
        if field in headings and field not in given and column not in given.values()
    }
    # What the earlier import left out is left out again.
    guessable = {field: likely if field in required else () for field, likely in headings.items()}
    mapping, guessed = map_columns(header, guessable, required, {**kept, **given}, file_name)
    return Settled(mapping, guessed, tuple(field for field in mapping if field in kept))


def remember_columns(store: Store, kind: str, header: list[str], mapping: Mapping[str, str]) -> None:
    """Keep what the columns of a header mean; a profile of the same header and kind is replaced.

    Call it in the batch, before its end: when this fails, nothing is imported.

    Raises:
        ImportFailed: the profiles cannot be read or written.
    """
    profiles = _read_profiles(store.folder)
    profiles[_signature(kind, header)] = {"kind": kind, "header": header, "mapping": dict(mapping)}
    path = store.folder / PROFILES_FILE
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(json.dumps(profiles, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ImportFailed(
            f"{str(path)!r} cannot be written: {error.strerror}", "free some space, and import again"
        ) from error


def _signature(kind: str, header: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join([kind, *header]).encode("utf-8", "replace")).hexdigest()[:16]


def _read_profiles(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / PROFILES_FILE
    if not path.is_file():
        return {}
    try:
        profiles: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return {key: profile for key, profile in profiles.items() if isinstance(profile["mapping"], dict)}
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise ImportFailed(
            f"the saved column mappings in {str(path)!r} cannot be read", "correct that file or delete it"
        ) from error
