import pytest

from agent.pointing import LAST, find_pointings, replace_pointings


@pytest.mark.parametrize(
    ("question", "words", "place"),
    [
        ("number two on there, how many in October?", "number two on there", 2),
        ("and the runner-up", "the runner-up", 2),
        ("Second on that list: what's driving it?", "second on that list", 2),
        ("let's see the third one's forecast", "the third one", 3),
        ("And the third, same month", "the third", 3),
        ("the last one please", "the last one", LAST),
        ("第四名也照样比一比", "第四名", 4),
        ("榜首卖成这样是什么原因", "榜首", 1),
        ("排第二的是啥原因", "排第二", 2),
        ("最后一个怎么样", "最后一个", LAST),
    ],
)
def test_a_place_of_the_list_is_pointed_at_in_a_sentence(question: str, words: str, place: int) -> None:
    [pointing] = find_pointings(question)
    assert (pointing.words, pointing.place) == (words, place)


@pytest.mark.parametrize(
    "question",
    [
        "Just the first ten days of May?",
        "second quarter and third quarter",
        "the second half of October",
        "the 3rd of October",
        "one second please",
        "第二季度卖了多少",
        "第一个月",
        "最后一个月",
        "第三次问了",
    ],
)
def test_an_ordinal_of_time_points_at_no_product(question: str) -> None:
    assert find_pointings(question) == []


def test_the_head_of_a_list_is_called_by_what_ranks_it() -> None:
    assert [p.place for p in find_pointings("掉得最厉害的那个是什么原因", "down")] == [1]
    assert find_pointings("掉得最厉害的那个是什么原因", "sales") == []
    assert find_pointings("What's the biggest faller this week?", "down") == []


def test_two_places_are_both_pointed_at_and_read_as_it() -> None:
    question = "compare the first and the second"
    pointings = find_pointings(question)
    assert [pointing.place for pointing in pointings] == [1, 2]
    assert replace_pointings(question, pointings) == "compare it and it"
