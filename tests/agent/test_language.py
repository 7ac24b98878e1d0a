import pytest

from agent.language import clean_question, detect_language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is trending?", "en"),
        ("现在什么在涨？", "zh"),
        ("RABBIT NIGHT LIGHT 下周能卖多少", "zh"),
        ("How many 兔子小夜灯 will we sell next week?", "en"),
        ("and for 30 days?", "en"),
        ("帮我看看哪些products的trend在rising，列个list", "zh"),
        ("How much of the 小夜灯（粉色的） did we sell?", "en"),
        ("那补多少货？", "zh"),
        ("22423", "en"),
        ("Combien de sacs allons nous vendre les prochains jours ?", "other"),
        ("¿Qué productos están subiendo y cuántos vamos a vender los próximos días?", "other"),
        ("来週はいくつ売れますか", "other"),
        ("Сколько мы продадим на следующей неделе?", "other"),
        ("다음 주에 몇 개 팔릴까요?", "other"),
        ("Bananas", "en"),
        ("café au lait mug sales", "en"),
    ],
)
def test_answers_in_the_language_of_the_question(question: str, language: str) -> None:
    assert detect_language(question) == language


@pytest.mark.parametrize(
    ("typed", "read"),
    [("what\u200b is\u202e hot\x00?", "what is hot ?"), ("\x07\u200f", ""), ("卖了\n多少", "卖了 多少")],
)
def test_what_no_reader_sees_is_dropped(typed: str, read: str) -> None:
    assert clean_question(typed) == read
