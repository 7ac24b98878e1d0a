"""Models for vLLM come from a hub: the hub's own program runs, against a hub on this machine."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from serving.errors import FetchFailed, ModelCorrupt, ModelMissing
from serving.hub import hub_folder, pull_folder, ready_folder, verify_folder
from serving.registry import HubModel

COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = b"tensors" * 100
FILES = {
    "config.json": b"{}",
    "tokenizer_config.json": b'{"chat_template": "..."}',
    "model.safetensors": WEIGHTS,
    "README.md": b"not needed",
}
SPEC = HubModel(
    name="tiny",
    title="Tiny",
    hub="maker/tiny",
    size_bytes=len(WEIGHTS),
    licence="MIT",
    chat_template="own",
    context_tokens=64,
    planning="json_schema",
    composing="statements",
    thinking="none",
)


@dataclass
class Hub:
    """The few pages of a hub that fetching and verifying ask for."""

    files: dict[str, bytes] = field(default_factory=lambda: dict(FILES))
    served: list[str] = field(default_factory=list)

    def page(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        if path.startswith("/api/models/maker/tiny/tree/"):
            return 200, json.dumps([self._entry(name) for name in self.files]).encode(), {}
        if path.startswith("/api/models/maker/tiny"):
            siblings = [{"rfilename": name} for name in self.files]
            about = {"id": "maker/tiny", "modelId": "maker/tiny", "sha": COMMIT, "siblings": siblings}
            return 200, json.dumps(about).encode(), {}
        name = path.rpartition("/")[2]
        if not path.startswith("/maker/tiny/resolve/") or name not in self.files:
            return 404, b"", {"X-Error-Code": "RepoNotFound"}
        return 200, self.files[name], {"ETag": f'"{_git_oid(self.files[name])}"', "X-Repo-Commit": COMMIT}

    def _entry(self, name: str) -> dict[str, object]:
        content = self.files[name]
        return {"type": "file", "path": name, "size": len(content), "oid": _git_oid(content)}


def _git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@pytest.fixture
def hub(monkeypatch, tmp_path) -> Iterator[Hub]:
    state = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            status, content, headers = state.page(self.path.partition("?")[0])
            if with_body and "/resolve/" in self.path:
                state.served.append(self.path.rpartition("/")[2])
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if with_body:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            return

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{httpd.server_address[1]}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub-cache"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("SHOPCAST_MODEL_FILE", raising=False)
    yield state
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_pulled_it_is_whole_and_a_changed_file_is_found(hub):
    folder = pull_folder(SPEC)
    assert folder == hub_folder(SPEC) == ready_folder(SPEC)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert not (folder / "README.md").exists()
    verify_folder(SPEC)
    (folder / "model.safetensors").write_bytes(b"TENSORS" * 100)
    with pytest.raises(ModelCorrupt, match="could not be verified"):
        verify_folder(SPEC)


def test_pulled_again_only_what_is_missing_is_fetched(hub):
    folder = pull_folder(SPEC)
    (folder / "config.json").unlink()
    hub.served.clear()
    pull_folder(SPEC)
    assert hub.served == ["config.json"]


def test_an_unknown_model_is_told_with_how_to_go_on(hub):
    with pytest.raises(FetchFailed, match="maker/other") as caught:
        pull_folder(SPEC.model_copy(update={"hub": "maker/other"}))
    assert "HF_ENDPOINT" in caught.value.remedy


def test_a_folder_that_is_not_whole_names_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(tmp_path))
    with pytest.raises(ModelMissing, match=r"config\.json") as caught:
        ready_folder(SPEC)
    assert "shopcast models pull tiny" in caught.value.remedy
    shards = {f"w{number}": f"model-{number}.safetensors" for number in range(5)}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    for name in ("config.json", "tokenizer_config.json", "model-0.safetensors"):
        (tmp_path / name).touch()
    with pytest.raises(ModelMissing, match=r"lacks model-1\.safetensors.* and 1 more"):
        ready_folder(SPEC)
    for name in shards.values():
        (tmp_path / name).touch()
    assert ready_folder(SPEC) == tmp_path
