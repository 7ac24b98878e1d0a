"""What a run will take, judged by the last one of the same kind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evals.results import Run
from evals.running import RUN_FILE
from evals.suite import Suite


@dataclass(frozen=True)
class Price:
    """What a remote model costs, in money per million tokens."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: float, completion_tokens: float) -> float:
        """Return the cost of so many tokens."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


def describe_estimate(
    suite: Suite, k: int | None, parallel: int, runs: Path, target: str, model: str, price: Price | None
) -> str:
    """Return how many answers are needed and, where such a run was made before, the time and tokens they take.

    Args:
        suite: what will run.
        k: runs of each case, or None for the cases' own.
        parallel: cases at once.
        runs: folder of earlier runs.
        target: the target's description.
        model: its model.
        price: None where tokens cost nothing.
    """
    conversations = sum(k or case.k for case in suite.cases)
    turns = sum((k or case.k) * len(case.turns) for case in suite.cases)
    text = f"{conversations} conversations, {turns} turns"
    before = _last_run(runs, target, model)
    if before is None or not before.rows:
        return f"{text}; no earlier run on this target to judge the time by"
    count = len(before.rows)
    minutes = conversations * sum(row.seconds for row in before.rows) / count / parallel / 60
    prompt, completion = (
        conversations * sum(getattr(row, f"{kind}_tokens") for row in before.rows) / count
        for kind in ("prompt", "completion")
    )
    text += f"; about {minutes:.0f} min and {(prompt + completion) / 1000:,.0f}k tokens, as the last run took"
    return f"{text}; about {price.of(prompt, completion):,.2f} at the given price" if price else text


def _last_run(runs: Path, target: str, model: str) -> Run | None:
    files = sorted(runs.glob(f"*/{RUN_FILE}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for file in files[:20]:
        try:
            run = Run.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValidationError):
            continue
        if (run.target, run.model) == (target, model):
            return run
    return None
