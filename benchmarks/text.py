"""Sentiment, aspects and the trained text model on public labels: `python -m benchmarks.text [PART…]`.

Parts: sentiment, aspects, stars, embedding, trained; the first three unless said. Data: ../shared/data, read only.
`embedding` embeds 4,800 reviews; `trained` fine-tunes on 2,000 and needs the extra `text`.
"""

from __future__ import annotations

import math
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.sentiment_weights import SHARED, read_labelled
from serving.logistic import auc, f1, fit_logistic, macro_f1
from serving.sentiment import shipped_sentiment
from tools.aspect_names import NAMED_ASPECTS
from tools.review_aspects import FoundAspect, discover_aspects
from tools.review_opinions import read_opinions
from tools.review_terms import noun_lemma

_TARGET_F1 = 0.90
_BINS = 15
_SEED = 7


def calibration_error(truth: np.ndarray, scores: np.ndarray) -> float:
    """Return the expected calibration error over equal-width bins."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return float(
        sum(
            (bins == one).mean() * abs(truth[bins == one].mean() - scores[bins == one].mean())
            for one in np.unique(bins)
        )
    )


def at_even_odds(scores: np.ndarray, good: float) -> np.ndarray:
    """Return what calibrated scores are where good and bad reviews are equally many, not `good` to the rest."""
    odds = scores / (1 - scores) * (1 - good) / good
    return np.asarray(odds / (1 + odds))


def scores_row(name: str, truth: np.ndarray, scores: np.ndarray) -> str:
    """Return a table row: F1 of each class, their mean, F1 with as many good as bad (told so), AUC, ECE."""
    said = scores > 0.5
    bad = np.flatnonzero(~truth)
    good = np.random.default_rng(_SEED).choice(
        np.flatnonzero(truth), min(len(bad), truth.sum()), replace=False
    )
    even = np.concatenate([bad, good])
    cells = [
        f1(truth, said),
        f1(~truth, ~said),
        macro_f1(truth, scores),
        macro_f1(truth[even], at_even_odds(scores, truth.mean())[even]),
        auc(truth, scores),
        calibration_error(truth, scores),
    ]
    return (
        f"| {name} | {len(truth):,} | {1 - truth.mean():.0%} | "
        + " | ".join(f"{cell:.3f}" for cell in cells)
        + " |"
    )


_SCORES_HEAD = (
    "| held-out reviews | n | bad | F1 content | F1 not content | macro F1 | macro F1, half bad | AUC | ECE |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def report_sentiment() -> None:
    """Score the shipped weights on the held-out fifth."""
    frame = read_labelled(SHARED).query("part == 'test'")
    model = shipped_sentiment()
    print(f"## Sentiment (target: F1 at least {_TARGET_F1:.2f} in each language)\n\n{_SCORES_HEAD}")
    judged = frame[frame["label"] >= 0]
    started = time.perf_counter()
    scores = pd.Series(model.score_reviews(judged["text"].tolist()), index=judged.index)
    seconds = time.perf_counter() - started
    groups = {**dict(list(judged.groupby("source"))), "English, both": judged[judged["source"] != "zh"]}
    for name, rows in groups.items():
        print(scores_row(str(name), rows["label"].to_numpy() == 1, scores[rows.index].to_numpy()))
    threes = frame[frame["label"] == -1]
    print(
        f"\nThree stars (left out above): P(content) {model.score_reviews(threes['text'].tolist()).mean():.2f} on average"
    )
    print(f"over {len(threes):,}. Speed: {len(judged) / seconds:,.0f} reviews/s on one core.\n")


def report_embedding() -> None:
    """Score the embedding classifier and the n-grams on the same reviews, learnt from the same few."""
    from scipy import sparse

    from serving.embedder import default_embedder
    from serving.text_features import hash_texts

    frame = read_labelled(SHARED).query("label >= 0").sample(frac=1, random_state=_SEED)
    parts = []
    for _, rows in frame.groupby(frame["source"] == "zh"):
        parts += [rows[rows["label"] == 0].head(1200), rows[rows["label"] == 1].head(1200)]
    few = pd.concat(parts)
    few["text"] = few["text"].str[:400]
    vectors = sparse.csr_matrix(default_embedder().embed_passages(few["text"].tolist()))
    print(f"## The same {len(few):,} reviews, by embedding and by n-grams\n\n{_SCORES_HEAD}")
    grams = hash_texts(few["text"].tolist())
    for name, rows, ridge in (("embedding", vectors, 0.01), ("n-grams", grams, 0.3)):
        for chinese in (True, False):
            own = ((few["source"] == "zh") == chinese).to_numpy()
            learn, test = own & (few["part"] != "test").to_numpy(), own & (few["part"] == "test").to_numpy()
            labels = few["label"].to_numpy(float)
            weights, offset = fit_logistic(rows[learn], labels[learn], np.ones(learn.sum()), ridge)
            scores = 1 / (1 + np.exp(-(rows[test] @ weights + offset)))
            print(scores_row(f"{name}, {'zh' if chinese else 'en'}", labels[test] == 1, scores))


def report_trained() -> None:
    """Fine-tune on Women's Clothing, half bad, and score it beside the others on the same reviews."""
    from serving.embedder import default_embedder
    from serving.text_training import Labelled, fine_tune

    frame = (
        read_labelled(SHARED).query("label >= 0 and source == 'clothing'").sample(frac=1, random_state=_SEED)
    )
    sides = [frame[frame["label"] == side] for side in (0, 1)]
    test = pd.concat([rows[rows["part"] == "test"].head(300) for rows in sides])
    seen = pd.concat([rows[rows["part"] != "test"].head(1000) for rows in sides]).sample(
        frac=1, random_state=_SEED
    )
    cut = len(seen) // 10
    stop, learn = (
        Labelled(rows["text"].tolist(), rows["label"].to_numpy()) for rows in (seen[:cut], seen[cut:])
    )
    fit = fine_tune(learn, stop, most_minutes=30, seed=_SEED, tell=lambda _done, _all: None)
    truth, texts = test["label"].to_numpy() == 1, test["text"].tolist()
    embedder = default_embedder()
    weights, offset = fit_logistic(
        embedder.embed_passages(seen["text"].tolist()).astype(float),
        seen["label"].to_numpy(float),
        np.ones(len(seen)),
        0.1,
    )
    found = {
        "fine-tuned encoder": fit.model.score_reviews(texts),
        "embedding classifier": 1 / (1 + np.exp(-(embedder.embed_passages(texts) @ weights + offset))),
        "shipped n-grams (learnt from all)": shipped_sentiment().score_reviews(texts),
    }
    print(f"## Text model, {len(learn.texts):,} reviews of Women's Clothing\n\n{_SCORES_HEAD}")
    for name, scores in found.items():
        print(scores_row(name, truth, scores))
    each = 60 * fit.cpu_minutes / (len(learn.texts) * max(1, len(fit.checks)) / 4)
    print(
        f"\nFine-tuning took {fit.cpu_minutes:.1f} CPU minutes, {each:.3f} s a review and pass; checks {fit.checks}\n"
    )


_TAG = re.compile(r"([^\[\],]+)\[([+-])\d\]((?:\[\w+\])*)")


def read_hu_liu() -> pd.DataFrame:
    """Return the labelled sentences: product, sentence, gold (aspect -> 1 or -1; none that is only implied)."""
    frame = pd.read_csv(SHARED / "en_hu_liu" / "sentences.csv.gz").fillna("")
    gold = [
        {
            _lemmas(name): 1 if sign == "+" else -1
            for name, sign, marks in _TAG.findall(tags)
            if not {"[u]", "[p]"} & set(re.findall(r"\[\w\]", marks))
        }
        for tags in frame["aspect_tags"]
    ]
    frame["gold"] = pd.Series(gold, index=frame.index, dtype=object)
    # The corpus is split into tokens: "do n't", "it 's".
    frame["sentence"] = frame["sentence"].astype(str).str.replace(r" (n't|'\w+)", r"\1", regex=True)
    return frame


def _lemmas(name: str) -> str:
    return " ".join(
        noun_lemma(word) or word for word in re.findall(r"[a-z0-9]+(?:[-/][a-z0-9]+)*", name.lower())
    )


Matcher = Callable[[str], bool]


def _meets(term: str) -> Matcher:
    """Return whether a label means a term: the same, the same head noun, or the term as a word of it."""
    words = term.split()
    return lambda label: (
        label == term or label.split()[-1] == words[-1] or label in words or term in label.split()
    )


def frequent_nouns(sentences: pd.Series[Any]) -> list[list[Matcher]]:
    """Return the plain baseline: every noun that 1% of a product's sentences use, wherever it stands."""
    nouns = [
        {noun for word in re.findall("[a-z]+", text.lower()) if (noun := noun_lemma(word))}
        for text in sentences
    ]
    uses = Counter(noun for own in nouns for noun in own)
    return [[_meets(noun) for noun in own if uses[noun] >= 0.01 * len(nouns)] for own in nouns]


def shipped_aspects(sentences: pd.Series[Any]) -> list[list[Matcher]]:
    """Return the aspects that `discover_aspects` finds in each sentence of a product."""
    found: list[list[Matcher]] = [[] for _ in sentences]
    for each in discover_aspects(sentences.tolist()):
        for place in each.reviews:
            found[place].append(_matcher(each))
    return found


def _matcher(found: FoundAspect) -> Matcher:
    aspect = found.aspect
    if aspect in NAMED_ASPECTS:
        return lambda label: aspect.pattern.search(label) is not None
    return _meets(aspect.en.strip("“”"))


def mention_scores(
    frame: pd.DataFrame, method: Callable[[pd.Series[Any]], list[list[Matcher]]]
) -> list[float]:
    """Return precision, recall and F1 of (sentence, aspect) pairs over all products."""
    right = said = covered = 0
    for _, rows in frame.groupby("product"):
        for matchers, gold in zip(method(rows["sentence"]), rows["gold"], strict=True):
            right += sum(any(matcher(label) for label in gold) for matcher in matchers)
            covered += sum(any(matcher(label) for matcher in matchers) for label in gold)
            said += len(matchers)
    precision, recall = right / max(said, 1), covered / frame["gold"].map(len).sum()
    return [precision, recall, 2 * precision * recall / (precision + recall)]


def report_aspects() -> None:
    """Score the aspects of sentences, and the polarity of those that are right, beside the labels of Hu & Liu."""
    frame = read_hu_liu()
    labelled = frame[frame["gold"].map(len) > 0]
    print("## Aspects beside the labels of Hu & Liu (explicit ones)\n")
    print("| sentences | method | precision | recall | F1 |\n|---|---|---|---|---|")
    for name, rows in (("all", frame), ("with a label", labelled)):
        for method in (frequent_nouns, shipped_aspects):
            cells = " | ".join(f"{cell:.3f}" for cell in mention_scores(rows, method))
            print(f"| {name} ({len(rows):,}) | {method.__name__.replace('_', ' ')} | {cells} |")
    right = sided = seen = 0
    for _, rows in labelled.groupby("product"):
        for each in read_opinions(rows["sentence"].tolist(), [float("nan")] * len(rows)):
            matches = _matcher(FoundAspect(each.aspect, []))
            for place in each.lean:
                signs = {sign for label, sign in rows["gold"].iloc[place].items() if matches(label)}
                if len(signs) == 1:
                    seen += 1
                    side = (place in each.praise) - (place in each.complaints)
                    sided += side != 0
                    right += side in signs
    print(
        f"\nPolarity of {seen:,} right aspects (no stars known): {sided:,} decided, {right / sided:.3f} of them right.\n"
    )


def read_bazaar_phrases() -> list[tuple[str, int]]:
    """Return the sentences of the demo bazaar's reviews that were written as praise (1) or complaint (-1)."""
    page = yaml.safe_load(files("store.demo").joinpath("bazaar_phrases.yaml").read_text(encoding="utf-8"))
    sides = [
        by_language
        for name, group in page.items()
        if name not in ("titles", "openers", "closers", "stories", "voices")
        for aspect in group.values()
        for by_language in aspect.values()
    ]
    return [
        (sentence.replace("{noun}", "one"), sign)
        for side in sides
        for key, sign in (("pos", 1), ("neg", -1))
        for sentence in side[key]
    ]


def report_stars() -> None:
    """Score the side taken on aspects of sentences whose side is known, by the stars that stand beside them."""
    texts, signs = zip(*read_bazaar_phrases(), strict=True)
    print(f"## {len(texts)} sentences of the bazaar, each a review\n")
    print("| stars | pairs | decided | of those right |\n|---|---|---|---|")
    for name, praise, complaint in (
        ("none", math.nan, math.nan),
        ("5 for praise, 1 for complaint", 5, 1),
        ("4 and 2", 4, 2),
        ("2 for praise, 4 for complaint", 2, 4),
    ):
        pairs = decided = right = 0
        for each in read_opinions(texts, [praise if sign > 0 else complaint for sign in signs]):
            pairs += len(each.lean)
            decided += len(each.praise) + len(each.complaints)
            right += sum(signs[p] > 0 for p in each.praise) + sum(signs[p] < 0 for p in each.complaints)
        print(f"| {name} | {pairs} | {decided / pairs:.0%} | {right / decided:.0%} |")


def main() -> None:
    parts: dict[str, Callable[[], None]] = {
        "sentiment": report_sentiment,
        "aspects": report_aspects,
        "stars": report_stars,
        "embedding": report_embedding,
        "trained": report_trained,
    }
    for part in sys.argv[1:] or ["sentiment", "aspects", "stars"]:
        parts[part]()


if __name__ == "__main__":
    main()
