"""What a conversation remembers from turn to turn: enough to follow "and for 30 days?" and "the second one"."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from agent.pointing import LAST, Pointing, find_pointings
from tools.figures import Figure
from tools.results import ProductRef

_PRONOUN = re.compile(
    r"^(?:it|its|this|that|them|they|this one|that one|the same(?: one| product)?|the product|"
    r"它|它们|这款|那款|这个|那个|该商品|这个商品|这款商品|同款|此商品|这件|那件)$",
    re.IGNORECASE,
)
# Products further back are named again.
MOST_RECENT = 8


class RememberedCall(BaseModel):
    """A call of the last turn, as said; `open_question` marks one that ended by asking the merchant something."""

    tool: str
    said: dict[str, Any]
    open_question: bool = False


class KeptPeriod(BaseModel):
    """The days that the last turn was about: what "the month before that" counts from."""

    start: date
    end: date


class Memory(BaseModel):
    """A conversation's state between turns; plain data, so that any checkpointer can keep it.

    Args:
        calls: the last turn's, as said.
        product: what "it" means.
        listed: the list shown last, two products or more; "the third one" counts in it.
        listed_by: what ranks that list: "up", "down", "sales" or "" for no order that a word could name.
        recent: the products asked about, the newest first.
        figures: the quantities that answers stated.
        period: the days talked of last.
    """

    calls: list[RememberedCall] = Field(default_factory=list)
    product: ProductRef | None = None
    listed: list[ProductRef] = Field(default_factory=list)
    listed_by: str = ""
    recent: list[ProductRef] = Field(default_factory=list)
    figures: list[Figure] = Field(default_factory=list)
    period: KeptPeriod | None = None

    @property
    def asks(self) -> bool:
        """Whether the last turn ended with a question to the merchant."""
        return any(call.open_question for call in self.calls)

    def refer(self, said: str) -> str | None:
        """Return the product id that "it" or "the second one" means here, or None if it is no such word."""
        text = said.strip(" ?？。.!！“”\"'").lower()
        if self.product and _PRONOUN.match(text):
            return self.product.product_id
        pointed = self.pointed(text)
        return pointed[0] if len(pointed) == 1 else None

    def point(self, said: str) -> list[Pointing]:
        """Return the words for places of the list shown; "the fastest climber" is one where it lists climbers."""
        return find_pointings(said, self.listed_by) if self.listed else []

    def pointed(self, said: str) -> list[str]:
        """Return the ids of the listed products whose places the words name; places beyond the list have none."""
        places = [pointing.place for pointing in self.point(said)]
        return [
            self.listed[LAST if place == LAST else place - 1].product_id
            for place in places
            if place <= len(self.listed)
        ]


def is_pronoun(said: str) -> bool:
    """Whether a product's name is only a word that points back."""
    return bool(_PRONOUN.match(said.strip()))
