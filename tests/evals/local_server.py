"""A real HTTP server that answers by a script, and misbehaves on demand."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_DRIPS, _DRIP_SECONDS = 250, 0.01


@dataclass
class Reply:
    """What comes back: `cut` resets the connection half-way, `hold` keeps it open and silent, `drip` takes seconds."""

    body: Any = None
    status: int = 200
    cut: bool = False
    hold: bool = False
    drip: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class LocalServer:
    """`answer` is asked for the reply to (path, body); body is None for a GET."""

    answer: Callable[[str, Any], Reply]
    url: str = ""
    requests: list[tuple[str, Any]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def posted(self) -> list[Any]:
        return [body for _, body in self.requests if body is not None]


@contextmanager
def serving(answer: Callable[[str, Any], Reply]) -> Iterator[LocalServer]:
    """Serve on a free port of this machine while the block runs."""
    state = LocalServer(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: Any) -> None:
            state.requests.append((self.path, body))
            reply = state.answer(self.path, body)
            self.close_connection = True
            if reply.hold:
                state.release.wait(10)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            if not reply.drip:
                self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content[: len(reply.content) // 2] if reply.cut else reply.content)
            for _ in range(_DRIPS if reply.drip else 0):
                if state.release.wait(_DRIP_SECONDS):
                    break
                try:
                    self.wfile.write(b" ")
                except OSError:
                    return
            if reply.cut:
                # No orderly end but a reset, as from a process that was killed.
                self.wfile.flush()
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()

        def log_message(self, *_: Any) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{httpd.server_address[1]}"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def completion(text: str = "", calls: list[tuple[str, Any]] | None = None) -> dict[str, Any]:
    """Return a chat completion as a model server sends it; arguments that are text go out as they are."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call-{number}",
                "type": "function",
                "function": {
                    "name": tool,
                    "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
                },
            }
            for number, (tool, arguments) in enumerate(calls)
        ]
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "fake",
        "choices": [
            {"index": 0, "finish_reason": "tool_calls" if calls else "stop", "message": message},
        ],
        "usage": {
            "prompt_tokens": 9,
            "completion_tokens": 4,
            "total_tokens": 13,
            "prompt_tokens_details": {"cached_tokens": 6},
        },
    }
