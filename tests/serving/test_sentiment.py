import numpy as np
import pytest

from serving.sentiment import shipped_sentiment
from serving.text_features import DIMENSIONS, MOST_LETTERS, hash_texts

CONTENT = [
    "Love this dress, fits perfectly and the colour is gorgeous. Would buy again!",
    "Great tablet, works perfectly, my kids love it.",
    "非常好，物流很快，包装也很仔细，五星好评",
    "水果很新鲜，很甜，下次还来买",
]
NOT_CONTENT = [
    "Very disappointed. It stopped working after two days and I want my money back.",
    "Poor quality, the fabric is cheap and it fell apart. Returned it.",
    "太差了，用了两天就坏了，客服也不理人，差评",
    "质量很差，颜色和图片不一样，退货了",
]


def test_content_reviews_score_above_one_half_and_others_below_in_both_languages():
    model = shipped_sentiment()
    assert (model.score_reviews(CONTENT) > 0.8).all()
    assert (model.score_reviews(NOT_CONTENT) < 0.3).all()


def test_clauses_lean_the_way_they_are_meant():
    model = shipped_sentiment()
    assert model.score_clauses(["works great", "质量很好"]).min() > 0.6
    assert model.score_clauses(["stopped working after a week", "质量太差"]).max() < 0.4


@pytest.mark.parametrize("nothing", ["", "   ", "12345", "🙂🙂", "\0\ud800"])
def test_a_text_without_words_leans_neither_way_as_a_clause(nothing):
    assert 0.3 < shipped_sentiment().score_clauses([nothing])[0] < 0.7


def test_no_text_gives_no_score():
    assert shipped_sentiment().score_reviews([]).shape == (0,)


def test_a_text_is_hashed_the_same_whatever_stands_beside_it_and_case_is_no_matter():
    together = hash_texts(["Great PHONE", "差", "great phone"])
    assert together.shape == (3, DIMENSIONS)
    assert (together[0] != together[2]).nnz == 0
    assert np.isclose(together.power(2).sum(axis=1), 1).all()


def test_a_pasted_book_costs_no_more_than_its_first_page():
    assert (hash_texts(["word " * 10**6]) != hash_texts([("word " * 10**6)[:MOST_LETTERS]])).nnz == 0
