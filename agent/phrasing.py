"""How a sentence reads where it stands: one of its wordings, its product named once and then "it"."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

from tools.results import PLACEHOLDER, Fact, Lang, Role, Statement, ToolResult

STORE = "store"


@dataclass(frozen=True)
class Sentence:
    """A sentence of the answer with its places still open: `template` names `facts` in braces."""

    role: Role
    aspect: str
    template: str
    facts: dict[str, Fact]
    lang: Lang

    @cached_property
    def text(self) -> str:
        """The sentence as the reader sees it."""
        return PLACEHOLDER.sub(lambda match: show(self.facts[match.group(1)], self.lang), self.template)

    def spoken(self) -> list[Fact]:
        """The facts that the sentence speaks of, in its order."""
        return [self.facts[name] for name in dict.fromkeys(PLACEHOLDER.findall(self.template))]


class Speaker:
    """Says sentence after sentence of one answer.

    Args:
        question: decides between wordings, so that the same question always reads the same.
        lang: the reader's language.
    """

    def __init__(self, question: str, lang: Lang) -> None:
        self.question = question
        self.lang = lang
        self.named: str | None = None
        self.spoken_of: set[str] = set()

    def say(self, result: ToolResult, statement: Statement) -> Sentence:
        """Return the statement as it reads after all that was said before."""
        template = self._worded(statement)
        subjects = {
            name: result.facts[name].entity
            for name in PLACEHOLDER.findall(template)
            if _is_title(result.facts[name])
        }
        if len(subjects) == 1:
            ((name, entity),) = subjects.items()
            if entity == self.named and entity != STORE:
                template = _with_pronoun(template, name, self.lang)
            self.named = entity
        elif subjects:
            self.named = None
        self.spoken_of |= set(subjects.values())
        facts = {name: result.facts[name] for name in PLACEHOLDER.findall(template)}
        return Sentence(statement.role, statement.aspect, template, facts, self.lang)

    def close(self) -> None:
        """Turn to remarks about the answer as a whole: "it" is clear only where one product was spoken of."""
        self.named = next(iter(self.spoken_of)) if len(self.spoken_of) == 1 else None

    def _worded(self, statement: Statement) -> str:
        if statement.opening and self.named is None:
            return statement.opening.text(self.lang)
        wordings = [statement, *statement.others]
        seed = zlib.crc32(f"{self.question}|{statement.role}|{statement.aspect}".encode())
        return wordings[seed % len(wordings)].text(self.lang)


def show(fact: Fact, lang: Lang) -> str:
    """Return a fact's value as it stands in a sentence; a title is set off, for it holds commas and blanks."""
    shown = fact.display(lang)
    if not _is_title(fact) or fact.entity == STORE:
        return shown
    if lang == "zh":
        return f"“{shown}”"
    return shown if "*" in shown else f"**{shown}**"


def _is_title(fact: Fact) -> bool:
    return fact.metric in ("title", "name")


def _with_pronoun(template: str, name: str, lang: Lang) -> str:
    place = f"{{{name}}}"
    if lang == "zh":
        template = template.replace(f"{place}的", "")
        return ("这款" + template.removeprefix(place) if template.startswith(place) else template).replace(
            place, "它"
        )
    template = template.replace(f" of {place}", "")
    return ("It" + template.removeprefix(place) if template.startswith(place) else template).replace(
        place, "it"
    )
