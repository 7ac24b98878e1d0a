"""An embedding model behind an OpenAI-compatible URL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from serving.errors import ModelRejected, ModelTimeout, ModelUnavailable, SettingsInvalid

if TYPE_CHECKING:
    from serving.embedder import EmbedderSettings, Vectors

_LIMIT_SECONDS = 60.0
_TEXTS_A_REQUEST = 128


class RemoteEmbedder:
    """Asks `POST {url}/embeddings`; reviews leave this machine if the URL does.

    Args:
        settings: `url` and `model` are needed.
        transport: of httpx, where tests answer themselves.

    Raises:
        SettingsInvalid: no model is named.
    """

    def __init__(self, settings: EmbedderSettings, transport: httpx.BaseTransport | None = None) -> None:
        if settings.url is None or settings.model is None:
            raise SettingsInvalid(
                "SHOPCAST_EMBEDDER_URL is set, but not the model", "set SHOPCAST_EMBEDDER_MODEL to its name"
            )
        key = settings.api_key.get_secret_value() if settings.api_key else None
        self._settings = settings
        self._client = httpx.Client(
            base_url=settings.url.rstrip("/"),
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=_LIMIT_SECONDS,
            transport=transport,
        )
        self.name = f"{settings.model}@{httpx.URL(settings.url).host}".replace("/", "-")

    @cached_property
    def dimensions(self) -> int:
        """Length of the model's vectors; found out by asking once."""
        return len(self.embed_query("length"))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        prefixed = [self._settings.passage_prefix + text for text in texts]
        starts = range(0, len(prefixed), _TEXTS_A_REQUEST)
        return np.concatenate([self._ask(prefixed[start : start + _TEXTS_A_REQUEST]) for start in starts])

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._ask([self._settings.query_prefix + text])[0]
        return vector

    def _ask(self, texts: list[str]) -> Vectors:
        # An empty text is refused by most servers; a lone surrogate is no JSON.
        body = {
            "model": self._settings.model,
            "input": [text.encode("utf-8", "replace").decode().strip() or "-" for text in texts],
        }
        try:
            answer = self._client.post("/embeddings", json=body)
        except httpx.TimeoutException as error:
            raise ModelTimeout(
                f"the embedding server at {self._settings.url!r} did not answer in {_LIMIT_SECONDS:g} s",
                "see whether it is overloaded, then ask again",
            ) from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(
                f"the embedding server at {self._settings.url!r} cannot be reached ({error})",
                "start it, or unset SHOPCAST_EMBEDDER_URL to use the bundled model",
            ) from error
        if not answer.is_success:
            raise ModelRejected(
                f"the embedding server answered {answer.status_code}: {answer.text[:200]!r}",
                "check SHOPCAST_EMBEDDER_MODEL and SHOPCAST_EMBEDDER_API_KEY",
            )
        return _read_vectors(answer, len(texts))


def _read_vectors(answer: httpx.Response, count: int) -> Vectors:
    """Return the vectors in the order of the texts, each of length 1."""
    try:
        rows: list[Any] = sorted(answer.json()["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if len(vectors) != count or not np.isfinite(vectors).all() or not lengths.all():
            raise ValueError(f"{count} vectors were wanted")
    except (ValueError, LookupError, TypeError) as error:
        raise ModelRejected(
            f"the embedding server's answer holds no usable vectors ({error})",
            "see whether SHOPCAST_EMBEDDER_MODEL is an embedding model",
        ) from error
    normed: Vectors = vectors / lengths
    return normed
