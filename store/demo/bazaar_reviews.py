"""Reviews of the bazaar, composed from hand-written clauses; their dates follow the sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from store.demo.bazaar_catalogue import Item
from store.demo.bazaar_causes import (
    DEFECT_REVIEWS,
    DEFECT_REVIEWS_FROM,
    PRICE_CUT_DAYS,
    VIRAL_DAYS,
    Causes,
    record_planted_review,
)
from store.demo.bazaar_demand import Market
from store.review_flags import flag_review

_LANGUAGES = ("en", "zh")
_RATING_SHARES = {5: 0.46, 4: 0.26, 3: 0.12, 2: 0.08, 1: 0.08}
_POSITIVE_SHARE = {5: 1.0, 4: 0.85, 3: 0.5, 2: 0.15, 1: 0.0}
_OTHER_STORY_REVIEWS = 10


@dataclass(frozen=True)
class _Story:
    theme: str
    days: int
    rating: tuple[int, ...]


_STORIES = {
    "quality_defect": _Story("zip", DEFECT_REVIEWS_FROM, (1, 1, 2, 2, 3)),
    "viral_riser": _Story("viral", VIRAL_DAYS, (5, 5, 4)),
    "price_cut": _Story("cheaper", PRICE_CUT_DAYS, (5, 4, 4)),
}


@cache
def _phrases() -> dict[str, Any]:
    text = files("store.demo").joinpath("bazaar_phrases.yaml").read_text(encoding="utf-8")
    phrases: dict[str, Any] = yaml.safe_load(text)
    return phrases


def write_reviews(
    items: list[Item], market: Market, causes: Causes, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Compose `count` reviews, half in each language, and record the planted ones in `causes`.

    Args:
        items: the goods.
        market: the simulated shop; a review follows a sale by 3 to 12 days.
        causes: what was planted; adverts and instructions are added to its records.
        count: reviews in all.
        rng: the only source of chance.

    Returns:
        One row a review, as `store.reviews.write_reviews` takes them.
    """
    planted = _planted_reviews(items, market, causes, rng)
    stories = _story_days(items, market, rng)
    plain = _sale_days(market, max(0, count - len(planted) - len(stories)), rng)
    taste = rng.normal(0, 0.5, len(items))  # some goods are simply better than others
    rows = [_compose(items[row], market.days[day], taste[row], None, rng) for row, day in plain]
    rows += [
        _compose(items[row], market.days[day], 0.0, _STORIES[items[row].role or ""], rng)
        for row, day in stories
    ]
    frame = pd.DataFrame(planted + rows)
    frame = frame.sort_values(["ds", "product_id", "text"], kind="stable").reset_index(drop=True)
    frame.insert(0, "review_id", [f"R{number:05d}" for number in range(1, len(frame) + 1)])
    frame["flags"] = [
        flag_review(f"{title} {text}") for title, text in zip(frame["title"], frame["text"], strict=True)
    ]
    return frame


def _sale_days(market: Market, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw (product, day) of reviews in proportion to units sold, some days after the sale."""
    weights = market.units.astype(np.float64).ravel()
    drawn = rng.choice(weights.size, size=count, p=weights / weights.sum())
    product, sold = np.unravel_index(drawn, market.units.shape)
    day = np.minimum(sold + rng.integers(3, 13, size=count), len(market.days) - 1)
    return list(zip(product.tolist(), day.tolist(), strict=True))


def _story_days(items: list[Item], market: Market, rng: np.random.Generator) -> list[tuple[int, int]]:
    last = len(market.days) - 1
    days: list[tuple[int, int]] = []
    for row, item in enumerate(items):
        story = _STORIES.get(item.role or "")
        if story is None:
            continue
        wanted = DEFECT_REVIEWS if story.theme == "zip" else _OTHER_STORY_REVIEWS
        # Spread over the whole story, the first on its first day: complaints must be there before sales fall.
        offsets = np.linspace(story.days - 1, 0, wanted).astype(int)
        days += [(row, int(last - offset)) for offset in offsets]
    return days


def _compose(
    item: Item, day: pd.Timestamp, taste: float, story: _Story | None, rng: np.random.Generator
) -> dict[str, Any]:
    phrases, language = _phrases(), str(rng.choice(_LANGUAGES))
    if story is not None:
        rating = int(rng.choice(story.rating))
    else:
        drawn = rng.choice(list(_RATING_SHARES), p=list(_RATING_SHARES.values()))
        rating = int(np.clip(round(drawn + taste), 1, 5))
    tone = "pos" if rating >= 4 else "mid" if rating == 3 else "neg"
    parts = _aspect_clauses(item, rating, language, int(rng.integers(1, 4)), rng)
    if story is not None:
        parts.insert(0, str(rng.choice(phrases["stories"][story.theme][language])))
    if rng.random() < 0.5:
        parts.insert(0, str(rng.choice(phrases["openers"][language])))
    if rng.random() < 0.5:
        parts.append(str(rng.choice(phrases["closers"][tone][language])))
    text = (" " if language == "en" else "").join(parts)
    text = text.replace("{noun}", item.noun[language]).replace("{days}", str(rng.integers(2, 10)))
    title = str(rng.choice(phrases["titles"][tone][language])) if rng.random() < 0.7 else None
    return _row(item, day, rating, language, title, text)


def _row(
    item: Item, day: pd.Timestamp, rating: int, language: str, title: str | None, text: str
) -> dict[str, Any]:
    return {
        "product_id": item.product_id, "ds": day.date(), "rating": rating,
        "language": language, "title": title, "text": text,
    }  # fmt: skip


def _aspect_clauses(
    item: Item, rating: int, language: str, count: int, rng: np.random.Generator
) -> list[str]:
    """Draw clauses on different aspects, each good or bad as the rating makes likely."""
    own, general = _own_aspects(item), _phrases()["general"]
    aspects = {**own, **general}
    # What the product is like matters more to customers than how it came.
    weights = np.array([2.0] * len(own) + [1.0] * len(general))
    chosen = rng.choice(list(aspects), size=count, replace=False, p=weights / weights.sum())
    tones = ["pos" if rng.random() < _POSITIVE_SHARE[rating] else "neg" for _ in chosen]
    return [str(rng.choice(aspects[a][language][tone])) for a, tone in zip(chosen, tones, strict=True)]


def _own_aspects(item: Item) -> dict[str, Any]:
    """Return what customers say of the product itself: its category's aspects, or some that suit it."""
    phrases = _phrases()
    if item.noun["en"] not in phrases["voices"]:
        return dict(phrases[item.category])
    named = [reference.split(".") for reference in phrases["voices"][item.noun["en"]]]
    return {aspect: phrases[category][aspect] for category, aspect in named}


def _planted_reviews(
    items: list[Item], market: Market, causes: Causes, rng: np.random.Generator
) -> list[dict[str, Any]]:
    rows = []
    for item in items:
        if item.role not in ("advert", "instruction"):
            continue
        for language in _LANGUAGES:
            day = market.days[-1] - pd.Timedelta(days=int(rng.integers(2, 25)))
            rows.append(_row(item, day, 5, language, None, _phrases()["stories"][item.role][language]))
            record_planted_review(causes, f"{item.role}_review", item.product_id, _as_date(day))
    return rows


def _as_date(day: pd.Timestamp) -> date:
    return day.date()
