"""What the checker finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "number",
    "number word",
    "date",
    "unit",
    "citation",
    "quote",
    "reference",
    "range",
    "entity",
    "metric",
    "period",
    "direction",
    "superlative",
    "sufficiency",
]


@dataclass(frozen=True)
class Violation:
    """Something in a text that no fact supports; `text` is the place, as the checker read it."""

    kind: Kind
    text: str
