"""How well the checker tells right texts from broken ones, by kind, and how long it takes."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from agent.checking import check_text
from evals.checking_cases import CheckingCase, Score, checking_cases, measure
from serving.embedder import default_embedder
from store.demo import bazaar
from store.review_index import ReviewIndex
from tools.shop import Shop

RECALL, PRECISION, MILLISECONDS = 0.99, 0.97, 5.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", type=int, default=0, help="show so many texts that were judged wrongly")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = bazaar.build(Path(folder), products=40, days=400, reviews=600)
        try:
            ReviewIndex(store, default_embedder()).build()
            shop = Shop(store, default_embedder())
            score = measure(shop)
            seconds = _seconds(checking_cases(shop))
        finally:
            store.close()
    _report(score, seconds)
    for case in score.misses[: given.misses]:
        print(f"{'missed' if case.is_violation else 'refused'} ({case.kind}): {case.text}")


def _seconds(cases: list[CheckingCase]) -> list[float]:
    seconds = []
    for case in cases:
        started = time.perf_counter()
        check_text(case.text, case.scene.facts, "", case.scene.quoted, case.scene.lang, bind=True)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)


def _report(score: Score, seconds: list[float]) -> None:
    print(f"{'kind':32} {'right':>7} {'cases':>6}")
    for kind, (right, cases) in score.by_kind.items():
        print(f"{kind:32} {right:7} {cases:6}")
    print(f"cases {score.cases}, of them broken {score.violations}")
    print(
        f"recall {score.recall:.3f} (target {RECALL}), precision {score.precision:.3f} (target {PRECISION})"
    )
    p95 = seconds[int(0.95 * len(seconds))]
    print(f"median {1e3 * statistics.median(seconds):.2f} ms, p95 {1e3 * p95:.2f} ms (target {MILLISECONDS})")


if __name__ == "__main__":
    main()
