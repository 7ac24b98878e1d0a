"""The command line: ask, import, serve, look after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from ui.cli_eval import eval_group
from ui.cli_forecast import forecast
from ui.cli_import import backup, import_group, restore, stores
from ui.cli_models import models_group
from ui.cli_privacy import export, forget
from ui.cli_refresh import refresh, score
from ui.cli_serve import serve
from ui.cli_trace import trace
from ui.cli_train_text import train_text

# Every command imports what it needs when it runs: `shopcast --help` stays instant.

DEFAULT_STORE = "bazaar"
_CONTEXT = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_CONTEXT)
@click.version_option(package_name="shopcast")
def shopcast() -> None:
    """Ask your sales in Chinese or English; a local model calls the tools, code computes every number."""


@shopcast.command()
@click.argument("question", required=False)
@click.option("--store", default=DEFAULT_STORE, show_default=True, help="The store to ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer with its calls and facts as JSON.")
@click.option(
    "--file",
    "questions",
    type=click.Path(path_type=Path),
    help="Questions as JSON lines {id, question | turns, store}.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the answers go, as JSON lines (with --file)."
)
@click.option(
    "--receipt/--no-receipt", default=True, show_default=True, help="Print where each number is from."
)
def ask(
    question: str | None, store: str, as_json: bool, questions: Path | None, out: Path | None, receipt: bool
) -> None:
    """Answer one QUESTION, or many from a file."""
    from ui.asking import ask_many, ask_one

    if questions is not None:
        if question is not None or out is None:
            raise click.UsageError("--file takes no QUESTION and needs --out ANSWERS.jsonl")
        sys.exit(ask_many(questions, out, store))
    if question is None:
        raise click.UsageError('give a QUESTION in quotes: shopcast ask "What is trending?"')
    sys.exit(ask_one(question, store, as_json=as_json, receipt=receipt))


@shopcast.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
def web(host: str, port: int) -> None:
    """Serve the chat in the browser."""
    from ui.web import serve

    serve(host=host, port=port)


@shopcast.command()
@click.option("--once", is_flag=True, help="Stop after the printed answers; do not serve the chat.")
@click.option(
    "--port", default=7860, show_default=True, type=click.IntRange(1, 65535), help="Port of the chat."
)
def demo(once: bool, port: int) -> None:
    """Fetch the model, build the demo stores, answer in both languages, serve the chat."""
    from ui.demo import run_demo

    sys.exit(run_demo(once=once, port=port))


@shopcast.command()
def doctor() -> None:
    """Say what is found, what is missing, and the remedy."""
    from ui.doctor import print_doctor

    sys.exit(print_doctor())


@shopcast.command()
@click.option("--store", default=DEFAULT_STORE, show_default=True, help="The store to train on.")
def train(store: str) -> None:
    """Train the global forecaster of a store (after an import)."""
    from ui.importing import train_store

    train_store(store)


shopcast.add_command(backup)
shopcast.add_command(eval_group)
shopcast.add_command(export)
shopcast.add_command(forecast)
shopcast.add_command(forget)
shopcast.add_command(import_group)
shopcast.add_command(models_group)
shopcast.add_command(refresh)
shopcast.add_command(restore)
shopcast.add_command(score)
shopcast.add_command(serve)
shopcast.add_command(stores)
shopcast.add_command(trace)
shopcast.add_command(train_text)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; a known problem is one clear message and exit status 1."""
    try:
        return shopcast(args=arguments, prog_name="shopcast", standalone_mode=True)
    except Exception as error:
        # Each package's errors carry a message and a remedy; anything else is a bug and keeps its trace.
        if not (hasattr(error, "message") and hasattr(error, "remedy")):
            raise
        click.echo(f"shopcast: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
