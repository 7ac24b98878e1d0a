import pytest

from benchmarks.flags.adverts import COPIES, adverts_to_learn, unseen_adverts


@pytest.mark.parametrize("language", ["en", "zh"])
def test_adverts_that_judge_are_filled_and_are_not_those_learnt_from(language):
    learnt = adverts_to_learn(language)
    unseen = unseen_adverts(language)
    assert len({number for number, _ in learnt}) * COPIES == len(learnt)
    assert len(unseen) >= 40
    assert not {text for _, text in learnt} & {alone for alone, _ in unseen}
    assert all(alone in carried and alone != carried for alone, carried in unseen)
    assert not any("{" in text for _, text in learnt)
    assert unseen == unseen_adverts(language)
