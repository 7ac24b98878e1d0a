import numpy as np
import pytest

from store.review_directions import Directions, Middles, of_length_one

CHANCE = np.random.default_rng(3)


def _reviews(language_direction, count=400):
    """Reviews that share a language's direction and a little of a topic each, two topics in turn."""
    topics = np.eye(8, dtype=np.float32)[[0, 1]]
    own = CHANCE.normal(0, 0.05, (count, 8)).astype(np.float32)
    return of_length_one(language_direction + 0.3 * topics[np.arange(count) % 2] + own)


@pytest.fixture(scope="module")
def shop():
    english, chinese = np.eye(8, dtype=np.float32)[[6, 7]]
    vectors = np.concatenate([_reviews(english), _reviews(chinese)])
    return vectors, ["en"] * 400 + ["zh"] * 400


def test_a_question_lies_nearer_to_its_topic_in_the_other_language_than_to_another_in_its_own(shop):
    vectors, languages = shop
    middles = Middles.of(vectors, languages)
    placed = middles.direct(vectors, languages)
    asked = middles.direct_query(vectors[400], "拉链坏了")
    same_topic_english, other_topic_chinese = placed[:400:2] @ asked, placed[401::2] @ asked
    assert (vectors[:400:2] @ vectors[400]).mean() < (vectors[401::2] @ vectors[400]).mean()
    assert same_topic_english.mean() > other_topic_chinese.mean() + 0.5


def test_a_single_review_keeps_a_direction():
    vector = of_length_one(np.ones(4, dtype=np.float32))
    middles = Middles.of(vector[None], ["en"])
    assert middles.direct(vector[None], ["en"])[0] @ vector > 0.99
    assert np.isfinite(middles.direct_query(vector, "zip")).all()


def test_a_language_without_reviews_is_asked_from_the_middle_of_all(shop):
    vectors, _ = shop
    middles = Middles.of(vectors[:400], ["en"] * 400)
    np.testing.assert_allclose(
        middles.direct_query(vectors[500], "拉链"), of_length_one(vectors[500] - middles.of_all), rtol=1e-6
    )


def test_middles_are_read_as_they_were_written_with_reviews_of_no_known_language(shop, tmp_path):
    vectors, _ = shop
    middles = Middles.of(vectors, ["en", ""] * 400)
    middles.save(tmp_path)
    read = Middles.load(tmp_path)
    assert read.by_language.keys() == {"en", ""}
    np.testing.assert_array_equal(read.of_all, middles.of_all)
    np.testing.assert_array_equal(read.direct(vectors[:1], [""]), middles.direct(vectors[:1], [""]))


def test_a_shop_without_reviews_has_middles_that_change_nothing():
    middles = Middles.of(np.zeros((0, 4), dtype=np.float32), [])
    vector = np.ones(4, dtype=np.float32) / 2
    np.testing.assert_allclose(middles.direct_query(vector, "zip"), vector)


@pytest.mark.parametrize("many", [30, 700])
def test_among_some_reviews_the_nearest_are_found_and_none_is_missed(shop, tmp_path, many):
    vectors, languages = shop
    directions = Directions.build(vectors.astype(np.float16), np.arange(800), languages, tmp_path)
    among = np.sort(CHANCE.permutation(800)[:many])
    asked = directions.middles.direct_query(vectors[400], "拉链坏了")
    placed = directions.middles.direct(vectors, languages)
    nearest = directions.nearest(asked, among, 10)
    assert set(nearest) <= set(among.tolist())
    assert (placed[nearest] @ asked).min() >= np.sort(placed[among] @ asked)[-10] - 1e-3
    assert directions.nearest(asked, among, 10_000)[:10] == nearest


def test_reviews_of_one_text_share_its_vector_and_keep_their_place(shop, tmp_path):
    vectors, _ = shop
    directions = Directions.build(vectors, np.array([7, 3, 7]), ["en", "zh", "en"], tmp_path)
    parts = np.concatenate([part for _, part in Directions(tmp_path).blocks()])
    assert len(directions) == 3
    np.testing.assert_array_equal(parts[0], parts[2])
    np.testing.assert_allclose(directions.middle([0, 1]), (parts[0] + parts[1]) / 2)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, rtol=1e-6)
