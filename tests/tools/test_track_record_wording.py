"""What is said of earlier forecasts: every figure a fact, in both languages, whatever the record."""

from datetime import date

import pytest

from store.track_records import TrackRecord
from tools.results import Draft
from tools.track_record_wording import say_track_record
from tools.written_numbers import number_words

FOUR = TrackRecord(4, 14, date(2024, 1, 18), 12.3, 25.6, 3)


def said(record):
    draft = Draft("forecast_demand", {}, date(2024, 3, 31))
    title = {"en": "Rabbit Lamp", "zh": "兔子灯"}
    draft.fact("product", title["en"], "text", entity="a", metric="title", localized=title)
    say_track_record(draft, "a", record)
    return draft.result


def texts(record):
    result = said(record)
    (statement,) = result.statements
    return result.render(statement, "en"), result.render(statement, "zh")


def test_the_last_four_forecasts():
    assert texts(FOUR) == (
        "My last 4 forecasts of this product, 14 days each, were off by 12%, against 26% for simply repeating last week;"
        " 3 of 4 totals lay inside the 80% interval.",
        "最近 4 次对这款商品的预测（每次 14 天）偏差 12%，照搬上周的偏差是 26%；其中 3 次的实际总量落在 80% 的预测区间内。",
    )


@pytest.mark.parametrize(
    ("record", "english", "chinese"),
    [
        (
            TrackRecord(4, 14, date(2024, 1, 18), 12.3, 25.6, 4),
            "every total lay inside",
            "每次的实际总量都落在",
        ),
        (TrackRecord(4, 14, date(2024, 1, 18), 12.3, 25.6, 0), "no total lay inside", "都没有落在"),
        (TrackRecord(1, 7, date(2024, 3, 24), 9.94, 25.6, 1), "was off by 9.9%", "上一次"),
        (TrackRecord(1, 7, date(2024, 3, 24), 9.94, 25.6, 0), "outside the 80% interval", "区间外"),
        (
            TrackRecord(2, 7, date(2024, 3, 17), None, None, 2),
            "were for a time in which nothing sold",
            "没有卖出",
        ),
    ],
)
def test_other_records(record, english, chinese):
    en, zh = texts(record)
    assert english in en and chinese in zh


@pytest.mark.parametrize("forecasts", [1, 2, 4])
@pytest.mark.parametrize("error", [None, 0.0, 137.2])
def test_every_number_is_a_fact_and_an_opening_names_the_product(forecasts, error):
    for inside in range(forecasts + 1):
        result = said(TrackRecord(forecasts, 14, date(2024, 1, 18), error, error, inside))
        (statement,) = result.statements
        assert statement.opening is not None and "{product}" in statement.opening.en + statement.opening.zh
        for wording in statement.wordings():
            for lang in ("en", "zh"):
                rest = result.render(wording, lang)
                for name in sorted(wording.names(), key=lambda n: -len(result.facts[n].display(lang))):
                    rest = rest.replace(result.facts[name].display(lang), "")
                assert not any(char.isdigit() for char in rest), rest
                assert not number_words(rest, lang), rest
                assert "{" not in rest
