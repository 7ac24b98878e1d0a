"""The assistant as a target whose finished answers go through its own gate once more, and what came of that on disk."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from agent.answer import Answer, Citation
from agent.checking import check_text
from agent.replies import UNRECEIPTED
from evals.case import Case
from evals.observed import ObservedTurn
from evals.targets.assistant import AssistantTarget
from tools.results import Evidence
from tools.shop import Shop

if TYPE_CHECKING:
    from serving.connection import ModelConnection

FILE = "gate.jsonl"


class Witnessed(BaseModel):
    """What the gate says of one finished answer."""

    case_id: str
    turn: int
    violations: list[str]
    withheld: bool


class WitnessedTarget(AssistantTarget):
    """Plays cases against the assistant.

    Args:
        open_shop: opens a store by name.
        connection: where plans come from; the caller closes it.
        scratch: folder for the conversations.
        file: where the verdicts are appended, a line an answer.
    """

    def __init__(
        self, open_shop: Callable[[str], Shop], connection: ModelConnection, scratch: Path, file: Path
    ) -> None:
        super().__init__(open_shop, connection, scratch)
        self._file = file
        self._writing = threading.Lock()
        self._now = threading.local()

    def run(self, case: Case) -> list[ObservedTurn]:
        self._now.case_id, self._now.turn = case.id, 0
        return super().run(case)

    def _checked(self, answer: Answer, question: str) -> Answer:
        checked = super()._checked(answer, question)
        self._now.turn += 1
        found = Witnessed(
            case_id=self._now.case_id,
            turn=self._now.turn,
            violations=_violations(checked),
            withheld=UNRECEIPTED[checked.language] in checked.caveats,
        )
        with self._writing, self._file.open("a", encoding="utf-8") as file:
            file.write(found.model_dump_json() + "\n")
        return checked


def read_witnessed(file: Path) -> list[Witnessed]:
    """Return the last verdict on each answer; a line that was cut when the program was killed does not count."""
    kept: dict[tuple[str, int], Witnessed] = {}
    for line in _lines(file):
        try:
            found = Witnessed.model_validate_json(line)
        except ValidationError:
            continue
        kept[found.case_id, found.turn] = found
    return list(kept.values())


def _lines(file: Path) -> Iterator[str]:
    if file.exists():
        yield from file.read_text(encoding="utf-8").splitlines()


def _violations(answer: Answer) -> list[str]:
    quoted = [_evidence(citation, answer) for citation in answer.citations]
    found = check_text(answer.answer, answer.facts, answer.question, quoted, answer.language)
    return [json.dumps([violation.kind, violation.text], ensure_ascii=False) for violation in found]


def _evidence(citation: Citation, answer: Answer) -> Evidence:
    # What an answer does not carry of a review plays no part in a quotation.
    carried = citation.model_dump()
    return Evidence(**carried, product_title="", language=answer.language, score=0.0)
