import numpy as np
import pytest
from scipy import sparse

from serving.logistic import auc, f1, fit_logistic, macro_f1


def test_a_separating_direction_is_found_sparse_or_dense():
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(400, 3))
    labels = (rows[:, 1] + 0.1 * chance.normal(size=400) > 0).astype(float)
    for given in (rows, sparse.csr_matrix(rows)):
        weights, offset = fit_logistic(given, labels, np.ones(400), 0.1)
        assert np.argmax(np.abs(weights)) == 1
        assert macro_f1(labels == 1, 1 / (1 + np.exp(-(rows @ weights + offset)))) > 0.9


def test_auc_counts_pairs_in_order_and_ties_as_half():
    truth = np.array([False, False, True, True])
    assert auc(truth, np.array([0.1, 0.2, 0.3, 0.4])) == 1
    assert auc(truth, np.array([0.1, 0.4, 0.2, 0.3])) == 0.5
    assert auc(truth, np.zeros(4)) == 0.5


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    truth, said = np.array([1, 1, 1, 0], bool), np.array([1, 0, 0, 1], bool)
    assert f1(truth, said) == pytest.approx(2 * (1 / 2) * (1 / 3) / (1 / 2 + 1 / 3))
