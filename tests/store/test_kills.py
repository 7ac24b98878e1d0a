"""A process that is killed loses nothing that it said was done; `python -m benchmarks.kills` kills hundreds of times."""

import pytest

from benchmarks.kills import SCENARIOS, preload


@pytest.fixture(scope="module", autouse=True)
def _quick_children():
    preload()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_killed_process_loses_nothing_that_it_acknowledged(scenario, tmp_path):
    outcome = scenario(tmp_path, 3, seed=11)
    assert (outcome.kills, outcome.lost, outcome.torn) == (3, 0, 0)
