"""Figures that an answer stated: what "multiply that by three" is about, kept with all that makes them readable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from tools.display import CURRENCY_SIGNS
from tools.numerals import NUMBER, fold
from tools.results import Fact, Role, ToolResult

MOST_FIGURES = 6
MOST_KEPT = 2 * MOST_FIGURES
CALCULATED = "calculated result"
# The entity of what was reckoned from several products.
SEVERAL = "several products"
# What comes first is what an answer is about; counts and days are seldom reckoned with.
_ROLES: tuple[Role, ...] = ("lead", "interval", "verdict", "evidence")
_QUANTITIES = ("units", "units_per_day", "percent", "percent_change", "times", *CURRENCY_SIGNS)
# The ends of an interval carry their unit only once in a sentence; their facts carry none.
_INTERVAL_END = re.compile(r"(?:low|high)\d+$")
_NAMELESS = {
    "store": {"en": "The shop", "zh": "全店"},
    SEVERAL: {"en": "The last result", "zh": "上一步的结果"},
}
# How sure a claim is meant to be is a setting, not a result.
_SETTING = re.compile(r"confidence|service_level|false_alarms|discount")
_CUES = tuple(
    (re.compile(pattern, re.IGNORECASE), re.compile(about, re.IGNORECASE))
    for pattern, about in (
        (
            r"upper|high(?:er)? end|top end|maximum|best case|上限|最多|最高|乐观|高的那",
            r"^high|^upper",
        ),
        (
            r"lower (?:end|bound|limit)|low end|bottom end|minimum|worst case|下限|最少|最低|悲观|低的那",
            r"^low",
        ),
        (r"\border\b|补货量|补的|订货量", r"to order"),
        (r"\bstock\b|on hand|库存|现货", r"stock on hand"),
        (r"\bprice\b|单价|价格|售价", r"price"),
        (r"best day|peak|最好的?那?天|峰值", r"best day"),
        (
            r"revenue|turnover|takings|sales value|销售额|营业额|营收|收入|金额|流水",
            rf"revenue| (?:{'|'.join(CURRENCY_SIGNS)})$",
        ),
        (r"\bunits?\b|pieces|how many|件数|销量|数量|卖出的件", r" units$"),
    )
)


class Figure(BaseModel):
    """A number that the reader saw, by which he may reckon on.

    `unit`, `metric`, `entity` and `period` are the fact's own; `label` names what it belongs to in each
    language ("Rabbit Night Light"); `turns_ago` is 0 for the last answer's, `call` the place of its call there.
    """

    model_config = ConfigDict(frozen=True)
    id: str
    value: float
    unit: str
    metric: str
    entity: str
    period: str = ""
    label: dict[str, str]
    turns_ago: int = 0
    call: int = 0


def stated_figures(result: ToolResult, call: int, names: Iterable[str] | None = None) -> list[Figure]:
    """Return the quantities that a result's sentences speak of, the heart of the answer first.

    Args:
        result: what a call brought back.
        call: its place in the plan, from 0.
        names: the facts that the reader was shown, in that order; by default all that the sentences name.
    """
    if names is None:
        names = [name for role in _ROLES for s in result.statements if s.role == role for name in s.names()]
    # Of a calculation only the result is new: its operands were stated before.
    if result.tool == "calculate":
        names = [name for name in names if name == "result"]
    facts = [result.facts[name] for name in dict.fromkeys(names) if name in result.facts]
    return [_figure(result, fact, call) for fact in facts if _is_quantity(fact)][:MOST_FIGURES]


def _is_quantity(fact: Fact) -> bool:
    is_number = isinstance(fact.value, int | float)
    return (
        is_number
        and not _SETTING.match(fact.id)
        and (fact.unit in _QUANTITIES or bool(_INTERVAL_END.match(fact.id)))
    )


def _figure(result: ToolResult, fact: Fact, call: int) -> Figure:
    entity = fact.entity
    if entity == "store" and result.arguments.get("product_id"):
        entity = str(result.arguments["product_id"])
    titles = [f for f in result.facts.values() if f.metric == "title" and f.entity == entity]
    label = _NAMELESS.get(entity, {"en": entity, "zh": entity})
    if titles:
        label = {"en": titles[0].display("en"), "zh": titles[0].display("zh")}
    return Figure(
        id=fact.id,
        value=float(fact.value),
        unit="units" if fact.unit == "count" else fact.unit,
        metric=fact.metric,
        entity=entity,
        period=fact.period,
        label=label,
        call=call,
    )


def keep_figures(new: Sequence[Figure], earlier: Sequence[Figure]) -> list[Figure]:
    """Return the figures that the next turn may reckon with: the new ones, then those of the turns before."""
    aged = [figure.model_copy(update={"turns_ago": figure.turns_ago + 1}) for figure in earlier]
    known = {_key(figure) for figure in new}
    # A run of calculations must not push out what they all rest on.
    kept = [f for f in aged if _key(f) not in known and not (is_calculated(f) and f.turns_ago > 1)]
    return [*new, *kept][:MOST_KEPT]


def is_calculated(figure: Figure) -> bool:
    """Whether a figure came out of a calculation."""
    return figure.metric == CALCULATED


def _key(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.unit, figure.metric, figure.entity, figure.period


def choose_figures(words: str, figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures with the one that the words mean first; all in their order where they name none.

    Args:
        words: "the revenue", "上限", "1,235", a product's title; "" where nothing was named.
        figures: candidates, newest first.

    Returns:
        Of several that are named, those and no others, in the words' order; else all candidates, the named one
        first; empty where the words name a kind of figure that is not among them.
    """
    text = fold(words)
    typed = [figure for figure in figures if is_typed(figure, text)]
    if typed:
        return _first(typed[:1], figures)
    titled = _titled(text, figures)
    cued = [[f for f in figures if about.search(f"{f.id} {f.metric} {f.unit}")] for about in _cued(text)]
    if not all(cued):
        return []
    if not cued:
        return list(titled.values()) if len(titled) > 1 else _first(list(titled.values()), figures)
    entities = {figure.entity for figure in titled.values()}
    first = next((f for f in cued[0] if f.entity in entities), cued[0][0])
    # "The revenue by the units": of one product in one time.
    beside = [next((f for f in of_kind if _is_beside(f, first)), of_kind[0]) for of_kind in cued[1:]]
    meant = [first, *beside]
    return meant if len(meant) > 1 else _first(meant, figures)


def _is_beside(figure: Figure, first: Figure) -> bool:
    return (figure.entity, figure.period, figure.turns_ago) == (first.entity, first.period, first.turns_ago)


def _titled(text: str, figures: Sequence[Figure]) -> dict[str, Figure]:
    """Return the first figure of each product that a text names, in the text's order."""
    places: dict[str, tuple[int, Figure]] = {}
    for figure in figures:
        found = [text.find(fold(title)) for title in figure.label.values()]
        if max(found) >= 0 and figure.entity not in _NAMELESS:
            places.setdefault(figure.entity, (max(found), figure))
    ordered = sorted(places.items(), key=lambda item: item[1][0])
    return {entity: figure for entity, (_, figure) in ordered}


def _cued(text: str) -> list[re.Pattern[str]]:
    found = [(match.start(), about) for cue, about in _CUES if (match := cue.search(text))]
    return [about for _, about in sorted(found, key=lambda item: item[0])]


def name_figure(question: str, figures: Sequence[Figure]) -> str:
    """Return the words of a question that say which figure it means, "" where it says none.

    Args:
        question: "What is 15% of the revenue?" -> "revenue".
        figures: those that the conversation knows, for their titles and values.
    """
    text = fold(question)
    typed = [f"{figure.value:g}" for figure in figures if is_typed(figure, text)]
    if typed:
        return typed[0]
    # "Add 100 units" names an amount, not a figure.
    bare = re.sub(rf"(?:{NUMBER})\s*(?:units?|pieces?|件)", " ", text)
    titles = {
        title: text.find(fold(title))
        for f in figures
        for title in f.label.values()
        if f.entity not in _NAMELESS
    }
    cues = {match.group(): match.start() for cue, _ in _CUES if (match := cue.search(bare))}
    places = {**{title: place for title, place in titles.items() if place >= 0}, **cues}
    return " ".join(sorted(places, key=lambda words: places[words]))


def _first(meant: Sequence[Figure], figures: Sequence[Figure]) -> list[Figure]:
    return [*meant, *(figure for figure in figures if figure not in meant)]


def is_typed(figure: Figure, text: str) -> bool:
    """Whether a text repeats the figure itself, as in "multiply 1,235 by three"."""
    if abs(figure.value) < 10:
        return False
    forms = {f"{figure.value:{form}}" for form in (",.0f", ".0f", ",.2f", ".2f", "g")}
    return any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d%]|[.,]\d)", text) for form in forms)
