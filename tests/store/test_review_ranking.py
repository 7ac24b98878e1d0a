import numpy as np
import pytest

from store.review_ranking import best_rows, fold_copies, fuse


def test_a_row_that_leads_both_rankings_scores_one():
    scores = fuse([4, 2, 9], [4, 7])
    assert next(iter(scores)) == 4
    assert scores[4] == pytest.approx(1)
    assert set(scores) == {2, 4, 7, 9}
    assert list(scores.values()) == sorted(scores.values(), reverse=True)


def test_without_shared_words_the_order_of_meaning_stays():
    assert list(fuse([3, 1, 2], [])) == [3, 1, 2]
    assert fuse([3, 1, 2], [])[3] == pytest.approx(1)


def test_best_rows_leaves_out_what_has_no_score():
    scores = np.array([0, 3, 1, 3, 0], dtype=np.float32)
    assert best_rows(scores, 2).tolist() == [1, 3]
    assert best_rows(scores, 10).tolist() == [1, 3, 2]


def test_of_copies_the_first_stays():
    assert fold_copies([5, 3, 4], np.array([0, 1, 2, 3, 3, 3])) == [5]
    assert fold_copies([4, 1], np.array([0, 1, 2, 3, 3])) == [4, 1]
