from store.near_duplicates import group_near_duplicates

LONG = "The buckle of this bag squeaks like a small bird every morning on my way to work"
CHINESE = "包装很好，物流也快，用了一个星期没有发现问题，值得推荐给大家购买"


def _groups(*texts, owners=None):
    return group_near_duplicates(texts, owners or ["P"] * len(texts)).tolist()


def test_copies_with_other_signs_and_case_are_one_group():
    assert _groups(LONG, "something else entirely", LONG.upper() + "!!!", LONG + " .") == [0, 1, 0, 0]
    assert _groups(CHINESE, CHINESE.replace("，", " "), CHINESE + "！！") == [0, 0, 0]


def test_alike_is_not_the_same():
    assert _groups(LONG, "The zip of this bag broke like a small twig on the first day of my work") == [0, 1]
    assert _groups("Great bag", "Bad bag", "很好", "很差") == [0, 1, 2, 3]


def test_copies_of_another_product_are_its_own():
    assert _groups(LONG, LONG, LONG, owners=["A", "B", "A"]) == [0, 1, 0]


def test_reviews_without_a_letter_repeat_nothing():
    assert _groups("", "👍", "!!!") == [0, 1, 2]
