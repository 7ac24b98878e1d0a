import pytest

from agent.focus import asked_aspects


@pytest.mark.parametrize(
    ("question", "aspects"),
    [
        ("What sold best last week?", {"best_sellers"}),
        ("上周卖得最好的是什么？", {"best_sellers"}),
        ("How accurate is that?", {"accuracy"}),
        ("平均每天能卖多少", {"daily"}),
        ("会不会断货", {"risk"}),
        ("Is the stock enough?", {"enough"}),
        ("库存够不够卖到月底", {"enough"}),
        ("By when does it run out?", {"cover"}),
        ("什么时候卖完", {"cover"}),
        ("What was the peak day in October?", {"best_day"}),
        ("十月哪天卖得好", {"best_day"}),
        ("How much money did we make last week?", {"revenue"}),
        ("上周流水多少", {"revenue"}),
        ("How much will sell?", set()),
    ],
)
def test_reads_what_is_asked_about(question: str, aspects: set[str]) -> None:
    assert asked_aspects(question) == aspects
