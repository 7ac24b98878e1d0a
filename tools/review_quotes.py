"""Reviews that may be quoted: near to the question, neither adverts nor instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from store.review_flags import is_quotable, review_weight
from tools.periods import Period
from tools.results import Evidence
from tools.shop import Shop

if TYPE_CHECKING:
    from store.review_index import ReviewHit

Opinion = Literal["any", "negative", "positive"]
LOW_STARS, HIGH_STARS = 2, 4
MOST_QUOTED = 5
# Hits beyond the quoted ones stand in for those that must not be quoted.
_SEARCHED = 20


def review_weights(reviews: pd.DataFrame) -> pd.Series[float]:
    """Return what each review counts for by its flags, 0 to 1; one of weight 0 is no customer's word."""
    return reviews["flags"].map(review_weight).astype(float)


def review_texts(reviews: pd.DataFrame) -> list[str]:
    """Return each review's title and text as one string."""
    return [f"{title or ''} {text}" for title, text in zip(reviews["title"], reviews["text"], strict=True)]


def find_quotable(
    shop: Shop,
    query: str,
    *,
    product_id: str | None = None,
    period: Period | None = None,
    opinion: Opinion = "any",
    limit: int = MOST_QUOTED,
) -> list[Evidence]:
    """Return the reviews nearest to a query that may be quoted; none where the session cannot search.

    Args:
        shop: the session's shop.
        query: what to look for.
        product_id: only this product's.
        period: only those written in these days.
        opinion: which ratings count.
        limit: how many at most.
    """
    if shop.reviews is None:
        return []
    hits = shop.reviews.search(
        query,
        product_id=product_id,
        start=period.start if period else None,
        end=period.end if period else None,
        min_rating=HIGH_STARS if opinion == "positive" else None,
        max_rating=LOW_STARS if opinion == "negative" else None,
        limit=_SEARCHED,
    )
    return [_as_evidence(shop, hit) for hit in hits if is_quotable(hit.flags)][:limit]


def _as_evidence(shop: Shop, hit: ReviewHit) -> Evidence:
    """Return a search hit as evidence; its text stays a stranger's words."""
    product = shop.catalogue.get(hit.product_id)
    return Evidence(
        review_id=hit.review_id,
        product_id=hit.product_id,
        product_title=product.title if product else hit.product_id,
        date=hit.ds,
        rating=hit.rating,
        language=hit.language or "",
        text=": ".join(part for part in (hit.title, hit.text) if part),
        score=hit.score,
        flags=list(hit.flags),
        copies=hit.copies,
    )
