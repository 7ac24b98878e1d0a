"""What a target did with a case, in plain data: written to a journal, scored, shown in reports."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from agent.answer import Answer

Outcome = Literal["answered", "asked_back", "declined", "failed"]


class ObservedCall(BaseModel):
    """A call that was made: the words that the model wrote, and what code made of them."""

    tool: str
    said: dict[str, Any] = Field(default_factory=dict)
    arguments: dict[str, Any] = Field(default_factory=dict)
    ok: bool = True
    error: str = ""


class ObservedFact(BaseModel):
    """A number or name that the answer states with a receipt; `shown` is how it stands in the text."""

    metric: str
    entity: str
    value: float | int | str
    shown: str


class ObservedReview(BaseModel):
    """A review that the answer cites."""

    review_id: str
    product_id: str
    text: str = ""
    date: str = ""
    rating: int | None = None


class ObservedTurn(BaseModel):
    """One turn as the target took it; `answer` is None where the target only chooses calls."""

    said: str
    calls: list[ObservedCall] = Field(default_factory=list)
    outcome: Outcome = "answered"
    reason: str = Field(default="", description="What was asked back about, or why it was declined.")
    answer: str | None = None
    facts: list[ObservedFact] = Field(default_factory=list)
    citations: list[ObservedReview] = Field(default_factory=list)
    seconds: float = 0.0
    plan_seconds: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Observed(BaseModel):
    """A case as it ran: `error` says why there is no usable result."""

    case_id: str
    epoch: int = 1
    case_hash: str = ""
    turns: list[ObservedTurn] = Field(default_factory=list)
    error: str | None = None
    seconds: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens read and written, all turns."""
        return sum(turn.prompt_tokens + turn.completion_tokens for turn in self.turns)


def observe_answer(answer: Answer) -> ObservedTurn:
    """Return a turn of the assistant, in process or over HTTP, as data."""
    return ObservedTurn(
        said=answer.question,
        calls=[
            ObservedCall(tool=c.tool, said=c.said, arguments=c.arguments, ok=c.ok, error=c.error)
            for c in answer.calls
        ],
        outcome=answer.outcome,
        reason=answer.reason,
        answer=answer.answer,
        facts=[
            ObservedFact(
                metric=fact.metric, entity=fact.entity, value=fact.value, shown=fact.display(answer.language)
            )
            for fact in answer.facts
        ],
        citations=[
            ObservedReview(
                review_id=c.review_id,
                product_id=c.product_id,
                text=c.text,
                date=c.date.isoformat() if c.date else "",
                rating=c.rating,
            )
            for c in answer.citations
        ],
        seconds=answer.seconds.total,
        plan_seconds=answer.seconds.plan,
        prompt_tokens=answer.tokens.prompt,
        completion_tokens=answer.tokens.completion,
    )
