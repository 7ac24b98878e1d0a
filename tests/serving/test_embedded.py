"""The real model in its child process: it answers, keeps strangers out, and never outlives its parent."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from serving.client import ChatClient
from serving.connection import EmbeddedConnection, connect
from serving.embedded import EmbeddedServer
from serving.errors import ModelRejected, ModelTimeout, ModelUnavailable
from serving.launching import make_launch
from serving.registry import find_model
from serving.served import Served, announce, claim_home, keep_key
from serving.supervision import Supervisor

pytestmark = pytest.mark.real_model

QUESTION = [{"role": "user", "content": "Which fruit is yellow? Answer in JSON."}]
SCHEMA = {
    "title": "fruit",
    "type": "object",
    "properties": {"fruit": {"type": "string", "enum": ["banana", "plum"]}},
    "required": ["fruit"],
    "additionalProperties": False,
}
LONG_TASK = [{"role": "user", "content": "Count from one to five hundred in words."}]
PROJECT = Path(__file__).resolve().parents[2]


def gone_within(pid: int, seconds: float) -> bool:
    """Whether the process ends in time; a zombie that waits for its parent counts as ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        threading.Event().wait(0.05)
    return False


def test_answers_keep_to_the_schema_and_the_prompt_is_cached(server):
    client = server.ensure_started()
    first = client.complete(QUESTION, schema=SCHEMA, max_tokens=40, timeout_seconds=60)
    again = client.complete(QUESTION, schema=SCHEMA, max_tokens=40, timeout_seconds=60)
    assert json.loads(first.text) == {"fruit": "banana"}
    assert again.text == first.text
    assert again.cached_tokens >= again.prompt_tokens - 1 > 5


def test_strangers_are_kept_out(server):
    client = server.ensure_started()
    body = {"messages": QUESTION, "max_tokens": 2}
    with httpx.Client(trust_env=False) as http:
        without_key = http.post(f"{client.url}/chat/completions", json=body)
        elsewhere = http.options(
            f"{client.url}/chat/completions",
            headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"},
        )
    assert without_key.status_code == 401
    assert not elsewhere.headers.get("access-control-allow-origin")
    wrong = ChatClient(client.url, client.model, "guess", use_proxy=False)
    with pytest.raises(ModelRejected, match="key"):
        wrong.complete(QUESTION, max_tokens=2, timeout_seconds=10)
    wrong.close()


def test_the_key_is_in_no_command_line(server):
    client = server.ensure_started()
    command = Path(f"/proc/{server.pid}/cmdline").read_text()
    assert "serving.embedded_child" in command
    assert client._api_key not in command


def test_a_question_over_the_context_is_refused(server):
    with pytest.raises(ModelRejected) as caught:
        server.ensure_started().complete(
            [{"role": "user", "content": "long " * 6000}], max_tokens=5, timeout_seconds=30
        )
    assert "shorter" in caught.value.remedy


def test_a_timeout_ends_the_work_and_the_next_question_is_answered(server):
    client = server.ensure_started()
    with pytest.raises(ModelTimeout):
        client.complete(LONG_TASK, max_tokens=1500, timeout_seconds=0.5)
    started = time.monotonic()
    reply = client.complete(QUESTION, schema=SCHEMA, max_tokens=40, timeout_seconds=60)
    assert json.loads(reply.text) == {"fruit": "banana"}
    # 1,500 tokens would have kept the only slot for more than a minute.
    assert time.monotonic() - started < 30


def test_a_server_started_by_a_thread_outlives_the_thread(server):
    server.stop()
    thread = threading.Thread(target=server.ensure_started)
    thread.start()
    thread.join()
    pid = server.pid
    assert pid is not None
    assert not gone_within(pid, 1.5)
    server.ensure_started()
    assert server.pid == pid


def test_killed_in_mid_answer_it_is_an_error_at_once_and_the_next_question_is_answered(server):
    client = server.ensure_started()
    pid = server.pid
    threading.Timer(1.0, os.kill, (pid, signal.SIGKILL)).start()
    started = time.monotonic()
    with pytest.raises(ModelUnavailable):
        client.complete(LONG_TASK, max_tokens=1500, timeout_seconds=60)
    assert time.monotonic() - started < 6
    reply = server.ensure_started().complete(QUESTION, schema=SCHEMA, max_tokens=40, timeout_seconds=60)
    assert server.pid not in (None, pid)
    assert json.loads(reply.text) == {"fruit": "banana"}


def test_stopped_it_is_gone_and_can_be_started_again(server):
    server.ensure_started()
    pid = server.pid
    server.stop()
    assert server.pid is None
    assert gone_within(pid, 1)
    server.ensure_started()
    assert server.pid is not None


def test_it_dies_with_a_parent_that_is_killed(model_file, tmp_path):
    program = (
        "from serving.connection import connect\n"
        "connection = connect(); connection.client()\n"
        "print(connection.server.pid, flush=True)\n"
        "import threading; threading.Event().wait()\n"
    )
    environment = {**os.environ, "SHOPCAST_MODEL_FILE": str(model_file), "SHOPCAST_HOME": str(tmp_path)}
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT, env=environment) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    assert gone_within(pid, 5)


def test_the_constant_prefix_survives_a_restart(model_file, tmp_path, monkeypatch):
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(model_file))
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    prefix = [{"role": "system", "content": "You name fruit. " + "A plum is blue, a banana is yellow. " * 6}]
    connection = EmbeddedConnection(EmbeddedServer(find_model()), timeout_seconds=60)
    connection.warm(prefix)
    connection.close()
    (saved,) = tmp_path.rglob("*.prefix")
    written = saved.stat().st_ino
    try:
        connection.warm(prefix)
        asked = connection.client().complete([*prefix, *QUESTION], max_tokens=1, timeout_seconds=60)
    finally:
        connection.close()
    assert asked.cached_tokens > 50
    # Read from the messages again, it would have been written again.
    assert saved.stat().st_ino == written


def test_served_for_other_programs_it_answers_them_and_keeps_their_prefix(
    model_file, tmp_path, monkeypatch, free_port
):
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(model_file))
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    prefix = [{"role": "system", "content": "You name fruit. " + "A plum is blue, a banana is yellow. " * 6}]
    spec, ready = find_model(), threading.Event()
    supervisor = Supervisor(
        make_launch(spec, free_port, "sesame"), lambda state, _: ready.set() if state == "ready" else None
    )
    thread = threading.Thread(target=supervisor.run)
    with claim_home():
        keep_key("sesame")
        announce(
            Served(url=f"http://127.0.0.1:{free_port}/v1", model=spec.name, backend="embedded", ready=True)
        )
        thread.start()
        try:
            assert ready.wait(120)
            connection = connect()
            connection.warm(prefix)
            asked = connection.client().complete([*prefix, *QUESTION], max_tokens=1, timeout_seconds=60)
            connection.close()
        finally:
            supervisor.stop()
            thread.join()
    assert asked.cached_tokens > 50
    assert len(list(tmp_path.rglob("*.prefix"))) == 1


def test_a_file_that_is_no_model_is_told_and_not_tried_for_ever(tmp_path, monkeypatch):
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"not a model")
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(path))
    spec = find_model().model_copy(update={"sha256": sha256(b"not a model").hexdigest()})
    server = EmbeddedServer(spec)
    for _ in range(3):
        with pytest.raises(ModelUnavailable, match="died while loading"):
            server.ensure_started()
    with pytest.raises(ModelUnavailable, match="died 3 times") as caught:
        server.ensure_started()
    assert str(server.log_path) in caught.value.remedy
