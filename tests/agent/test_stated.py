import pytest

from agent.stated import find_limit, find_on_hand, says_lead_time


@pytest.mark.parametrize(
    ("clause", "stock"),
    [
        ("shelf qty 410", "410"),
        ("would sixty blue kettles carry us", "sixty"),
        ("there are exactly 31 wall hooks in the storeroom", "31"),
        ("18 units here", "18 units"),
        ("货架上点了点二百二十瓶", "二百二十瓶"),
        ("库里64双", "64双"),
        ("只余19条了", "19条"),
        ("仓里3天就空", None),
        ("what is the 2 person tent doing", None),
        ("ninety on the rack right now", "ninety"),
        ("seventeen", "seventeen"),
        ("oh 55", "55"),
        ("后仓还搁着两打", "两打"),
        ("三週", None),
    ],
)
def test_stock_is_counted_wherever_it_lies(clause: str, stock: str | None) -> None:
    assert find_on_hand(clause) == stock


@pytest.mark.parametrize(
    ("clause", "limit"),
    [
        ("four garden items losing ground", 4),
        ("which eight lines have slid", 8),
        ("six of them please", 6),
        ("列三个就行", 3),
        ("top 3", 3),
        ("the single worst loser of the month", 1),
        ("the one product that is taking off", 1),
        ("一共排十五个出来", 15),
        ("上周窜得最快的两个", 2),
        ("what sells in the next 7 days", None),
        ("the 500 g ones", None),
    ],
)
def test_how_many_to_list_needs_no_keyword(clause: str, limit: int | None) -> None:
    assert find_limit(clause) == limit


@pytest.mark.parametrize(
    "clause",
    ["a factory that needs twelve days", "a 6 day turnaround", "3 days to get more", "进货路上得八天"],
)
def test_supply_is_spoken_of_in_many_words(clause: str) -> None:
    assert says_lead_time(clause)
