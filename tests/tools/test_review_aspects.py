import random

import pytest

from tools.review_aspects import asked_aspect, count_aspects, discover_aspects
from tools.review_opinions import read_opinions

NAN = float("nan")


def names(found):
    return [each.aspect.en for each in found]


def test_aspects_are_counted_once_a_review_in_both_languages():
    texts = [
        "The zip broke. The zip is bad.",
        "拉链坏了",
        "Battery dies fast",
        "The battery is weak",
        "nothing here",
    ]
    counts = {aspect.en: count for aspect, count in count_aspects(texts)}
    assert counts["the zip"] == 2
    assert counts["the battery"] == 2


def test_what_has_no_name_by_hand_is_found_by_the_customers_own_word():
    texts = [
        "The lens cap falls off.",
        "A loose lens cap.",
        "Lens caps get lost",
        "三脚架很稳",
        "三脚架有点重",
        "三脚架不错",
    ]
    found = names(discover_aspects(texts * 2))
    assert "“lens cap”" in found
    assert "“三脚架”" in found
    assert "“lens”" not in found


def test_each_kind_of_goods_has_its_own_aspects():
    camera = ["The viewfinder is dark", "Bright viewfinder", "the viewfinder fogs up"]
    tea = ["The infuser leaks", "A neat infuser", "the infuser is too small"]
    assert "“viewfinder”" in names(discover_aspects(camera)) and "“viewfinder”" not in names(
        discover_aspects(tea)
    )
    assert "“infuser”" in names(discover_aspects(tea))


def test_the_goods_themselves_and_one_or_two_customers_word_are_no_aspects():
    texts = [
        "This kettle has a loose lid",
        "the kettle lid rattles",
        "My kettle came with a manatee, and a scratched lid",
        "A manatee on the kettle",
    ]
    found = names(discover_aspects(texts, ["Copper Kettle 2L"]))
    assert found == ["“lid”"]


def test_what_customers_do_or_when_they_do_it_is_no_side_of_a_product():
    texts = [
        "I use it every single day. Packed with care.",
        "Nothing sticks, washing up takes seconds.",
        "Fine on arrival.",
    ] * 4
    found = names(discover_aspects(texts))
    assert "cleaning" in found
    assert not any(name.startswith("“") for name in found)


def test_a_name_by_hand_comes_before_an_own_word_that_hardly_more_reviews_use():
    strap, zipped = [f"The strap is {n}." for n in "abcdefghij"], [f"The zip is {n}." for n in "abcdefghij"]
    assert names(discover_aspects(strap + zipped[:8])) == ["the zip", "“strap”"]
    assert names(discover_aspects(strap + zipped[:5])) == ["“strap”", "the zip"]


def test_the_order_of_reviews_changes_nothing_but_their_places():
    texts = [
        f"The zip is {word}. The lining is {word} too." for word in ("good", "bad", "fine", "torn", "loose")
    ]
    mixed = random.Random(3).sample(texts, len(texts))
    assert [(e.aspect.en, len(e.reviews)) for e in discover_aspects(texts)] == [
        (e.aspect.en, len(e.reviews)) for e in discover_aspects(mixed)
    ]


def test_nothing_comes_of_nothing():
    assert discover_aspects([]) == []
    assert discover_aspects(["", "!!!", "\0"]) == []


def test_one_review_may_praise_one_side_and_complain_of_another():
    texts = ["The screen is great, but the battery is terrible and died.", "屏幕非常好，但是电池太差了"] * 3
    found = {each.aspect.en: each for each in read_opinions(texts, [NAN] * len(texts))}
    assert len(found["the screen"].praise) == 6
    assert len(found["the battery"].complaints) == 6


def test_stars_say_what_an_undecided_clause_leaves_open():
    texts = ["The zip is on the left.", "The zip is on the left. ", "The zip is on the left.  "]
    zipped = next(each for each in read_opinions(texts, [5, 1, 5]) if each.aspect.en == "the zip")
    assert 1 in zipped.complaints
    assert zipped.lean[0] > zipped.lean[1]


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("Nothing sticks, washing up takes seconds.", "cleaning"),
        ("No smell at all out of the bag.", "the smell"),
        ("打开没有异味。", "the smell"),
        ("The box arrived and nothing was crushed in the box.", "packaging"),
    ],
)
def test_praise_in_words_of_complaint_is_no_complaint_where_stars_praise(text, aspect):
    found = {each.aspect.en: each for each in read_opinions([text, text], [4, 5])}
    assert found[aspect].complaints == []


def test_a_plain_complaint_stands_against_four_stars():
    texts = ["The zip broke after one week, terrible quality.", "拉链一个星期就坏了，质量太差了。"]
    found = {each.aspect.en: each for each in read_opinions(texts, [4, 4])}
    assert found["durability"].complaints == [0, 1]


def test_a_question_about_one_named_thing_asks_for_that():
    assert asked_aspect("物流快吗").zh == "物流"
    assert asked_aspect("拉链质量怎么样").zh == "拉链"
    assert asked_aspect("what do people say") is None
