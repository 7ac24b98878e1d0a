"""Reads what a question wants by its words alone: clause by clause, into intents that a plan can be made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from rapidfuzz import fuzz

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
from agent.grounding import find_span, span_resolver, split_periods, without_packs
from agent.naming import find_name
from agent.smalltalk import Talk, is_beyond_data, is_chat, talk_of
from agent.stated import find_limit, find_on_hand, says_lead_time, says_service_level
from tools.numerals import NUMBER, fold
from tools.periods import Period
from tools.product_names import is_chinese
from tools.products import Product
from tools.shop import Shop

# "May I ask" and "we march on" hold no month; "now" is no period.
_NO_PERIODS = ("may", "march", "second")
_IS_MONTH = re.compile(
    r"\b(?:in|of|for|during|since|this|last|through|throughout|from|to|until|till|vs|versus|early|mid"
    r"|late|and|or) (?:the )?"
    r"(?:may|march)\b|\b(?:may|march)(?:'s)? (?:sales|figures|numbers|takings|revenue|units|was|or|vs"
    r"|versus|20\d\d)\b"
)
# Where a period is cut short: 10月1号到7|号.
_PERIOD_END = re.compile(r"(?:号|日(?!期|常|式|用)|月(?:份)?|份|年)")
_IN_ZH_NAME = 2
_SAME_WORD = 80
# 每日 is a rate and a brand, no length.
_RATE = re.compile(r"每[天日周月年]?|\bdaily\b")
_NO_KIND = ("用品", "商品", "产品", "其他")
# What stands for a product's name, so that no word of it is read as one of the question's.
_A_NAME = "xx"
# "and September of 2026": little but the period itself.
_FEW_LETTERS = 12
# A plan has four calls at most: what stands further on is asked again by the user.
_MOST_CLAUSES = 20
# Nobody asks in a clause of that length; what is longer is pasted text, and costs time.
_LONGEST_CLAUSE = 300
_HAS_TIME_UNIT = re.compile(
    r"day|week|wk|fortnight|month|quarter|year|tomorrow|christmas|[天周月季年日]|星期|礼拜|\d ?d\b"
)
# "Both arrive in two weeks" is said of every product named.
_OF_ALL = re.compile(r"\b(?:both|each|either|all of them|all three)\b|[两三]个都|都是|全都|各")
# "(2) what the coming weeks bring" is a question of its own, however it is put.
_NUMBERED = re.compile(r"\(?\d\)|[①-⑨]|[a-c]\)")
NEEDS_PRODUCT = ("recommend_restock", "explain_trend", "forecast_demand")


@dataclass(frozen=True)
class Clause:
    """One clause: its folded text, its words beside a product's name, what it asks for and what it states, as said."""

    text: str
    words: str = ""
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
    texts = split_clauses(question, [*titles, *split_periods(shop, question, period), *_categories(shop)])[
        :_MOST_CLAUSES
    ]
    clauses = [_read_clause(shop, text[:_LONGEST_CLAUSE], titles) for text in texts]
    named = shop.catalogue.mentioned_all(question[:_LONGEST_CLAUSE])
    products = dict.fromkeys(match.products[0] for match in named if match.outcome == "found")
    return Reading(question, tuple(clauses), tuple(_intents(shop, clauses, list(products))))


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
        return Clause(text, text, talk=talk)
    if is_chat(text):
        return Clause(text, text, talk="greeting")
    product = next((title for said, title in titles.items() if said in text), None)
    category = _find_whole_category(shop, text)
    taken = filter(None, (_find_period(shop, text), find_on_hand(text), category))
    product = product or find_name(shop, text, taken)
    words = _without_name(shop, text, product)
    if MOVER.search(text) and not MOVER.search(words):
        # "The worst faller" is no name, however much like one it is spelt.
        product, words = None, text
    # "Net margin on rice cookers" may have been taken for a name as a whole.
    if is_beyond_data(words) or (product and is_beyond_data(product) and product not in titles.values()):
        return Clause(text, words, talk="off_topic")
    tool, confidence = topic_of(words)
    if tool and _NUMBERED.match(text):
        confidence = "plain"
    period = _find_period(shop, words)
    duration = _find_duration(shop, words)
    on_hand = find_on_hand(words)
    if tool == "list_trending" and product and not is_listing(words) and not MOVER.search(words):
        # What moves has a name: the question is about it, not about the list.
        tool, confidence = "explain_trend", "weak"
    if not tool and product and period:
        # A good and a time in the past, and no more: what else than its sales.
        tool, confidence = "get_sales", "weak"
    service = find_span(words, span_resolver(shop, "percent")) if says_service_level(words) else None
    # A shop may sell recipe boxes: what has a name or plain words of the trade is no other subject.
    if talk and not (talk == "off_topic" and (confidence == "plain" or (tool and product))):
        return Clause(text, words, talk=talk)
    return Clause(
        text,
        words,
        tool,
        confidence,
        "",
        product,
        period,
        duration,
        on_hand,
        service,
        find_limit(words),
        _find_category(shop, words),
    )


def _without_name(shop: Shop, text: str, product: str | None) -> str:
    """Return a clause with a product's name taken out: "dusty rose" says nothing of what rose."""
    match = shop.catalogue.match(product) if product else None
    if not product or match is None or match.outcome == "unknown":
        return text
    if not is_chinese(product):
        known = {word for found in match.products for word in found.words}
        own = [
            word
            for word in fold(product).split()
            if not any(fuzz.ratio(word, w) >= _SAME_WORD for w in known)
        ]
        return text.replace(fold(product), " ".join([_A_NAME, *own]))
    for name in (fold(name) for found in match.products for name in found.names):
        for block in SequenceMatcher(None, fold(product), name, autojunk=False).get_matching_blocks():
            if block.size >= _IN_ZH_NAME:
                text = text.replace(name[block.b : block.b + block.size], _A_NAME)
    return re.sub(rf"(?:{_A_NAME})+", _A_NAME, text)


def _find_period(shop: Shop, text: str) -> str | None:
    found = find_span(without_packs(text), span_resolver(shop, "period"))
    if not found or (found in _NO_PERIODS and not _IS_MONTH.search(text)):
        return None
    end = text.find(found) + len(found)
    tail = _PERIOD_END.match(text, end) if found in text else None
    longer = found + tail.group() if tail else found
    return longer if isinstance(span_resolver(shop, "period")(longer), Period) else found


def _find_duration(shop: Shop, text: str) -> str | None:
    resolve = span_resolver(shop, "duration")
    # A bare number would be days; in a whole clause it is anything.
    return find_span(
        _RATE.sub(" ; ", text), lambda words: resolve(words) if _HAS_TIME_UNIT.search(words) else None
    )


def _categories(shop: Shop) -> set[str]:
    return {fold(name) for name in (*shop.catalogue.categories("en"), *shop.catalogue.categories("zh"))}


def _find_whole_category(shop: Shop, text: str) -> str | None:
    return max((name for name in _categories(shop) if name in text), key=len, default=None)


def _find_category(shop: Shop, text: str) -> str | None:
    whole = _find_whole_category(shop, text)
    if whole:
        return whole
    # 宠物类目 and "the pet section" name a part of 宠物用品 and "Pets".
    parts = {part for name in _categories(shop) for part in _parts_of(name)}
    return max((part for part in parts if _stands_as_category(part, text)), key=len, default=None)


def _parts_of(category: str) -> list[str]:
    if is_chinese(category):
        return [part for part in re.findall("..", category) if part not in _NO_KIND]
    return [word.removesuffix("s") for word in re.findall(r"[a-z]{3,}", category) if word != "and"]


def _stands_as_category(part: str, text: str) -> bool:
    if is_chinese(part):
        return part in text
    word = rf"{part}(?:s|es|ing)?"
    before = rf"(?:in|within|among|across|from|of|our|the|{NUMBER}) (?:the |our )?"
    behind = "(?:category|items?|products?|lines?|goods|things|stuff|section|department|range|side|aisle)"
    return bool(re.search(rf"\b{before}{word}\b|\b{word} {behind}\b", text))


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

    @property
    def words(self) -> str:
        return " , ".join(clause.words for clause in self.clauses)

    def at(self, name: str, value: str) -> _Group:
        """Return the group for one of the periods or horizons that it names."""
        kept = [clause for clause in self.clauses if getattr(clause, name) in (None, value)]
        return _Group(self.head if self.head in kept else self._head_at(name, value), kept)

    def _head_at(self, name: str, value: str) -> Clause:
        return replace(self.head, period=value) if name == "period" else replace(self.head, duration=value)

    def about(self, product: str, own_names: Collection[str]) -> _Group:
        """Return the group for one of the products that it names; stock is said of one, times of all."""
        own = [clause for clause in self.clauses if clause.product in own_names]
        rest = [
            clause if clause.product is None else replace(clause, product=None, on_hand=None)
            for clause in self.clauses
            if clause.product not in own_names
        ]
        first = own[0] if own else Clause("", product=product)
        head = replace(first, tool=self.head.tool, confidence=self.head.confidence, product=product)
        return _Group(head, [head, *own[1:], *rest])

    def first(self, name: str) -> Any:
        """Return what the clauses state under a name, those that ask before those around them."""
        stated = (getattr(clause, name) for clause in (*self.asking, *self.clauses))
        return next((value for value in stated if value is not None), None)


def _intents(shop: Shop, clauses: Sequence[Clause], named: Sequence[Product]) -> Iterator[Intent]:
    products = list(dict.fromkeys(clause.product for clause in clauses if clause.product))
    listed = 0
    gathered = _grouped(clauses)
    # Of several questions each has its own product.
    named = named if len(gathered) == 1 else ()
    groups = [each for group in gathered for each in _compared(shop, group, named)]
    for place, group in enumerate(groups, start=1):
        product = group.first("product")
        if product is None and listed and _may_mean_the_listed(group):
            product = f"${listed}"
        elif product is None and products and not WHOLE_SHOP.search(group.words):
            product = products[0]
        yield Intent(group.head.tool, group.head.confidence, _arguments(group, product))
        listed = listed or (place if group.head.tool == "list_trending" else 0)


def _compared(shop: Shop, group: _Group, named: Sequence[Product]) -> list[_Group]:
    """Return a group for each of the products, else of the periods or horizons, that it asks for side by side."""
    if group.head.tool == "list_trending":
        return [group]
    said: dict[str, list[str]] = {product.product_id: [] for product in named}
    for clause in group.clauses:
        match = shop.catalogue.match(clause.product) if clause.product else None
        if clause.product and match and match.outcome == "found":
            said.setdefault(match.products[0].product_id, []).append(clause.product)
    if len(said) > 1:
        titles = {product.product_id: product.title for product in named}
        return [group.about(titles.get(product_id) or names[0], names) for product_id, names in said.items()]
    name = {"get_sales": "period", "forecast_demand": "duration"}.get(group.head.tool, "")
    beside = [clause for clause in group.clauses if name and _only_adds(group.head, clause, name)]
    resolve = span_resolver(shop, name or "period")
    # "1 October, National Day" is one day said twice.
    values: dict[str, Any] = {}
    for value in dict.fromkeys(getattr(clause, name) for clause in beside):
        meant = resolve(value)
        if not any(_overlap(meant, other) for other in values.values()):
            values[value] = meant
    return [group.at(name, value) for value in values] if len(values) > 1 else [group]


def _overlap(one: Any, other: Any) -> bool:
    if isinstance(one, Period) and isinstance(other, Period):
        return one.start <= other.end and other.start <= one.end
    return bool(one == other)


def _only_adds(head: Clause, clause: Clause, name: str) -> bool:
    """Whether a clause asks the head's question for another time, rather than tell of it: "and September?"."""
    value = getattr(clause, name)
    return bool(value) and (clause.tool == head.tool or len(clause.words) - len(value) <= _FEW_LETTERS)


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
    shared = [clause for clause in waiting if _OF_ALL.search(clause.words)]
    for group in groups[:-1]:
        group.clauses += shared
    return groups


def _heads(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the clauses that ask: the plain ones, without what is only told beside them; else the best hint."""
    asking = [clause for clause in clauses if clause.tool]
    plain = [clause for clause in asking if clause.confidence == "plain"]
    reasons = {clause.tool for clause in asking} & {"explain_trend", "recommend_restock"}
    telling = [c for c in plain if c.tool in ("get_sales", "list_trending") and only_tells(c.words)]
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
    words, period = group.words, group.first("period")
    said: dict[str, str | int | None] = {}
    match group.head.tool:
        case "list_trending":
            said = {"direction": direction_of(words), "limit": group.first("limit"), "period": period}
            said["category"] = group.first("category")
        case "get_sales" | "explain_trend":
            said = {"product": product, "period": period}
        case "forecast_demand":
            said = {"product": product, "horizon": group.first("duration")}
        case "search_reviews":
            said = {"query": group.text, "product": product, "period": period, "opinion": opinion_of(words)}
        case "recommend_restock":
            said = {"product": product, "lead_time": _lead_time(group.clauses)}
            said |= {name: group.first(name) for name in ("on_hand", "service_level")}
    return {name: value for name, value in said.items() if value is not None}


def _lead_time(clauses: Sequence[Clause]) -> str | None:
    return next((c.duration for c in clauses if c.duration and says_lead_time(c.words)), None)
