"""Prompts are files beside this one; a missing file or an unfilled slot is an error, never an empty string."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template

FOLDER = Path(__file__).resolve().parent


@cache
def _read(name: str) -> Template:
    path = FOLDER / f"{name}.md"
    if not path.is_file():
        known = sorted(file.stem for file in FOLDER.glob("*.md"))
        raise FileNotFoundError(f"no prompt {name!r} in prompts/; there are {known}")
    return Template(path.read_text(encoding="utf-8").strip())


def load_prompt(name: str, **slots: str) -> str:
    """Return a prompt with its `$slots` filled.

    Raises:
        FileNotFoundError: no such prompt.
        ValueError: a slot of the file was not given, or one was given that the file does not have.
    """
    template = _read(name)
    wanted = set(template.get_identifiers())
    if wanted != slots.keys():
        raise ValueError(f"prompt {name!r} has slots {sorted(wanted)} but was given {sorted(slots)}")
    return template.substitute(slots)
