"""BFCL's irrelevance sets: questions that none of the offered functions answers, so nothing may be called.

Berkeley Function Calling Leaderboard v4, Apache-2.0. Its functions are not ours and are left aside; what counts
is that a shop's assistant calls none of *its* tools when it is asked for the weather or a train ticket. Two things
differ from the leaderboard: BFCL accepts any words without a call, here asking back is a failure too; and system
messages are dropped, because our assistant has its own.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from agent.language import detect_language
from evals.adapters.records import read_records
from evals.case import Case
from evals.suite import Suite

FILES = {False: "BFCL_v4_irrelevance.json", True: "BFCL_v4_live_irrelevance.json"}
REMEDY = (
    "take the file from the data folder of the PyPI package bfcl-eval (2026.3.23; a wheel is a zip file) "
    "and name the folder that holds it"
)
# To a shop these are relevant. Somebody asks what is in stock or when it comes again, wants goods restocked, or
# wants to know about goods, ratings or promotions: a call about stock, sales or reviews would be no mistake, and
# neither would the question which product is meant. Read one by one; the set takes them for irrelevant because
# the functions it offers beside them are about something else.
RELEVANT_TO_A_SHOP = (
    "live_irrelevance_44-2-32",
    "live_irrelevance_154-17-1",
    "live_irrelevance_155-17-2",
    "live_irrelevance_172-26-0",
    "live_irrelevance_173-27-0",
    "live_irrelevance_175-27-2",
    "live_irrelevance_176-28-0",
    "live_irrelevance_180-30-1",
    "live_irrelevance_181-31-0",
    "live_irrelevance_182-31-1",
    "live_irrelevance_183-31-2",
    "live_irrelevance_184-31-3",
    "live_irrelevance_186-31-5",
    "live_irrelevance_188-32-1",
    "live_irrelevance_189-32-2",
    "live_irrelevance_191-32-4",
    "live_irrelevance_193-32-6",
    "live_irrelevance_194-32-7",
    "live_irrelevance_195-32-8",
    "live_irrelevance_197-32-10",
    "live_irrelevance_199-32-12",
    "live_irrelevance_201-32-14",
    "live_irrelevance_203-32-16",
    "live_irrelevance_205-32-18",
    "live_irrelevance_207-32-20",
    "live_irrelevance_209-32-22",
    "live_irrelevance_210-33-0",
    "live_irrelevance_211-34-0",
    "live_irrelevance_212-34-1",
    "live_irrelevance_214-34-3",
    "live_irrelevance_217-34-6",
    "live_irrelevance_218-34-7",
    "live_irrelevance_219-34-8",
    "live_irrelevance_220-34-9",
    "live_irrelevance_222-34-11",
    "live_irrelevance_224-34-13",
    "live_irrelevance_229-36-0",
    "live_irrelevance_230-36-1",
    "live_irrelevance_716-237-3",
    "live_irrelevance_746-257-0",
    "live_irrelevance_851-341-0",
)


class Message(BaseModel):
    """One message of a question."""

    role: Literal["system", "user", "assistant"]
    content: str


class Question(BaseModel):
    """One row of the set, as far as it is used."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    question: list[list[Message]]

    @property
    def said(self) -> list[str]:
        """What the user said, in order."""
        return [
            message.content
            for turn in self.question
            for message in turn
            if message.role == "user" and message.content
        ]


def load_irrelevance(
    folder: Path, *, live: bool, store: str = "bazaar", limit: int | None = None, seed: int = 0
) -> Suite:
    """Read one of the sets as cases that allow no call.

    Args:
        folder: where the set lies.
        live: the questions that users of the leaderboard's demonstration asked, instead of the written ones.
        store: the shop that is asked.
        limit: a sample of so many, drawn with `seed`, in the set's order; None for all.
        seed: of the sample.

    Raises:
        SuiteInvalid: the folder or its file cannot be used; says where to get it.
    """
    questions = [
        question
        for question in read_records(folder, FILES[live], Question, REMEDY)
        if question.said and question.id not in RELEVANT_TO_A_SHOP
    ]
    if limit is not None and limit < len(questions):
        drawn = sorted(random.Random(seed).sample(range(len(questions)), limit))
        questions = [questions[index] for index in drawn]
    name = "bfcl-live" if live else "bfcl-irrelevance"
    return Suite(name, tuple(_case(question, name, store) for question in questions))


def _case(question: Question, name: str, store: str) -> Case:
    language = detect_language("\n".join(question.said))
    tags = ["abstention", "bfcl", "multi_turn" if len(question.said) > 1 else "single"]
    return Case.model_validate(
        {
            "id": f"bfcl-{question.id}",
            "skill": f"abstention/{name}",
            # A third language is answered in both of ours at once, by code, and never with a call.
            "language": "en" if language == "other" else language,
            "store": store,
            "tags": [*tags, "third_language"] if language == "other" else tags,
            "turns": [{"say": text, "expect": {"no_call": True}} for text in question.said],
        }
    )
