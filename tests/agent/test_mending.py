import pytest

from agent.mending import mend


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("no sorry, I meant the single", "the single"),
        ("argh, and not July. June!", "june"),
        ("and I meant the whole of last week, not one day", "and i meant the whole of last week"),
        ("说错了，是灰色", "是灰色"),
        ("不对不对，不是一周，是21天", "不对不对, 是21天"),
        ("是21天，不是一周", "是21天"),
    ],
)
def test_what_is_taken_back_is_not_read(question: str, meant: str) -> None:
    assert mend(question) == meant


@pytest.mark.parametrize("question", ["why is it not selling?", "是不是该补货了", "这不是挺好卖吗"])
def test_a_plain_no_takes_nothing_back(question: str) -> None:
    assert mend(question) == question
