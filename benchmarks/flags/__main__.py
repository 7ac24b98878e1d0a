"""Recall of the review flags on planted texts, and what they hit in real reviews: `python -m benchmarks.flags`."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from pathlib import Path

import click
import numpy as np

from benchmarks.flags.adverts import unseen_adverts
from benchmarks.flags.planted import SEED, Planted, disguise, plant
from benchmarks.flags.real_reviews import DATA, read_real
from store.review_flags import FLAGS, flag_review
from store.review_flags.crowd import find_copies, find_off_language

# A shop's other reviews, beside which a foreign text stands out.
_CROWD = ["Fits well and looks good."] * 50 + ["质量不错，穿着舒服。"] * 50


@click.command(help=__doc__)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DATA)
@click.option("--sample", type=int, default=None, help="reviews of each real set; all of them if left out")
@click.option("--show", type=int, default=0, help="hits to print of each flag, for checking by hand")
def main(data: Path, sample: int | None, show: int) -> None:
    print_recall()
    print_disguises()
    print_unseen()
    print_real(data, sample, show)


def flags_of(planted: Planted) -> list[str]:
    if planted.flag == "off_language":
        return ["off_language"] if find_off_language([*_CROWD, planted.text])[-1] else []
    return flag_review(planted.text)


def print_recall() -> None:
    caught: Counter[tuple[str, str, str]] = Counter()
    total: Counter[tuple[str, str, str]] = Counter()
    for planted in plant():
        key = (planted.flag, planted.language, planted.part)
        total[key] += 1
        caught[key] += planted.flag in flags_of(planted)
    print("| flag | language | tuned | held out |\n|---|---|---|---|")
    for flag, language in dict.fromkeys(key[:2] for key in total):
        cells = [f"{caught[flag, language, p]}/{total[flag, language, p]}" for p in ("tuned", "held_out")]
        print(f"| {flag} | {language} | {' | '.join(cells)} |")


def print_disguises() -> None:
    """Count instructions that are caught bare and in each disguise: a disguise must not help."""
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for name, planted in disguise():
        total[name] += 1
        caught[name] += "instruction" in flag_review(planted.text)
    print("\n| disguise of held-out instructions | caught |\n|---|---|")
    for name in total:
        print(f"| {name} | {caught[name]}/{total[name]} |")


def print_unseen() -> None:
    """Count what the rules find of adverts that nothing was tuned on."""
    print("\n| adverts never tuned on | alone | between honest sentences |\n|---|---|---|")
    for language in ("en", "zh"):
        pairs = unseen_adverts(language)
        alone, carried = (
            sum("advert" in flag_review(text) for text in side) for side in zip(*pairs, strict=True)
        )
        print(f"| {language} | {alone}/{len(pairs)} | {carried}/{len(pairs)} |")


def print_real(data: Path, sample: int | None, show: int) -> None:
    rng = random.Random(SEED)
    print(f"\n| real set | reviews | {' | '.join(FLAGS)} | reviews/s |\n|{'---|' * (len(FLAGS) + 3)}")
    shown: defaultdict[str, list[str]] = defaultdict(list)
    for name, every in read_real(data):
        texts = rng.sample(every, min(sample, len(every))) if sample else every
        started = time.process_time()
        found = [set(flag_review(text)) for text in texts]
        speed = len(texts) / (time.process_time() - started)
        together = {
            "copied": find_copies(texts, np.arange(len(texts))),
            "off_language": find_off_language(texts),
        }
        for flag, mask in together.items():
            for row in np.flatnonzero(mask):
                found[row].add(flag)
        for flags, text in zip(found, texts, strict=True):
            for flag in flags:
                shown[flag].append(text)
        shares = [f"{sum(flag in flags for flags in found) / len(texts):.2%}" for flag in FLAGS]
        print(f"| {name} | {len(texts)} | {' | '.join(shares)} | {speed:.0f} |")
    for flag in FLAGS:
        for text in rng.sample(shown[flag], min(show, len(shown[flag]))):
            print(f"- {flag}: {text[:200]!r}")


if __name__ == "__main__":
    main()
