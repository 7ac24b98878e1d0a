"""A template: one case over products, dates and phrasings, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Literal

from pydantic import Field

from evals.case import CaseId, Language, Scalar, Strict

_FIELD = re.compile(r"\{([a-z_]+)(?:\.([a-z_]+))?\}")


class Template(Strict):
    """Cases that differ in their parameters only.

    `{product.zh}` stands for the field `zh` of the parameter `product`, `{days}` for a plain parameter. Each
    phrasing is a question, or the turns of a conversation. `cycle` pairs the n-th phrasing with the n-th value
    of every parameter, repeating the shorter lists, for as many cases as the longest list has entries; `all`
    makes every combination. An expectation that is one field alone keeps its type.
    """

    id: CaseId
    skill: str | None = None
    tags: list[str] = Field(default_factory=list)
    store: str | None = None
    parameters: dict[str, list[Scalar | dict[str, Scalar]]] = Field(min_length=1)
    phrasings: dict[Language, list[str | list[Any]]] = Field(min_length=1)
    combine: Literal["cycle", "all"] = "cycle"
    expect: dict[str, Any] = Field(description="As a case's, with fields.")
    k: int | None = Field(default=None, ge=1, le=64)
    timeout: float | None = Field(default=None, gt=0)

    def names(self) -> list[str]:
        """Return every field that a phrasing may use."""
        return [
            f"{name}.{key}" if isinstance(value, dict) else name
            for name, values in self.parameters.items()
            for value in values[:1]
            for key in (value if isinstance(value, dict) else [""])
        ]

    def unfold(self) -> Iterator[dict[str, Any]]:
        """Yield the cases as plain data, ids numbered by language.

        Raises:
            KeyError: a phrasing or expectation uses a field that no parameter has.
        """
        kept = self.model_dump(exclude_none=True, include={"skill", "tags", "store", "k", "timeout"})
        for language, phrasings in self.phrasings.items():
            for number, (phrasing, values) in enumerate(self._combinations(phrasings), start=1):
                turns = phrasing if isinstance(phrasing, list) else [phrasing]
                yield {
                    **kept,
                    "id": f"{self.id}-{language}-{number}",
                    "language": language,
                    "turns": _fill(turns, values),
                    "expect": _fill(self.expect, values),
                }

    def _combinations(self, phrasings: list[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
        names, lists = list(self.parameters), list(self.parameters.values())
        if self.combine == "all":
            for phrasing, *values in product(phrasings, *lists):
                yield phrasing, dict(zip(names, values, strict=True))
            return
        for n in range(max(map(len, [phrasings, *lists]))):
            yield (
                phrasings[n % len(phrasings)],
                {name: values[n % len(values)] for name, values in zip(names, lists, strict=True)},
            )


def _fill(part: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(part, dict):
        return {key: _fill(value, values) for key, value in part.items()}
    if isinstance(part, list):
        return [_fill(value, values) for value in part]
    if not isinstance(part, str):
        return part
    alone = _FIELD.fullmatch(part)
    if alone:
        return _look_up(alone, values)
    return _FIELD.sub(lambda match: str(_look_up(match, values)), part)


def _look_up(match: re.Match[str], values: Mapping[str, Any]) -> Any:
    name, key = match.groups()
    try:
        value = values[name]
        return value[key] if key else value
    except (KeyError, TypeError) as error:
        raise KeyError(match.group()[1:-1]) from error
