"""Which cases: the held-out ones that no prompt quotes, and seeded samples of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from itertools import zip_longest
from pathlib import Path

from benchmarks.agent_figures import is_one_tool
from evals.case import Case

SEED = 20261122
PROMPTS = Path(__file__).resolve().parents[1] / "prompts"
# Shorter than this, words are nobody's property: "thanks", "and why?".
_SHORTEST_QUOTE = 12


def split_cases(cases: Sequence[Case], split: str, folder: Path = PROMPTS) -> list[Case]:
    """Return the cases of a split without those that a prompt quotes."""
    prompts = [
        _squeezed(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".md", ".yaml", ".jsonl", ".json", ".txt")
    ]
    return [case for case in cases if split in case.tags and not _is_quoted(case, prompts)]


def sample_by_skill(cases: Sequence[Case], count: int) -> list[Case]:
    """Return so many cases, the skills in turn, English and Chinese alternating."""
    return _in_turn(cases, count, lambda case: case.skill)


def sample_one_tool(cases: Sequence[Case], count: int) -> list[Case]:
    """Return so many questions for one call, the tools in turn, English and Chinese alternating."""
    return _in_turn([case for case in cases if is_one_tool(case)], count, _tool)


def _in_turn(cases: Sequence[Case], count: int, kind: Callable[[Case], Hashable]) -> list[Case]:
    draw = random.Random(SEED)
    spoken = [_rounds([case for case in cases if case.language == lang], kind, draw) for lang in ("en", "zh")]
    alternating = [case for pair in zip_longest(*spoken) for case in pair if case is not None]
    return alternating[:count]


def _rounds(cases: Sequence[Case], kind: Callable[[Case], Hashable], draw: random.Random) -> list[Case]:
    """Order cases so that each round takes one of every kind that still has some."""
    kinds: dict[Hashable, list[Case]] = {}
    for case in sorted(cases, key=lambda case: case.id):
        kinds.setdefault(kind(case), []).append(case)
    piles = list(kinds.values())
    draw.shuffle(piles)
    for pile in piles:
        draw.shuffle(pile)
    return [case for taken in zip_longest(*piles) for case in taken if case is not None]


def _tool(case: Case) -> str:
    expectation = case.expectations[0]
    assert expectation is not None and expectation.calls is not None
    return expectation.calls.expected[0].tool


def _is_quoted(case: Case, prompts: Sequence[str]) -> bool:
    said = [_squeezed(turn.say) for turn in case.turns]
    return any(len(one) >= _SHORTEST_QUOTE and one in text for one in said for text in prompts)


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
