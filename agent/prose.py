"""Prose mode: a model that earned it rewords the statements; a value is a reference, never a number of its own.

Reviews are not among the sentences: what a stranger wrote never reaches this prompt.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from agent.checking import check_prose
from agent.language import detect_language
from agent.phrasing import Sentence, show
from prompts.loader import load_prompt
from serving.errors import ModelRejected
from serving.registry import GgufModel, recognise_model, verdict_file
from tools.results import PLACEHOLDER, Fact, Lang

if TYPE_CHECKING:
    from serving.client import ChatClient, Completion

logger = logging.getLogger(__name__)
MAX_PROSE_TOKENS = 500
# Longer than the statements is padding, a third of them has left things out.
LONGEST, SHORTEST = 1.6, 0.3
_REFERENCE = re.compile(r"\{\{\s*(f\d+)\s*\}\}")
_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]")
_SCHEMA: dict[str, Any] = {
    "title": "prose",
    "type": "object",
    "properties": {"text": {"type": "string", "minLength": 1, "maxLength": 1500}},
    "required": ["text"],
    "additionalProperties": False,
}

FaultKind = Literal["unsupported", "lead left out", "other language", "repetition", "length", "layout"]


@dataclass(frozen=True)
class Fault:
    """Why a reworded answer goes back to the statements."""

    kind: FaultKind
    detail: str = ""


class Verdict(BaseModel):
    """Whether a model may write prose: measured once, kept beside the weights.

    `sha256` is that of the weights measured, "" where a server does not say; `sent_back` a share of `cases`;
    `faults` how often each kind sent an answer back.
    """

    model_config = ConfigDict(extra="forbid")
    model: str
    sha256: str
    date: str
    cases: int
    sent_back: float
    failed: int
    faults: dict[str, int]
    median_seconds: float
    earned: bool


class Brief:
    """What the writer is given: the sentences with every value as a reference.

    Args:
        question: what was asked.
        told: the sentences of the answer, caveats apart.
        facts: all that the tools stated.
        lang: the reader's language.
        titles: the shop's products by name: one that no fact mentions may not be spoken of.
    """

    def __init__(
        self, question: str, told: list[Sentence], facts: list[Fact], lang: Lang, titles: Sequence[str]
    ) -> None:
        self.question = question
        self.told = told
        self.facts = facts
        self.lang = lang
        self.titles = titles
        spoken = {fact.id: fact for sentence in told for fact in sentence.spoken()}
        self.references = {f"f{number}": fact for number, fact in enumerate(spoken.values(), 1)}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fact.id: name for name, fact in self.references.items()}

    def messages(self) -> list[dict[str, str]]:
        """Return the prompt, the constant part first."""
        lines = [f"Question: {self.question}", *(f"- {self._referring(sentence)}" for sentence in self.told)]
        return [
            {"role": "system", "content": load_prompt("prose")},
            {"role": "user", "content": "\n".join(lines)},
        ]

    def faults(self, text: str) -> list[Fault]:
        """Return everything that speaks against showing a text; empty where it may be shown."""
        violations = check_prose(
            text,
            self.references,
            self.facts,
            self.lang,
            statements=[sentence.text for sentence in self.told],
            titles=self.titles,
        )
        return [
            *(Fault("unsupported", f"{violation.kind}: {violation.text}") for violation in violations),
            *self._left_out(text),
            *self._unlike(text),
        ]

    def render(self, text: str) -> str:
        """Return the text with each reference that is known replaced by its value."""
        known = self.references
        return _REFERENCE.sub(
            lambda match: show(known[match[1]], self.lang) if match[1] in known else match[0], text
        )

    def _referring(self, sentence: Sentence) -> str:
        return PLACEHOLDER.sub(
            lambda match: f"{{{{{self._names[sentence.facts[match.group(1)].id]}}}}}", sentence.template
        )

    def _left_out(self, text: str) -> list[Fault]:
        written = set(_REFERENCE.findall(text))
        leads = [s for s in self.told if s.role == "lead"] or self.told[:1]
        needed = [self._names[fact.id] for lead in leads for fact in lead.spoken()]
        return [Fault("lead left out", name) for name in dict.fromkeys(needed) if name not in written]

    def _unlike(self, text: str) -> list[Fault]:
        found: list[Fault] = []
        if "\n" in text.strip() or text.lstrip().startswith(("-", "#", "*", ">", "|")):
            found.append(Fault("layout"))
        if detect_language(_REFERENCE.sub(" ", text)) != self.lang:
            found.append(Fault("other language"))
        parts = [" ".join(part.split()).lower() for part in _SENTENCE.findall(text)]
        found += [Fault("repetition", part) for part in dict.fromkeys(parts) if parts.count(part) > 1]
        ratio = len(self.render(text)) / max(1, sum(len(sentence.text) for sentence in self.told))
        if not SHORTEST <= ratio <= LONGEST:
            found.append(Fault("length", f"{ratio:.1f} of the statements"))
        return found

    def verbatim(self) -> str:
        """Return the sentences as they are, with their references: the plainest text that must pass."""
        return ("" if self.lang == "zh" else " ").join(self._referring(sentence) for sentence in self.told)


def write_prose(client: ChatClient, brief: Brief, timeout_seconds: float) -> tuple[str, Completion]:
    """Ask the model to reword; the text still carries its references and is not yet checked.

    Raises:
        ServingError: the model is down, slow, or its reply cannot be read.
    """
    completion = client.complete(
        brief.messages(), schema=_SCHEMA, max_tokens=MAX_PROSE_TOKENS, timeout_seconds=timeout_seconds
    )
    try:
        return str(json.loads(completion.text)["text"]).strip(), completion
    except (ValueError, KeyError, TypeError) as error:
        raise ModelRejected(
            f"the model's reply is not prose in JSON: {completion.text[:200]!r}",
            "use a server that honours response_format json_schema (see docs/models.md)",
        ) from error


def may_write_prose(served_name: str) -> bool:
    """Whether a model composes in prose: what was measured here decides, else what the registry says.

    Args:
        served_name: the model's name on its server.
    """
    spec = recognise_model(served_name)
    verdict = read_verdict(spec.name if spec else served_name)
    if verdict and verdict.sha256 == weights_sum(served_name):
        return verdict.earned
    return spec is not None and spec.composing == "prose"


def weights_sum(served_name: str) -> str:
    """Return the sum of a registered model's weights, "" where the registry knows none."""
    spec = recognise_model(served_name)
    return spec.sha256 if isinstance(spec, GgufModel) else ""


def read_verdict(name: str) -> Verdict | None:
    """Return what was measured of a model; None where nothing was, or where the file cannot be read."""
    try:
        return Verdict.model_validate_json(verdict_file(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        logger.warning("the verdict on %r cannot be read, so its answers are statements: %s", name, error)
        return None
