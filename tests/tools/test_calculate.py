"""Arithmetic on figures that an answer stated."""

import pytest

from tools.amounts import read_amount
from tools.calculate import calculate
from tools.figures import Figure, choose_figures, keep_figures, name_figure, stated_figures
from tools.sales import get_sales

LAST_WEEK = "2026-03-02..2026-03-08"
WEEK_BEFORE = "2026-02-23..2026-03-01"


def figure(value: float, unit: str = "units", entity: str = "A", period: str = LAST_WEEK, **more) -> Figure:
    metric = {"units": "units sold", "GBP": "revenue"}.get(unit, unit)
    label = {"en": f"Lamp {entity}", "zh": f"灯{entity}"}
    fields = {"id": "total", "metric": metric, "label": label, **more}
    return Figure(value=value, unit=unit, entity=entity, period=period, **fields)


UNITS, MONEY = figure(1235), figure(8212.5, "GBP")
BOTH = (UNITS, MONEY)


def sentence(result, lang: str = "en") -> str:
    return result.render(result.statements[0], lang)


@pytest.mark.parametrize(
    ("operation", "amount", "figures", "line", "value", "unit"),
    [
        ("multiply", "3", BOTH, "1,235 units × 3 = 3,705 units", 3705, "units"),
        ("multiply", "三", BOTH, "1,235 units × 3 = 3,705 units", 3705, "units"),
        ("multiply", "double", BOTH, "1,235 units × 2 = 2,470 units", 2470, "units"),
        ("multiply", "£5", (MONEY, UNITS), "1,235 units × £5.00 = £6,175.00", 6175, "GBP"),
        ("multiply", "八折", BOTH, "1,235 units × 80% = 988 units", 988, "units"),
        ("multiply", "7 days", (figure(44, "units_per_day"),), "44 units a day × 7 days = 308 units", 308, "units"),
        ("divide", "4", BOTH, "1,235 units ÷ 4 ≈ 309 units", 308.75, "units"),
        ("divide", "10 days", BOTH, "1,235 units ÷ 10 days ≈ 124 units a day", 123.5, "units_per_day"),
        ("add", "100件", BOTH, "1,235 units + 100 units = 1,335 units", 1335, "units"),
        ("add", "15%", BOTH, "1,235 units + 15% ≈ 1,420 units", 1420.25, "units"),
        ("subtract", "200", BOTH, "1,235 units less 200 = 1,035 units", 1035, "units"),
        ("subtract", "£12.50", BOTH, "£8,212.50 less £12.50 = £8,200.00", 8200, "GBP"),
        ("percent_of", "15%", (MONEY,), "£8,212.50 × 15% ≈ £1,231.88", 1231.88, "GBP"),
        ("percent_of", "20", BOTH, "1,235 units × 20% = 247 units", 247, "units"),
        ("percent_more", "两成", BOTH, "1,235 units + 20% = 1,482 units", 1482, "units"),
        ("percent_more", "一倍", BOTH, "1,235 units + 100% = 2,470 units", 2470, "units"),
        ("percent_less", "百分之四十", BOTH, "1,235 units less 40% = 741 units", 741, "units"),
        ("difference", "1,000", BOTH, "1,235 units less 1,000 = 235 units", 235, "units"),
        ("average", "per day", (figure(70),), "70 units ÷ 7 days = 10 units a day", 10, "units_per_day"),
        ("average", "每周", (figure(140, "GBP", period="2026-02-23..2026-03-08"),), "£140.00 ÷ 14 days = £70.00 a week",
         70, "GBP"),
        ("divide", None, BOTH[::-1], "£8,212.50 ÷ 1,235 units ≈ £6.65", 6.65, "GBP"),
    ],
)  # fmt: skip
def test_a_figure_with_an_amount(shop, operation, amount, figures, line, value, unit):
    result = calculate(shop, operation, amount, tuple(figures))
    assert line in sentence(result)
    assert (result.facts["result"].value, result.facts["result"].unit) == (pytest.approx(value), unit)


def test_the_line_says_whose_figure_in_both_languages(shop):
    result = calculate(shop, "multiply", "3", BOTH)
    assert sentence(result) == "Lamp A, 2 to 8 Mar 2026: 1,235 units × 3 = 3,705 units."
    assert sentence(result, "zh") == "灯A，2026年3月2日至8日：1,235 件 × 3 = 3,705 件。"
    assert result.facts["figure1"].metric == "units sold" and result.facts["figure1"].entity == "A"
    assert result.arguments["figures"][0]["value"] == 1235, "the receipt names the operand that was taken"


@pytest.mark.parametrize(
    ("operation", "line", "value"),
    [
        ("sum", "300 units (Lamp A) + 100 units (Lamp B) = 400 units", 400),
        ("average", "the average of 300 units (Lamp A) and 100 units (Lamp B) = 200 units", 200),
        ("difference", "300 units (Lamp A) less 100 units (Lamp B) = 200 units", 200),
        ("ratio", "300 units (Lamp A) ÷ 100 units (Lamp B) = 3×", 3),
    ],
)
def test_two_products_of_one_answer(shop, operation, line, value):
    first = [figure(300, call=0), figure(900, "GBP", call=0), figure(250, call=0, period=WEEK_BEFORE)]
    second = [figure(100, entity="B", call=1), figure(500, "GBP", entity="B", call=1)]
    result = calculate(shop, operation, None, tuple(first + second))
    assert sentence(result) == f"2 to 8 Mar 2026: {line}."
    assert result.facts["result"].value == value


def test_the_two_may_come_from_two_turns(shop):
    now, before = [figure(100, entity="B")], [figure(300), figure(900, "GBP")]
    result = calculate(shop, "sum", None, tuple(keep_figures(now, before)))
    assert "100 units (Lamp B) + 300 units (Lamp A)" in sentence(result)


def test_a_smaller_share_is_a_percentage(shop):
    result = calculate(shop, "ratio", None, (figure(50), figure(200, entity="B", call=1)))
    assert "= 25%" in sentence(result)


def test_one_product_in_two_times_names_it_once(shop):
    result = calculate(shop, "difference", None, (figure(300), figure(250, period=WEEK_BEFORE)))
    assert (
        sentence(result)
        == "Lamp A: 300 units (2 to 8 Mar 2026) less 250 units (23 Feb to 1 Mar 2026) = 50 units."
    )


@pytest.mark.parametrize(
    ("operation", "amount", "figures", "code"),
    [
        ("multiply", "3", (), "need_figure"),
        ("multiply", None, BOTH, "need_amount"),
        ("percent_more", None, BOTH, "need_amount"),
        ("sum", None, (UNITS,), "need_amount"),
        ("multiply", "a lot", BOTH, "amount_not_understood"),
        ("divide", "0", BOTH, "division_by_zero"),
        ("ratio", None, (UNITS, figure(0, entity="B", call=1)), "division_by_zero"),
        ("add", "£5", (UNITS,), "unit_mismatch"),
        ("sum", None, BOTH, "unit_mismatch"),
        ("divide", None, BOTH, "unit_mismatch"),
        ("multiply", "£5", (MONEY,), "unit_mismatch"),
        ("percent_of", "£5", BOTH, "unit_mismatch"),
        ("percent_less", "150%", BOTH, "share_out_of_range"),
        ("average", "per day", (figure(5, period=""),), "need_days"),
    ],
)
def test_what_cannot_be_reckoned_says_why_in_both_languages(shop, operation, amount, figures, code):
    result = calculate(shop, operation, amount, tuple(figures))
    assert result.error is not None and result.error.code == code
    assert all(result.error.message[lang] and result.error.remedy[lang] for lang in ("en", "zh"))
    assert not result.statements


def test_made_up_sales_stay_labelled(shop):
    assert any(s.aspect == "synthetic" for s in calculate(shop, "multiply", "3", BOTH).statements)


@pytest.mark.parametrize(
    ("said", "value", "kind"),
    [
        ("15%", 0.15, "share"), ("fifteen percent", 0.15, "share"), ("百分之二十", 0.2, "share"), ("三成五", 0.35, "share"),
        ("八折", 0.8, "share"), ("75折", 0.75, "share"), ("七五折", 0.75, "share"), ("半折", 0.5, "share"),
        ("two thirds", 2 / 3, "share"), ("三分之一", 1 / 3, "share"), ("一半", 0.5, "share"),
        ("1.2k", 1200, "number"), ("两倍", 2, "number"), ("halved", 0.5, "number"), ("-5", -5, "number"),
        ("20元", 20, "money"), ("$3.50", 3.5, "money"), ("100件", 100, "units"), ("2 weeks", 14, "days"),
        ("每天", 1, "per"), ("a month", 30, "per"),
    ],
)  # fmt: skip
def test_amounts_as_people_say_them(said, value, kind):
    amount = read_amount(said)
    assert amount is not None and (amount.value, amount.kind) == (pytest.approx(value), kind)


@pytest.mark.parametrize("said", ["", "some", "三到五", "3 or 4", "9" * 30, "∞", "=1+1", "零分之一"])
def test_no_amount(said):
    assert read_amount(said) is None


def test_an_answers_own_quantities_are_kept_and_its_settings_are_not(shop, planted):
    result = get_sales(shop, planted["viral"] if "viral" in planted else next(iter(planted.values())))
    figures = stated_figures(result, 0)
    assert [figure.unit for figure in figures[:2]] == ["units", shop.currency]
    assert all(figure.entity == result.products[0].product_id for figure in figures)
    assert figures[0].label["en"] == result.products[0].title


@pytest.mark.parametrize(
    ("question", "chosen"),
    [
        ("what is 15% of it", [UNITS]),
        ("15% of the revenue", [MONEY]),
        ("销售额乘以三", [MONEY]),
        ("multiply 8,212.50 by three", [MONEY]),
        ("divide the revenue by the units", [MONEY, UNITS]),
        ("double the stock", []),
    ],
)
def test_the_figure_that_the_words_mean(question, chosen):
    found = choose_figures(name_figure(question, BOTH), BOTH)
    assert found[: len(chosen) or 1] == chosen
