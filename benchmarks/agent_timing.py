"""How long a merchant waits for an answer by one tool: the real model and tools, warm, nothing replayed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from pydantic import BaseModel

from evals.case import Case
from evals.targets.assistant import AssistantTarget

# Said to each store before the clock runs; no case asks it.
_WARMING = {"en": "What is trending?", "zh": "现在什么卖得好？"}
# Fewer than this for each user, and the first wave is most of what is measured.
QUESTIONS_A_USER = 3


class Timed(BaseModel):
    """One answer by the clock."""

    number: int
    case_id: str
    seconds: float
    prompt_tokens: int
    cached_tokens: int
    by_model: bool


def measure_seconds(
    target: AssistantTarget,
    cases: Sequence[Case],
    users: int,
    file: Path,
    say: Callable[[str], None],
) -> list[Timed]:
    """Ask each question in a conversation of its own and return what each took.

    Args:
        target: the assistant.
        cases: one-tool questions.
        users: how many ask at once; with several each asks some questions more than once, in turn.
        file: kept line by line; what stands there is not asked again.
        say: told of each answer.
    """
    done = {one.number: one for one in _read(file)}
    asked = list(islice(cycle(cases), max(len(cases), QUESTIONS_A_USER * users if users > 1 else 0)))
    left = [(number, case) for number, case in enumerate(asked) if number not in done]
    if left:
        _warm(target, [case for _, case in left])

    def ask(numbered: tuple[int, Case]) -> Timed:
        number, case = numbered
        started = time.perf_counter()
        answer = target.assistant(case.store).ask(case.turns[0].say, f"timed-{number}-{time.time_ns()}")
        return Timed(
            number=number,
            case_id=case.id,
            seconds=time.perf_counter() - started,
            prompt_tokens=answer.tokens.prompt,
            cached_tokens=answer.tokens.cached,
            by_model=answer.planned_by == "model",
        )

    with (
        ThreadPoolExecutor(users, thread_name_prefix="user") as pool,
        file.open("a", encoding="utf-8") as out,
    ):
        for one in pool.map(ask, left):
            done[one.number] = one
            out.write(one.model_dump_json() + "\n")
            out.flush()
            say(f"timed {len(done)}/{len(asked)}: {one.seconds:.1f} s")
    return [done[number] for number in sorted(done)]


def _warm(target: AssistantTarget, cases: Sequence[Case]) -> None:
    for store in dict.fromkeys(case.store for case in cases):
        assistant = target.assistant(store)
        assistant.warm()
        for question in _WARMING.values():
            assistant.ask(question, "warming")


def _read(file: Path) -> list[Timed]:
    if not file.exists():
        return []
    whole = file.read_bytes()
    # A line that was cut when the program was killed is asked again.
    kept = whole[: whole.rfind(b"\n") + 1]
    if kept != whole:
        file.write_bytes(kept)
    return [Timed.model_validate(json.loads(line)) for line in kept.splitlines()]
