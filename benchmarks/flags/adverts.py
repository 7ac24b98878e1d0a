"""Adverts written by hand: those that the classifier learns from, and those that judge it."""

from __future__ import annotations

import random
import re
from importlib.resources import files
from typing import Any

import yaml

from benchmarks.flags.planted import SEED, carry, fill, sentences_of

COPIES = 6  # of each sentence to learn from, with other slots
_SLOT = re.compile(r"\{(\w+)\}")


def adverts_to_learn(language: str, seed: int = SEED) -> list[tuple[int, str]]:
    """Return filled adverts, each with its sentence's number: those of one number never stand on both sides.

    The adverts that the rules were tuned on are among them.
    """
    page, rng = _page("adverts.yaml"), random.Random(seed)
    sentences = [*page[language], *sentences_of("advert", "tuned", language)]
    return [
        (number, fill(_choose(sentence, page["slots"][language], rng), language, rng))
        for number, sentence in enumerate(sentences)
        for _ in range(COPIES)
    ]


def unseen_adverts(language: str, seed: int = SEED) -> list[tuple[str, str]]:
    """Return the adverts that nothing was tuned on: each alone, and between honest sentences."""
    rng = random.Random(seed)
    filled = [fill(sentence, language, rng) for sentence in _page("adverts_unseen.yaml")[language]]
    return [(text, carry(text, language, rng)) for text in filled]


def _choose(sentence: str, words: dict[str, list[str]], rng: random.Random) -> str:
    """Fill a sentence's own slots; {amount} and the like stay for `fill`."""
    return _SLOT.sub(lambda slot: rng.choice(words[slot[1]]) if slot[1] in words else slot[0], sentence)


def _page(name: str) -> dict[str, Any]:
    page: dict[str, Any] = yaml.safe_load(
        files("benchmarks.flags").joinpath(name).read_text(encoding="utf-8")
    )
    return page
