from datetime import date

import pytest

from agent.checking import check_text
from agent.composition import quote_line
from tools.results import Evidence, Fact, Source

DAY = date(2026, 10, 31)
SOURCE = Source(tool="forecast_demand", arguments={})


def fact(value: float | str, unit: str, **kwargs: str) -> Fact:
    return Fact(id="f", value=value, unit=unit, metric="m", entity="B1", as_of=DAY, source=SOURCE, **kwargs)


FACTS = [fact(1235, "units"), fact(80, "percent"), fact("2026-11-14", "date"), fact("Kettle 2L", "text")]
REVIEW = Evidence(
    review_id="R7", product_id="B1", product_title="Kettle 2L", date=DAY, rating=1, language="en",
    text="Broke after 3 days, lost 20 dollars", score=0.9,
)  # fmt: skip


def kinds(text: str, question: str = "", lang: str = "en") -> list[tuple[str, str]]:
    return [(v.kind, v.text) for v in check_text(text, FACTS, question, [REVIEW], lang)]  # type: ignore[arg-type]


def test_lets_rendered_facts_pass() -> None:
    assert kinds("Kettle 2L should sell 1,235 units by 14 Nov 2026, with 80% confidence.") == []
    assert kinds("Kettle 2L 到2026年11月14日预计卖出 1,235 件，把握 80%。", lang="zh") == []


@pytest.mark.parametrize(
    "text",
    [
        "It should sell 1,236 units.",
        "It should sell 11,235 units.",
        "It should sell 1,235.5 units.",
        "About 81% sure.",
        "A drop of -5.",
        "It sold 1,235 units, up from 900.",
    ],
)
def test_stops_a_number_without_a_receipt(text: str) -> None:
    assert [kind for kind, _ in kinds(text)] == ["number"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [("Sales doubled.", "en"), ("About twenty more.", "en"), ("大约三十件。", "zh"), ("翻了两倍。", "zh")],
)
def test_stops_a_number_in_words(text: str, lang: str) -> None:
    assert [kind for kind, _ in kinds(text, lang=lang)] == ["number word"]


def test_lets_the_users_own_number_pass() -> None:
    assert kinds("You asked about 45 days.", question="and for 45 days?") == []


def test_lets_a_quoted_review_pass_but_not_its_numbers_elsewhere() -> None:
    assert kinds(quote_line(REVIEW, "en")) == []
    assert kinds("It breaks after 3 days.") == [("number", "3")]


def test_stops_a_citation_of_a_review_that_was_not_retrieved() -> None:
    assert kinds("Customers complain about the lid [R9].") == [("citation", "R9"), ("number", "9")]


def test_words_that_merely_contain_numerals_pass() -> None:
    assert kinds("一般来说，同一款商品也有不一样的走势。", lang="zh") == []


@pytest.mark.parametrize(
    "text",
    [
        "It should sell １，２３５ units.",
        "It should sell 1&#44;235 units.",
        "It should sell 1,2**3**5 units.",
        "It should sell 1,2\u200b35 units.",
        "It should sell 1235 pieces.",
        "It should sell one thousand two hundred and thirty-five units.",
        "It should sell about 1.2k units with eighty percent confidence.",
        "By November 14th or 2026-11-14, eighty per cent sure.",
    ],
)
def test_lets_other_writings_of_a_value_pass(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "预计卖出一千二百三十五件。",
        "预计卖出壹仟贰佰叁拾伍件。",
        "大约 0.12万件。",
        "八成把握。",
        "百分之八十的把握。",
        "11月14日之前。",
    ],
)
def test_lets_other_writings_of_a_value_pass_in_chinese(text: str) -> None:
    assert kinds(text, lang="zh") == []


@pytest.mark.parametrize(
    "text",
    [
        "It should sell 12³ units.",
        "It should sell 1,2&#51;6 units.",
        "It should sell 12\u200b36 units.",
        "It should sell MCC units.",
        "About 80 percentage points.",
        "1,235% more.",
        "It earned $1,235.",
        "In 80 days.",
        "A range of 1,235–1,300 units.",
        "Dozens were sold.",
        "By 15 November.",
        "In September.",
        "It should sell -1,235 units.",
        "It should sell 1K units.",
        "It should sell 1.3K units.",
    ],
)
def test_stops_what_only_looks_like_a_fact(text: str) -> None:
    assert kinds(text)


@pytest.mark.parametrize(
    "text",
    ["预计卖出壹仟贰佰叁拾陆件。", "九成把握。", "百分之八十一。", "销量翻倍。", "腰斩了。", "80 个百分点。"],
)
def test_stops_what_only_looks_like_a_fact_in_chinese(text: str) -> None:
    assert kinds(text, lang="zh")


def test_a_quotation_stands_in_the_reviews_own_words() -> None:
    assert kinds('They say "Broke after 3 days" [R7].') == []
    assert ("quote", "Broke after 4 days") in kinds('They say "Broke after 4 days" [R7].')
    assert ("quote", "Never buy this") in kinds('They say "Never buy this" [R7].')
