import shutil
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from serving.embedder import default_embedder
from store import reviews
from store.demo import bazaar
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


def _review(number, text, **known):
    row = {"ds": None, "rating": None, "language": "en", "title": None, "flags": [], "product_id": "B001"}
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
    assert sorted(hit.product_id for hit in hits if "squeaks" in hit.text) == ["B001", "B002"]


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
