"""`search_reviews`: what customers wrote, with the reviews that say so."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd

from tools.labels import Words, require_product, state_period, warn_synthetic
from tools.periods import Period
from tools.products import Product
from tools.results import Column, Draft, Table, ToolResult
from tools.review_aspects import asked_aspect, count_aspects
from tools.review_flag_wording import say_counted_for_less, say_left_out
from tools.review_quotes import HIGH_STARS, LOW_STARS, Opinion, find_quotable, review_texts, review_weights
from tools.shop import Shop
from tools.spans import Span

ASPECTS_NAMED = 3


def search_reviews(
    shop: Shop,
    query: Annotated[str, Span("query", "text", "what to look for, in the question's words")],
    product_id: Annotated[str | None, Span("product", "product", "the product, if said")] = None,
    period: Annotated[Period | None, Span("period", "period", "when written, if said")] = None,
    opinion: Opinion = "any",
) -> ToolResult:
    """What customers say in reviews: complaints, praise, quality, opinions.

    Args:
        shop: the session's shop.
        query: what to look for.
        product_id: only this product's reviews.
        period: only reviews written in these days.
        opinion: "negative" for one or two stars, "positive" for four or five.
    """
    arguments = {
        "query": query,
        "product_id": product_id,
        "start": period.start.isoformat() if period else None,
        "end": period.end.isoformat() if period else None,
        "opinion": opinion,
    }
    draft = Draft("search_reviews", arguments, shop.as_of)
    if not _require_reviews(draft, shop):
        return draft.result
    product = None
    if product_id is not None:
        product = require_product(draft, shop, product_id)
        if product is None:
            return draft.result
    else:
        draft.fact("product", "The shop", "text", localized={"en": "The shop", "zh": "全店"}, metric="name")
    reviews = shop.store.reviews(
        product.product_id if product else None,
        period.start if period else None,
        period.end if period else None,
    )
    when = state_period(draft, period) if period else Words("in all", "累计")
    weights = review_weights(reviews)
    if (weights > 0).any():
        _report(draft, shop, reviews[weights > 0], when, opinion)
        _quote(draft, shop, query, product, period, opinion)
    else:
        _say_none(draft, when)
    say_left_out(draft, reviews[weights == 0])
    say_counted_for_less(draft, reviews[weights > 0])
    warn_synthetic(draft, shop)
    return draft.result


def _require_reviews(draft: Draft, shop: Shop) -> bool:
    if shop.store.info.review_count:
        return True
    draft.fail(
        "no_reviews",
        en="This store holds no reviews.",
        zh="这家店还没有评价数据。",
        remedy_en="Import them first: shopcast import reviews FILE.",
        remedy_zh="请先导入评价：shopcast import reviews 文件。",
    )
    return False


def _say_none(draft: Draft, when: Words) -> None:
    draft.say(
        "lead",
        f"{{product}} has no reviews to go by {when.en}.",
        f"{{product}}{when.zh}没有可参考的评价。",
        aspect="count",
    )


def _report(draft: Draft, shop: Shop, reviews: pd.DataFrame, when: Words, opinion: Opinion) -> None:
    entity = draft.result.products[0].product_id if draft.result.products else "store"
    ratings = pd.to_numeric(reviews["rating"], errors="coerce").dropna()
    draft.fact("reviews", len(reviews), "count", entity=entity, metric="reviews")
    if ratings.empty:
        draft.say(
            "lead",
            f"{{product}} has {{reviews}} {_reviews(len(reviews))} {when.en}, none of them with stars.",
            f"{{product}}{when.zh}有 {{reviews}} 条评价，都没有打分。",
            aspect="rating",
        )
    else:
        draft.fact("high_stars", HIGH_STARS, "stars", metric="least stars of a good rating")
        draft.fact("low_stars", LOW_STARS, "stars", metric="most stars of a bad rating")
        average = np.average(ratings, weights=review_weights(reviews)[ratings.index])
        draft.fact("stars", round(float(average), 1), "stars", entity=entity, metric="average rating")
        draft.fact(
            "low",
            int((ratings <= LOW_STARS).sum()),
            "count",
            entity=entity,
            metric="reviews of two stars or fewer",
        )
        draft.fact(
            "high",
            int((ratings >= HIGH_STARS).sum()),
            "count",
            entity=entity,
            metric="reviews of four stars or more",
        )
        draft.say(
            "lead",
            f"{{product}} has {{reviews}} {_reviews(len(reviews))} {when.en}, {{stars}} on average: "
            "{high} good ({high_stars} or more) and {low} bad ({low_stars} or fewer).",
            f"{{product}}{when.zh}有 {{reviews}} 条评价，平均 {{stars}}，其中好评 {{high}}"
            " 条（{high_stars}以上），差评 {low} 条（{low_stars}以下）。",
            aspect="rating",
            others=[
                (
                    f"{{product}} averages {{stars}} over {{reviews}} {_reviews(len(reviews))} {when.en}; {{high}} are"
                    " good ({high_stars} or more), {low} bad ({low_stars} or fewer).",
                    f"{{product}}平均 {{stars}}（{when.zh} {{reviews}} 条评价），好评 {{high}} 条（{{high_stars}}以上），"
                    "差评 {low} 条（{low_stars}以下）。",
                )
            ],
        )
        draft.result.table = _rating_table(ratings)
    _say_aspects(draft, _of_opinion(reviews, opinion), opinion, entity)
    _say_asked(draft, _of_opinion(reviews, opinion), entity)


def _reviews(count: int) -> str:
    return "review" if count == 1 else "reviews"


def _of_opinion(reviews: pd.DataFrame, opinion: Opinion) -> pd.DataFrame:
    ratings = pd.to_numeric(reviews["rating"], errors="coerce")
    if opinion == "negative":
        return reviews[ratings <= LOW_STARS]
    return reviews[ratings >= HIGH_STARS] if opinion == "positive" else reviews


def _say_aspects(draft: Draft, reviews: pd.DataFrame, opinion: Opinion, entity: str) -> None:
    """Name the aspects mentioned most; the count is of reviews, not of words."""
    found = count_aspects(review_texts(reviews))[:ASPECTS_NAMED]
    who = {
        "any": Words("Reviews mention", "评价里提到最多的是"),
        "negative": Words("Bad reviews mention", "差评里提到最多的是"),
        "positive": Words("Good reviews mention", "好评里提到最多的是"),
    }[opinion]
    if not found:
        return
    for number, (aspect, count) in enumerate(found, start=1):
        draft.fact(
            f"aspect{number}", aspect.en, "text", entity=entity, localized={"en": aspect.en, "zh": aspect.zh}
        )
        draft.fact(f"aspect{number}_reviews", count, "count", entity=entity, metric="reviews that mention it")
    numbers = range(1, len(found) + 1)
    draft.say(
        "evidence",
        f"{who.en} these most: {', '.join(f'{{aspect{n}}} ({{aspect{n}_reviews}})' for n in numbers)}.",
        f"{who.zh}：{'、'.join(f'{{aspect{n}}}（{{aspect{n}_reviews}} 条）' for n in numbers)}。",
        aspect="aspects",
    )


def _say_asked(draft: Draft, reviews: pd.DataFrame, entity: str) -> None:
    """Answer how many reviews mention the one thing that was asked about."""
    aspect = asked_aspect(str(draft.result.arguments["query"]))
    if aspect is None:
        return
    mentioning = [bool(aspect.pattern.search(text)) for text in review_texts(reviews)]
    ratings = pd.to_numeric(reviews["rating"], errors="coerce")[mentioning]
    draft.fact("asked", aspect.en, "text", entity=entity, localized={"en": aspect.en, "zh": aspect.zh})
    draft.fact("asked_reviews", sum(mentioning), "count", entity=entity, metric="reviews that mention it")
    draft.fact(
        "asked_low", int((ratings <= LOW_STARS).sum()), "count", entity=entity, metric="of two stars or fewer"
    )
    draft.say(
        "verdict",
        f"On {{asked}}: {{asked_reviews}} {_reviews(sum(mentioning))} mention it, {{asked_low}} of them bad.",
        "说到{asked}的有 {asked_reviews} 条，其中差评 {asked_low} 条。",
        aspect="asked",
    )


def _quote(
    draft: Draft, shop: Shop, query: str, product: Product | None, period: Period | None, opinion: Opinion
) -> None:
    if shop.reviews is None:
        draft.say(
            "caveat",
            "The reviews could not be searched by meaning just now, so none is quoted.",
            "暂时没法按语义检索评价，这里没有引用原文。",
            aspect="quotes",
        )
        return
    draft.result.evidence = find_quotable(
        shop, query, product_id=product.product_id if product else None, period=period, opinion=opinion
    )
    if not draft.result.evidence:
        draft.say(
            "caveat",
            "No review there fits the question closely enough to quote.",
            "没有足够贴题的评价可以引用。",
            aspect="quotes",
        )


def _rating_table(ratings: pd.Series[Any]) -> Table:
    counts = ratings.round().astype(int).value_counts()
    rows = [{"stars": stars, "reviews": int(counts.get(stars, 0))} for stars in (5, 4, 3, 2, 1)]
    columns = [
        Column(key="stars", en="Rating", zh="评分", unit="stars"),
        Column(key="reviews", en="Reviews", zh="评价数", unit="count"),
    ]
    return Table(columns=columns, rows=rows, total_rows=len(rows))
