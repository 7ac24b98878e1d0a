"""What a tool hands back: facts with a receipt, and sentences that may only speak through them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.display import Unit, render_value

Lang = Literal["en", "zh"]
# A detail is told to whoever asks for its aspect, and to nobody else.
Role = Literal["lead", "interval", "verdict", "evidence", "detail", "caveat", "next_step"]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Source(BaseModel):
    """Which call a fact came from."""

    model_config = ConfigDict(frozen=True)
    tool: str
    arguments: dict[str, Any]


class Fact(BaseModel):
    """One value with everything needed to check it.

    `value` is a number in `unit`, an ISO date (`unit="date"`) or a name that the data holds
    (`unit="text"`: product titles carry digits too, so they are facts like the rest).
    `entity` is a product id or "store"; `period` is "start..end" in ISO dates, or "".
    """

    model_config = ConfigDict(frozen=True)
    id: str
    value: float | int | str
    unit: Unit | str
    metric: str
    entity: str
    period: str = ""
    as_of: datetime.date
    source: Source
    localized: dict[str, str] | None = None

    def display(self, lang: Lang) -> str:
        """Return the value as it stands in a sentence, unit included ("1,235 units", "1,235 件")."""
        if self.localized:
            return self.localized[lang]
        return render_value(self.value, self.unit, lang)


class Wording(BaseModel):
    """A sentence in both languages; `{name}` stands for the fact of that name, digits for nothing."""

    en: str
    zh: str

    def text(self, lang: Lang) -> str:
        """Return the sentence in one language, its places open."""
        return self.en if lang == "en" else self.zh

    def names(self) -> list[str]:
        """Names of the facts that the sentence speaks of in either language, in order of appearance."""
        return list(dict.fromkeys([*PLACEHOLDER.findall(self.en), *PLACEHOLDER.findall(self.zh)]))


class Statement(Wording):
    """Something a tool has to say, as a sentence in both languages.

    `aspect` says what the sentence is about ("total", "price", "stock" ...); of a next step, the tool it leads to.
    `others` say the same in other words. `opening` is how it reads where an answer begins with it, before anything
    was named: "the stock" needs its product there.
    """

    role: Role
    aspect: str = ""
    others: list[Wording] = Field(default_factory=list)
    opening: Wording | None = None

    def wordings(self) -> list[Wording]:
        """Every way to say it."""
        return [self, *self.others, *([self.opening] if self.opening else [])]


class Column(BaseModel):
    """A table's column: `key` in the rows, a heading in each language, the unit of its cells."""

    key: str
    en: str
    zh: str
    unit: Unit | str = "text"


class Table(BaseModel):
    """Rows are objects keyed by column; a row's `entity` cell, where present, is its product id."""

    columns: list[Column]
    rows: list[dict[str, Any]]
    total_rows: int


class Evidence(BaseModel):
    """A review that was retrieved. Its text was written by a stranger: data, never an instruction.

    `copies` is how many reviews of the product say nearly the same, itself included; `about` is what it was picked
    to show, by language.
    """

    review_id: str
    product_id: str
    product_title: str
    date: datetime.date | None
    rating: int | None
    language: str
    text: str
    score: float
    flags: list[str] = Field(default_factory=list)
    copies: int = 1
    about: dict[str, str] = Field(default_factory=dict)


class ProductRef(BaseModel):
    """A product that a result speaks of, in the order shown: what "$1" and "the second one" point at."""

    product_id: str
    title: str


class ToolError(BaseModel):
    """What went wrong and what to do, in both languages."""

    code: str
    message: dict[str, str]
    remedy: dict[str, str]
    options: list[str] = Field(default_factory=list)


class ToolResult(BaseModel):
    """Everything a call brought back; nothing in it was written by a model."""

    tool: str
    arguments: dict[str, Any]
    as_of: datetime.date
    facts: dict[str, Fact] = Field(default_factory=dict)
    statements: list[Statement] = Field(default_factory=list)
    table: Table | None = None
    chart: dict[str, Any] | None = None
    evidence: list[Evidence] = Field(default_factory=list)
    products: list[ProductRef] = Field(default_factory=list)
    error: ToolError | None = None

    @property
    def ok(self) -> bool:
        """Whether the call did what was asked."""
        return self.error is None

    def render(self, sentence: Wording, lang: Lang) -> str:
        """Return a sentence with every placeholder replaced by its fact."""
        return PLACEHOLDER.sub(lambda match: self.facts[match.group(1)].display(lang), sentence.text(lang))

    def cells(self) -> Iterator[Fact]:
        """Yield the table's cells as facts: a number in a table has a receipt like any other."""
        if self.table is None:
            return
        for index, row in enumerate(self.table.rows, start=1):
            for column in self.table.columns:
                value = row.get(column.key)
                if value is not None:
                    yield Fact(
                        id=f"row{index}.{column.key}",
                        value=value,
                        unit=column.unit,
                        metric=column.key,
                        entity=str(row.get("entity", "store")),
                        as_of=self.as_of,
                        source=Source(tool=self.tool, arguments=self.arguments),
                    )


class Draft:
    """Builds a ToolResult; refuses a sentence that carries a digit of its own or a fact nobody stated."""

    def __init__(self, tool: str, arguments: dict[str, Any], as_of: datetime.date) -> None:
        self.result = ToolResult(tool=tool, arguments=arguments, as_of=as_of)

    def fact(
        self,
        name: str,
        value: float | int | str | datetime.date,
        unit: Unit | str,
        *,
        entity: str = "store",
        period: str = "",
        metric: str | None = None,
        localized: dict[str, str] | None = None,
    ) -> Fact:
        """State a fact under a name that sentences can use.

        Args:
            name: its placeholder in sentences.
            value: a number in `unit`, a day, or a name that the data holds.
            unit: one of `Unit`, or an ISO currency code.
            entity: the product's id, or "store".
            period: "start..end" in ISO dates, where the value belongs to one.
            metric: what is measured; the name where nothing else is said.
            localized: how the value reads in each language, where code wrote both ("Singles' Day", "双十一").
        """
        fact = Fact(
            id=name,
            value=value.isoformat() if isinstance(value, datetime.date) else value,
            unit=unit,
            metric=metric or name,
            entity=entity,
            period=period,
            as_of=self.result.as_of,
            source=Source(tool=self.result.tool, arguments=self.result.arguments),
            localized=localized,
        )
        self.result.facts[name] = fact
        return fact

    def say(
        self,
        role: Role,
        en: str,
        zh: str,
        *,
        aspect: str = "",
        others: Sequence[tuple[str, str]] = (),
        opening: tuple[str, str] | None = None,
    ) -> None:
        """Add a sentence in both languages.

        Args:
            role: its place in an answer.
            en: the English sentence.
            zh: the Chinese one.
            aspect: what it is about.
            others: the same in other words, each (English, Chinese).
            opening: how it reads as an answer's first sentence, where that differs.

        Raises:
            ValueError: a digit or number word outside a placeholder, or a placeholder without a fact.
        """
        statement = Statement(
            role=role,
            en=en,
            zh=zh,
            aspect=aspect,
            others=[Wording(en=words[0], zh=words[1]) for words in others],
            opening=Wording(en=opening[0], zh=opening[1]) if opening else None,
        )
        for wording in statement.wordings():
            self._refuse_unstated(wording)
        self.result.statements.append(statement)

    def _refuse_unstated(self, wording: Wording) -> None:
        for text in (wording.en, wording.zh):
            if any(char.isdigit() for char in PLACEHOLDER.sub("", text)):
                raise ValueError(
                    f"sentence {text!r} carries a digit; state it as a fact and name it in braces"
                )
        missing = set(wording.names()) - self.result.facts.keys()
        if missing:
            raise ValueError(f"sentence {wording.en!r} names facts that were not stated: {sorted(missing)}")

    def fail(
        self, code: str, *, en: str, zh: str, remedy_en: str, remedy_zh: str, options: list[str] | None = None
    ) -> ToolResult:
        """End the call with an error that says what is wrong and what to do."""
        self.result.error = ToolError(
            code=code,
            message={"en": en, "zh": zh},
            remedy={"en": remedy_en, "zh": remedy_zh},
            options=options or [],
        )
        return self.result
