"""What the model has read is kept for each language's prompt, and the ones long unused give way."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from serving.prefix import Slot, warm
from serving.registry import find_gguf


class Client:
    """Counts how often the model had to read."""

    def __init__(self) -> None:
        self.read: list[list[dict[str, str]]] = []

    def complete(self, messages, **_):
        self.read.append(messages)


@pytest.fixture
def slot(tmp_path):
    """The embedded server's slot, saving its state to files as the real one does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["filename"]
            if "action=save" in self.path:
                (tmp_path / name).write_text("state")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Slot(f"http://127.0.0.1:{httpd.server_address[1]}", "sesame", tmp_path)
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def prompt(name: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": name}]


def age(folder: Path, seconds: int) -> None:
    """Make everything that lies there older."""
    for path in folder.glob("*.prefix"):
        old = path.stat().st_mtime - seconds
        os.utime(path, (old, old))


def test_four_prompts_are_read_once_each_and_the_one_unused_longest_gives_way(slot):
    client, spec = Client(), find_gguf()
    for name in ("en", "zh", "old", "older"):
        warm(client, slot, spec, prompt(name), 5)
        age(slot.folder, 10)
    for name in ("en", "zh"):
        warm(client, slot, spec, prompt(name), 5)
        age(slot.folder, 10)
    assert len(client.read) == 4
    warm(client, slot, spec, prompt("new"), 5)
    assert len(list(slot.folder.glob("*.prefix"))) == 4
    for name in ("en", "zh", "new", "older"):
        warm(client, slot, spec, prompt(name), 5)
    assert len(client.read) == 5
    warm(client, slot, spec, prompt("old"), 5)
    assert len(client.read) == 6


def test_another_model_or_context_reads_for_itself(slot):
    client, spec = Client(), find_gguf()
    warm(client, slot, spec, prompt("en"), 5)
    warm(client, slot, spec.model_copy(update={"context_tokens": 64}), prompt("en"), 5)
    warm(client, slot, find_gguf("qwen2.5-coder-0.5b"), prompt("en"), 5)
    assert len(client.read) == 3
