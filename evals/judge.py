"""An optional language model as judge of tone and usefulness; it is believed only as far as it agrees with people.

What is right or wrong, the deterministic checks decide (`evals/scoring.py`). The judge sees only answers that
passed them, and what it says is a figure of its own that never makes a case pass or fail.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import JudgeRefused
from evals.hand_labels import LABELS, LabelledAnswer, Tone, Usefulness
from evals.kappa import quadratic_kappa
from evals.observed import Observed
from evals.scoring import CaseScore
from evals.statistics import cohen_kappa
from prompts.loader import load_prompt
from serving.client import Completion

# With a hundred labels kappa is known to about 0.15 either way; one measured at 0.6 ("substantial" in Landis and
# Koch's words) is then very likely above 0.4, below which a judge adds little to chance.
FEWEST_LABELS = 100
LEAST_KAPPA = 0.6
_MAX_TOKENS = 60
_SCHEMA: dict[str, Any] = {
    "title": "verdict",
    "type": "object",
    "properties": {
        "tone": {"type": "string", "enum": list(get_args(Tone))},
        "usefulness": {"type": "integer", "enum": list(get_args(Usefulness))},
    },
    "required": ["tone", "usefulness"],
    "additionalProperties": False,
}


class Verdict(BaseModel):
    """How an answer reads: its tone, and its usefulness from 1 (not answered) to 3 (answered in full)."""

    model_config = ConfigDict(frozen=True)

    tone: Tone
    usefulness: Usefulness


class Client(Protocol):
    """What a judge needs of `serving.client.ChatClient`."""

    model: str

    def complete(
        self,
        messages: list[dict[str, str]],
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int,
        timeout_seconds: float,
    ) -> Completion:
        """Ask for one completion."""


class Judge:
    """A language model that labels answers, one call each.

    Args:
        client: where the model answers.
        timeout_seconds: the longest a verdict may take.
    """

    def __init__(self, client: Client, timeout_seconds: float = 60.0) -> None:
        self.model = client.model
        self._client = client
        self._timeout_seconds = timeout_seconds

    def judge(self, question: str, answer: str) -> Verdict | None:
        """Return the verdict on one answer, or None where the model said something that is none.

        Raises:
            ServingError: the model cannot be reached, refuses or does not answer.
        """
        # As JSON, so that neither can pass itself off as the other or as the end of the material.
        material = json.dumps({"question": question, "answer": answer}, ensure_ascii=False)
        completion = self._client.complete(
            [{"role": "system", "content": load_prompt("judge")}, {"role": "user", "content": material}],
            schema=_SCHEMA,
            max_tokens=_MAX_TOKENS,
            timeout_seconds=self._timeout_seconds,
        )
        try:
            return Verdict.model_validate_json(completion.text)
        except ValidationError:
            # Not every server honours schemas.
            return None


@dataclass(frozen=True)
class Agreement:
    """How far a judge and the labels agree; a confusion counts (label, verdict) pairs.

    `n` counts the labels with a verdict, `unusable` those on which the judge gave none.
    """

    n: int
    unusable: int
    kappa_tone: float
    kappa_usefulness: float
    tone: Counter[tuple[Tone, Tone]] = field(repr=False)
    usefulness: Counter[tuple[Usefulness, Usefulness]] = field(repr=False)

    def __str__(self) -> str:
        unusable = f", {self.unusable} without a verdict" if self.unusable else ""
        return (
            f"kappa {self.kappa_tone:.2f} on tone, {self.kappa_usefulness:.2f} on usefulness"
            f" (quadratic weights), {self.n} labels{unusable}"
        )


def measure_agreement(judge: Judge, labels: Sequence[LabelledAnswer]) -> Agreement:
    """Let the judge label what people labelled, and compare.

    Raises:
        ServingError: the model cannot be reached, refuses or does not answer.
    """
    judged: list[tuple[LabelledAnswer, Verdict]] = []
    for label in labels:
        verdict = judge.judge(label.question, label.answer)
        if verdict:
            judged.append((label, verdict))
    tones = [(label.tone, verdict.tone) for label, verdict in judged]
    levels = [(label.usefulness, verdict.usefulness) for label, verdict in judged]
    return Agreement(
        n=len(judged),
        unusable=len(labels) - len(judged),
        kappa_tone=cohen_kappa(*zip(*tones, strict=True)) if judged else 0.0,
        kappa_usefulness=quadratic_kappa(*zip(*levels, strict=True)) if judged else 0.0,
        tone=Counter(tones),
        usefulness=Counter(levels),
    )


@dataclass(frozen=True)
class TrustedJudge:
    """A judge with the agreement that it was admitted on."""

    judge: Judge
    agreement: Agreement


def trusted_judge(judge: Judge, labels: Sequence[LabelledAnswer]) -> TrustedJudge:
    """Admit a judge that agrees with people.

    Raises:
        JudgeRefused: too few labels, or too little agreement; says the measured figures.
        ServingError: the model cannot be reached, refuses or does not answer.
    """
    if len(labels) < FEWEST_LABELS:
        raise _refused(
            judge,
            f"there are {len(labels)} labels, {FEWEST_LABELS} are needed",
            f"label more answers in {LABELS.name}",
        )
    agreement = measure_agreement(judge, labels)
    if agreement.n < FEWEST_LABELS:
        raise _refused(
            judge,
            f"{agreement}; {FEWEST_LABELS} verdicts are needed",
            "take a server that honours JSON schemas",
        )
    if min(agreement.kappa_tone, agreement.kappa_usefulness) < LEAST_KAPPA:
        raise _refused(
            judge, f"{agreement}; both must reach {LEAST_KAPPA}", "take a larger model, or go without a judge"
        )
    return TrustedJudge(judge, agreement)


def _refused(judge: Judge, why: str, remedy: str) -> JudgeRefused:
    return JudgeRefused(f"the judge {judge.model!r} is not trusted: {why}", remedy)


@dataclass(frozen=True)
class JudgedAnswers:
    """What a trusted judge said of a run's answers; a figure beside the results, never part of them."""

    model: str
    agreement: Agreement
    judged: int
    unusable: int
    tone_ok: int
    usefulness: Counter[Usefulness]

    @property
    def mean_usefulness(self) -> float | None:
        """The mean from 1 to 3, or None where nothing was judged."""
        total = sum(level * count for level, count in self.usefulness.items())
        return total / self.judged if self.judged else None


def judge_answers(trusted: TrustedJudge, results: Iterable[tuple[Observed, CaseScore]]) -> JudgedAnswers:
    """Judge the last answer of every case that passed its deterministic checks.

    Raises:
        ServingError: the model cannot be reached, refuses or does not answer.
    """
    passed = [observed for observed, score in results if score.passed and _last_answer(observed)]
    verdicts = [trusted.judge.judge(_asked(observed), _last_answer(observed)) for observed in passed]
    usable = [verdict for verdict in verdicts if verdict]
    return JudgedAnswers(
        model=trusted.judge.model,
        agreement=trusted.agreement,
        judged=len(usable),
        unusable=len(passed) - len(usable),
        tone_ok=sum(verdict.tone == "ok" for verdict in usable),
        usefulness=Counter(verdict.usefulness for verdict in usable),
    )


def _asked(observed: Observed) -> str:
    """Return what was said in the conversation; a follow-up means nothing by itself."""
    return "\n".join(turn.said for turn in observed.turns)


def _last_answer(observed: Observed) -> str:
    return (observed.turns[-1].answer or "") if observed.turns else ""
