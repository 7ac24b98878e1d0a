"""The labelled texts tell a good checker from a bad one, and the shipped checker is good."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evals import checking_cases
from evals.checking_cases import Score, measure
from evals.spelling import chinese_words, english_words, financial_words, roman
from store.demo import bazaar
from tools.shop import Shop


@pytest.fixture(scope="module")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with bazaar.build(tmp_path_factory.mktemp("checking"), products=24, days=300, reviews=120) as store:
        yield Shop(store)


@pytest.fixture(scope="module")
def score(small_shop: Shop) -> Score:
    return measure(small_shop, most_of_kind=8, products=4)


def test_there_are_enough_cases_of_both_verdicts_and_languages(small_shop: Shop, score: Score) -> None:
    cases = checking_cases.checking_cases(small_shop, most_of_kind=8, products=4)
    assert score.cases == len(cases) >= 400
    assert 0.3 < score.violations / score.cases < 0.7
    assert {case.scene.lang for case in cases} == {"en", "zh"}


def test_the_same_shop_gives_the_same_cases(small_shop: Shop) -> None:
    first, second = (checking_cases.checking_cases(small_shop, most_of_kind=2, products=2) for _ in range(2))
    assert [case.text for case in first] == [case.text for case in second]


def test_the_checker_reaches_its_targets(score: Score) -> None:
    assert score.recall >= 0.99, [case.text for case in score.misses]
    assert score.precision >= 0.97, [case.text for case in score.misses]


def test_a_blind_checker_is_noticed(small_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking_cases, "check_text", lambda *given, **more: [])
    assert measure(small_shop, most_of_kind=2, products=2).recall == 0


def test_a_checker_that_stops_everything_is_noticed(
    small_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking_cases, "check_text", lambda *given, **more: ["no"])
    assert measure(small_shop, most_of_kind=2, products=2).precision < 0.7


def test_numbers_are_spelt_as_people_spell_them() -> None:
    assert english_words(1235) == "one thousand two hundred and thirty-five"
    assert chinese_words(1205) == "一千二百零五"
    assert chinese_words(12) == "十二"
    assert financial_words(311) == "叁佰壹拾壹"
    assert roman(1994) == "MCMXCIV"
