"""Several calls read as one answer: a product is named once, like calls are compared, nothing is said twice."""

from collections.abc import Callable
from typing import Any

import pytest

from agent.composition import Draft, compose
from agent.execution import Executor, Step
from agent.memory import Memory
from tools.results import Lang
from tools.shop import Shop

Ask = Callable[..., Draft]
LAMP, PACK, PAN = "B002", "B001", "B004"


@pytest.fixture(scope="module")
def ask(shop: Shop) -> Ask:
    executor = Executor(shop)

    def run(question: str, *calls: tuple[str, dict[str, Any]], lang: Lang = "en") -> Draft:
        steps = [Step(tool, said) for tool, said in calls]
        return compose(executor.run(steps, Memory(), lambda _: None), lang, question)

    return run


def value(draft: Draft, name: str) -> float:
    return float(next(fact.value for fact in draft.facts if fact.id == name))


def test_a_product_is_named_once_and_then_it(ask: Ask) -> None:
    calls = ("forecast_demand", {"product": LAMP}), ("recommend_restock", {"product": LAMP})
    assert ask("How much, and what to order?", *calls).text.count("Rabbit Night Light") == 1
    assert ask("能卖多少，补多少？", *calls, lang="zh").text.count("兔子小夜灯") == 1


def test_another_product_is_named_again(ask: Ask) -> None:
    text = ask("?", ("forecast_demand", {"product": LAMP}), ("recommend_restock", {"product": PAN})).text
    assert "Rabbit Night Light" in text and "Frying Pan" in text


def test_two_months_of_a_product_are_a_change_with_its_receipt(ask: Ask) -> None:
    calls = [("get_sales", {"product": LAMP, "period": month}) for month in ("September", "October")]
    draft = ask("Compare September and October", *calls)
    before, after = value(draft, "c1.units"), value(draft, "c2.units")
    assert value(draft, "compared.difference") == abs(after - before)
    assert {"c1.units", "c2.units", "compared.difference"} <= set(draft.receipt)
    assert ("more" if after > before else "less") in draft.text.split("\n\n")[0]
    assert draft.text.count("Rabbit Night Light") == 1
    assert [len(table.rows) for table in draft.tables] == [2]


def test_the_order_in_which_months_are_asked_for_does_not_turn_the_change_round(ask: Ask) -> None:
    def told(*months: str) -> str:
        calls = [("get_sales", {"product": LAMP, "period": month}) for month in months]
        return ask("Compare", *calls).text

    assert told("September", "October") == told("October", "September")


def test_two_products_of_a_month_are_ranked(ask: Ask) -> None:
    calls = [("get_sales", {"product": product, "period": "October"}) for product in (PACK, LAMP)]
    draft = ask("Which sold more?", *calls)
    units = {product: value(draft, f"c{i}.units") for i, product in enumerate((PACK, LAMP), 1)}
    first = "Rabbit Night Light" if units[LAMP] > units[PACK] else "Canvas Commuter Backpack"
    assert draft.text.startswith(f"**{first}")
    assert value(draft, "compared.difference") == abs(units[LAMP] - units[PACK])


def test_a_product_beside_the_shop_is_a_share_of_it(ask: Ask) -> None:
    draft = ask(
        "What share?",
        ("get_sales", {"product": LAMP, "period": "October"}),
        ("get_sales", {"period": "October"}),
    )
    share = 100 * value(draft, "c1.units") / value(draft, "c2.units")
    assert value(draft, "compared.units_share") == pytest.approx(share, abs=0.5)


def test_forecasts_are_only_settled_where_their_ranges_do_not_touch(ask: Ask) -> None:
    draft = ask("?", *(("forecast_demand", {"product": product}) for product in (LAMP, PACK)))
    total = {number: value(draft, f"c{number}.total") for number in (1, 2)}
    more, less = sorted((1, 2), key=lambda number: -total[number])
    touch = value(draft, f"c{more}.low80") <= value(draft, f"c{less}.high80")
    assert ("overlap" in draft.text) == touch and ("settled" in draft.text) == (not touch)


def test_unlike_calls_are_not_compared(ask: Ask) -> None:
    draft = ask(
        "?",
        ("get_sales", {"product": LAMP, "period": "September"}),
        ("get_sales", {"product": PACK, "period": "October"}),
    )
    assert not any(fact.id.startswith("compared.") for fact in draft.facts)
    assert "Rabbit Night Light" in draft.text and "Canvas Commuter Backpack" in draft.text


def test_a_reason_does_not_repeat_the_change_that_the_list_ended_on(ask: Ask) -> None:
    calls = ("list_trending", {"direction": "up"}), ("explain_trend", {"product": "$1"})
    draft = ask("What rises fastest, and why?", *calls)
    units = next(fact.display("en") for fact in draft.facts if fact.id == "c1.top1_units")
    assert draft.text.count(units) == 1
    assert any(name.startswith("c2.") for name in draft.receipt)


def test_each_warning_is_said_once_and_the_label_comes_last(ask: Ask) -> None:
    calls = [("forecast_demand", {"product": product, "horizon": "30 days"}) for product in (LAMP, PACK)]
    draft = ask("?", *calls, ("recommend_restock", {"product": LAMP}))
    assert draft.text.count("synthetic") == 1
    assert draft.text.endswith("not a real shop's sales.")
    assert len(draft.caveats) == len(set(draft.caveats))
    assert sum("ordinary weeks" in caveat for caveat in draft.caveats) <= 1


def test_two_calls_that_stumble_over_one_name_say_it_once(ask: Ask) -> None:
    said = {"product": "unicorn lamp"}
    text = ask("?", ("get_sales", said), ("recommend_restock", said)).text
    assert text.count("sells nothing called") == 1


def test_every_receipt_names_a_fact_of_the_answer(ask: Ask) -> None:
    for lang in ("en", "zh"):
        draft = ask(
            "?",
            *(("get_sales", {"product": product, "period": "October"}) for product in (LAMP, PACK, PAN)),
            ("forecast_demand", {"product": LAMP}),
            lang=lang,
        )
        assert set(draft.receipt) <= {fact.id for fact in draft.facts}
        assert len({fact.id for fact in draft.facts}) == len({(f.id, f.metric) for f in draft.facts})
