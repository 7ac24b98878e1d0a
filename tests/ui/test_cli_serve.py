"""`shopcast serve` from the first line to Ctrl-C, with a program in vLLM's place that behaves like it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import ui.serving
from serving import launching
from serving.connection import ServedConnection, connect
from serving.served import claim_home, find_served, key_file
from serving.supervision import Patience, Supervisor
from ui.cli import main

QUESTION = [{"role": "user", "content": "hi"}]
FAKE_VLLM = """\
#!{python}
import http.server, json, os, pathlib, sys
here = pathlib.Path(__file__).parent
flags = dict(zip(sys.argv, sys.argv[1:]))
with (here / "starts").open("a") as starts:
    print(json.dumps([os.getpid(), sys.argv[1:]]), file=starts)
print("(EngineCore) INFO [loader.py] Loading weights [1/2]", flush=True)
if (here / "broken").exists():
    sys.exit("torch.OutOfMemoryError: CUDA out of memory")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] == "Bearer " + os.environ["VLLM_API_KEY"]
        said = {{"role": "assistant", "content": "from vllm"}}
        choice = {{"index": 0, "finish_reason": "stop", "message": said}}
        body = {{"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}}
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer((flags["--host"], int(flags["--port"])), Handler).serve_forever()
"""


class Vllm:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def starts(self) -> list[tuple[int, list[str]]]:
        return [json.loads(line) for line in (self.folder / "starts").read_text().splitlines()]


@pytest.fixture
def vllm(tmp_path, monkeypatch) -> Vllm:
    folder = tmp_path / "venv"
    folder.mkdir()
    python = folder / "python"
    python.write_text(FAKE_VLLM.format(python=sys.executable))
    python.chmod(0o755)
    weights = tmp_path / "weights"
    weights.mkdir()
    for name in ("config.json", "tokenizer_config.json", "model.safetensors"):
        (weights / name).touch()
    monkeypatch.setattr(launching, "VLLM_PYTHON", python)
    monkeypatch.setattr(ui.serving, "Supervisor", quick_supervisor)
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(weights))
    monkeypatch.delenv("SHOPCAST_MODEL", raising=False)
    return Vllm(folder)


def quick_supervisor(launch, on_state) -> Supervisor:
    return Supervisor(launch, on_state, Patience(check=0.02, pause=0.4, deaths=3))


def until(condition, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        threading.Event().wait(0.02)


def serve(*arguments: str, meanwhile=lambda: None, ending: int = signal.SIGINT) -> int:
    """Serve in the main thread, where signals arrive; `meanwhile` runs once the server is ready."""
    failed: list[BaseException] = []

    def use() -> None:
        try:
            until(lambda: (served := find_served()) is not None and served.ready)
            meanwhile()
        except BaseException as error:
            failed.append(error)
        finally:
            os.kill(os.getpid(), ending)

    thread = threading.Thread(target=use)
    thread.start()
    with pytest.raises(SystemExit) as ended:
        main(["serve", *arguments])
    thread.join()
    if failed:
        raise failed[0]
    return int(ended.value.code or 0)


def test_served_it_answers_the_other_commands_and_is_gone_after_ctrl_c(vllm, capsys):
    def meanwhile() -> None:
        connection = connect()
        assert isinstance(connection, ServedConnection)
        reply = connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5)
        connection.close()
        assert reply.text == "from vllm"
        # What is printed works in a shell, and the key itself is not printed.
        lines = [line for line in capsys.readouterr().err.splitlines() if "export " in line]
        shell = ["sh", "-c", "\n".join(lines) + '\necho "$SHOPCAST_LLM_URL $SHOPCAST_LLM_API_KEY"']
        url, key = subprocess.run(shell, capture_output=True, text=True, check=True).stdout.split()
        assert (url, key) == (find_served().url, key_file().read_text())
        assert key not in "\n".join(lines)

    assert serve("--model", "qwen3-8b", "--", "--kv-cache-dtype", "fp8", meanwhile=meanwhile) == 0
    ((pid, command),) = vllm.starts()
    assert command[-2:] == ["--kv-cache-dtype", "fp8"]
    assert not Path(f"/proc/{pid}").exists()
    assert find_served() is None
    assert not key_file().exists()


def test_killed_it_comes_back_at_the_same_address_with_the_same_key(vllm, capsys):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])

    def meanwhile() -> None:
        connection = connect()
        url, key = find_served().url, key_file().read_text()
        os.kill(vllm.starts()[0][0], signal.SIGKILL)
        # Nobody is sent to a server that is not there.
        until(lambda: not find_served().ready)
        until(lambda: len(vllm.starts()) == 2 and find_served().ready)
        assert (find_served().url, key_file().read_text()) == (url, key)
        assert connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5).text == "from vllm"
        connection.close()

    assert serve("--model", "qwen3-8b", "--port", port, meanwhile=meanwhile, ending=signal.SIGTERM) == 0
    assert "started again" in capsys.readouterr().err
    assert all(port in command for _, command in vllm.starts())


def test_one_that_keeps_dying_is_given_up_and_the_reason_is_shown(vllm, capsys):
    (vllm.folder / "broken").touch()
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--model", "qwen3-8b"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "CUDA out of memory" in said
    assert "Loading weights [1/2]" in said
    assert find_served() is None


def test_another_model_chosen_by_name_is_told(vllm, capsys, monkeypatch):
    monkeypatch.setenv("SHOPCAST_MODEL", "qwen2.5-coder-1.5b")
    assert serve("--model", "qwen3-8b") == 0
    assert "shopcast models use qwen3-8b" in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--model", "gpt-9"), "no model is called"),
        (("--backend", "vllm"), "made for the backend 'embedded'"),
        (("--", "--kv-cache-dtype", "fp8"), "takes no flags"),
    ],
)
def test_what_cannot_be_served_is_told_before_anything_starts(vllm, capsys, arguments, said):
    with pytest.raises(SystemExit) as ended:
        main(["serve", *arguments])
    assert ended.value.code == 1
    assert said in capsys.readouterr().err
    assert find_served() is None


def test_a_home_is_served_once(vllm, capsys):
    with claim_home(), pytest.raises(SystemExit) as ended:
        main(["serve", "--model", "qwen3-8b"])
    assert ended.value.code == 1
    assert "already serves" in capsys.readouterr().err
