"""The terminal's side of `shopcast serve`: what is started, how far it is, how to reach it."""

from __future__ import annotations

import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from serving.errors import ModelUnavailable
from serving.launching import choose_backend, make_launch
from serving.registry import find_model
from serving.served import Backend, Served, announce, claim_home, keep_key, key_file
from serving.settings import load_settings
from serving.supervision import State, Supervisor
from serving.weights import Stage


def serve_model(name: str | None, wanted: Backend | None, port: int | None, flags: tuple[str, ...]) -> int:
    """Serve a registered model until a signal ends it.

    Args:
        name: the model; None takes the one in use.
        wanted: the backend; None takes the one that fits.
        port: on 127.0.0.1; None takes a free one.
        flags: for vLLM.

    Returns:
        Exit status: 0 ended by a signal, 1 given up because the server kept dying.
    """
    console = Console(stderr=True, highlight=False)
    settings = load_settings()
    spec = find_model(name or settings.model)
    backend = choose_backend(spec, wanted)
    with ExitStack() as stack:
        stack.enter_context(claim_home())
        port, key = port or _free_port(), secrets.token_urlsafe(32)
        status = stack.enter_context(console.status(f"Looking at {spec.title} …"))
        launch = make_launch(spec, port, key, flags, _show_progress(status))
        keep_key(key)
        served = Served(url=f"http://127.0.0.1:{port}/v1", model=spec.name, backend=backend, ready=False)
        announce(served)
        supervisor = Supervisor(launch, _show_state(served, settings.model, console, status))
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, number, signal.signal(number, lambda *_: supervisor.stop()))
        try:
            supervisor.run()
        except ModelUnavailable as error:
            console.print(f"shopcast serve: {error}", markup=False)
            return 1
    return 0


def _show_progress(status: Status) -> Callable[[Stage, int, int], None]:
    def show(_stage: Stage, done: int, total: int) -> None:
        status.update(f"Verifying the weights: {done / max(total, 1):.0%}")

    return show


def _show_state(
    served: Served, used: str | None, console: Console, status: Status
) -> Callable[[State, str], None]:
    def show(state: State, words: str) -> None:
        if state == "starting":
            status.update(f"Starting {served.model} ({served.backend}): {escape(words)}")
            return
        announce(served.model_copy(update={"ready": state == "ready"}))
        if state == "ready":
            console.print(f"✓ {served.model} is served at {served.url} after {words} (stop with Ctrl-C)")
            _tell_how_to_reach(served, used, console)
            status.update(f"Serving {served.model}")
        elif state == "died":
            console.print(f"✗ {served.model}: {words}", markup=False)

    return show


def _tell_how_to_reach(served: Served, used: str | None, console: Console) -> None:
    if used in (None, served.model):
        console.print(
            "The other commands with this SHOPCAST_HOME use it by themselves. For any other program:"
        )
    else:
        console.print(
            f"The other commands use {used!r}, which was chosen by name: "
            f"`shopcast models use {served.model}` makes them use this one. For any other program:"
        )
    for line in export_lines(served):
        console.print(f"  {line}", markup=False, soft_wrap=True)


def export_lines(served: Served) -> list[str]:
    """Return the shell lines that let any program reach the server; the key itself is not in them."""
    return [
        f"export SHOPCAST_LLM_URL={served.url}",
        f"export SHOPCAST_LLM_MODEL={served.model}",
        f'export SHOPCAST_LLM_API_KEY="$(cat {str(key_file())!r})"',
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
