"""Which model answers: the embedded default, or the server that the environment names."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from serving.client import ChatClient, Message
from serving.embedded import EmbeddedServer
from serving.errors import SettingsInvalid
from serving.registry import find_model
from serving.settings import Settings, load_settings
from serving.weights import Progress


class ModelConnection(Protocol):
    """Where completions come from, for as long as the program runs."""

    @property
    def description(self) -> str:
        """The model and where it runs, for a receipt."""

    @property
    def is_awake(self) -> bool:
        """Whether an answer needs no start-up first."""

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        """Return a client that works now; ask again for each question, the server may have been replaced."""

    def warm(self, messages: list[Message]) -> None:
        """Let the server hold the constant beginning of later prompts; cheap when it does already.

        No user's words may be among them: what was read is kept on disk for the next start.
        """

    def close(self) -> None:
        """Stop what was started."""


class EmbeddedConnection:
    """The model that Shopcast serves itself."""

    def __init__(self, server: EmbeddedServer, timeout_seconds: float) -> None:
        self.server = server
        self.description = f"{server.spec.title} (embedded)"
        self._timeout_seconds = timeout_seconds

    @property
    def is_awake(self) -> bool:
        return self.server.pid is not None

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        return self.server.ensure_started(on_progress)

    def warm(self, messages: list[Message]) -> None:
        self.server.warm(messages, self._timeout_seconds)

    def close(self) -> None:
        self.server.stop()


class RemoteConnection:
    """A server that somebody else runs; it is neither started nor warmed from here."""

    def __init__(self, client: ChatClient) -> None:
        self._client = client
        self.description = f"{client.model} at {client.url}"

    @property
    def is_awake(self) -> bool:
        return True

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        return self._client

    def warm(self, messages: list[Message]) -> None:
        return

    def close(self) -> None:
        self._client.close()


def connect(settings: Settings | None = None, on_progress: Progress | None = None) -> ModelConnection:
    """Choose the model; with `on_progress` the embedded one is started at once, else on first need.

    Raises:
        SettingsInvalid: SHOPCAST_LLM_URL without a model, or not a URL.
        ModelUnknown: SHOPCAST_MODEL names no registered model.
    """
    settings = settings or load_settings()
    if settings.llm_url:
        return RemoteConnection(_remote_client(settings))
    connection = EmbeddedConnection(EmbeddedServer(find_model(settings.model)), settings.llm_timeout_seconds)
    if on_progress:
        connection.client(on_progress)
    return connection


def _remote_client(settings: Settings) -> ChatClient:
    parts = urlsplit(settings.llm_url or "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsInvalid(
            f"SHOPCAST_LLM_URL is {settings.llm_url!r}", "give a URL such as http://127.0.0.1:8000/v1"
        )
    if not settings.llm_model:
        raise SettingsInvalid(
            "SHOPCAST_LLM_URL is set, but SHOPCAST_LLM_MODEL is not",
            "set it to the model's name on that server (the server lists them under /v1/models)",
        )
    path = parts.path.rstrip("/") or "/v1"
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    return ChatClient(
        parts._replace(path=path).geturl(),
        settings.llm_model,
        key,
        use_proxy=parts.hostname not in ("127.0.0.1", "localhost", "::1"),
    )
