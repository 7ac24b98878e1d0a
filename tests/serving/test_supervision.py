"""A server is waited for, started again when it dies, given up when it dies too often, and never left behind."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from serving.errors import ModelUnavailable
from serving.supervision import Launch, Patience, Supervisor

# Reads its line, then answers /health once the file `well` exists; ends when its stdin closes.
SERVER = """
import http.server, os, pathlib, sys, threading
line, folder, port = sys.stdin.readline().strip(), pathlib.Path(sys.argv[1]), int(sys.argv[2])
with (folder / "starts").open("a") as starts:
    print(os.getpid(), line, file=starts)
print("loading weights", flush=True)
if (folder / "broken").exists():
    sys.exit("CUDA out of memory")
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if (folder / "well").exists() else 503)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
"""
PATIENCE = Patience(start=20.0, check=0.02, checks_missed=3, pause=0.02, deaths=3, window=60.0)


class Watched:
    """A supervisor in a thread, with what it told."""

    def __init__(self, folder: Path, port: int, patience: Patience = PATIENCE) -> None:
        self.folder = folder
        self.told: list[str] = []
        self.ready = threading.Semaphore(0)
        self.error: Exception | None = None
        launch = Launch(
            command=(sys.executable, "-c", SERVER, str(folder), str(port)),
            environment=dict(os.environ),
            folder=folder,
            first_line="the configuration\n",
            health_url=f"http://127.0.0.1:{port}/health",
            log_path=folder / "logs" / "server.log",
        )
        self.supervisor = Supervisor(launch, self._hear, patience)
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _hear(self, state: str, words: str) -> None:
        if state != "starting" or "starting" not in self.told[-1:]:
            self.told.append(state)
        if state == "ready":
            self.ready.release()

    def _run(self) -> None:
        try:
            self.supervisor.run()
        except ModelUnavailable as error:
            self.error = error

    def starts(self) -> list[int]:
        return [int(line.split()[0]) for line in (self.folder / "starts").read_text().splitlines()]

    def end(self) -> None:
        self.supervisor.stop()
        self.thread.join(30)


@pytest.fixture
def watch(tmp_path, free_port):
    started: list[Watched] = []

    def start(**patience: float) -> Watched:
        given = Patience(**{**PATIENCE.__dict__, **patience})
        started.append(Watched(tmp_path, free_port, given))
        return started[-1]

    yield start
    for one in started:
        one.end()


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_it_is_ready_only_when_it_is_healthy_and_gone_after_the_end(watch, tmp_path):
    watched = watch()
    assert not watched.ready.acquire(timeout=1.0)
    (tmp_path / "well").touch()
    assert watched.ready.acquire(timeout=20)
    (pid,) = watched.starts()
    assert (tmp_path / "starts").read_text().split(maxsplit=1)[1] == "the configuration\n"
    watched.end()
    assert watched.error is None
    assert watched.told == ["starting", "ready", "stopped"]
    assert not lives(pid)


def test_killed_it_is_started_again(watch, tmp_path):
    (tmp_path / "well").touch()
    watched = watch()
    assert watched.ready.acquire(timeout=20)
    os.kill(watched.starts()[-1], signal.SIGKILL)
    assert watched.ready.acquire(timeout=20)
    assert len(set(watched.starts())) == 2
    assert "died" in watched.told


def test_one_that_no_longer_answers_is_started_again(watch, tmp_path):
    (tmp_path / "well").touch()
    watched = watch()
    assert watched.ready.acquire(timeout=20)
    (tmp_path / "well").unlink()
    while len(watched.starts()) < 2:
        assert watched.thread.is_alive()
        threading.Event().wait(0.02)
    assert not lives(watched.starts()[0])


def test_one_that_keeps_dying_is_given_up_with_its_last_words(watch, tmp_path):
    (tmp_path / "broken").touch()
    watched = watch()
    watched.thread.join(30)
    assert len(watched.starts()) == PATIENCE.deaths
    assert "died 3 times" in watched.error.message
    assert "status 1" in watched.error.message
    assert "CUDA out of memory" in watched.error.message
    assert "server.log" in watched.error.remedy


def test_one_that_never_gets_ready_counts_as_dead(watch):
    watched = watch(start=0.3, deaths=1)
    watched.thread.join(30)
    assert "not ready after 0.3 s" in watched.error.message


def test_stopped_while_it_waits_for_the_next_start_it_ends_at_once(watch, tmp_path):
    (tmp_path / "broken").touch()
    watched = watch(pause=60.0)
    while "died" not in watched.told:
        threading.Event().wait(0.02)
    began = time.monotonic()
    watched.end()
    assert time.monotonic() - began < 5
    assert watched.error is None


def test_neither_key_nor_environment_is_in_its_description(watch):
    assert "configuration" not in repr(watch().supervisor._launch)
