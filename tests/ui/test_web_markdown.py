"""What the data says is shown as it is; what a call was told and what it found can be read back."""

from __future__ import annotations

import pytest

from tests.browser.scripted import AS_OF, LAMP, answer, forecast, trending
from tools.results import Column, Draft, Table
from ui.web_markdown import ROWS_SHOWN, escape, escape_answer, render_receipt, render_step, render_table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://a.example)", r"\!\[x\]\(http&#58;//a.example\)"),
        ("<script>", "&lt;script&gt;"),
        ("a | b", r"a \| b"),
        ("two\nlines", "two lines"),
        ("# not a heading", r"\# not a heading"),
        ("1. not a list", r"1\. not a list"),
        ("www.a.example", "www&#46;a.example"),
        ("5.5 L & more", r"5\.5 L &amp; more"),
        ("*bold* `code`", r"\*bold\* \`code\`"),
    ],
)
def test_markdown_in_data_is_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_a_quoted_review_is_no_link_and_the_answer_keeps_its_own_marks() -> None:
    answer = 'The **lamp** costs $5 or $6; run `shopcast doctor`.\n\n> "Win [here](https://a.example) <b>*now*</b>" — [R1]'
    shown = escape_answer(answer)
    assert shown.startswith("The **lamp** costs \\$5 or \\$6; run `shopcast doctor`.\n\n> ")
    quote = shown.split("\n\n> ")[1]
    assert "[here](" not in quote and "://" not in quote and "<b>" not in quote and " *now*" not in quote
    assert escape_answer("- [lamp](https://a.example)") == r"- \[lamp\]\(https&#58;//a.example\)"
    assert "](" not in escape_answer("The [lamp](https://a.example) sold.").replace(r"\](", "")


def test_a_step_pairs_the_words_with_what_they_became() -> None:
    said = {"product": "兔子夜灯", "horizon": "two weeks"}
    body = render_step("forecast_demand", said, forecast().arguments, forecast(), "en")
    assert f"| product | 兔子夜灯 | {LAMP} |" in body
    assert "| horizon | two weeks | 14 days |" in body


def test_a_product_taken_from_the_step_before_says_so() -> None:
    body = render_step("forecast_demand", {"product": "$1"}, forecast().arguments, forecast(), "zh")
    assert f"| 商品 | 沿用上一步的结果 | {LAMP} |" in body
    assert "$1" not in body


def test_what_nobody_said_is_marked_and_stands_last() -> None:
    body = render_step("list_trending", {"direction": "up"}, trending().arguments, trending(), "en")
    assert body.index("| direction | rising | rising |") < body.index("| how many | not said | 5 |")


def test_periods_read_as_dates() -> None:
    result = Draft(
        "get_sales", {"period": {"start": "2025-06-01", "end": "2025-06-30", "said": "上个月"}}, AS_OF
    ).result
    english = render_step("get_sales", {"period": "上个月"}, result.arguments, result, "en")
    chinese = render_step("get_sales", {"period": "上个月"}, result.arguments, result, "zh")
    assert "| period | 上个月 | 1 Jun – 30 Jun 2025 |" in english
    assert "| 时间段 | 上个月 | 2025年6月1日至6月30日 |" in chinese


def test_a_failed_step_says_what_and_what_to_do() -> None:
    result = Draft("forecast_demand", {}, AS_OF).fail(
        "horizon", en="Too far.", zh="太远了。", remedy_en="Ask for less.", remedy_zh="请缩短。"
    )
    assert render_step("forecast_demand", {}, {}, result, "en") == "Too far. Ask for less."
    assert render_step("forecast_demand", {}, {}, result, "zh") == "太远了。请缩短。"


def test_numbers_stand_right_and_left_off_rows_are_counted() -> None:
    columns = [
        Column(key="name", en="Name", zh="名称"),
        Column(key="sold", en="Sold", zh="销量", unit="units"),
    ]
    rows = [{"name": f"item {number}", "sold": number} for number in range(40)]
    text = render_table(Table(columns=columns, rows=rows, total_rows=99), "en")
    assert text.splitlines()[1] == "| --- | ---: |"
    assert text.count("| item ") == ROWS_SHOWN
    assert f"Showing {ROWS_SHOWN} of 99 rows." in text


def test_an_unknown_cell_is_a_dash() -> None:
    columns = [Column(key="a", en="A", zh="甲"), Column(key="b", en="B", zh="乙", unit="units")]
    assert "| x | – |" in render_table(
        Table(columns=columns, rows=[{"a": "x", "b": None}], total_rows=1), "en"
    )


def test_the_receipt_shows_each_number_of_the_words_under_its_call() -> None:
    results = [trending(), forecast()]
    text = render_receipt(answer("What is trending?", results), "en")
    assert "Data until 30 Jun 2025. Planned by Scripted planner. 4.2 s in all." in text.replace("\\", "")
    assert text.index("`list_trending`") < text.index("`forecast_demand`")
    forecast_part = text[text.index("`forecast_demand`") :]
    for value in ("412 units", "338 units", "497 units"):
        assert value in forecast_part
    assert "1 Jul – 14 Jul 2025" in forecast_part


def test_the_receipt_counts_the_values_that_it_leaves_to_the_tables() -> None:
    full = answer("What is trending?", [trending(), forecast()])
    text = render_receipt(full, "zh")
    listed = sum(line.startswith("| ") for line in text.splitlines()) - 2 * text.count("---:")
    assert f"另有 {len(full.facts) - listed} 个数值" in text
