"""The two names of an argument: what the model copies from the question, and what the tool's code receives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SpanKind = Literal["product", "duration", "period", "quantity", "percent", "text", "figure"]


@dataclass(frozen=True)
class Span:
    """Marks a tool's parameter as copied text that code resolves.

    Args:
        said: the argument's name in the schema that the model fills ("horizon").
        kind: how code resolves it: "product" -> product id (str); "duration" -> whole days (int);
            "period" -> tools.periods.Period; "quantity" -> units (float); "percent" -> share 0..1 (float);
            "text" -> the words themselves (str); "figure" -> figures of earlier answers, the meant one first
            (tuple of tools.figures.Figure).
        hint: one line for the model's contract.
    """

    said: str
    kind: SpanKind
    hint: str
