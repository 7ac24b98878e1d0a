"""What `shopcast models` shows and does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from serving.errors import ServingError
from serving.hub import hub_folder, pull_folder, ready_folder, verify_folder
from serving.registry import GgufModel, HubModel, find_model, registry, verdict_file
from serving.served import find_served
from serving.settings import keep_model, load_settings
from serving.weights import Progress as OnProgress
from serving.weights import Stage, fetch, model_path, ready_path

_STAGES: dict[Stage, str] = {"fetch": "fetching", "verify": "verifying", "load": "loading"}


def print_models() -> None:
    """Print two lines a model: what it is and whether it is here, what it may do."""
    settings, served = load_settings(), find_served()
    used = find_model(settings.model).name
    width = max(map(len, registry().models))
    for spec in registry().models.values():
        mark = "→" if spec.name == used else " "
        backend = "vllm" if isinstance(spec, HubModel) else "embedded"
        here = "here" if _is_here(spec) else "not here"
        running = ", served" if served and served.model == spec.name else ""
        size = f"{spec.size_bytes / 1e9:.1f} GB"
        click.echo(
            f"{mark} {spec.name:{width}}  {backend:8}  {size:>7}  {spec.licence:10}  {here}{running}\n"
            f"    {spec.context_tokens:,} tokens; plans by {spec.planning}; {_composing(spec)}"
        )
    click.echo("→ in use" + (", because SHOPCAST_MODEL says so" if os.environ.get("SHOPCAST_MODEL") else ""))
    if settings.llm_url:
        click.echo("SHOPCAST_LLM_URL is set: the server there answers, none of these")


def pull_model(name: str | None) -> None:
    """Fetch a model that is not here yet, and verify it.

    Raises:
        ServingError: it cannot be fetched, or is not what it should be.
    """
    spec = find_model(name or load_settings().model)
    if isinstance(spec, HubModel):
        where = pull_folder(spec)
    else:
        with _bar() as progress:
            where = fetch(spec, progress)
    click.echo(f"{spec.name}: {where}")


def verify_model(name: str | None) -> None:
    """Compare a model's bytes with what they should be.

    Raises:
        ServingError: it is not here, or not what it should be.
    """
    spec = find_model(name or load_settings().model)
    if isinstance(spec, HubModel):
        verify_folder(spec)
        pinned = f"revision {spec.revision}" if spec.revision else "its newest revision; none is pinned here"
        click.echo(f"{spec.name}: verified by the hub's own sums of {pinned} ({hub_folder(spec)})")
        return
    with _bar() as progress:
        path = ready_path(spec, full=True, progress=progress)
    click.echo(f"{spec.name}: sha256 {spec.sha256} as registered ({path})")


def use_model(name: str) -> None:
    """Choose the model of every later command, and say what is missing until it answers.

    Raises:
        ModelUnknown: no such entry.
    """
    spec = find_model(name)
    keep_model(spec.name)
    click.echo(f"{spec.name} is in use from now on")
    if (forced := os.environ.get("SHOPCAST_MODEL")) and forced != spec.name:
        click.echo(f"but SHOPCAST_MODEL={forced} wins in this shell: unset it")
    if not _is_here(spec):
        click.echo(f"it is not on this machine yet: shopcast models pull {spec.name}")
    if isinstance(spec, HubModel):
        click.echo(f"it answers while it is served: shopcast serve --model {spec.name}")


def _is_here(spec: GgufModel | HubModel) -> bool:
    try:
        if isinstance(spec, HubModel):
            ready_folder(spec)
            return True
        return model_path(spec).is_file()
    except ServingError:
        return False


def _composing(spec: GgufModel | HubModel) -> str:
    """Say what the model may write, and by which right."""
    try:
        verdict = json.loads(verdict_file(spec.name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return f"answers in {spec.composing}, prose not measured"
    return f"answers in {spec.composing}, prose {'earned' if verdict.get('earned') else 'not earned'}"


@contextmanager
def _bar() -> Iterator[OnProgress]:
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(stage: Stage, done: int, total: int) -> None:
            progress.update(task, completed=done, total=total, description=_STAGES[stage])

        yield show
