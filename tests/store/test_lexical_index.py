import numpy as np

from store.lexical_index import LexicalIndex, cut_words


def test_words_are_compared_by_their_stem_and_without_what_every_question_says():
    assert cut_words("What do customers say about the BATTERIES?") == ["say", "batteri"] or cut_words(
        "the BATTERIES"
    ) == cut_words("battery")
    assert cut_words("大家觉得拉链怎么样")[-1] == "拉链"


def test_full_width_letters_are_the_same_words():
    assert cut_words("ＵＳＢ１２ 充电") == cut_words("usb12 充电")


def test_a_long_chinese_word_is_found_by_a_part_of_it():
    assert "电池" in cut_words("锂电池")


def test_the_review_with_the_rare_word_leads(tmp_path):
    texts = ["good bag, good price", "the zips broke at once", "拉链坏了，包装也破", "good good good"]
    LexicalIndex.build(texts, tmp_path / "words")
    index = LexicalIndex(tmp_path / "words")
    assert index.scores("is the zip good?").argmax() == 1
    assert index.scores("拉链").argmax() == 2
    assert np.isfinite(index.scores("price")).all()
    assert index.scores("cinnamon") is None
    assert index.scores("what about the") is None


def test_texts_without_a_word_can_be_indexed(tmp_path):
    LexicalIndex.build(["👍👍", "", "the bag"], tmp_path / "words")
    assert LexicalIndex(tmp_path / "words").scores("bag").tolist()[:2] == [0, 0]


def test_reviews_without_a_word_are_an_index_that_finds_nothing(tmp_path):
    LexicalIndex.build(["👍", "…"], tmp_path / "words")
    assert LexicalIndex(tmp_path / "words").scores("zip") is None
