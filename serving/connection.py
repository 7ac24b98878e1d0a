"""Which model answers: the server that the environment names, the one that is served here, or the embedded one."""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit

from serving.breaker import Breaker, make_breaker
from serving.client import ChatClient, Message
from serving.embedded import EmbeddedServer, slot_folder
from serving.errors import ModelUnavailable, ServingError, SettingsInvalid
from serving.prefix import Slot, warm
from serving.registry import GgufModel, find_gguf, find_model, recognise_model
from serving.served import Served, find_served, read_key
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
    """The model that this program serves itself."""

    def __init__(
        self, server: EmbeddedServer, timeout_seconds: float, breaker: Breaker | None = None
    ) -> None:
        self.server = server
        self.description = f"{server.spec.title} (embedded)"
        self._timeout_seconds = timeout_seconds
        self._breaker = breaker or Breaker()

    @property
    def is_awake(self) -> bool:
        return self.server.pid is not None

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        self._breaker.check()
        try:
            return self.server.ensure_started(on_progress)
        except ServingError as error:
            self._breaker.report(error)
            raise

    def warm(self, messages: list[Message]) -> None:
        self.server.warm(messages, self._timeout_seconds)

    def close(self) -> None:
        self._breaker.forget()
        self.server.stop()


class RemoteConnection:
    """A server that somebody else runs; it is neither started nor warmed from here."""

    def __init__(self, client: ChatClient, breaker: Breaker | None = None) -> None:
        self._client = client
        self._breaker = breaker or Breaker()
        self.description = f"{client.model} at {client.url}"

    @property
    def is_awake(self) -> bool:
        return True

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        self._breaker.check()
        return self._client

    def warm(self, messages: list[Message]) -> None:
        return

    def close(self) -> None:
        self._breaker.forget()
        self._client.close()


class ServedConnection:
    """The server of `shopcast serve`, which may be started again, and end, while this program runs."""

    def __init__(self, served: Served, timeout_seconds: float, breaker: Breaker) -> None:
        self.served = served
        self.spec = find_model(served.model)
        self.description = f"{self.spec.title} ({served.backend}, served)"
        self._timeout_seconds = timeout_seconds
        self._breaker = breaker
        self._reached: tuple[str, ChatClient] | None = None
        self._warmed: list[Message] | None = None

    @property
    def is_awake(self) -> bool:
        served = find_served()
        return served is not None and served.ready

    def client(self, on_progress: Progress | None = None) -> ChatClient:
        self._breaker.check()
        try:
            return self._reach()
        except ServingError as error:
            self._breaker.report(error)
            raise

    def warm(self, messages: list[Message]) -> None:
        # vLLM keeps what it has read for everybody; the embedded server has one slot and files beside it.
        if not isinstance(self.spec, GgufModel) or self._warmed == messages:
            return
        slot = Slot(self.served.address, read_key(), slot_folder(self.spec))
        warm(self._reach(), slot, self.spec, messages, self._timeout_seconds)
        self._warmed = messages

    def close(self) -> None:
        self._breaker.forget()
        if self._reached is not None:
            self._reached[1].close()

    def _reach(self) -> ChatClient:
        served = find_served()
        if served is None or served.model != self.spec.name:
            raise ModelUnavailable(
                f"{self.spec.title} is no longer served",
                f"run `shopcast serve --model {self.spec.name}` again, or start this program anew",
            )
        if not served.ready:
            raise ModelUnavailable(f"{self.spec.title} is being started", "ask again in a minute")
        key = read_key()
        reached = served.url + key
        if self._reached is None or self._reached[0] != reached:
            options = self.spec.request_options
            client = ChatClient(
                served.url, served.model, key, use_proxy=False, options=options, breaker=self._breaker
            )
            self.served, self._reached, self._warmed = served, (reached, client), None
        return self._reached[1]


def connect(settings: Settings | None = None, on_progress: Progress | None = None) -> ModelConnection:
    """Choose the model; with `on_progress` the embedded one is started at once, else on first need.

    The server that SHOPCAST_LLM_URL names comes first, then the one of `shopcast serve` unless another model
    is asked for by name, then the embedded model.

    Raises:
        SettingsInvalid: SHOPCAST_LLM_URL without a model, or not a URL; a model for vLLM that nobody serves.
        ModelUnknown: SHOPCAST_MODEL names no registered model.
    """
    settings = settings or load_settings()
    breaker = make_breaker()
    if settings.llm_url:
        return RemoteConnection(_remote_client(settings, breaker), breaker)
    served = find_served()
    if served is not None and settings.model in (None, served.model):
        return ServedConnection(served, settings.llm_timeout_seconds, breaker)
    server = EmbeddedServer(find_gguf(settings.model), breaker)
    connection = EmbeddedConnection(server, settings.llm_timeout_seconds, breaker)
    if on_progress:
        connection.client(on_progress)
    return connection


def _remote_client(settings: Settings, breaker: Breaker) -> ChatClient:
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
    spec = recognise_model(settings.llm_model)
    return ChatClient(
        parts._replace(path=path).geturl(),
        settings.llm_model,
        key,
        use_proxy=parts.hostname not in ("127.0.0.1", "localhost", "::1"),
        options=spec.request_options if spec else None,
        breaker=breaker,
    )
