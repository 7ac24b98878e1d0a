"""The answer as every face receives it: the words, and a receipt for each number in them."""

from __future__ import annotations

import datetime
import secrets
import time
from typing import Any, Literal

from pydantic import BaseModel, Field

from tools.results import Fact, Lang, Table, ToolError

# Without letters that read like digits.
_ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"

Outcome = Literal["answered", "asked_back", "declined", "failed"]
Planner = Literal["model", "keywords", "conversation", ""]


class Call(BaseModel):
    """One tool call: the words that the model copied (`said`) and what code made of them (`arguments`).

    `error` is the code of what went wrong, "" where nothing did.
    """

    tool: str
    said: dict[str, Any]
    arguments: dict[str, Any] = Field(default_factory=dict)
    seconds: float = 0.0
    ok: bool = False
    error: str = ""


class Seconds(BaseModel):
    """Where the time went."""

    plan: float = 0.0
    tools: float = 0.0
    compose: float = 0.0
    check: float = 0.0
    total: float = 0.0


class Tokens(BaseModel):
    """What the language model read and wrote; `cached` of `prompt` it did not have to read again."""

    prompt: int = 0
    completion: int = 0
    cached: int = 0


class Citation(BaseModel):
    """A retrieved review that the answer rests on or quotes; `flags` say what is wrong with it."""

    review_id: str
    product_id: str
    date: datetime.date | None
    rating: int | None
    text: str
    flags: list[str] = Field(default_factory=list)


def answer_id() -> str:
    """Return a new answer's name: fourteen letters and digits, the later the greater."""
    number = time.time_ns() // 1_000_000
    digits = [_ID_LETTERS[number >> 5 * place & 31] for place in range(8, -1, -1)]
    return "".join([*digits, *(secrets.choice(_ID_LETTERS) for _ in range(5))])


class Answer(BaseModel):
    """One answered question.

    `outcome`: `answered` by tools; `asked_back` because something is missing or ambiguous; `declined` because
    no tool is for it (`reason` says why: "greeting", "off_topic"); `failed` because every tool did.
    `reason` of a question back is what it is about: "product", "goal", "horizon"; of a failure the error's code.
    `planned_by`: the model, `keywords` where it did not answer, the `conversation` where an open question was
    answered by a name; "" where nothing had to be planned.

    `answer` is markdown; each number in it is the display of one of `facts`, a cell of a table
    (`facts` holds those too), a number that the user typed, or part of a quoted review.
    `id` names the answer in the store, in its trace and in the page's verdicts; ids sort by time.
    `receipt` lists the ids of the facts that the words speak of, in their order.
    """

    question: str
    language: Lang
    store: str
    answer: str
    id: str = Field(default_factory=answer_id)
    outcome: Outcome = "answered"
    reason: str = ""
    planned_by: Planner = ""
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
    tokens: Tokens = Field(default_factory=Tokens)
    error: ToolError | None = None
