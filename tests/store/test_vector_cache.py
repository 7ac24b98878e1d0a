import numpy as np

from store.vector_cache import forget_vectors, keep_vectors, read_vectors, searchable_text, text_key


def _keep(store, *texts, embedder="e"):
    vectors = np.eye(len(texts), 4, dtype=np.float32)
    keep_vectors(store.cursor(), embedder, [text_key(text) for text in texts], vectors)
    return vectors


def test_vectors_come_back_as_they_were_kept(empty_store):
    kept = _keep(empty_store, "one", "两")
    keys, vectors = read_vectors(empty_store.cursor(), "e")
    assert keys == [text_key("one"), text_key("两")]
    assert np.array_equal(vectors, kept)
    assert read_vectors(empty_store.cursor(), "another")[0] == []


def test_what_no_review_says_any_more_is_forgotten(empty_store):
    with empty_store.transaction() as cursor:
        cursor.execute("INSERT INTO reviews (review_id, title, text) VALUES ('R', 'Bag', 'Still here')")
    said = searchable_text("Bag", "Still here")
    _keep(empty_store, said, "a customer's secret")
    _keep(empty_store, said, embedder="older")
    with empty_store.transaction() as cursor:
        forget_vectors(cursor)
    assert read_vectors(empty_store.cursor(), "e")[0] == [text_key(said)]
    assert len(read_vectors(empty_store.cursor(), "older")[0]) == 1
    forget_vectors(empty_store.cursor(), "e")
    assert read_vectors(empty_store.cursor(), "older")[0] == []
