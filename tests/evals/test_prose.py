"""A model earns prose on real statements: enough of them, and few sent back."""

import json
from typing import Any

import pytest

from agent.prose import Brief, Fault, may_write_prose, read_verdict
from evals.prose import LEAST_CASES, Measure, Trial, keep_verdict, measure_prose, prose_briefs
from serving.client import Completion
from serving.errors import ModelTimeout
from store.demo import bazaar
from tools.shop import Shop


class Writer:
    """Writes what `words` makes of the brief it is given."""

    model = "scripted"

    def __init__(self, briefs: list[Brief], words: Any) -> None:
        self.left = list(briefs)
        self.words = words

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        return Completion(json.dumps({"text": self.words(self.left.pop(0))}), 100, 40, 0.5, 0)


@pytest.fixture(scope="module")
def briefs(tmp_path_factory: pytest.TempPathFactory) -> list[Brief]:
    with bazaar.build(tmp_path_factory.mktemp("prose"), products=8, days=240, reviews=40) as store:
        return list(prose_briefs(Shop(store), products=4))


def test_the_cases_are_in_both_languages_and_of_every_tool(briefs: list[Brief]) -> None:
    assert {brief.lang for brief in briefs} == {"en", "zh"}
    tools = {fact.source.tool for brief in briefs for fact in brief.facts}
    assert tools >= {"get_sales", "forecast_demand", "explain_trend", "recommend_restock", "list_trending"}


def test_a_full_measure_has_cases_enough() -> None:
    from evals.prose import _ABOUT_A_PRODUCT, PRODUCTS

    # A few products have too little history to explain; two languages each.
    assert 2 * PRODUCTS * len(_ABOUT_A_PRODUCT) > 1.3 * LEAST_CASES


def test_a_copyist_is_never_sent_back(briefs: list[Brief]) -> None:
    measure = measure_prose(Writer(briefs, lambda brief: brief.verbatim()), briefs)  # type: ignore[arg-type]
    assert measure.faults() == {}


def test_an_inventor_is_sent_back_every_time(briefs: list[Brief]) -> None:
    measure = measure_prose(Writer(briefs, lambda brief: brief.verbatim() + " Sales: 777."), briefs)  # type: ignore[arg-type]
    assert measure.sent_back == 1.0 and not measure.earned
    assert measure.faults()["unsupported"] == len(briefs)


def test_a_server_that_fails_counts_against_the_model(briefs: list[Brief]) -> None:
    def slow(_: Brief) -> str:
        raise ModelTimeout("slow", "wait")

    measure = measure_prose(Writer(briefs, slow), briefs)  # type: ignore[arg-type]
    assert measure.sent_back == 1.0
    assert measure.verdict("scripted", "2026-11-22").failed == len(briefs)


def trials(brief: Brief, good: int, bad: int) -> Measure:
    return Measure([Trial(brief, "x")] * good + [Trial(brief, "x", (Fault("length"),))] * bad)


@pytest.mark.parametrize(("good", "bad", "earned"), [(190, 10, True), (189, 11, False), (100, 0, False)])
def test_five_in_a_hundred_may_be_sent_back_of_two_hundred(
    briefs: list[Brief], good: int, bad: int, earned: bool
) -> None:
    assert trials(briefs[0], good, bad).earned is earned


def test_the_verdict_is_kept_where_the_assistant_looks(briefs: list[Brief]) -> None:
    keep_verdict(trials(briefs[0], 200, 0).verdict("scripted", "2026-11-22"))
    assert may_write_prose("scripted")
    kept = read_verdict("scripted")
    assert kept is not None and kept.cases == 200 and kept.date == "2026-11-22"
