"""The embedder puts Chinese and English into one space."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from serving.embedder import default_embedder


def test_vectors_have_length_one_and_the_promised_shape():
    embedder = default_embedder()
    vectors = embedder.embed_passages(["The lid leaks", "颜色很好看"])
    assert vectors.shape == (2, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_a_question_finds_its_passage_in_the_other_language():
    embedder = default_embedder()
    passages = ["盖子关不紧，一路漏水", "物流很快，包装完好", "The colour is not as in the picture"]
    scores = embedder.embed_passages(passages) @ embedder.embed_query("the bottle leaks")
    assert scores.argmax() == 0
    scores = embedder.embed_passages(passages) @ embedder.embed_query("颜色和图片不一样")
    assert scores.argmax() == 2


def test_text_that_a_c_string_cannot_hold_is_embedded_all_the_same():
    embedder = default_embedder()
    whole = embedder.embed_query("good bottle")
    cut = embedder.embed_query("good")
    with_nul = embedder.embed_query("good\0bottle")
    assert with_nul @ whole > with_nul @ cut
    assert np.isfinite(embedder.embed_passages(["\ud83d broken surrogate", ""])).all()


def test_threads_get_the_vectors_that_one_thread_gets():
    embedder = default_embedder()
    texts = [f"review number {n} says it leaks" for n in range(6)]
    alone = np.stack([embedder.embed_query(text) for text in texts])
    with ThreadPoolExecutor(6) as pool:
        together = np.stack(list(pool.map(embedder.embed_query, texts)))
    assert np.allclose(alone, together, atol=1e-5)


def test_there_is_one_embedder_a_process():
    with ThreadPoolExecutor(4) as pool:
        assert len({id(embedder) for embedder in pool.map(lambda _: default_embedder(), range(8))}) == 1
