"""Adds a case to a YAML file that people edit: what stands there stays as it is, comments too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from evals.errors import SuiteInvalid
from evals.source import read_source
from evals.suite import read_cases

_HEADER = """\
# Cases that `shopcast eval triage` made of thumbs-down in the chat. Edit them freely.
store: {store}
cases:
"""
_LINE_WIDTH = 110


def append_case(path: Path, case: dict[str, Any], comment: str = "") -> None:
    """Write a case behind the others of a file, which is made when it does not exist.

    Args:
        path: a suite's YAML file.
        case: the case as it is written, its store with it.
        comment: one line above it.

    Raises:
        SuiteInvalid: the file could not be used with the case in it; it is as it was before.
    """
    before = path.read_bytes() if path.exists() else None
    if before is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEADER.format(store=case["store"]) + _written(case, comment, "  "), encoding="utf-8")
    else:
        path.write_bytes(_extended(path, before.decode(), case, comment).encode())
    try:
        read_cases(path)
    except SuiteInvalid:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
        raise


def _extended(path: Path, text: str, case: dict[str, Any], comment: str) -> str:
    source = read_source(path)
    assert isinstance(source.node, yaml.MappingNode)  # what read_source makes sure of
    keys = [key.value for key, _ in source.node.value]
    if text and not text.endswith("\n"):
        text += "\n"
    if "cases" not in keys:
        return text + "cases:\n" + _written(case, comment, "  ")
    cases = dict(zip(keys, (value for _, value in source.node.value), strict=True))["cases"]
    if not isinstance(cases, yaml.SequenceNode) or cases.flow_style:
        raise SuiteInvalid(
            f"{source.at(('cases',))}: no case can be added behind these",
            "write `cases:` as lines that begin with `- `, or remove the key while it has none",
        )
    written = _written(case, comment, " " * cases.start_mark.column)
    if keys[-1] == "cases":
        return text + written
    lines = text.splitlines(keepends=True)
    end = cases.end_mark.line
    # A comment above the next key belongs to that key.
    while lines[end - 1].strip() == "" or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return "".join([*lines[:end], written, *lines[end:]])


def _written(case: dict[str, Any], comment: str, indent: str) -> str:
    said = yaml.safe_dump([case], allow_unicode=True, sort_keys=False, width=_LINE_WIDTH)
    lines = [f"# {comment}", *said.splitlines()] if comment else said.splitlines()
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)
