"""Tool results of the demo shop as scenes: what a sentence may say of them, and which words follow the facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from evals.checking_templates import WORDS
from tools.explain import explain_trend
from tools.forecast import forecast_demand
from tools.periods import Period
from tools.restock import recommend_restock
from tools.results import Evidence, Fact, Lang, ToolResult
from tools.review_search import search_reviews
from tools.sales import get_sales
from tools.shop import Shop
from tools.trending import list_trending

LANGUAGES: tuple[Lang, Lang] = ("en", "zh")
_ROSE = {"en": ("more!", "rose!", "up!"), "zh": ("more!", "rose!")}


@dataclass(frozen=True)
class Scene:
    """One result in one language.

    Args:
        topics: which templates may speak of it.
        facts: all that was stated, table cells included.
        slots: facts by the name that templates use.
        ups: by a word's slot, whether its facts point up (or suffice).
        statements: the tool's own sentences.
        stranger: a product's title that is not in the result.
        titles: all of the shop's.
    """

    topics: tuple[str, ...]
    lang: Lang
    facts: tuple[Fact, ...]
    slots: dict[str, Fact]
    ups: dict[str, bool]
    statements: tuple[str, ...]
    quoted: tuple[Evidence, ...] = ()
    stranger: str = ""
    titles: tuple[str, ...] = ()
    question: str = ""

    def word(self, slot: str, flipped: bool = False) -> str:
        """Return the word of a slot that agrees with the facts, or its opposite."""
        kind = slot.rpartition("_")[2]
        return WORDS[self.lang][kind][self.ups[slot] == flipped]


def scenes(shop: Shop, products: int) -> Iterator[Scene]:
    """Yield scenes of the first products, both languages each; the same shop gives the same scenes."""
    known = {
        "en": tuple(product.title for product in shop.catalogue.products),
        "zh": tuple(product.title_zh or product.title for product in shop.catalogue.products),
    }
    catalogue = list(shop.catalogue.products)[: products + 1]
    month = Period(shop.as_of - timedelta(days=27), shop.as_of)
    for index, product in enumerate(catalogue[:products]):
        stranger = catalogue[(index + 1) % len(catalogue)]
        titles = {"en": stranger.title, "zh": stranger.title_zh or stranger.title}
        for result, topics in _results(shop, product.product_id, month, index):
            yield from _both(result, topics, titles, known)
    titles = {"en": catalogue[-1].title, "zh": catalogue[-1].title_zh or catalogue[-1].title}
    for direction in ("up", "down"):
        listed = list_trending(shop, direction=direction)
        yield from _both(listed, ("trending",), titles, known)
    yield from _both(get_sales(shop, None, month), ("change", "days", "best"), titles, known)


def _results(
    shop: Shop, product_id: str, month: Period, index: int
) -> Iterator[tuple[ToolResult, tuple[str, ...]]]:
    yield get_sales(shop, product_id, month), ("sales", "change", "days")
    yield forecast_demand(shop, product_id, 10 + index), ("forecast", "accuracy")
    yield explain_trend(shop, product_id, month), ("explain",)
    yield (
        recommend_restock(shop, product_id, lead_time_days=6 + index, on_hand=20.0 + 37 * index),
        ("restock", "order"),
    )
    yield search_reviews(shop, "quality", product_id), ("reviews",)


def _both(
    result: ToolResult, topics: tuple[str, ...], titles: dict[str, str], known: dict[str, tuple[str, ...]]
) -> Iterator[Scene]:
    if not result.ok:
        return
    for lang in LANGUAGES:
        facts = (*result.facts.values(), *result.cells())
        quoted = tuple(review for review in result.evidence if not review.flags)
        statements = tuple(result.render(s, lang) for s in result.statements if s.role != "next_step")
        slots = _slots(result)
        yield Scene(
            topics, lang, facts, slots, _ups(slots, lang), statements, quoted, titles[lang], known[lang]
        )


def _slots(result: ToolResult) -> dict[str, Fact]:
    """Return the facts by name, and the ends of the period asked about as days of their own."""
    slots = dict(result.facts)
    named = slots.get("when")
    if named is not None and ".." in str(named.value):
        for name, day in zip(("start", "end"), str(named.value).split(".."), strict=True):
            slots[name] = named.model_copy(
                update={"id": name, "value": day, "unit": "date", "localized": None}
            )
    return slots


def _ups(slots: dict[str, Fact], lang: Lang) -> dict[str, bool]:
    """Say which way each word must point, from the raw values alone."""

    def value(name: str) -> float:
        return float(slots[name].value)

    ups: dict[str, bool] = {}
    for now, then, prefix in (
        ("units", "units_before", ""), ("recent", "baseline", ""),
        ("top1_units", "top1_before", "top1_"), ("top2_units", "top2_before", "top2_"),
    ):  # fmt: skip
        if now in slots and then in slots and value(now) != value(then):
            ups |= {f"{prefix}{kind}": value(now) > value(then) for kind in _ROSE[lang]}
    if "order" in slots:
        ups["enough!"] = value("order") <= 0
    return ups
