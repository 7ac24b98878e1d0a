import numpy as np

from forecasting.members.spikes import tame_spikes


def test_a_lone_spike_is_cut_to_twice_the_best_days():
    units = np.full(100, 10.0)
    units[50] = 1e6
    assert tame_spikes(units)[50] == 20.0
    assert units[50] == 1e6


def test_two_spikes_do_not_vouch_for_each_other():
    units = np.full(100, 10.0)
    units[[50, 53]] = 1e6
    assert tame_spikes(units).max() <= 20.0


def test_a_level_that_rose_and_stayed_is_left_alone():
    units = np.concatenate([np.full(300, 10.0), np.full(10, 80.0)])
    np.testing.assert_array_equal(tame_spikes(units), units)


def test_a_handful_of_sales_is_left_alone():
    units = np.array([0.0, 1, 0, 50, 0, 2, 0])
    np.testing.assert_array_equal(tame_spikes(units), units)
