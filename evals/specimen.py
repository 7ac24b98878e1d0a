"""Specimens: small inputs with a known verdict, that show whether matching, scoring and checking still judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError, field_validator

# The modules and not their functions: a mutant that breaks one must be seen from here.
from agent import checking
from evals import grounding, scoring
from evals.case import Case, Expectation, Language, Strict, Turn
from evals.errors import SuiteInvalid
from evals.observed import Observed, ObservedTurn
from evals.scoring import Dimension
from evals.source import read_source
from tools.results import Evidence, Fact, Source

SPECIMENS = Path(__file__).with_name("specimens")
_DAY = date(2026, 10, 31)


class WrittenTurn(ObservedTurn):
    """A turn made by hand; a key that nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid")
    said: str = "…"


class ScoringSpecimen(Strict):
    """What was expected, what was observed, and which dimensions must hold and fail; no others may be judged.

    A conversation lists one `expect` and one `observed` for each turn.
    """

    name: str
    language: Language = "en"
    expect: list[Expectation | None]
    observed: list[WrittenTurn]
    error: str | None = None
    holds: list[Dimension] = Field(default_factory=list)
    fails: list[Dimension] = Field(default_factory=list)
    confusion: list[tuple[str, str]] | None = Field(None, description="(expected, called), where it matters.")
    says: list[str] = Field(default_factory=list, description="What the reported problems must contain.")

    @field_validator("expect", "observed", mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return value if isinstance(value, list) else [value]

    def problems(self) -> list[str]:
        """Return in what the verdict differs from the known one."""
        turns = [
            Turn(say=observed.said, expect=expect)
            for observed, expect in zip(self.observed, self.expect, strict=True)
        ]
        case = Case(id=self.name, skill="specimen", language=self.language, store="none", turns=turns)
        observed = Observed(
            case_id=self.name, turns=[] if self.error else list(self.observed), error=self.error
        )
        score = scoring.score_case(case, observed)
        wanted = {**dict.fromkeys(self.holds, True), **dict.fromkeys(self.fails, False)}
        found = [
            *_difference("dimensions", wanted, score.dimensions),
            *_difference("passed", not (self.fails or self.error), score.passed),
            *(f"no problem says {text!r}" for text in self.says if text not in "\n".join(score.problems)),
        ]
        if self.confusion is not None:
            found += _difference("confusion", sorted(self.confusion), sorted(score.confusion))
        return found


class WrittenFact(Strict):
    """A fact made by hand."""

    value: float | int | str
    unit: str = "units"
    localized: dict[str, str] | None = None


class WrittenReview(Strict):
    """A retrieved review made by hand."""

    review_id: str
    text: str
    rating: int | None = 1


class CheckerSpecimen(Strict):
    """A text with what supports it, and what the gate and the harness's own check must find in it."""

    name: str
    text: str = Field(description="`{quote}` stands for the first review as the answer quotes it.")
    facts: list[WrittenFact] = Field(default_factory=list)
    question: str = ""
    quoted: list[WrittenReview] = Field(default_factory=list)
    language: Language = "en"
    violations: list[tuple[str, str]] = Field(default_factory=list, description="(kind, text) of the gate's.")
    unreceipted: list[str] | None = Field(
        None, description="Numbers that the harness's own check finds; by default the gate's."
    )

    def problems(self) -> list[str]:
        """Return in what the two checks differ from the known findings."""
        facts = [
            Fact(
                id=f"f{index}", metric="m", entity="store", as_of=_DAY,
                source=Source(tool="specimen", arguments={}), **fact.model_dump(),
            )
            for index, fact in enumerate(self.facts)
        ]  # fmt: skip
        reviews = [
            Evidence(
                review_id=review.review_id, product_id="B1", product_title="", date=_DAY,
                rating=review.rating, language=self.language, text=review.text, score=1.0,
            )
            for review in self.quoted
        ]  # fmt: skip
        text = self.text.replace("{quote}", _quote(reviews[0], self.language)) if reviews else self.text
        gate = checking.check_text(text, facts, self.question, reviews, self.language)
        own = grounding.unreceipted_numbers(self._turn(text, facts))
        numbers = [said for kind, said in self.violations if kind == "number"]
        wanted = numbers if self.unreceipted is None else self.unreceipted
        return [
            *_difference("violations", sorted(self.violations), sorted((v.kind, v.text) for v in gate)),
            *_difference("unreceipted", sorted(wanted), sorted(own)),
        ]

    def _turn(self, text: str, facts: list[Fact]) -> ObservedTurn:
        observed = [
            {"metric": "m", "entity": "store", "value": fact.value, "shown": fact.display(self.language)}
            for fact in facts
        ]
        reviews = [
            {
                "review_id": r.review_id,
                "product_id": "B1",
                "text": r.text,
                "date": _DAY.isoformat(),
                "rating": r.rating,
            }
            for r in self.quoted
        ]
        return ObservedTurn.model_validate(
            {"said": self.question, "answer": text, "facts": observed, "citations": reviews}
        )


@dataclass(frozen=True)
class SpecimenResult:
    """The verdict on one specimen; `problems` is empty when everything judged as it must."""

    name: str
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the harness judged this input as it must."""
        return not self.problems


Specimen = ScoringSpecimen | CheckerSpecimen
_KINDS: Mapping[str, type[Specimen]] = {"matchers": ScoringSpecimen, "checker": CheckerSpecimen}


def run_specimens() -> list[SpecimenResult]:
    """Judge every specimen that ships.

    Raises:
        SuiteInvalid: a specimen that cannot be read; says the file, line and key.
    """
    return [run_specimen(f"{kind}/{one.name}", one) for kind, one in shipped_specimens()]


def run_specimen(name: str, specimen: Specimen) -> SpecimenResult:
    """Judge one specimen; a crash of what is tested is a problem like any other."""
    try:
        return SpecimenResult(name, specimen.problems())
    except Exception as error:
        return SpecimenResult(name, [f"broke with {error!r}"])


@cache
def shipped_specimens() -> tuple[tuple[str, Specimen], ...]:
    """Return the specimens that ship, each with the name of its file."""
    return tuple((kind, one) for kind in _KINDS for one in read_specimens(SPECIMENS / f"{kind}.yaml", kind))


def read_specimens(path: Path, kind: str) -> list[Specimen]:
    """Read one file of specimens.

    Args:
        path: a YAML file with a list `specimens`.
        kind: "matchers" or "checker".

    Raises:
        SuiteInvalid: malformed, or a name that stands twice.
    """
    source = read_source(path)
    found: dict[str, Specimen] = {}
    for index, raw in enumerate(source.data.get("specimens", [])):
        place = source.at(("specimens", index))
        try:
            specimen = _KINDS[kind].model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(map(str, first["loc"]))
            raise SuiteInvalid(f"{place}: {key!r}: {first['msg']}", "correct the specimen") from error
        if specimen.name in found:
            raise SuiteInvalid(
                f"{place}: the specimen {specimen.name!r} stands twice", "give it a name of its own"
            )
        found[specimen.name] = specimen
    return list(found.values())


def _quote(review: Evidence, language: Language) -> str:
    # The real line, whatever a mutant makes the checker believe it to be.
    from agent.composition import quote_line

    return quote_line(review, language)


def _difference(what: str, wanted: object, found: object) -> list[str]:
    return [] if wanted == found else [f"{what}: {found} instead of {wanted}"]
