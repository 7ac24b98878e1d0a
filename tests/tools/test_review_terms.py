import pytest

from tools.review_terms import find_terms, noun_lemma, split_clauses


def test_a_clause_ends_where_the_opinion_turns():
    assert split_clauses("The screen is sharp, but the battery dies fast.") == [
        "The screen is sharp", "the battery dies fast",
    ]  # fmt: skip
    assert split_clauses("屏幕很清晰，但是电池不行") == ["屏幕很清晰", "电池不行"]
    assert split_clauses(" ... ") == []


@pytest.mark.parametrize(
    ("clause", "terms"),
    [
        ("the battery life is short", {"battery", "battery life"}),
        ("Two lenses were scratched", {"lens"}),
        ("I charge it daily", set()),
        ("it is very light", set()),
        ("电池续航不错", {"电池"}),
        ("镜头很清晰", {"镜头"}),
    ],
)
def test_terms_are_the_nouns_of_a_clause(clause, terms):
    assert terms <= find_terms(clause)
    assert not find_terms(clause) & {"charge", "light", "daily", "清晰", "不错", "very"}


@pytest.mark.parametrize(
    ("clause", "terms"),
    [
        ("Nothing sticks", set()),
        ("washing up takes seconds", set()),
        ("holding the lid is hard", {"lid"}),
        ("I use it every single day", set()),
        ("the coating is loose", {"coating"}),
        ("the digital camera", {"camera"}),
    ],
)
def test_what_is_done_and_what_only_describes_is_no_thing(clause, terms):
    assert find_terms(clause) - {"digital camera"} == terms


def test_persons_times_and_orders_to_a_machine_are_no_sides_of_a_product():
    assert find_terms("my husband bought it last week") == set()
    assert noun_lemma("batteries") == "battery"
    assert noun_lemma("quickly") is None
    assert noun_lemma("x" * 500) is None
