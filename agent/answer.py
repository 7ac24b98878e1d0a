"""The answer as every face receives it: the words, and a receipt for each number in them."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, Field

from tools.results import Fact, Lang, Table, ToolError


class Call(BaseModel):
    """One tool call: the words that the model copied (`said`) and what code made of them (`arguments`)."""

    tool: str
    said: dict[str, Any]
    arguments: dict[str, Any] = Field(default_factory=dict)
    seconds: float = 0.0
    ok: bool = False


class Seconds(BaseModel):
    """Where the time went."""

    plan: float = 0.0
    tools: float = 0.0
    compose: float = 0.0
    check: float = 0.0
    total: float = 0.0


class Citation(BaseModel):
    """A retrieved review that the answer rests on or quotes."""

    review_id: str
    product_id: str
    date: datetime.date | None
    rating: int | None
    text: str


class Answer(BaseModel):
    """One answered question.

    `answer` is markdown; each number in it is the display of one of `facts`, a cell of a table
    (`facts` holds those too), a number that the user typed, or part of a quoted review.
    `receipt` lists the ids of the facts that the words speak of, in their order.
    """

    question: str
    language: Lang
    store: str
    answer: str
    calls: list[Call] = Field(default_factory=list)
    facts: list[Fact] = Field(default_factory=list)
    receipt: list[str] = Field(default_factory=list)
    citations: list[Citation] = Field(default_factory=list)
    tables: list[Table] = Field(default_factory=list)
    charts: list[dict[str, Any]] = Field(default_factory=list)
    caveats: list[str] = Field(default_factory=list)
    suggestions: list[str] = Field(default_factory=list)
    model: str = ""
    data_as_of: datetime.date | None = None
    seconds: Seconds = Field(default_factory=Seconds)
    error: ToolError | None = None
