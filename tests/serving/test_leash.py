"""Whatever a leashed command started ends with its caller, also when the caller is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import serving.leash

LEASH = [sys.executable, serving.leash.__file__]
# A server with a worker of its own, both of which would run for ever.
SERVER = """
import subprocess, sys, threading
worker = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
print(worker.pid, flush=True)
threading.Event().wait()
"""


@pytest.fixture
def leashed():
    with subprocess.Popen(
        [*LEASH, sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        worker = int(process.stdout.readline())
        yield process, worker
        process.kill()


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        threading.Event().wait(0.02)
    return False


def test_closing_stdin_ends_the_command_and_its_workers(leashed):
    process, worker = leashed
    process.stdin.close()
    assert gone_within(worker, 10)
    assert process.wait(10) == 128 + signal.SIGTERM


def test_a_signal_to_the_leash_does_too(leashed):
    process, worker = leashed
    process.terminate()
    assert gone_within(worker, 10)


def test_it_ends_with_a_caller_that_is_killed():
    caller = (
        "import subprocess, sys, threading\n"
        f"p = subprocess.Popen({[*LEASH, sys.executable, '-c', SERVER]!r}, stdin=subprocess.PIPE)\n"
        "threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", caller], stdout=subprocess.PIPE) as process:
        worker = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
        assert gone_within(worker, 10)


def test_a_command_that_ends_by_itself_takes_its_workers_and_its_status_along():
    program = (
        "import subprocess, sys\n"
        "w = subprocess.Popen([sys.executable, '-c', 'import threading; threading.Event().wait()'])\n"
        "print(w.pid, flush=True); sys.exit(3)\n"
    )
    with subprocess.Popen(
        [*LEASH, sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        worker = int(process.stdout.readline())
        assert process.wait(10) == 3
        assert gone_within(worker, 10)
