"""`shopcast serve`: the model as a server of its own, watched, for every other command of this home."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from serving.served import Backend


@click.command()
@click.option("--model", help="A model of `shopcast models list`; by default the one in use.")
@click.option(
    "--backend",
    type=click.Choice(["auto", "embedded", "vllm"]),
    default="auto",
    show_default=True,
    help="What runs it; auto takes what its weights are made for.",
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port on 127.0.0.1; by default a free one.")
@click.argument("flags", nargs=-1, type=click.UNPROCESSED)
def serve(
    model: str | None, backend: Backend | Literal["auto"], port: int | None, flags: tuple[str, ...]
) -> None:
    """Serve the model until Ctrl-C; the other commands find it by themselves.

    FLAGS after `--` go to vLLM as they are: shopcast serve --model qwen3-8b -- --kv-cache-dtype fp8
    """
    from ui.serving import serve_model

    sys.exit(serve_model(model, None if backend == "auto" else backend, port, flags))
