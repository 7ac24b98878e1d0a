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
        ("How much will sell?", set()),
    ],
)
def test_reads_what_is_asked_about(question: str, aspects: set[str]) -> None:
    assert asked_aspects(question) == aspects
