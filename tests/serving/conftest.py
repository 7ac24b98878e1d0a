"""A real model server for the session, and a small server that misbehaves on demand."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from serving.client import ChatClient
from serving.embedded import EmbeddedServer
from serving.registry import find_model


@pytest.fixture(scope="module")
def server(model_file, tmp_path_factory) -> Iterator[EmbeddedServer]:
    """A server that a module may kill: the session's shared one stays out of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPCAST_MODEL_FILE", str(model_file))
        patch.setenv("SHOPCAST_HOME", str(tmp_path_factory.mktemp("server-home")))
        running = EmbeddedServer(find_model())
        yield running
        running.stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def completion(text: str, finish_reason: str = "stop") -> dict[str, Any]:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "total_tokens": 13,
            "prompt_tokens_details": {"cached_tokens": 6},
        },
    }


@dataclass
class FakeServer:
    """Answers every POST with `status` and `body`; waits for `release` first when `hold` is set."""

    url: str = ""
    status: int = 200
    body: Any = field(default_factory=lambda: completion("hello"))
    content_type: str = "application/json"
    hang_up: bool = False
    hold: bool = False
    release: threading.Event = field(default_factory=threading.Event)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def client(self, **options: Any) -> ChatClient:
        return ChatClient(self.url, "fake", "sesame", use_proxy=False, **options)


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    state = FakeServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            state.keys.append(self.headers.get("Authorization", ""))
            if state.hold:
                state.release.wait(10)
            if state.hang_up or state.hold:
                self.close_connection = True
                return
            body = state.body if isinstance(state.body, str) else json.dumps(state.body)
            self.send_response(state.status)
            self.send_header("Content-Type", state.content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{httpd.server_address[1]}/v1"
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield state
    state.release.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()
