"""`shopcast eval judge`: is a model fit to judge, and if so, what does it say of a run's answers?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from evals.errors import EvalError
from evals.hand_labels import load_labels
from evals.journal import Journal
from evals.judge import Judge, JudgedAnswers, judge_answers, trusted_judge
from evals.observed import Observed
from evals.results import Run
from evals.running import JOURNAL_FILE, RUN_FILE
from evals.scoring import CaseScore
from serving.connection import connect
from serving.settings import Settings, load_settings


def judge_run(folder: Path | None, url: str | None, model: str | None, say: Callable[[str], None]) -> None:
    """Measure a judge against the hand labels and, where it is trusted, let it judge a run's answers.

    Args:
        folder: of a finished run; None only measures.
        url: an OpenAI-compatible server; None takes the model that Shopcast is set up with.
        model: its name there.
        say: takes lines for the terminal.

    Raises:
        JudgeRefused: too few labels, or too little agreement with them.
        EvalError: the folder holds no finished run.
    """
    finished = list(_read(folder)) if folder else []
    connection = connect(_settings(url, model))
    try:
        trusted = trusted_judge(Judge(connection.client()), load_labels())
        say(f"{connection.description} may judge: {trusted.agreement}")
        if folder:
            say(_described(judge_answers(trusted, finished)))
    finally:
        connection.close()


def _settings(url: str | None, model: str | None) -> Settings:
    return load_settings().model_copy(
        update={"llm_url": url, "llm_model": model} if url else {"model": model}
    )


def _read(folder: Path) -> Iterator[tuple[Observed, CaseScore]]:
    try:
        run = Run.model_validate_json((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValidationError, json.JSONDecodeError) as error:
        raise EvalError(
            f"{str(folder)!r} holds no finished run", "name the folder of a run's --out"
        ) from error
    journal = Journal(folder / JOURNAL_FILE)
    for row in run.rows:
        observed = journal.find(row.case_id, row.epoch)
        if observed:
            yield observed, CaseScore(row.case_id, row.epoch, row.dimensions, error=row.error)


def _described(judged: JudgedAnswers) -> str:
    mean = "-" if judged.mean_usefulness is None else f"{judged.mean_usefulness:.2f}"
    return (
        f"{judged.judged} answers that passed: tone ok in {judged.tone_ok}, usefulness {mean} of 3; "
        f"{judged.unusable} without a usable verdict"
    )
