"""Could a classifier find adverts in unforeseen words? `python -m benchmarks.flags.advert_trial [FOLDER]`.

A trial, nothing ships from it (docs/hostile_reviews.md says why). Learnt from `adverts.yaml` and sentences of real
reviews in FOLDER (default ../shared/data); a review's hash decides whether it is learnt from, sets the threshold or is
held out. `adverts_unseen.yaml` judges. Two stages: hashed n-grams read every sentence, the embedder only the likeliest
of a review that they let pass.
"""

from __future__ import annotations

import random
import re
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.flags.adverts import adverts_to_learn, unseen_adverts
from benchmarks.flags.planted import SEED
from benchmarks.flags.real_reviews import DATA, part_of, read_real
from serving.embedder import default_embedder
from serving.logistic import fit_logistic
from serving.text_features import hash_texts

FALSE_HITS = 0.001  # of real reviews, in the part that sets the threshold
PASSED_ON = 0.05  # of real reviews, from the n-grams to the embedder
REVIEWS = 6000  # of each part
_HARD = 2000  # real sentences that the embedder's classifier learns from, the likeliest adverts
_RIDGES = {"n-grams": 0.3, "embedder": 0.01}
_SENTENCE_END = re.compile(r"[.!?;\n。！？；～~]+")
_LEAST_LETTERS = 6
Floats = NDArray[np.float64]


def fit(rows: object, labels: Floats, ridge: float) -> Floats:
    """Return coefficients; adverts together weigh a tenth of the honest sentences."""
    weights = np.where(labels == 1, 0.1 * (labels == 0).sum() / labels.sum(), 1.0)
    return fit_logistic(rows, labels, weights, ridge)[0]


def pick_likeliest(texts: list[str], coefficients: Floats) -> tuple[list[str], Floats]:
    """Return of each text the sentence most like an advert, and its score."""
    picked, scores = [], []
    for text in texts:
        own = split_sentences(text)
        found = hash_texts(own) @ coefficients
        picked.append(own[int(found.argmax())])
        scores.append(float(found.max()))
    return picked, np.array(scores)


def split_sentences(text: str) -> list[str]:
    """Return the sentences that are long enough to sell something; the whole text where none is."""
    return [s for part in _SENTENCE_END.split(text) if len(s := part.strip()) >= _LEAST_LETTERS] or [text]


def report(language: str, folder: Path) -> None:
    """Print a row: unseen adverts found and honest reviews flagged, by the n-grams alone and by both stages."""
    parts = read_parts(folder, "Chinese" if language == "zh" else "English")
    adverts = list(dict.fromkeys(text for _, text in adverts_to_learn(language)))
    honest = [sentence for text in parts["learn"] for sentence in split_sentences(text)]
    first = fit(hash_texts(adverts + honest), _labels(adverts, honest), _RIDGES["n-grams"])
    unseen, unseen_scores = pick_likeliest([alone for alone, _ in unseen_adverts(language)], first)
    picked = {part: pick_likeliest(texts, first) for part, texts in parts.items()}
    cut = np.quantile(picked["threshold"][1], 1 - FALSE_HITS)
    cells = [int((unseen_scores > cut).sum()), float((picked["held out"][1] > cut).mean())]

    embedder = default_embedder()
    passed = np.quantile(picked["threshold"][1], 1 - PASSED_ON)
    hard = [picked["learn"][0][row] for row in np.argsort(-picked["learn"][1])[:_HARD]]
    few = adverts[::3]
    second = fit(embedder.embed_passages(few + hard).astype(float), _labels(few, hard), _RIDGES["embedder"])
    started, asked = time.process_time(), 0

    def judge(sentences: list[str], scores: Floats) -> Floats:
        nonlocal asked
        found = np.full(len(sentences), -np.inf)
        likely = np.flatnonzero(scores > passed)
        asked += len(likely)
        found[likely] = embedder.embed_passages([sentences[row] for row in likely]).astype(float) @ second
        return found

    limit = np.quantile(judge(*picked["threshold"]), 1 - FALSE_HITS)
    cells += [
        int((judge(unseen, unseen_scores) > limit).sum()),
        float((judge(*picked["held out"]) > limit).mean()),
    ]
    spent = (time.process_time() - started) / asked
    print(
        f"| {language} | {len(adverts)} | {cells[0]}/{len(unseen)} | {cells[1]:.2%} | {cells[2]}/{len(unseen)}"
        f" | {cells[3]:.2%} | {1000 * spent:.0f} |",
        flush=True,
    )


def read_parts(folder: Path, language: str) -> dict[str, list[str]]:
    """Return distinct real reviews of a language by part, `REVIEWS` of each."""
    parts: dict[str, list[str]] = {"learn": [], "threshold": [], "held out": []}
    for name, texts in read_real(folder):
        for text in dict.fromkeys(texts) if name.endswith(language) else ():
            parts[part_of(text)].append(text)
    rng = random.Random(SEED)
    return {part: rng.sample(texts, REVIEWS) for part, texts in parts.items()}


def _labels(adverts: list[str], honest: list[str]) -> Floats:
    return np.repeat([1.0, 0.0], [len(adverts), len(honest)])


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    print(
        "| language | adverts learnt from | n-grams: unseen found | real flagged | with the embedder: unseen found"
        " | real flagged | CPU ms a sentence embedded |\n|---|---|---|---|---|---|---|"
    )
    for language in ("en", "zh"):
        report(language, folder)


if __name__ == "__main__":
    main()
