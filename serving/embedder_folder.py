"""Any sentence-transformers model that lies on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from serving.errors import SettingsInvalid

if TYPE_CHECKING:
    from serving.embedder import Vectors

_DESCRIPTIONS = ("modules.json", "config.json", "config_sentence_transformers.json", "1_Pooling/config.json")


class FolderEmbedder:
    """A model folder as sentence-transformers writes it; nothing is downloaded, no code of the folder is run.

    Args:
        folder: with modules.json, weights and tokenizer.
        query_prefix: put before a question; where it is empty, the prompt that the folder itself names is.
        passage_prefix: the same before texts to be found.

    Raises:
        SettingsInvalid: the package is not installed, or the folder holds no model that it can read.
    """

    def __init__(self, folder: Path, query_prefix: str = "", passage_prefix: str = "") -> None:
        self._model: Any = _load(folder)
        prompts: dict[str, str] = getattr(self._model, "prompts", None) or {}
        self._query_prefix = query_prefix or prompts.get("query", "")
        self._passage_prefix = passage_prefix or prompts.get("passage", "") or prompts.get("document", "")
        self.dimensions = int(self._model.get_embedding_dimension())
        self.name = f"{folder.name}-{_fingerprint(folder)}"

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return self._encode([self._passage_prefix + text for text in texts])

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._encode([self._query_prefix + text])[0]
        return vector

    def _encode(self, texts: list[str]) -> Vectors:
        found = self._model.encode(
            [text.encode("utf-8", "replace").decode() for text in texts],
            prompt="",
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(found, dtype=np.float32)


def _load(folder: Path) -> Any:
    if not (folder / "modules.json").is_file():
        raise SettingsInvalid(
            f"SHOPCAST_EMBEDDER_FOLDER is {str(folder)!r}: no sentence-transformers model lies there",
            "name the folder that holds its modules.json",
        )
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError:
        raise SettingsInvalid(
            "a model folder needs sentence-transformers, which is not installed",
            "run `pip install 'shopcast[embedders]'`, or unset SHOPCAST_EMBEDDER_FOLDER",
        ) from None
    try:
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
    except Exception as error:  # whatever its loaders raise: the remedy is the same
        raise SettingsInvalid(
            f"the model in {str(folder)!r} cannot be read ({error})", "copy the folder again"
        ) from error


def _fingerprint(folder: Path) -> str:
    """Tell models of one name apart, and notice that one was replaced: vectors of two models do not mix."""
    mixed = hashlib.sha256()
    for name in _DESCRIPTIONS:
        if (folder / name).is_file():
            mixed.update((folder / name).read_bytes())
    for weights in sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin")]):
        with weights.open("rb") as file:
            mixed.update(hashlib.file_digest(file, "sha256").digest())
    return mixed.hexdigest()[:12]
