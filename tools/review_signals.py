"""What reviews said near a change in sales: counted beside it, never called its cause."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pandas as pd

from tools.labels import Words, state_period
from tools.periods import Period
from tools.products import Product
from tools.results import Draft
from tools.review_aspects import count_aspects
from tools.review_quotes import LOW_STARS, find_quotable, review_texts, review_weights
from tools.shop import Shop

# Complaints come before sales fall: customers receive, use, write, and only then others read.
LOOK_BACK_DAYS = 21
QUOTED = 3
# One or two complaints in five weeks are no signal.
LEAST_LOW_RATED = 3


def say_review_signals(draft: Draft, shop: Shop, product: Product, recent: Period, *, is_fall: bool) -> None:
    """Count low-rated reviews up to the end of the change and as many days before, and say what they name.

    Args:
        draft: the explanation so far.
        shop: the session's shop.
        product: whose reviews.
        recent: the days explained; reviews from three weeks before its start are counted in.
        is_fall: whether sales fell: complaints are quoted only then.
    """
    window = Period(recent.start - timedelta(days=LOOK_BACK_DAYS), recent.end)
    before = window.before()
    reviews = shop.store.reviews(product.product_id, before.start, window.end)
    reviews = reviews[review_weights(reviews) > 0]
    low = reviews[pd.to_numeric(reviews["rating"], errors="coerce") <= LOW_STARS]
    is_recent = pd.to_datetime(low["ds"]) >= pd.Timestamp(window.start)
    late, early = low[is_recent], low[~is_recent]
    if max(len(late), len(early)) < LEAST_LOW_RATED:
        return
    _say_counts(draft, product, window, before, late, early)
    if is_fall and len(late) > len(early):
        found = count_aspects(review_texts(late))
        query = f"{found[0][0].en} {found[0][0].zh}" if found else "problem, broken, 质量问题"
        draft.result.evidence = find_quotable(
            shop, query, product_id=product.product_id, period=window, opinion="negative", limit=QUOTED
        )


def _say_counts(
    draft: Draft, product: Product, window: Period, before: Period, late: pd.DataFrame, early: pd.DataFrame
) -> None:
    state = partial(draft.fact, entity=product.product_id, metric="reviews of two stars or fewer")
    state("low_recent", len(late), "count", period=window.iso())
    state("low_before", len(early), "count", period=before.iso())
    draft.fact("low_stars", LOW_STARS, "stars", metric="most stars of a low rating")
    draft.fact("review_window", window.days, "days", metric="length of the period")
    when = state_period(draft, window, "review_")
    named = _named_aspect(draft, product, window, late)
    draft.say(
        "evidence",
        f"Reviews {when.en}: {{low_recent}} with {{low_stars}} or fewer, against {{low_before}} in the"
        f" {{review_window}} before{named.en}. That stands beside the change; it does not prove a cause.",
        f"{when.zh}的差评（不超过 {{low_stars}}）有 {{low_recent}} 条，此前 {{review_window}}是"
        f" {{low_before}} 条{named.zh}。"
        "这只是同期现象，不能当作原因的证明。",
        aspect="reviews",
    )


def _named_aspect(draft: Draft, product: Product, window: Period, late: pd.DataFrame) -> Words:
    found = count_aspects(review_texts(late))
    if not found or found[0][1] < 2:
        return Words("", "")
    aspect, count = found[0]
    state = partial(draft.fact, entity=product.product_id, period=window.iso())
    state("complaint", aspect.en, "text", localized={"en": aspect.en, "zh": aspect.zh})
    state("complaint_reviews", count, "count", metric="reviews that mention it")
    return Words(
        "; {complaint_reviews} of them mention {complaint}", "，其中 {complaint_reviews} 条提到{complaint}"
    )
