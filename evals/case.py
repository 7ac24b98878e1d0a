"""One evaluation case: what is said to the assistant, and what must come of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Scalar = str | int | float | bool
Language = Literal["en", "zh"]
Mode = Literal["strict", "unordered", "subset", "superset"]


class Strict(BaseModel):
    """A part of a case; a key that nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Matcher(Strict):
    """What one argument must be; exactly one rule, a bare value being short for `equals`."""

    equals: Scalar | None = Field(
        default=None, description="The value, whatever its type: 7, 7.0 and '7' are the same."
    )
    one_of: list[Scalar] | None = Field(default=None, min_length=1, description="Any of these values.")
    near: float | None = Field(
        default=None,
        description="A number, give or take `within` (units) or `percent`; one of them is needed.",
    )
    within: float | None = Field(default=None, ge=0, description="How far from `near`, in its own unit.")
    percent: float | None = Field(default=None, ge=0, description="How far from `near`, in percent of it.")
    matches: str | None = Field(
        default=None, description="A regular expression found anywhere, case ignored."
    )
    dates: str | None = Field(
        default=None,
        description="A day 2026-10-31 or a period 2026-10-01..2026-10-31; however it was said, it must mean the same days.",
    )
    ignore: Literal[True] | None = Field(default=None, description="Anything, or nothing at all.")
    forbid_unasked: Literal[True] | None = Field(
        default=None, description="The argument must be absent: the user did not say it."
    )

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Matcher) else {"equals": value}

    @model_validator(mode="after")
    def _has_one_rule(self) -> Self:
        rules = [name for name in RULES if getattr(self, name) is not None]
        if len(rules) != 1:
            raise ValueError(f"needs exactly one of {', '.join(RULES)}; it has {', '.join(rules) or 'none'}")
        tolerances = [name for name in ("within", "percent") if getattr(self, name) is not None]
        if (self.near is not None) != (len(tolerances) == 1):
            raise ValueError("`near` goes with exactly one of within, percent, and they go with `near`")
        return self

    @property
    def rule(self) -> str:
        """The name of the rule in force."""
        return next(name for name in RULES if getattr(self, name) is not None)


RULES = ("equals", "one_of", "near", "matches", "dates", "ignore", "forbid_unasked")


class ExpectedCall(Strict):
    """A tool call that must be made; arguments go by the names that the model uses (`product`, `horizon`)."""

    tool: str
    arguments: dict[str, Matcher] = Field(default_factory=dict)
    others: Literal["forbid_unasked", "ignore"] = Field(
        default="forbid_unasked", description="What of arguments that are not listed: an error, or no matter."
    )


class ExpectedCalls(Strict):
    """The calls of one turn.

    strict: these, in this order. unordered: these, in any order. subset: at least one of these and nothing
    else. superset: all of these, whatever else was called.
    """

    mode: Mode = "strict"
    expected: list[ExpectedCall] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return {"expected": value} if isinstance(value, list) else value


class ExpectedValue(Strict):
    """A fact that the answer must state, with its tolerance; `metric` and `entity` narrow where it is looked for."""

    equals: float
    within: float = Field(default=0.0, ge=0, description="How far off it may be, in its own unit.")
    percent: float | None = Field(
        default=None, ge=0, description="How far off it may be, in percent; instead of `within`."
    )
    metric: str | None = None
    entity: str | None = Field(default=None, description="A product id, or `store`.")


class Cites(Strict):
    """Reviews that the answer must rest on."""

    at_least: int = Field(default=1, ge=0)
    product: str | None = Field(
        default=None, description="The product id that every cited review must belong to."
    )
    forbid: list[str] = Field(default_factory=list, description="Review ids that must not be cited.")

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return {"at_least": value} if isinstance(value, int) and not isinstance(value, bool) else value


class ExpectedAnswer(Strict):
    """What must be true of the words."""

    values: list[ExpectedValue] = Field(default_factory=list)
    contains: list[str] = Field(
        default_factory=list, description="Texts, case ignored; `a|b` accepts either."
    )
    not_contains: list[str] = Field(
        default_factory=list, description="Texts that must not occur, case ignored."
    )
    language: Language | None = None
    cites: Cites | None = None


class Clarify(Strict):
    """The assistant must ask back instead of guessing."""

    about: Literal["product", "goal", "any"] = "any"

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return {} if value is True else value


class Expectation(Strict):
    """What must come of one turn; what is not said is not looked at, but numbers always need a receipt."""

    calls: ExpectedCalls | None = None
    forbid_calls: list[str] = Field(default_factory=list, description="Tools that must not be called.")
    no_call: bool = Field(default=False, description="No tool may run: small talk, another trade, an attack.")
    clarify: Clarify | None = None
    answer: ExpectedAnswer | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        said = [name for name in ("calls", "no_call", "clarify") if getattr(self, name)]
        if len(said) > 1:
            raise ValueError(f"{' and '.join(said)} contradict each other; keep one")
        if not (said or self.answer or self.forbid_calls):
            raise ValueError(
                "expects nothing; say at least one of calls, no_call, clarify, forbid_calls, answer"
            )
        return self


class Turn(Strict):
    """One thing said, and what must come of it; a bare text expects nothing by itself."""

    say: str = Field(min_length=1)
    expect: Expectation | None = None

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, value: Any) -> Any:
        return {"say": value} if isinstance(value, str) else value


CaseId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=120)]


class Case(Strict):
    """One case: a conversation of one or more turns with one store.

    `skill` names what is tested ("forecast/horizon-in-weeks"); dev and held-out cases never share one.
    `expect` is short for the last turn's.
    """

    id: CaseId
    skill: str = Field(min_length=1)
    language: Language
    store: str = Field(min_length=1)
    tags: list[str] = Field(default_factory=list)
    turns: list[Turn] = Field(min_length=1)
    expect: Expectation | None = None
    k: int = Field(default=1, ge=1, le=64, description="How often the case runs; --k overrides it.")
    timeout: float = Field(default=120.0, gt=0, description="The longest a turn may take, in seconds.")

    @model_validator(mode="after")
    def _expects(self) -> Self:
        if self.expect is not None and self.turns[-1].expect is not None:
            raise ValueError("the last turn has an `expect` of its own; drop the case's")
        if not any(expect for expect in self.expectations):
            raise ValueError("no turn expects anything; add an `expect`")
        return self

    @property
    def expectations(self) -> list[Expectation | None]:
        """What is expected of each turn, in order."""
        own = [turn.expect for turn in self.turns]
        return [*own[:-1], self.expect or own[-1]]
