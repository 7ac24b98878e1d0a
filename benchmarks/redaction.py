"""Redaction: recall on made-up identifiers, and how often the real reviews are touched, beside the targets.

    python -m benchmarks.redaction [--seed 7] [--count 1000] [--data FOLDER]

The identifiers come from `benchmarks.redaction_samples`, written from the formats and apart from the patterns; where
faker is installed its identifiers are tried as well (`benchmarks.redaction_second`). A touched
real review is no false hit by itself: shops' hotlines, sellers' and customers' numbers stand in them; the share of
touched reviews is the upper bound, and `docs/privacy.md` says what a reader found in all of them.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import pandas as pd

from benchmarks.redaction_samples import KINDS, draw_samples
from benchmarks.redaction_second import print_second_recall
from store.redaction import redact

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETS = {
    "en_datafiniti_amazon/reviews.parquet": ["title", "text"],
    "en_womens_clothing/reviews.parquet": ["Title", "Review Text"],
    "en_hu_liu/sentences.csv.gz": ["sentence"],
    "zh_jd_phones/reviews.parquet": ["text"],
    "zh_jd_water_heater/reviews.csv": ["content"],
    "zh_online_shopping_10_cats/reviews.parquet": ["review"],
}


def print_recall(count: int, seed: int) -> None:
    """Print the share of identifiers of each kind of which nothing is left."""
    print(f"Recall on {count:,} made-up identifiers of each kind (target .99)\n")
    print("| kind | ways of writing | recall | most missed |\n|---|---|---|---|")
    for kind in KINDS:
        samples = draw_samples(kind, count, seed)
        missed = Counter(s.form for s in samples if any(part in redact(s.text).text for part in s.secrets))
        worst = ", ".join(f"{form} ({times})" for form, times in missed.most_common(3)) or "-"
        recall = 1 - missed.total() / len(samples)
        print(f"| {kind} | {len({s.form for s in samples})} | {recall:.4f} | {worst} |")


def print_touched(folder: Path) -> None:
    """Print how many real reviews are touched at all."""
    print("\nReal reviews that are touched (target: false hits at most 1%)\n")
    print("| set | reviews | touched | share | pieces by kind | reviews/s |\n|---|---|---|---|---|---|")
    for name, columns in SETS.items():
        path = folder / name
        if not path.is_file():
            print(f"| {name.partition('/')[0]} | - | - | - | the folder is missing | - |")
            continue
        frame = pd.read_parquet(path, columns=columns) if path.suffix == ".parquet" else pd.read_csv(path)
        texts = [" . ".join(row) for row in frame[columns].fillna("").itertuples(index=False, name=None)]
        started = time.perf_counter()
        found = [redacted.found for redacted in map(redact, texts) if redacted.found]
        rate = len(texts) / (time.perf_counter() - started)
        kinds = ", ".join(f"{kind} {n}" for kind, n in sum(found, Counter[str]()).most_common()) or "-"
        share = f"{len(found) / len(texts):.3%}"
        print(
            f"| {name.partition('/')[0]} | {len(texts):,} | {len(found)} | {share} | {kinds} | {rate:,.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    print_recall(arguments.count, arguments.seed)
    print_second_recall(arguments.count // 2, arguments.seed)
    print_touched(arguments.data)


if __name__ == "__main__":
    main()
