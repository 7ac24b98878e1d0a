"""What was observed, on disk line by line: a run that is stopped goes on from here, a report reads it again."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from pydantic import ValidationError

from evals.errors import EvalError
from evals.observed import Observed

Key = tuple[str, int]


class Journal:
    """The observations of one run, by case and epoch; only where each one lies is kept in memory.

    Args:
        path: JSON lines; made when it does not exist. A last line that was cut is dropped.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._places: dict[Key, int] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        self._index()

    def _index(self) -> None:
        place = 0
        with self.path.open("r+b") as file:
            for line in file:
                try:
                    entry = json.loads(line) if line.endswith(b"\n") else {}
                    self._places[(entry["case_id"], entry["epoch"])] = place
                except (ValueError, KeyError, TypeError):
                    # The program was killed while it wrote: this one runs again.
                    file.truncate(place)
                    break
                place += len(line)

    def add(self, observed: Observed) -> None:
        """Write one observation."""
        line = observed.model_dump_json().encode() + b"\n"
        with self._lock, self.path.open("ab") as file:
            self._places[(observed.case_id, observed.epoch)] = file.tell()
            file.write(line)

    def find(self, case_id: str, epoch: int) -> Observed | None:
        """Return what was last observed, or None if nothing ever was.

        Raises:
            EvalError: the line is of another version of the program.
        """
        place = self._places.get((case_id, epoch))
        if place is None:
            return None
        with self.path.open("rb") as file:
            file.seek(place)
            line = file.readline()
        try:
            return Observed.model_validate_json(line)
        except ValidationError as error:
            raise EvalError(
                f"{str(self.path)!r} holds a line that is no observation", "start the run in a new folder"
            ) from error

    def __len__(self) -> int:
        return len(self._places)
