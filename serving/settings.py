"""Settings from the environment (prefix SHOPCAST_) and the folder where models and stores live."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

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

    llm_url: str | None = None
    """Base URL of an OpenAI-compatible server; unset means the embedded model."""
    llm_model: str | None = None
    """Name of the model as that server knows it."""
    llm_api_key: SecretStr | None = None
    llm_timeout_seconds: float = Field(default=90.0, gt=0)
    """The longest that one completion may take."""
    model: str | None = None
    """Registry name of the embedded model; unset means the registry's default."""
    model_file: Path | None = None
    """A GGUF that is already on this machine; its sum must be that of the registry entry."""
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=7860, ge=0, le=65535)


def load_settings() -> Settings:
    """Read the environment.

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
