"""Answers that a person judged: what a judge has to agree with before it is believed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from evals.case import CaseId, Language
from evals.errors import SuiteInvalid
from evals.source import read_source

LABELS = Path(__file__).with_name("labels") / "answers.yaml"
Tone = Literal["ok", "not_ok"]
Usefulness = Literal[1, 2, 3]


class LabelledAnswer(BaseModel):
    """An answer with a person's labels, and why they are so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: CaseId
    language: Language
    question: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    tone: Tone
    usefulness: Usefulness
    why: str = Field(min_length=1)


def load_labels(path: Path = LABELS) -> list[LabelledAnswer]:
    """Read the labelled answers.

    Raises:
        SuiteInvalid: the file cannot be used; says line, key and remedy.
    """
    source = read_source(path)
    try:
        labels = TypeAdapter(list[LabelledAnswer]).validate_python(source.data.get("labels"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ("labels", *first["loc"])
        raise SuiteInvalid(
            f"{source.at(where)}: {'.'.join(map(str, where))!r}: {first['msg'].lower()}",
            f"each label has {', '.join(LabelledAnswer.model_fields)}",
        ) from error
    counts = Counter(label.id for label in labels)
    for index, label in enumerate(labels):
        if counts[label.id] > 1:
            raise SuiteInvalid(
                f"{source.at(('labels', index))}: the id {label.id!r} stands {counts[label.id]} times",
                "give each label its own id",
            )
    return labels
