"""`summarize_reviews`: what customers praise and complain about, aspect by aspect, with reviews that say so."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import numpy.typing as npt
import pandas as pd

from tools.labels import Words, require_product, state_period, warn_synthetic
from tools.periods import Period, last_days
from tools.products import Product
from tools.results import Draft, ToolResult
from tools.review_aspects import standing
from tools.review_flag_wording import say_left_out
from tools.review_opinions import read_opinions
from tools.review_quotes import review_texts, review_weights
from tools.review_scorer import review_scorer
from tools.review_summary_wording import (
    ReviewsRead,
    pick_quotes,
    quote,
    say_aspects,
    say_complaints,
    say_content,
    say_move,
    say_nothing,
    say_partly_read,
    summary_chart,
    summary_table,
)
from tools.shop import Shop
from tools.spans import Span
from tools.topic_moves import Move, compare_shares

ASPECTS_LISTED = 8
TREND_DAYS = 28
# Enough to know what is spoken of; more would only take longer.
MOST_READ = 3000


def summarize_reviews(
    shop: Shop,
    product_id: Annotated[str | None, Span("product", "product", "the product, if said")] = None,
    period: Annotated[Period | None, Span("period", "period", "when written, if said")] = None,
) -> ToolResult:
    """Sum up the reviews by aspect: praise, complaints, what is said more often lately.

    Args:
        shop: the session's shop.
        product_id: only this product's reviews.
        period: only reviews written in these days.
    """
    arguments = {
        "product_id": product_id,
        "start": period.start.isoformat() if period else None,
        "end": period.end.isoformat() if period else None,
    }
    draft = Draft("summarize_reviews", arguments, shop.as_of)
    if not shop.store.info.review_count:
        return draft.fail(
            "no_reviews",
            en="This store holds no reviews.",
            zh="这家店还没有评价数据。",
            remedy_en="Import them first: shopcast import reviews FILE.",
            remedy_zh="请先导入评价：shopcast import reviews 文件。",
        )
    product = None
    if product_id is None:
        draft.fact("product", "The shop", "text", localized={"en": "The shop", "zh": "全店"}, metric="name")
    elif (product := require_product(draft, shop, product_id)) is None:
        return draft.result
    _summarize(draft, shop, product, period)
    warn_synthetic(draft, shop)
    return draft.result


def _summarize(draft: Draft, shop: Shop, product: Product | None, period: Period | None) -> None:
    held = _reviews(shop, product, period)
    counted = held[review_weights(held) == 1]
    when = state_period(draft, period) if period else Words("in all", "累计")
    entity = product.product_id if product else "store"
    draft.fact("reviews", len(counted), "count", entity=entity, metric="reviews counted")
    window = period or last_days(shop.as_of, TREND_DAYS)
    compared = _reviews(shop, product, Period(window.before().start, window.end)) if period else held
    read, mentions = _read(shop, compared, product, period)
    if read.opinions:
        moves = _moves(read, mentions, window)
        say_aspects(draft, read, when)
        say_complaints(draft, read)
        say_move(draft, moves, read)
        picked = pick_quotes(read)
        draft.result.evidence = quote(shop, read, picked)
        draft.result.table = summary_table(read, moves, picked)
        draft.result.chart = summary_chart(read)
    else:
        say_nothing(draft, when)
    if len(counted) and pd.to_numeric(counted["rating"], errors="coerce").isna().all():
        latest = review_texts(counted.tail(MOST_READ))
        say_content(draft, entity, int((review_scorer(shop).score_reviews(latest) > 0.5).sum()))
    if len(held) > MOST_READ:
        say_partly_read(draft, MOST_READ)
    say_left_out(draft, held)


def _reviews(shop: Shop, product: Product | None, period: Period | None) -> pd.DataFrame:
    return shop.store.reviews(
        product.product_id if product else None,
        period.start if period else None,
        period.end if period else None,
    )


def _read(
    shop: Shop, held: pd.DataFrame, product: Product | None, period: Period | None
) -> tuple[ReviewsRead, dict[str, list[int]]]:
    """Read the latest reviews: what those of the period think, and which of all that count mention each aspect.

    Flagged ones are left out, or weigh little in the order.
    """
    rows = held[review_weights(held) > 0].tail(MOST_READ).reset_index(drop=True)
    weights = review_weights(rows).to_numpy(float)
    stars = pd.to_numeric(rows["rating"], errors="coerce").to_numpy(float)
    found = read_opinions(review_texts(rows), stars.tolist(), _own_words(shop, rows))
    asked = _within(rows, period) if period else np.ones(len(rows), dtype=bool)
    found.sort(
        key=lambda each: -standing(each.aspect) * sum(weights[place] for place in each.lean if asked[place])
    )
    counted = set(np.flatnonzero(asked & (weights == 1)).tolist())
    listed = [each for each in (every.only(counted) for every in found) if each.lean][:ASPECTS_LISTED]
    mentions = {each.aspect.en: [place for place in each.lean if weights[place] == 1] for each in found}
    return ReviewsRead(product.product_id if product else "store", rows, listed), mentions


def _own_words(shop: Shop, rows: pd.DataFrame) -> list[str]:
    """Return what the reviewed goods are called: a "kettle" is no aspect of a kettle."""
    products = [shop.catalogue.get(product_id) for product_id in rows["product_id"].unique()]
    return [title for each in products if each for title in (each.title, each.title_zh) if title]


def _moves(read: ReviewsRead, mentions: dict[str, list[int]], window: Period) -> list[Move]:
    """Compare how often each aspect comes up in the window and in as many days before."""
    plain = (review_weights(read.rows) == 1).to_numpy()
    late, early = (_within(read.rows, days) & plain for days in (window, window.before()))
    return compare_shares(
        [(each.aspect, int(late[mentions[each.aspect.en]].sum())) for each in read.opinions],
        {name: int(early[places].sum()) for name, places in mentions.items()},
        (window, int(late.sum())),
        (window.before(), int(early.sum())),
    )


def _within(rows: pd.DataFrame, period: Period) -> npt.NDArray[np.bool_]:
    days = pd.to_datetime(rows["ds"])
    return days.between(pd.Timestamp(period.start), pd.Timestamp(period.end)).to_numpy()
