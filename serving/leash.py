"""Run a command that must not outlive its caller: `python leash.py COMMAND...`, stdin held open by the caller.

When stdin closes, also because the caller was killed, the command and all that it started are ended.
A file on its own: it runs without the project on its path.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

_PATIENCE_SECONDS = 15.0


def main() -> None:
    """Start the command in a process group of its own and go when it goes."""
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
    signal.signal(signal.SIGTERM, lambda *_: _end(process))
    threading.Thread(target=_end_when_stdin_closes, args=(process,), daemon=True).start()
    status = process.wait()
    # Workers of a server that died alone would keep the accelerator's memory.
    _signal(process, signal.SIGKILL)
    os._exit(status if status >= 0 else 128 - status)


def _end_when_stdin_closes(process: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    _signal(process, signal.SIGTERM)
    timer = threading.Timer(_PATIENCE_SECONDS, _signal, (process, signal.SIGKILL))
    timer.daemon = True
    timer.start()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
