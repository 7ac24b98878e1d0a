"""A store in one file, and back: everything of it that could not be built again as it was."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.batches import hash_file
from store.database import Store
from store.errors import StoreError, StoreExists
from store.location import DATABASE_FILE, INDEX_FOLDER, store_folder, stores_home
from store.privacy import SECRET_FILE

# Built again from the reviews when first asked; and what only a running process needs.
_COPY = f"{DATABASE_FILE}.copy"
_LEFT_OUT = (INDEX_FOLDER, DATABASE_FILE, f"{DATABASE_FILE}.wal", f"{DATABASE_FILE}.draft", _COPY)
_MANIFEST = "backup.json"
_FORMAT = 1


class BackupUnreadable(StoreError):
    """The file is no backup, or was damaged since it was written."""


def back_up(
    name: str, file: Path | str, *, with_secret: bool = False, home: Path | str | None = None
) -> list[str]:
    """Write a store to one file: sales, reviews, answers, conversations, verdicts and trained forecasters.

    The file appears whole or not at all; the review index is left out, it is built again.

    Args:
        name: of the store; no other process may have it open.
        file: to write; one that is there is replaced.
        with_secret: also keep the secret that customers' ids are hashed with; without it, the same customer gets
            another hash in the restored store.
        home: base folder instead of `SHOPCAST_HOME`.

    Returns:
        What the backup holds, as paths in the store's folder.

    Raises:
        StoreError: the store cannot be opened, or the file cannot be written.
    """
    file = Path(file)
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        # For its owner's eyes before anything is in it: customers' words are.
        draft.touch(mode=0o600)
        with (
            Store.open(name, home=home) as store,
            _snapshot(store, store.folder / _COPY) as database,
            tarfile.open(draft, "w:gz", compresslevel=6) as archive,
        ):
            sources = {**dict(_members(store.folder, with_secret)), DATABASE_FILE: database}
            sums = {inside: _add(archive, inside, source) for inside, source in sources.items()}
            manifest = json.dumps(
                {"format": _FORMAT, "store": name, "files": sums}, ensure_ascii=False
            ).encode()
            entry = tarfile.TarInfo(_MANIFEST)
            entry.size = len(manifest)
            archive.addfile(entry, io.BytesIO(manifest))
        draft.replace(file)
    except OSError as error:
        raise StoreError(
            f"the backup {str(file)!r} cannot be written: {error.strerror or error}",
            "choose a folder that exists, can be written and has room",
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return sorted(sums)


def restore(file: Path | str, *, as_name: str | None = None, home: Path | str | None = None) -> str:
    """Make a store from a backup, beside those that are there.

    Args:
        file: that `back_up` wrote.
        as_name: the store's new name; default the one it had.
        home: base folder instead of `SHOPCAST_HOME`.

    Returns:
        The store's name.

    Raises:
        BackupUnreadable: it is no backup, or is damaged; nothing was restored.
        StoreExists: a store of that name is there.
    """
    file = Path(file)
    workshop = stores_home(home) / f".restoring-{os.getpid()}"
    unpacked = workshop / "backup"
    try:
        sums = _unpack(file, unpacked)
        name = as_name or str(sums["store"])
        final = store_folder(name, home)
        if final.exists():
            raise StoreExists(
                f"a store named {name!r} exists",
                f"restore it under another name with --as NAME, or move {str(final)!r} away",
            )
        trial = store_folder(name, workshop)
        trial.parent.mkdir()
        unpacked.rename(trial)
        # An older store is migrated, and one that cannot be opened found out, before it gets its name.
        Store.open(name, home=workshop).close()
        trial.rename(final)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return name


@contextmanager
def _snapshot(store: Store, path: Path) -> Iterator[Path]:
    """Yield a copy of the database, made by DuckDB: reading the file beside it would end this process's lock."""
    path.unlink(missing_ok=True)
    try:
        store.copy_database(path)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _members(folder: Path, with_secret: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files of a store beside its database."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or inside.parts[0] in _LEFT_OUT:
            continue
        if with_secret or inside.as_posix() != SECRET_FILE:
            yield inside.as_posix(), path


def _add(archive: tarfile.TarFile, name: str, source: Path) -> str:
    archive.add(source, name, recursive=False)
    return hash_file(source)


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup and return its manifest, every file of it compared with its sum."""
    if not file.is_file():
        raise BackupUnreadable(f"there is no file {str(file)!r}", "check the path")
    try:
        folder.mkdir(parents=True)
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        (folder / _MANIFEST).unlink()
        found = {p.relative_to(folder).as_posix(): hash_file(p) for p in folder.rglob("*") if p.is_file()}
        is_whole = manifest["format"] == _FORMAT and found == manifest["files"]
    except FileNotFoundError as error:
        raise BackupUnreadable(f"{str(file)!r} cannot be opened", "check the path") from error
    except (
        tarfile.TarError,
        zlib.error,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        gzip.BadGzipFile,
    ) as error:
        raise _damaged(file) from error
    if not is_whole:
        raise _damaged(file)
    return manifest


def _damaged(file: Path) -> BackupUnreadable:
    return BackupUnreadable(
        f"{file.name!r} is no backup of a store, or was damaged",
        "take another copy of it, or an older backup",
    )
