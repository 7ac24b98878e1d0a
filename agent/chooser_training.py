"""Learns the chooser's weights from the examples in prompts/intents: `make chooser`, some seconds."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from agent.chooser import ANY_PRODUCT, CONTINUE, WEIGHTS_FILE, WORD_SLOTS, Vector, Weights, word_vector
from agent.planning import REPLIES
from agent.summing_up import SUMMARY
from serving.embedder import Embedder, default_embedder
from tools.toolbox import toolbox

# Meaning against words, and how far to shrink: chosen on the development cases (docs/decisions/0006-tool-choice.md).
MEANING_WEIGHT = 3.0
WORDS_WEIGHT = 1.0
RIDGE = 0.4
_PRODUCT = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Example:
    """A question, its product's name masked, with the labels that it asks for."""

    text: str
    labels: frozenset[str]


def labels() -> tuple[str, ...]:
    """Return what a question may ask for: the tools, the two replies, and the last tool again.

    Whether reviews are searched or summed up is told by words alone (agent/summing_up.py).
    """
    return (*(name for name in toolbox() if name != SUMMARY), *REPLIES, CONTINUE)


def load_examples(folder: Path = WEIGHTS_FILE.parent) -> list[Example]:
    """Read the examples of both languages.

    Raises:
        ValueError: a label is no tool; the message names the file.
    """
    examples = []
    for lang, words in ANY_PRODUCT.items():
        path = folder / f"{lang}.yaml"
        for key, questions in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            asked = frozenset(key.split(" + "))
            if not asked <= set(labels()):
                raise ValueError(f"{path.name}: {key!r} is no tool; labels are {', '.join(labels())}")
            examples += [Example(_PRODUCT.sub(words, question), asked) for question in questions]
    return examples


def train(examples: list[Example], embedder: Embedder) -> Weights:
    """Fit a ridge regression of the labels on meaning and words, in its dual form.

    Args:
        examples: n of them.
        embedder: gives vectors of d dimensions.
    """
    vectors = embedder.embed_passages([example.text for example in examples])
    mean = vectors.mean(axis=0)
    seen = np.array([word_vector(example.text) > 0 for example in examples])
    inverse_frequency: Vector = (np.log((1 + len(examples)) / (1 + seen.sum(axis=0))) + 1).astype(np.float32)
    words = np.array([word_vector(example.text, inverse_frequency) for example in examples])
    targets = np.array([[label in example.labels for label in labels()] for example in examples], dtype=float)
    centred = vectors - mean
    kernel = MEANING_WEIGHT * centred @ centred.T + WORDS_WEIGHT * words @ words.T
    bias = targets.mean(axis=0)
    dual = np.linalg.solve(kernel + RIDGE * np.eye(len(examples)), targets - bias)
    return Weights(
        labels=labels(),
        embedder=embedder.name,
        mean=mean.astype(np.float32),
        meaning=(MEANING_WEIGHT * centred.T @ dual).astype(np.float32),
        inverse_frequency=inverse_frequency,
        word_weights=(WORDS_WEIGHT * words.T @ dual).astype(np.float32),
        bias=bias.astype(np.float32),
    )


def fingerprint(examples: list[Example]) -> str:
    """Return what the examples and the settings come down to: other weights are due where it changed."""
    settings = [MEANING_WEIGHT, WORDS_WEIGHT, RIDGE, WORD_SLOTS, labels()]
    lines = [f"{example.text}|{'+'.join(sorted(example.labels))}" for example in examples]
    return hashlib.sha256("\n".join([repr(settings), *lines]).encode()).hexdigest()[:16]


def save(weights: Weights, examples: list[Example], path: Path = WEIGHTS_FILE) -> None:
    """Write the weights with the fingerprint of what they were learnt from."""
    np.savez_compressed(
        path,
        labels=np.array(weights.labels),
        embedder=np.array(weights.embedder),
        mean=weights.mean,
        meaning=weights.meaning,
        inverse_frequency=weights.inverse_frequency,
        # Half precision: the scores change in the fourth digit, the file is half as large.
        word_weights=weights.word_weights.astype(np.float16),
        bias=weights.bias,
        fingerprint=np.array(fingerprint(examples)),
    )


def main() -> None:
    """Learn from prompts/intents and write the weights beside it."""
    examples = load_examples()
    save(train(examples, default_embedder()), examples)
    sys.stdout.write(f"learnt from {len(examples)} examples: {WEIGHTS_FILE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
