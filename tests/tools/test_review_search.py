from datetime import date

import pandas as pd
import pytest

from tools.periods import Period, last_days
from tools.review_aspects import asked_aspect, count_aspects
from tools.review_search import search_reviews
from tools.shop import Shop


def test_a_chinese_and_an_english_question_find_complaints_about_the_zip(shop, planted):
    for query in ("拉链质量怎么样", "is the zip any good"):
        result = search_reviews(shop, query, planted["quality_defect"])
        assert any("拉链" in quote.text or "zip" in quote.text.lower() for quote in result.evidence)
        assert all(quote.product_id == planted["quality_defect"] for quote in result.evidence)
        assert result.facts["asked_low"].value <= result.facts["asked_reviews"].value


def test_counts_are_those_of_the_store(shop, planted):
    product = planted["quality_defect"]
    result = search_reviews(shop, "quality", product)
    ratings = pd.to_numeric(shop.store.reviews(product)["rating"])
    assert result.facts["reviews"].value == len(ratings)
    assert result.facts["low"].value == (ratings <= 2).sum()
    assert sum(row["reviews"] for row in result.table.rows) == len(ratings)


def test_opinion_and_period_hold_for_every_quote(shop):
    month = last_days(shop.as_of, 30)
    bad = search_reviews(shop, "what do people complain about", None, month, "negative")
    assert bad.evidence
    assert all(quote.rating <= 2 and month.start <= quote.date <= month.end for quote in bad.evidence)
    good = search_reviews(shop, "praise", None, month, "positive")
    assert all(quote.rating >= 4 for quote in good.evidence)


@pytest.mark.parametrize("cause", ["advert_review", "instruction_review"])
def test_adverts_and_instructions_are_counted_and_never_quoted(shop, planted, cause):
    product = planted[cause]
    flagged = shop.store.reviews(product)
    flagged = set(flagged[flagged["flags"].map(len) > 0]["review_id"])
    assert flagged
    text = " ".join(shop.store.reviews(product)["text"])
    result = search_reviews(shop, text[:200], product)
    told = [fact.value for name, fact in result.facts.items() if name.startswith("flagged_")]
    assert sum(told) == len(flagged)
    assert not flagged & {quote.review_id for quote in result.evidence}
    assert any(s.aspect == "excluded" for s in result.statements)


def test_a_period_without_reviews_says_so(shop):
    result = search_reviews(shop, "zip", None, Period(date(2026, 3, 6), date(2026, 3, 6)))
    assert result.ok
    lead = result.statements[0]
    assert result.facts["reviews"].value > 0 if "reviews" in result.facts else "no reviews" in lead.en


def test_without_an_embedder_counts_remain_and_the_gap_is_admitted(shop, planted):
    result = search_reviews(Shop(shop.store), "zip", planted["quality_defect"])
    assert result.facts["reviews"].value > 0
    assert result.evidence == []
    assert any(s.aspect == "quotes" and s.role == "caveat" for s in result.statements)


def test_a_store_without_reviews_says_how_to_import_them(empty_shop):
    error = search_reviews(empty_shop, "zip").error
    assert error.code == "no_reviews"
    assert "shopcast import reviews" in error.remedy["en"]


def test_aspects_are_counted_once_a_review_in_both_languages():
    texts = ["The zip broke. The zip is bad.", "拉链坏了", "Battery dies fast", "nothing here"]
    counts = {aspect.en: count for aspect, count in count_aspects(texts)}
    assert counts["the zip"] == 2
    assert counts["the battery"] == 1
    assert asked_aspect("物流快吗").zh == "物流"
    assert asked_aspect("what do people say") is None
