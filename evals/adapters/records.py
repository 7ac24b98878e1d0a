"""JSON lines of a public set, read at run time: nothing of theirs lies in this repository."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from evals.errors import SuiteInvalid

Record = TypeVar("Record", bound=BaseModel)


def read_records(folder: Path, name: str, model: type[Record], remedy: str) -> list[Record]:
    """Return the records of `name` in a folder, plain or gzipped.

    Args:
        folder: where the set lies.
        name: the file's name without `.gz`.
        model: what a line must be; further keys are ignored.
        remedy: where to get the set.

    Raises:
        SuiteInvalid: the file is missing, cannot be read, is empty, or a line is no such record.
    """
    path = next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)
    if path is None:
        raise SuiteInvalid(f"there is no {name!r} in {str(folder)!r}", remedy)
    records = [_record(path, number, line, model, remedy) for number, line in _lines(path, remedy)]
    if not records:
        raise SuiteInvalid(f"{str(path)!r} is empty", remedy)
    return records


def _lines(path: Path, remedy: str) -> Iterator[tuple[int, str]]:
    opened: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SuiteInvalid(f"{str(path)!r} cannot be read: {error}", remedy) from error


def _record(path: Path, number: int, line: str, model: type[Record], remedy: str) -> Record:
    try:
        return model.model_validate(json.loads(line))
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc']))!r}: {first['msg'].lower()}"
    except ValueError as error:
        why = f"not JSON: {error}"
    raise SuiteInvalid(f"{path}:{number}: {why}", remedy)
