"""Settings from the environment (prefix SHOPCAST_) and a file, and the folder where models and stores live."""

from __future__ import annotations

import json
import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from serving.errors import SettingsInvalid


def home() -> Path:
    """Return the base folder of stores, models and logs; read at each call, nothing is created.

    SHOPCAST_HOME wins, then XDG_DATA_HOME/shopcast, then ~/.local/share/shopcast.
    """
    if chosen := os.environ.get("SHOPCAST_HOME"):
        return Path(chosen).expanduser()
    data = os.environ.get("XDG_DATA_HOME")
    return (Path(data).expanduser() if data else Path.home() / ".local" / "share") / "shopcast"


class Settings(BaseSettings):
    """What a user may set; every field has a variable SHOPCAST_<NAME>, an empty one counts as unset."""

    model_config = SettingsConfigDict(env_prefix="SHOPCAST_", env_ignore_empty=True, extra="ignore")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what the caller says, then the environment, then what was kept."""
        kept = InitSettingsSource(settings_cls, init_kwargs=_kept_model())
        return init_settings, env_settings, kept

    llm_url: str | None = None
    """Base URL of an OpenAI-compatible server; unset means the embedded model."""
    llm_model: str | None = None
    """Name of the model as that server knows it."""
    llm_api_key: SecretStr | None = None
    llm_timeout_seconds: float = Field(default=90.0, gt=0)
    """The longest that one completion may take."""
    model: str | None = None
    """Registry name of the model; unset means the registry's default."""
    model_file: Path | None = None
    """The model's GGUF, or its folder for vLLM, where it is already on this machine; a GGUF's sum is checked."""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=7860, ge=0, le=65535)


def load_settings() -> Settings:
    """Read the environment, and the model that was kept.

    Raises:
        SettingsInvalid: a variable holds a value that cannot be used; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SHOPCAST_" + str(first["loc"][0]).upper()
        raise SettingsInvalid(
            f"{name} is {first['input']!r}: {first['msg']}", f"correct or unset {name}"
        ) from None


def keep_model(name: str) -> None:
    """Make `name` the model of every later command, where the environment names no other."""
    path = _choice_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.write_text(json.dumps({"model": name}) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _kept_model() -> dict[str, str]:
    path = _choice_file()
    try:
        return {"model": str(json.loads(path.read_text(encoding="utf-8"))["model"])}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise SettingsInvalid(
            f"{str(path)!r} cannot be read ({error})", "delete that file, or run `shopcast models use NAME`"
        ) from None


def _choice_file() -> Path:
    return home() / "settings.json"
