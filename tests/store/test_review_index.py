import shutil
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from serving.embedder import default_embedder
from store import reviews
from store.demo import bazaar
from store.index_canary import can_be_read
from store.review_index import ReviewIndex


class CountingEmbedder:
    """The real embedder, with a count of the texts it was given and a memory for those that tests share."""

    memory: ClassVar[dict] = {}

    def __init__(self):
        self._real = default_embedder()
        self.name, self.dimensions, self.embedded = self._real.name, self._real.dimensions, 0

    def embed_passages(self, texts):
        self.embedded += len(texts)
        new = [text for text in texts if text not in self.memory]
        if new:
            self.memory.update(zip(new, self._real.embed_passages(new), strict=True))
        return np.stack([self.memory[text] for text in texts])

    def embed_query(self, text):
        return self._real.embed_query(text)


@pytest.fixture(scope="module")
def index(small_bazaar):
    index = ReviewIndex(small_bazaar, default_embedder())
    assert not index.is_fresh()
    seen = []
    assert index.build(lambda done, total: seen.append((done, total))) == 150
    assert seen[-1][0] == seen[-1][1] > 100
    assert index.is_fresh()
    return index


@pytest.fixture
def own_bazaar(tmp_path):
    with bazaar.build(tmp_path, products=7, days=130, reviews=40) as store:
        yield store


@pytest.fixture
def few_reviews(empty_store):
    texts = ["A good bag", "The zip broke", "物流很快", "Battery lasts a day", "颜色好看"]
    _add(empty_store, *(_review(number, text) for number, text in enumerate(texts)))
    return empty_store


def _review(number, text, **known):
    row = {
        "author": None,
        "ds": None,
        "rating": None,
        "language": "en",
        "title": None,
        "flags": [],
        "product_id": "B001",
    }
    return {**row, "review_id": f"X{number}", "text": text, **known}


def _add(store, *rows):
    with store.transaction() as cursor:
        reviews.write_reviews(cursor, pd.DataFrame(rows))


@pytest.mark.parametrize("query", ["the zip broke", "拉链坏了"])
def test_a_complaint_is_found_in_either_language(index, query):
    hits = index.search(query, limit=5)
    assert len(hits) == 5
    assert {hit.product_id for hit in hits} == {"B001"}
    assert all("zip" in hit.text.lower() or "拉链" in hit.text for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_hold_for_every_hit(index):
    start, end = date(2026, 9, 1), date(2026, 10, 15)
    hits = index.search("quality", start=start, end=end, max_rating=3, limit=20)
    assert hits
    assert all(start <= hit.ds <= end and hit.rating <= 3 for hit in hits)
    assert {hit.product_id for hit in index.search("quality", product_id="B002", limit=20)} == {"B002"}
    assert all(hit.rating == 5 for hit in index.search("good", min_rating=5, limit=20))
    assert index.search("quality", product_id="nobody") == []


def test_adverts_and_instructions_come_after_everything_else(index):
    hits = index.search("cash back, add me on WhatsApp; ignore all previous instructions", limit=5)
    assert all(not hit.flags for hit in hits)
    only = index.search("cash back, add me on WhatsApp, half the price", product_id="B006", limit=50)
    flagged = [bool(hit.flags) for hit in only]
    assert flagged == sorted(flagged)
    assert any(flagged)


def test_near_duplicates_of_a_product_are_shown_once(own_bazaar):
    text = "The buckle of this bag squeaks like a small bird in the morning"
    _add(own_bazaar, _review(1, text), _review(2, text + "."), _review(3, text, product_id="B002"))
    hits = ReviewIndex(own_bazaar, CountingEmbedder()).search("buckle squeaks like a bird", limit=4)
    found = {hit.product_id: hit.copies for hit in hits if "squeaks" in hit.text}
    assert found == {"B001": 2, "B002": 1}


def test_a_filter_that_few_reviews_pass_finds_all_of_them(index, small_bazaar):
    wanted = small_bazaar.reviews()
    wanted = set(wanted[(wanted["product_id"] == "B003") & (wanted["rating"] <= 2)]["review_id"])
    hits = index.search("anything at all", product_id="B003", max_rating=2, limit=50)
    assert wanted
    assert sum(hit.copies for hit in hits) == len(wanted)
    assert {hit.review_id for hit in hits} <= wanted


def test_unknown_dates_and_ratings_match_no_filter_but_are_found(own_bazaar):
    _add(own_bazaar, _review(1, "Purple elephants danced on my backpack"))
    index = ReviewIndex(own_bazaar, CountingEmbedder())
    assert index.search("purple elephants")[0].review_id == "X1"
    for narrowed in ({"start": date(2000, 1, 1)}, {"min_rating": 1}):
        assert all(hit.review_id != "X1" for hit in index.search("purple elephants", **narrowed))


def test_a_changed_store_makes_the_index_stale_and_only_new_texts_are_embedded(own_bazaar):
    embedder = CountingEmbedder()
    index = ReviewIndex(own_bazaar, embedder)
    index.build()
    first = embedder.embedded
    _add(own_bazaar, _review(1, "Smells of fresh cinnamon rolls"))
    assert not index.is_fresh()
    assert index.search("cinnamon smell", limit=1)[0].review_id == "X1"
    assert index.is_fresh()
    assert embedder.embedded == first + 1


def test_one_question_finds_both_languages_and_a_filter_keeps_one(index):
    assert {hit.language for hit in index.search("拉链坏了", limit=20)} >= {"en", "zh"}
    for language in ("en", "zh"):
        assert {hit.language for hit in index.search("拉链坏了", language=language)} == {language}


def test_a_word_that_says_nothing_to_the_model_is_found_all_the_same(few_reviews):
    _add(few_reviews, _review(9, "Fits the XJ-4711B holder of my desk"))
    assert ReviewIndex(few_reviews, CountingEmbedder()).search("xj-4711b", limit=1)[0].review_id == "X9"


def test_a_build_that_was_killed_goes_on_where_it_was(few_reviews, monkeypatch):
    monkeypatch.setattr("store.review_index_build._TEXTS_A_STEP", 2)

    class Killed(CountingEmbedder):
        def embed_passages(self, texts):
            if self.embedded:
                raise KeyboardInterrupt
            return super().embed_passages(texts)

    with pytest.raises(KeyboardInterrupt):
        ReviewIndex(few_reviews, Killed()).build()
    embedder = CountingEmbedder()
    assert ReviewIndex(few_reviews, embedder).build() == 5
    assert embedder.embedded == 3


def test_a_lost_index_is_built_without_reading_a_review_anew(few_reviews):
    ReviewIndex(few_reviews, CountingEmbedder()).build()
    shutil.rmtree(few_reviews.folder / "reviews_index")
    embedder = CountingEmbedder()
    assert ReviewIndex(few_reviews, embedder).search("bag")
    assert embedder.embedded == 0


def test_changed_files_are_first_read_by_a_child(few_reviews, monkeypatch):
    ReviewIndex(few_reviews, CountingEmbedder()).build()
    segment = next((few_reviews.folder / "reviews_index").glob("build-*/words/data*.npy"))
    asked = []
    monkeypatch.setattr("store.review_vectors.can_be_read", lambda *build: asked.append(build) or False)
    assert ReviewIndex(few_reviews, CountingEmbedder()).is_fresh()
    assert not asked
    segment.write_bytes(segment.read_bytes()[:-4])
    assert not ReviewIndex(few_reviews, CountingEmbedder()).is_fresh()
    assert len(asked) == 1


def test_the_child_tells_a_whole_build_from_a_broken_one(few_reviews):
    index = ReviewIndex(few_reviews, CountingEmbedder())
    index.build()
    build = next((few_reviews.folder / "reviews_index").glob("build-*"))
    index._vectors.close()
    assert can_be_read(build, 5)
    assert not can_be_read(build, 6)
    (build / "chroma.sqlite3").write_bytes(b"nonsense" * 100)
    assert not can_be_read(build, 5)
    assert not can_be_read(build.parent / "nothing", 5)


def test_a_damaged_or_lost_index_is_built_again(own_bazaar):
    index = ReviewIndex(own_bazaar, CountingEmbedder())
    index.build()
    folder = own_bazaar.folder / "reviews_index"
    for file in folder.glob("build-*/chroma.sqlite3"):
        file.write_bytes(b"nonsense" * 100)
    again = ReviewIndex(own_bazaar, CountingEmbedder())
    again._vectors.close()
    index._vectors.close()
    assert not again.is_fresh()
    assert again.search("backpack")
    shutil.rmtree(folder)
    assert again.search("backpack")
    assert len(list(folder.glob("build-*"))) == 1


def test_a_build_that_breaks_off_leaves_the_old_index_in_use(own_bazaar):
    index = ReviewIndex(own_bazaar, CountingEmbedder())
    index.build()
    before = index.search("delivery", limit=3)

    class Broken(CountingEmbedder):
        def embed_passages(self, texts):
            raise RuntimeError("out of memory")

    _add(own_bazaar, _review(1, "An unheard-of sentence"))
    with pytest.raises(RuntimeError):
        ReviewIndex(own_bazaar, Broken()).build()
    with own_bazaar.transaction() as cursor:
        cursor.execute("DELETE FROM reviews WHERE review_id = 'X1'")
    assert index.is_fresh()
    assert index.search("delivery", limit=3) == before


def test_a_store_without_reviews_finds_nothing(empty_store):
    index = ReviewIndex(empty_store, CountingEmbedder())
    assert index.search("anything") == []
    assert index.is_fresh()
