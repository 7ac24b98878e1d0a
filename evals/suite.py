"""A suite: the cases of one folder of YAML files, read strictly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from evals.case import Case, CaseId, Expectation, Language, Strict, Turn
from evals.errors import SuiteInvalid
from evals.source import Location, Source, read_source
from evals.template import Template
from tools.toolbox import toolbox

SUITES = Path(__file__).with_name("suites")
SPLITS = ("dev", "held_out")


class WrittenCase(Strict):
    """A case as it stands in a file; what it leaves out, the file's defaults say."""

    id: CaseId
    skill: str | None = None
    language: Language
    store: str | None = None
    tags: list[str] = Field(default_factory=list, description="Added to the file's.")
    turns: list[Turn] = Field(min_length=1)
    expect: Expectation | None = None
    k: int | None = Field(default=None, ge=1, le=64)
    timeout: float | None = Field(default=None, gt=0)


class SuiteFile(Strict):
    """One YAML file of a suite."""

    store: str = Field(min_length=1, description="The store that the questions are about.")
    skill: str | None = Field(
        default=None, description="What the file's cases test, where a case does not say."
    )
    tags: list[str] = Field(default_factory=list)
    k: int = Field(default=1, ge=1, le=64)
    timeout: float = Field(default=120.0, gt=0)
    cases: list[WrittenCase] = Field(default_factory=list)
    templates: list[Template] = Field(default_factory=list)


@dataclass(frozen=True)
class Suite:
    """Cases in the order of their files; `name` is what reports and cassettes call them."""

    name: str
    cases: tuple[Case, ...]

    def select(
        self, *, tags: Sequence[str] = (), split: str | None = None, limit: int | None = None
    ) -> Suite:
        """Return the cases that carry every tag, of one split, the first `limit` of them.

        Raises:
            SuiteInvalid: none does.
        """
        wanted = {*tags, *([split] if split else [])}
        chosen = [case for case in self.cases if wanted <= set(case.tags)]
        if not chosen:
            known = sorted({tag for case in self.cases for tag in case.tags})
            raise SuiteInvalid(
                f"no case is left of {self.name!r} with {', '.join(sorted(wanted))}",
                f"its tags are {', '.join(known)}",
            )
        return Suite(self.name, tuple(chosen[:limit]))


def shipped_suites() -> list[str]:
    """Return the names of the suites that ship."""
    return sorted(folder.name for folder in SUITES.iterdir() if folder.is_dir())


def load_suite(where: str | Path) -> Suite:
    """Read a suite.

    Args:
        where: a shipped suite's name, "all" for every one of them, a folder or a single YAML file. Files below
            a folder `dev` or `held_out` carry that as a tag.

    Raises:
        SuiteInvalid: nothing there, or a case that cannot be used; says the file, line, key and remedy.
    """
    files, name = _files(where)
    cases = [case for file in files for case in read_cases(file)]
    _refuse_duplicates(cases)
    if not cases:
        raise SuiteInvalid(f"suite {name!r} has no cases", "add a file with `cases:` or `templates:`")
    return Suite(name, tuple(case for case, _ in cases))


def _files(where: str | Path) -> tuple[list[Path], str]:
    path = SUITES if str(where) == "all" else SUITES / str(where)
    if not path.exists():
        path = Path(where)
    if path.is_file():
        return [path], path.stem
    if not path.is_dir():
        nearest = get_close_matches(str(where), shipped_suites(), 1)
        hint = f"did you mean {nearest[0]!r}? " if nearest else ""
        raise SuiteInvalid(
            f"there is no suite {str(where)!r}",
            f"{hint}give a YAML file, a folder of them, `all`, or one of {', '.join(shipped_suites())}",
        )
    return sorted(path.rglob("*.yaml")), "all" if path == SUITES else path.name


def read_cases(path: Path) -> list[tuple[Case, str]]:
    """Return a file's cases, templates unfolded, each with the place where it is written."""
    source = read_source(path)
    try:
        written = SuiteFile.model_validate(source.data)
    except ValidationError as error:
        raise _explained(source, error) from error
    split = [folder for folder in SPLITS if folder in path.parts]
    found: list[tuple[Case, str]] = []
    for index, entry in enumerate(written.cases):
        found.append(_complete(source, ("cases", index), written, split, entry.model_dump(exclude_none=True)))
    for index, template in enumerate(written.templates):
        where: Location = ("templates", index)
        found += [_complete(source, where, written, split, raw) for raw in _unfold(source, where, template)]
    return found


def _unfold(source: Source, where: Location, template: Template) -> list[dict[str, Any]]:
    try:
        return list(template.unfold())
    except KeyError as error:
        raise SuiteInvalid(
            f"{source.at((*where, 'phrasings'))}: there is no parameter {error.args[0]!r}",
            f"name one of {', '.join(template.names())}",
        ) from error


def _complete(
    source: Source, where: Location, file: SuiteFile, split: list[str], raw: dict[str, Any]
) -> tuple[Case, str]:
    defaults = {"store": file.store, "skill": file.skill, "k": file.k, "timeout": file.timeout}
    tags = [*split, *file.tags, *raw.get("tags", [])]
    merged = {
        **{k: v for k, v in defaults.items() if v is not None},
        **raw,
        "tags": list(dict.fromkeys(tags)),
    }
    try:
        case = Case.model_validate(merged)
    except ValidationError as error:
        raise _explained(source, error, where) from error
    _refuse_unknown_tools(source, where, case)
    return case, source.at(where)


def _explained(source: Source, error: ValidationError, where: Location = ()) -> SuiteInvalid:
    # A misspelt key explains the missing one beside it.
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    path = (*where, *first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    message = f"{source.at(path)}: {'.'.join(map(str, path))!r}: {said[0].lower()}{said[1:]}"
    if first["type"] == "missing":
        return SuiteInvalid(message, "add it")
    if first["type"] != "extra_forbidden":
        return SuiteInvalid(message, "correct it; evals/suite.schema.json says what may stand there")
    known = sorted({name for model in Strict.__subclasses__() for name in model.model_fields})
    nearest = get_close_matches(str(first["loc"][-1]), known, 1)
    return SuiteInvalid(message, f"did you mean {nearest[0]!r}?" if nearest else "remove the key")


def _refuse_unknown_tools(source: Source, where: Location, case: Case) -> None:
    for expectation in filter(None, case.expectations):
        expected = expectation.calls.expected if expectation.calls else []
        for tool in [*(call.tool for call in expected), *expectation.forbid_calls]:
            if tool not in toolbox():
                raise _unknown(source, where, "tool", tool, list(toolbox()))
        for call in expected:
            known = [parameter.said for parameter in toolbox()[call.tool].parameters]
            for name in call.arguments:
                if name not in known:
                    raise _unknown(source, where, f"argument of {call.tool}", name, known)


def _unknown(source: Source, where: Location, kind: str, name: str, known: list[str]) -> SuiteInvalid:
    nearest = get_close_matches(name, known, 1, cutoff=0.4)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    place = source.at_value(where, name)
    return SuiteInvalid(f"{place}: there is no {kind} {name!r}", f"{hint}It is one of {', '.join(known)}")


def _refuse_duplicates(cases: list[tuple[Case, str]]) -> None:
    seen: dict[str, str] = {}
    for case, place in cases:
        if case.id in seen:
            raise SuiteInvalid(
                f"{place}: the id {case.id!r} is already used at {seen[case.id]}", "give each case its own id"
            )
        seen[case.id] = place


def tally(suite: Suite) -> str:
    """Return how many cases there are, by split, language, store and tag, one line each."""
    lines = [f"{suite.name}: {len(suite.cases)} cases, {len({case.skill for case in suite.cases})} skills"]
    for name, values in (
        ("language", [[case.language] for case in suite.cases]),
        ("store", [[case.store] for case in suite.cases]),
        ("turns", [[str(len(case.turns))] for case in suite.cases]),
        ("tag", [case.tags for case in suite.cases]),
    ):
        counts = Counter(value for some in values for value in some)
        lines.append(f"  {name}: " + ", ".join(f"{value} {count}" for value, count in counts.most_common()))
    return "\n".join(lines)
