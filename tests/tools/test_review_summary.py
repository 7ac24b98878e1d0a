from datetime import date

import pandas as pd
import pytest

from store.review_flags import FLAG_KINDS
from tools.aspect_names import NAMED_ASPECTS
from tools.periods import Period, last_days
from tools.review_quotes import review_texts
from tools.review_summary import summarize_reviews
from tools.review_terms import split_clauses


def rendered(result, lang):
    return " ".join(result.render(statement, lang) for statement in result.statements)


def test_the_planted_defect_leads_the_summary_in_both_languages(shop, planted):
    result = summarize_reviews(shop, planted["quality_defect"])
    assert "the zip" in rendered(result, "en")
    assert "拉链" in rendered(result, "zh")
    assert result.facts["worst"].value == "the zip"
    assert result.facts["worst_complaints"].value <= result.facts["worst_reviews"].value


def test_every_aspect_has_its_counts_and_two_quoted_reviews_that_were_retrieved(shop, planted):
    result = summarize_reviews(shop, planted["quality_defect"])
    held = shop.store.reviews(planted["quality_defect"]).set_index("review_id")
    evidence = {quote.review_id for quote in result.evidence}
    for row in result.table.rows:
        assert row["praise"] + row["complaints"] <= row["reviews"] <= len(held)
        ids = row["quotes"].split(", ")
        languages = held.loc[ids, "language"].value_counts()
        assert min(2, row["reviews"]) <= len(ids) and languages.max() <= 2, "two a language"
        assert set(ids) <= evidence <= set(held.index)


def test_a_rise_is_told_with_both_windows(shop, planted):
    result = summarize_reviews(shop, planted["quality_defect"], last_days(shop.as_of, 60))
    if "moved" in result.facts:
        recent = result.facts["moved_recent"].value / result.facts["moved_recent_all"].value
        before = result.facts["moved_before"].value / max(1, result.facts["moved_before_all"].value)
        assert ("more often" in rendered(result, "en")) == (recent > before)
    assert all(quote.date >= shop.as_of - pd.Timedelta(days=60) for quote in result.evidence)


def test_what_was_said_before_is_counted_whether_or_not_it_was_said_much(shop):
    month = last_days(shop.as_of, 30)
    before = shop.store.reviews(None, month.before().start, month.before().end)
    before = [split_clauses(text) for text in review_texts(before[before["flags"].map(len) == 0])]
    patterns = {f"{aspect.zh} · {aspect.en}": aspect.pattern for aspect in NAMED_ASPECTS}
    rows = [row for row in summarize_reviews(shop, None, month).table.rows if row["aspect"] in patterns]
    assert len(rows) > 3
    for row in rows:
        mentioned = [any(map(patterns[row["aspect"]].search, clauses)) for clauses in before]
        assert row["before"] == sum(mentioned), row["aspect"]


@pytest.mark.parametrize("cause", ["advert_review", "instruction_review"])
def test_flagged_reviews_are_told_never_counted_and_their_words_never_used(shop, planted, cause):
    product = planted[cause]
    held = shop.store.reviews(product)
    flagged = held[held["flags"].map(len) > 0]
    assert len(flagged)
    result = summarize_reviews(shop, product)
    assert result.facts["reviews"].value == len(held) - len(flagged)
    assert not {quote.review_id for quote in result.evidence} & set(flagged["review_id"])
    told = [fact.value for name, fact in result.facts.items() if name.startswith("flagged_")]
    assert sum(told) == len(flagged)
    kinds = {name.removeprefix("flagged_") for name in result.facts if name.startswith("flagged_")}
    for lang in ("en", "zh"):
        assert all(FLAG_KINDS[kind].reason[lang] in rendered(result, lang) for kind in kinds)


def test_the_whole_shop_is_summed_up_and_its_goods_are_no_aspects(shop):
    result = summarize_reviews(shop)
    names = " ".join(row["aspect"] for row in result.table.rows)
    assert result.facts["reviews"].value > 50
    assert "backpack" not in names


def test_too_few_reviews_are_admitted(shop):
    result = summarize_reviews(shop, None, Period(date(2026, 3, 6), date(2026, 3, 6)))
    assert result.ok
    assert result.facts["reviews"].value < 5


def test_a_store_without_reviews_says_how_to_import_them(empty_shop):
    error = summarize_reviews(empty_shop).error
    assert error.code == "no_reviews"
    assert "shopcast import reviews" in error.remedy["en"]
