"""Words that code did not write: each number with its own product, metric and period, each claim with its facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agent.checking import check_prose, check_text
from tools.results import Fact, Source

DAY = date(2026, 10, 31)
NOW, BEFORE = "2026-10-18..2026-10-31", "2026-10-04..2026-10-17"
SALES = Source(tool="get_sales", arguments={"product_id": "B1", "start": "2026-10-18", "end": "2026-10-31"})
STOCK = Source(tool="recommend_restock", arguments={"product_id": "B1"})
AHEAD = Source(tool="forecast_demand", arguments={"product_id": "B1"})
TITLES = ("Moon Lamp", "Sun Hat", "Rain Coat")


def fact(
    name: str, value: Any, unit: str, metric: str, source: Source, entity: str = "B1", period: str = ""
) -> Fact:
    return Fact(
        id=name, value=value, unit=unit, metric=metric, entity=entity, period=period, as_of=DAY, source=source
    )


FACTS = [
    fact("product", "Moon Lamp", "text", "title", SALES),
    fact("other", "Sun Hat", "text", "title", SALES, entity="B2"),
    fact("units", 412, "units", "units sold", SALES, period=NOW),
    fact("units_before", 368, "units", "units sold", SALES, period=BEFORE),
    fact("change", 12, "percent", "change in units", SALES, period=NOW),
    fact("revenue", 20600.0, "CNY", "revenue", SALES, period=NOW),
    fact("best_day", "2026-10-24", "date", "best_day", SALES, period=NOW),
    fact("best_units", 51, "units", "units sold on the best day", SALES, period=NOW),
    fact("other_units", 77, "units", "units sold", SALES, entity="B2", period=NOW),
    fact("total", 450, "units", "expected units sold", AHEAD),
    fact("low80", 390, "count", "low80", AHEAD),
    fact("high80", 520, "count", "high80", AHEAD),
    fact("low95", 350, "count", "low95", AHEAD),
    fact("high95", 590, "count", "high95", AHEAD),
    fact("confidence80", 80, "percent", "confidence", AHEAD),
    fact("confidence95", 95, "percent", "confidence", AHEAD),
    fact("on_hand", 150, "units", "stock on hand", STOCK),
    fact("order", 217, "units", "units to order", STOCK),
    fact("reorder_point", 218, "units", "reorder_point", STOCK),
    fact("lead_time", 9, "days", "lead_time", STOCK),
    fact("cover", 5, "days", "cover", STOCK),
    fact("runs_out", "2026-11-06", "date", "runs_out", STOCK),
]  # fmt: skip
REFERENCES = {f"f{index}": one for index, one in enumerate(FACTS)}
NAMED = {one.id: f"{{{{f{index}}}}}" for index, one in enumerate(FACTS)}


def kinds(text: str, lang: str = "en") -> list[str]:
    found = check_text(text, FACTS, "", [], lang, bind=True, titles=TITLES)  # type: ignore[arg-type]
    return [violation.kind for violation in found]


@pytest.mark.parametrize(
    "text",
    [
        "Moon Lamp shifted 412 units, a rise of 12%.",
        "A jump of 12 percent took Moon Lamp from 368 units to 412.",
        "Moon Lamp is up twelve per cent: 412 units, after 368 before.",
        "With 150 units in stock and a delivery taking 9 days, Moon Lamp falls short.",
        "Order 217 units; the reorder point is 218.",
        "Between 390 and 520 units, with 80% confidence.",
        "The 95% range is 350–590.",
        "Moon Lamp sold 412 units. Sun Hat sold 77.",
        "Its best day was October 24th with 51 units.",
        "At this pace it runs out around 6 November.",
        "From 18 to 31 October it earned ¥20.6K.",
    ],
)
def test_other_words_for_the_facts_pass(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "月亮灯销量上涨了百分之十二。",
        "这款卖出四百一十二件，比此前的 368 件多。",
        "现有库存 150 件，撑不到 9 天后到货。",
        "建议补 217 件，补货点是 218 件。",
        "有 80% 的把握在 390 到 520 件之间。",
        "10月24日卖得最好，当天 51 件。",
        "销售额约 2.06万元。",
    ],
)
def test_other_words_for_the_facts_pass_in_chinese(text: str) -> None:
    assert kinds(text, "zh") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Sun Hat sold 412 units.", "entity"),
        ("Rain Coat sold 412 units.", "entity"),
        ("Moon Lamp sold 77 units.", "entity"),
        ("There are 450 units on hand.", "metric"),
        ("The reorder point is 150 units.", "metric"),
        ("Moon Lamp sold 368 units, against 412 units in the days before.", "period"),
        ("Moon Lamp fell by 12%.", "direction"),
        ("Moon Lamp is down 12%.", "direction"),
        ("Sales changed by -12%, less than before.", "direction"),
        ("The stock is enough.", "sufficiency"),
        ("150 units are on hand, which is sufficient.", "sufficiency"),
        ("Moon Lamp is the strongest product of the shop.", "superlative"),
        ("With 80% confidence between 350 and 590.", "range"),
        ("With 95% confidence between 350 and 520.", "range"),
        ("Its best day was 25 Oct 2026 with 51 units.", "date"),
        ("It runs out around 31 October.", "date"),
        ("From 18 to 24 October it sold 412 units.", "period"),
    ],
)
def test_a_right_number_in_the_wrong_place_is_stopped(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("现有库存 450 件。", "metric"),
        ("销量下跌 12%。", "direction"),
        ("库存足够。", "sufficiency"),
        ("有 80% 的把握在 350 到 590 件之间。", "range"),
        ("它是全店最畅销的。", "superlative"),
    ],
)
def test_a_right_number_in_the_wrong_place_is_stopped_in_chinese(text: str, kind: str) -> None:
    assert kind in kinds(text, "zh")


def prose(text: str) -> list[str]:
    for name, reference in NAMED.items():
        text = text.replace(f"<{name}>", reference)
    return [violation.kind for violation in check_prose(text, REFERENCES, FACTS, "en", titles=TITLES)]


def test_prose_with_references_in_their_places_passes() -> None:
    assert (
        prose("<product> sold <units>, <change> more than the <units_before> before. It earned <revenue>.")
        == []
    )
    assert prose("With <confidence80> confidence it lands between <low80> and <high80>.") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<product> sold 412 units.", "number"),
        ("<product> sold twelve more.", "number word"),
        ("<product> sold {{f99}}.", "reference"),
        ("<product> sold <units> units.", "unit"),
        ("<product> has <total> on hand.", "metric"),
        ("<other> sold <units>.", "entity"),
        ("<product> fell by <change>.", "direction"),
        ("By 3 June <product> sold <units>.", "date"),
        ("<product>: <units>.", "metric"),
    ],
)
def test_prose_that_misuses_a_reference_is_stopped(text: str, kind: str) -> None:
    assert kind in prose(text)


def test_the_codes_own_sentence_may_claim_what_no_fact_says() -> None:
    sentence = "The stock is not distinguishable from the strongest noise."
    found = check_text(sentence, FACTS, "", [], "en", bind=True, statements=[sentence])
    assert found == []


def test_a_time_in_words_was_asked_about_or_said_by_code() -> None:
    def found(text: str, question: str) -> list[str]:
        return [v.kind for v in check_text(text, FACTS, question, [], "en", bind=True)]

    assert found("Last week Moon Lamp sold 412 units.", "") == ["period"]
    assert found("Last week Moon Lamp sold 412 units.", "How did we do last week?") == []
    assert found("Moon Lamp sold 412 units over two weeks.", "") == []
    assert found("Moon Lamp sold 412 units over three weeks.", "") == ["number word"]
