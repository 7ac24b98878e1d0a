"""Reads what a question wants by its words alone: clause by clause, into intents that a plan can be made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.clauses import split_clauses
from agent.cues import (
    MOVER,
    POINTS_AT_FIRST,
    WHOLE_SHOP,
    Confidence,
    direction_of,
    is_listing,
    only_tells,
    opinion_of,
    rank_of,
    topic_of,
)
from agent.grounding import find_span, span_resolver
from agent.naming import find_name
from agent.smalltalk import Talk, talk_of
from agent.stated import find_limit, find_on_hand, says_lead_time, says_service_level
from tools.numerals import fold
from tools.shop import Shop

# "May I ask" and "we march on" hold no month; "now" is no period.
_NO_PERIODS = ("may", "march", "second")
# A plan has four calls at most: what stands further on is asked again by the user.
_MOST_CLAUSES = 20
# Nobody asks in a clause of that length; what is longer is pasted text, and costs time.
_LONGEST_CLAUSE = 300
_HAS_TIME_UNIT = re.compile(
    r"day|week|wk|fortnight|month|quarter|year|tomorrow|christmas|[天周月季年日]|星期|礼拜|\d ?d\b"
)
NEEDS_PRODUCT = ("recommend_restock", "explain_trend", "forecast_demand")


@dataclass(frozen=True)
class Clause:
    """One clause: its folded text, what it asks for and what it states, each as said; None is nothing."""

    text: str
    tool: str = ""
    confidence: Confidence = ""
    talk: Talk = ""
    product: str | None = None
    period: str | None = None
    duration: str | None = None
    on_hand: str | None = None
    service_level: str | None = None
    limit: int | None = None
    category: str | None = None

    @property
    def states_something(self) -> bool:
        """Whether it holds anything that a call could use."""
        return any((self.product, self.period, self.duration, self.on_hand, self.service_level))


@dataclass(frozen=True)
class Intent:
    """One thing that is asked: a tool, how plainly, and its arguments by the names that the model uses."""

    tool: str
    confidence: Confidence
    arguments: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A question as its words tell it."""

    question: str
    clauses: tuple[Clause, ...]
    intents: tuple[Intent, ...]

    @property
    def talk(self) -> Talk:
        """What the question is where it asks for no tool: the gravest of its clauses' talk."""
        order: tuple[Talk, ...] = ("unsafe", "about_you", "off_topic", "thanks", "greeting")
        return next((kind for kind in order if any(c.talk == kind for c in self.clauses)), "")

    @property
    def is_only_talk(self) -> bool:
        """Whether nothing of it is a question about the shop, nor may be the continuation of one."""
        if self.talk in ("greeting", "thanks"):
            return all(clause.talk for clause in self.clauses)
        return bool(self.talk) and not any(
            clause.tool or clause.states_something for clause in self.clauses if not clause.talk
        )

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools asked for, in order."""
        return tuple(intent.tool for intent in self.intents)

    @property
    def is_plain(self) -> bool:
        """Whether every intent stands on plain words."""
        return bool(self.intents) and all(intent.confidence == "plain" for intent in self.intents)


def read(shop: Shop, question: str) -> Reading:
    """Read a question by its words.

    Args:
        shop: for the catalogue and the data's dates.
        question: the user's words.
    """
    period = _find_period(shop, question[:_LONGEST_CLAUSE])
    titles = _whole_titles(shop, question)
    texts = split_clauses(question, [*titles, *([period] if period else [])])[:_MOST_CLAUSES]
    clauses = [_read_clause(shop, text[:_LONGEST_CLAUSE], titles) for text in texts]
    return Reading(question, tuple(clauses), tuple(_intents(clauses)))


def _whole_titles(shop: Shop, question: str) -> dict[str, str]:
    """Return the titles that stand whole in a question, folded, with how the catalogue writes them."""
    text, match = fold(question), shop.catalogue.match(question)
    if match.outcome == "unknown":
        return {}
    held = [name for product in match.products for name in product.names if fold(name) in text]
    # Two variants may share an alias: that alone names neither.
    return {fold(name): name for name in held if shop.catalogue.match(name).outcome == "found"}


def _read_clause(shop: Shop, text: str, titles: Mapping[str, str]) -> Clause:
    talk = talk_of(text)
    if talk in ("unsafe", "about_you"):
        return Clause(text, talk=talk)
    tool, confidence = topic_of(text)
    period = _find_period(shop, text)
    duration = _find_duration(shop, text)
    on_hand = find_on_hand(text)
    product = next((title for said, title in titles.items() if said in text), None)
    product = product or find_name(shop, text, filter(None, (period, on_hand)))
    if tool == "list_trending" and product and not is_listing(text) and not MOVER.search(text):
        # What moves has a name: the question is about it, not about the list.
        tool, confidence = "explain_trend", "weak"
    if not tool and product and period:
        # A good and a time in the past, and no more: what else than its sales.
        tool, confidence = "get_sales", "weak"
    service = find_span(text, span_resolver(shop, "percent")) if says_service_level(text) else None
    # A shop may sell recipe boxes: what has a name or plain words of the trade is no other subject.
    if talk and not (talk == "off_topic" and (confidence == "plain" or (tool and product))):
        return Clause(text, talk=talk)
    return Clause(
        text,
        tool,
        confidence,
        "",
        product,
        period,
        duration,
        on_hand,
        service,
        find_limit(text),
        _find_category(shop, text),
    )


def _find_period(shop: Shop, text: str) -> str | None:
    found = find_span(text, span_resolver(shop, "period"))
    return found if found and found not in _NO_PERIODS else None


def _find_duration(shop: Shop, text: str) -> str | None:
    resolve = span_resolver(shop, "duration")
    # A bare number would be days; in a whole clause it is anything.
    return find_span(text, lambda words: resolve(words) if _HAS_TIME_UNIT.search(words) else None)


def _find_category(shop: Shop, text: str) -> str | None:
    names = {fold(name) for name in (*shop.catalogue.categories("en"), *shop.catalogue.categories("zh"))}
    return max((name for name in names if name in text), key=len, default=None)


@dataclass
class _Group:
    """A clause that asks, with those around it that add to what it asks."""

    head: Clause
    clauses: list[Clause]

    @property
    def asking(self) -> list[Clause]:
        return [self.head, *(c for c in self.clauses if c.tool == self.head.tool and c is not self.head)]

    @property
    def text(self) -> str:
        return " , ".join(clause.text for clause in self.clauses)

    def first(self, name: str) -> Any:
        """Return what the clauses state under a name, those that ask before those around them."""
        stated = (getattr(clause, name) for clause in (*self.asking, *self.clauses))
        return next((value for value in stated if value is not None), None)


def _intents(clauses: Sequence[Clause]) -> Iterator[Intent]:
    products = list(dict.fromkeys(clause.product for clause in clauses if clause.product))
    listed = 0
    for place, group in enumerate(_grouped(clauses), start=1):
        product = group.first("product")
        if product is None and listed and _may_mean_the_listed(group):
            product = f"${listed}"
        elif product is None and products and not WHOLE_SHOP.search(group.words):
            product = products[0]
        yield Intent(group.head.tool, group.head.confidence, _arguments(group, product))
        listed = listed or (place if group.head.tool == "list_trending" else 0)


def _may_mean_the_listed(group: _Group) -> bool:
    return group.head.tool in NEEDS_PRODUCT or bool(POINTS_AT_FIRST.search(group.words))


def _grouped(clauses: Sequence[Clause]) -> list[_Group]:
    """Gather clauses around those that ask: what asks for nothing belongs to the next one, at the end to the last."""
    heads = _heads(clauses)
    groups: list[_Group] = []
    waiting: list[Clause] = []
    for clause in clauses:
        if clause.talk:
            continue
        waiting.append(clause)
        if clause not in heads:
            continue
        if groups and _continues(groups[-1].head, clause):
            groups[-1].clauses += waiting
        else:
            groups.append(_Group(clause, waiting))
        waiting = []
    if groups:
        groups[-1].clauses += waiting
    return groups


def _heads(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that ask: the plain ones, without what is only told beside them; else the best hint."""
    asking = [clause for clause in clauses if clause.tool]
    plain = [clause for clause in asking if clause.confidence == "plain"]
    reasons = {clause.tool for clause in asking} & {"explain_trend", "recommend_restock"}
    telling = [c for c in plain if c.tool in ("get_sales", "list_trending") and only_tells(c.text)]
    if reasons and len(telling) < len(plain):
        return [clause for clause in plain if clause not in telling]
    return plain or sorted(asking, key=lambda clause: rank_of(clause.tool))[:1]


def _continues(head: Clause, clause: Clause) -> bool:
    """Whether a clause asks for more of the same call: the same tool, and no other product or period."""
    return head.tool == clause.tool and all(
        not theirs or not ours or theirs == ours
        for theirs, ours in ((head.product, clause.product), (head.period, clause.period))
    )


def _arguments(group: _Group, product: str | None) -> dict[str, str | int]:
    text, period = group.text, group.first("period")
    said: dict[str, str | int | None] = {}
    match group.head.tool:
        case "list_trending":
            said = {"direction": direction_of(text), "limit": group.first("limit"), "period": period}
            said["category"] = group.first("category")
        case "get_sales" | "explain_trend":
            said = {"product": product, "period": period}
        case "forecast_demand":
            said = {"product": product, "horizon": group.first("duration")}
        case "search_reviews":
            said = {"query": text, "product": product, "period": period, "opinion": opinion_of(text)}
        case "recommend_restock":
            said = {"product": product, "lead_time": _lead_time(group.clauses)}
            said |= {name: group.first(name) for name in ("on_hand", "service_level")}
    return {name: value for name, value in said.items() if value is not None}


def _lead_time(clauses: Sequence[Clause]) -> str | None:
    return next((c.duration for c in clauses if c.duration and says_lead_time(c.text)), None)
