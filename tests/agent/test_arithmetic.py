"""Arithmetic in a conversation: "multiply that by 3" after an answer."""

from pathlib import Path

import pytest

from agent.answer import Answer
from agent.arithmetic import is_schoolbook, read_demand
from agent.assistant import Assistant
from tests.agent.conftest import ScriptedConnection
from tools.shop import Shop

PLAIN = """
multiply that by 3|翻倍呢|£5 each?|每件20元是多少钱|divide it by 4|除以7|what is 15% of it|打八折是多少|它的三分之一是多少
|and 20% more?|涨两成呢|10% less?|减少三成呢|add 100 units|再加100件|minus 50|减去50件|add the two|加起来一共多少
|what's the difference|两个相差多少|how many times more is it|几倍|平均每天是多少|per week?|the average of the two
|divide the revenue by the units|multiply the revenue by 1.25|halve it
""".replace("\n", "").split("|")


@pytest.fixture
def sold(shop: Shop, connection: ScriptedConnection, request: pytest.FixtureRequest) -> tuple[Assistant, str]:
    """An assistant that has told last week's sales of one product in a conversation of the test's own."""
    assistant, title = Assistant(shop, connection), shop.catalogue.products[0].title
    connection.scripted.enqueue(("get_sales", {"product": title, "period": "last week"}))
    assistant.ask(f"How much {title} did we sell last week?", request.node.name)
    return assistant, request.node.name


@pytest.mark.parametrize(
    ("question", "operation", "amount"),
    [
        ("multiply that by 3", "multiply", "3"),
        ("and times three?", "multiply", "three"),
        ("double it", "multiply", "double"),
        ("What would that be at £5 each?", "multiply", "£5"),
        ("那乘以三呢？", "multiply", "三"),
        ("翻倍是多少", "multiply", "翻倍"),
        ("每件20元是多少钱", "multiply", "20元"),
        ("divide it by 4", "divide", "4"),
        ("除以7", "divide", "7"),
        ("what is 15% of it", "percent_of", "15%"),
        ("half of that?", "percent_of", "half"),
        ("打八折是多少", "percent_of", "八折"),
        ("它的三分之一是多少", "percent_of", "三分之一"),
        ("what if it is 20% more", "percent_more", "20%"),
        ("如果涨两成呢", "percent_more", "两成"),
        ("and 10 percent less?", "percent_less", "10 percent"),
        ("减少三成呢", "percent_less", "三成"),
        ("add 100 units", "add", "100 units"),
        ("再加100件", "add", "100件"),
        ("minus 50", "subtract", "50"),
        ("add the two", "sum", ""),
        ("加起来一共多少", "sum", ""),
        ("what's the difference", "difference", ""),
        ("两个相差多少", "difference", ""),
        ("how many times more is it", "ratio", ""),
        ("平均每天是多少", "average", "每天"),
        ("and per week?", "average", "per week"),
    ],
)
def test_demands_as_people_word_them(question: str, operation: str, amount: str) -> None:
    demand = read_demand(question)
    assert demand is not None and (demand.operation, demand.amount) == (operation, amount)


@pytest.mark.parametrize(
    "question",
    [
        "How much did we sell last week?",
        "What will sell in the next 14 days?",
        "Which products are rising?",
        "涨得最快的那款为什么涨",
        "库存还能撑多少天",
        "10件够不够卖三周",
        "差评多少",
        "Sales from 2026-03-02 to 2026-03-08",
        "1" * 2_000,
    ],
)
def test_other_questions_demand_no_arithmetic(question: str) -> None:
    assert read_demand(question) is None


def test_a_run_of_calculations_needs_no_model(
    sold: tuple[Assistant, str], connection: ScriptedConnection
) -> None:
    assistant, conversation = sold
    before = {fact["id"]: fact["value"] for fact in assistant.shop.store.answers(1)[0]["facts"]}
    tripled = assistant.ask("multiply that by 3", conversation)
    discounted = assistant.ask("那打八折是多少？", conversation)
    share = assistant.ask("what is 15% of the revenue?", conversation)
    assert result_of(tripled) == 3 * before["units"]
    assert result_of(discounted) == pytest.approx(0.8 * 3 * before["units"], abs=0.01)
    assert result_of(share) == pytest.approx(0.15 * before["revenue"], abs=0.01)
    assert discounted.language == "zh" and "80%" in discounted.answer
    assert {answer.planned_by for answer in (tripled, discounted, share)} == {"conversation"}
    assert "withheld" not in tripled.answer + share.answer and tripled.receipt


def test_the_two_of_two_turns_are_added(
    sold: tuple[Assistant, str], connection: ScriptedConnection, shop: Shop
) -> None:
    assistant, conversation = sold
    other = shop.catalogue.products[1].title
    connection.scripted.enqueue(("get_sales", {"product": other, "period": "last week"}))
    assistant.ask(f"And {other} last week?", conversation)
    both = assistant.ask("add the two", conversation)
    operands = both.calls[0].arguments["figures"]
    assert [figure["metric"] for figure in operands] == ["units sold"] * 2
    assert len({figure["entity"] for figure in operands}) == 2
    assert result_of(both) == sum(figure["value"] for figure in operands)


def test_a_calculation_may_follow_in_the_same_plan(shop: Shop, connection: ScriptedConnection) -> None:
    title = shop.catalogue.products[0].title
    connection.scripted.enqueue(
        ("forecast_demand", {"product": title, "horizon": "14 days"}),
        ("calculate", {"operation": "multiply", "amount": "3"}),
    )
    answer = Assistant(shop, connection).ask(f"How many {title} will sell in 14 days, times 3?", "plan")
    total = next(fact.value for fact in answer.facts if fact.id == "c1.total")
    assert [call.tool for call in answer.calls] == ["forecast_demand", "calculate"]
    assert result_of(answer) == 3 * total


def test_a_follow_up_still_follows_the_question_before_the_aside(
    sold: tuple[Assistant, str], connection: ScriptedConnection
) -> None:
    assistant, conversation = sold
    assistant.ask("multiply that by 3", conversation)
    connection.scripted.enqueue(("get_sales", {"product": "it", "period": "last month"}))
    answer = assistant.ask("and last month?", conversation)
    assert "Before: get_sales" in connection.scripted.asked[-1][-1]["content"]
    assert answer.calls[0].arguments["product_id"] == assistant.shop.catalogue.products[0].product_id


def test_an_amount_that_was_missing_is_asked_for_and_taken(sold: tuple[Assistant, str]) -> None:
    assistant, conversation = sold
    asked = assistant.ask("increase it by", conversation)
    assert (asked.outcome, asked.reason) == ("asked_back", "amount")
    answer = assistant.ask("15%", conversation)
    assert answer.outcome == "answered" and "+ 15%" in answer.answer


@pytest.mark.parametrize("question", ["what is 17 × 23", "三百六十五乘以十二等于多少", "20% of 480?"])
def test_schoolbook_sums_are_declined_even_after_an_answer(
    sold: tuple[Assistant, str], connection: ScriptedConnection, question: str
) -> None:
    assistant, conversation = sold
    connection.scripted.enqueue(("calculate", {"operation": "multiply", "amount": "23"}))
    answer = assistant.ask(question, conversation)
    assert (answer.outcome, answer.reason, answer.calls) == ("declined", "off_topic", [])


def test_nothing_to_reckon_with_is_said(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("calculate", {"operation": "multiply", "amount": "3"}))
    answer = Assistant(shop, connection).ask("multiply that by 3", "fresh")
    assert (answer.outcome, answer.reason) == ("asked_back", "figure")


def test_a_calculation_that_nobody_asked_for_is_left_out(shop: Shop, connection: ScriptedConnection) -> None:
    connection.scripted.enqueue(("get_sales", {"period": "last week"}), ("calculate", {"operation": "sum"}))
    answer = Assistant(shop, connection).ask("How much did we sell last week in total?", "unasked")
    assert [call.tool for call in answer.calls] == ["get_sales"]


def test_a_figure_typed_again_is_no_schoolbook_sum(sold: tuple[Assistant, str]) -> None:
    assistant, conversation = sold
    revenue = next(
        fact["value"] for fact in assistant.shop.store.answers(1)[0]["facts"] if fact["id"] == "revenue"
    )
    answer = assistant.ask(f"{revenue:,.2f} × 3", conversation)
    assert result_of(answer) == pytest.approx(3 * revenue, abs=0.01)
    assert is_schoolbook("17 × 23", []) and not is_schoolbook("that × 23", [])


def test_the_checker_lets_every_calculation_through(
    shop: Shop, connection: ScriptedConnection, tmp_path: Path
) -> None:
    assistant = Assistant(shop, connection, trial_folder=tmp_path)
    for number, question in enumerate(PLAIN):
        for product in shop.catalogue.products[:2]:
            connection.scripted.enqueue(("get_sales", {"product": product.title, "period": "last week"}))
            assistant.ask(f"How much {product.title} did we sell last week?", f"talk {number}")
        answer = assistant.ask(question, f"talk {number}")
        assert answer.planned_by == "conversation", question
        assert answer.receipt and "withheld" not in answer.answer and "已略去" not in answer.answer, question


def result_of(answer: Answer) -> float:
    return next(fact.value for fact in answer.facts if fact.id.endswith("result"))
