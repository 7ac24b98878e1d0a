"""Every sentence of every tool, in both languages, speaks through facts alone."""

import json
from datetime import date

import pytest

from tools.explain import explain_trend
from tools.forecast import forecast_demand
from tools.periods import Period, last_days
from tools.restock import recommend_restock
from tools.review_search import search_reviews
from tools.sales import get_sales
from tools.trending import list_trending
from tools.written_numbers import number_words

SINGLES_DAY = Period(date(2026, 6, 18), date(2026, 6, 18))


def calls(shop, planted):
    riser, defect, stockout = planted["viral_riser"], planted["quality_defect"], planted["stockout"]
    new, cheap, tricked = planted["new_product"], planted["price_cut"], planted["instruction_review"]
    month = last_days(shop.as_of, 30)
    return {
        "trending both": lambda: list_trending(shop),
        "trending down": lambda: list_trending(shop, "down", 3),
        "trending on quiet days": lambda: list_trending(
            shop, "up", 2, Period(date(2026, 7, 1), date(2026, 7, 14))
        ),
        "trending on one day": lambda: list_trending(shop, "up", 5, Period(shop.as_of, shop.as_of)),
        "sales of the shop": lambda: get_sales(shop),
        "sales of a product": lambda: get_sales(shop, stockout, month),
        "sales of one day": lambda: get_sales(shop, riser, SINGLES_DAY),
        "sales before launch": lambda: get_sales(shop, new, Period(date(2026, 9, 1), date(2026, 9, 30))),
        "sales of everything": lambda: get_sales(shop, None, Period(shop.first_day, shop.as_of, is_cut=True)),
        "forecast": lambda: forecast_demand(shop, riser),
        "forecast of a day": lambda: forecast_demand(shop, defect, 1),
        "forecast of a quarter": lambda: forecast_demand(shop, stockout, 90),
        "forecast without history": lambda: forecast_demand(shop, new, 14),
        "explain a rise": lambda: explain_trend(shop, riser),
        "explain a fall": lambda: explain_trend(shop, defect),
        "explain a price cut": lambda: explain_trend(shop, cheap),
        "explain a stock-out": lambda: explain_trend(shop, stockout),
        "explain a festival": lambda: explain_trend(shop, cheap, SINGLES_DAY),
        "reviews": lambda: search_reviews(shop, "拉链", defect),
        "reviews of the shop": lambda: search_reviews(shop, "complain", None, month, "negative"),
        "reviews with an instruction": lambda: search_reviews(shop, "does it keep drinks hot", tricked),
        "reviews before any": lambda: search_reviews(
            shop, "zip", defect, Period(date(2025, 1, 1), date(2025, 1, 2))
        ),
        "restock": lambda: recommend_restock(shop, riser),
        "restock with plenty": lambda: recommend_restock(shop, riser, 3, 100_000.0),
        "restock of none": lambda: recommend_restock(shop, stockout, 10, 0.0, 0.99),
    }


NAMES = list(
    calls(
        type("Names", (), {"as_of": date(2026, 10, 31), "first_day": date(2026, 3, 6)}),
        dict.fromkeys(
            ("viral_riser", "quality_defect", "stockout", "new_product", "price_cut", "instruction_review")
        ),
    )
)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_every_sentence_is_a_fact(shop, planted, name):
    result = calls(shop, planted)[name]()
    assert result.ok, result.error
    assert result.statements
    assert result.statements[0].role == "lead"
    for lang in ("en", "zh"):
        for statement in result.statements:
            for wording in statement.wordings():
                text = result.render(wording, lang)
                assert "{" not in text
                rest = text
                for shown in sorted(
                    (result.facts[n].display(lang) for n in wording.names()), key=len, reverse=True
                ):
                    rest = rest.replace(shown, "")
                assert not any(char.isdigit() for char in rest), text
                assert not number_words(rest, lang), text


@pytest.mark.parametrize("name", NAMES)
def test_english_is_english_and_chinese_is_chinese(shop, planted, name):
    for statement in calls(shop, planted)[name]().statements:
        for wording in statement.wordings():
            assert not any("\u4e00" <= char <= "\u9fff" for char in wording.en), wording.en
            assert any("\u4e00" <= char <= "\u9fff" for char in wording.zh), wording.zh
            assert wording.zh[-1] in "。？", wording.zh
            assert wording.en[-1] in ".?", wording.en
            assert wording.en[0] == "{" or wording.en[0].isupper(), wording.en


@pytest.mark.parametrize("name", NAMES)
def test_an_opening_names_what_it_speaks_of(shop, planted, name):
    result = calls(shop, planted)[name]()
    for statement in result.statements:
        if statement.opening:
            for text in (statement.opening.en, statement.opening.zh):
                assert "{product}" in text, text


@pytest.mark.parametrize("name", NAMES)
def test_a_synthetic_store_is_labelled_and_receipts_are_plain_json(shop, planted, name):
    result = calls(shop, planted)[name]()
    if "before" not in name or "sales" in name:
        assert any(statement.aspect == "synthetic" for statement in result.statements)
    json.loads(result.model_dump_json())
    json.dumps(result.chart)
    assert {fact.source.tool for fact in result.facts.values()} == {result.tool}


@pytest.mark.parametrize("name", NAMES)
def test_tables_fit_a_phone_and_every_cell_renders(shop, planted, name):
    result = calls(shop, planted)[name]()
    if result.table is None:
        return
    assert 2 <= len(result.table.columns) <= 4
    assert result.table.total_rows >= len(result.table.rows) > 0
    for cell in result.cells():
        assert cell.display("en")
        assert cell.display("zh")
