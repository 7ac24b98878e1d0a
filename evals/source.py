"""A YAML file with the line of everything in it, so that an error can say where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from evals.errors import SuiteInvalid


class _Loader(yaml.SafeLoader):
    """Reads days as the text they are written as."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Location = tuple[str | int, ...]


@dataclass(frozen=True)
class Source:
    """The data of a file and the node tree that it came from."""

    path: Path
    data: Any
    node: yaml.Node

    def at(self, location: Location) -> str:
        """Return "file:line" of `location`; parts that a short form leaves out are stepped over."""
        node = self.node
        for part in location:
            node = _child(node, part) or node
        return f"{self.path}:{node.start_mark.line + 1}"

    def at_value(self, location: Location, value: str) -> str:
        """Return "file:line" where `value` first stands, as a key or a value, below `location`."""
        node = self.node
        for part in location:
            node = _child(node, part) or node
        for scalar in _scalars(node):
            if scalar.value == value:
                return f"{self.path}:{scalar.start_mark.line + 1}"
        return self.at(location)


def read_source(path: Path) -> Source:
    """Read one YAML mapping.

    Raises:
        SuiteInvalid: unreadable, no YAML, not a mapping, or a key that stands twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SuiteInvalid(f"cannot read {str(path)!r}: {error}", "give a UTF-8 file of YAML") from error
    try:
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or str(error)
        raise SuiteInvalid(
            f"{path}{line}: not YAML: {said}", "quote texts that hold `: `, `#`, `{` or begin with `[`"
        ) from error
    if node is None or not isinstance(data, dict):
        raise SuiteInvalid(f"{path}:1: the file is not a mapping", "begin with `store: NAME` and `cases:`")
    for key in _repeated(node):
        raise SuiteInvalid(
            f"{path}:{key.start_mark.line + 1}: the key {key.value!r} stands twice", "keep one of them"
        )
    return Source(path, data, node)


def _child(node: yaml.Node, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        below: yaml.Node = node.value[part]
        return below
    return None


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _repeated(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if str(key.value) in seen:
                yield key
            seen.add(str(key.value))
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
