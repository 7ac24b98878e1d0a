"""What a question takes from the talk before it: a place of a list, a variant, a word taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent.kin import find_kin
from agent.memory import Memory
from agent.mending import is_correction, mend
from agent.planning import PlannedCall
from agent.pointing import Pointing, replace_pointings
from tools.numerals import fold
from tools.products import Product
from tools.shop import Shop
from tools.toolbox import toolbox

_THE_SAME = re.compile(
    r"\bsame (?:question|thing|again|for|with|as (?:before|above)|horizon|length|span|delivery|lead|opinion)\b"
    r"|\b(?:ditto|likewise)\b|\b(?:out )?of (?:which|that|those|them)\b|\bthereof\b"
    r"|其中|这(?:里面|当中)|里面|一样的?(?:问题|长|天数)|同样(?:的问题|长|问|算|看)?|照样|照旧|再来一遍"
)


@dataclass(frozen=True)
class Followed:
    """A question with the talk's part of it understood.

    Args:
        question: the words as they are read on: nothing taken back, "it" for places of a list.
        pointings: the words for places of the list shown before.
        kin: the product of the talk, or its variant, that a few words single out.
        is_correction: whether it mends what was said before.
        asks_the_same: whether it says that it asks for the same once more.
    """

    question: str
    pointings: tuple[Pointing, ...]
    kin: Product | None
    is_correction: bool
    asks_the_same: bool

    @property
    def names_product(self) -> bool:
        """Whether the talk tells which product is meant."""
        return bool(self.pointings) or self.kin is not None

    def name(self, call: PlannedCall) -> list[PlannedCall]:
        """Return a call of the plan, once for each place of the list that it is about."""
        takes_product = call.tool in toolbox() and any(
            p.said == "product" for p in toolbox()[call.tool].parameters
        )
        if not self.pointings or not takes_product:
            return [call]
        return [
            PlannedCall(tool=call.tool, arguments={**call.arguments, "product": pointing.words})
            for pointing in self.pointings
        ]


def follow(shop: Shop, question: str, memory: Memory) -> Followed:
    """Return what a question means after the talk before it.

    Args:
        shop: for the catalogue.
        question: the user's words.
        memory: the conversation so far.
    """
    if not memory.calls:
        return Followed(question, (), None, is_correction=False, asks_the_same=False)
    told = mend(question)
    pointings = memory.point(told)
    kin = None if pointings or _is_named(shop, told) else find_kin(shop, told, memory)
    return Followed(
        replace_pointings(told, pointings),
        tuple(pointings),
        kin,
        is_correction=is_correction(question),
        asks_the_same=bool(_THE_SAME.search(fold(told))),
    )


def _is_named(shop: Shop, question: str) -> bool:
    return shop.catalogue.match(question).outcome == "found"
