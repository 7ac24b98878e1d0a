"""`shopcast demo`: from an empty machine to two answers on real sales, then the chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from agent.assistant import Assistant
from serving.connection import EmbeddedConnection, ModelConnection, connect
from serving.embedder import default_embedder
from serving.weights import Stage, fetch
from store.demo import DEMO_STORES, ensure_demo_stores
from tools.shop import open_shop
from ui.receipt import print_answer

QUESTIONS = (
    "What is trending, and how much of the top riser will sell in the next 14 days?",
    "现在什么在涨？涨得最快的那款未来14天能卖多少？",
)
ANSWERING_STORE = "complete-journey"

_STAGES: dict[Stage, str] = {
    "fetch": "Fetching the model (1.1 GB, once)",
    "verify": "Verifying the model's sum",
    "load": "Loading the model",
}

Report = Callable[[float, str], None]


def run_demo(*, once: bool, port: int) -> int:
    """Set everything up that is not there yet, answer in both languages, and serve the chat.

    Args:
        once: stop after the printed answers.
        port: where the chat listens.

    Returns:
        Exit status: 0 when both questions were answered.
    """
    console = Console()
    connection = connect()
    try:
        _prepare_model(connection, console)
        _prepare_stores(console)
        failed = _answer(connection, console)
        if not once:
            from ui.web import serve

            console.print(f"\nThe chat: [bold]http://127.0.0.1:{port}[/bold] (stop with Ctrl-C)")
            serve(port=port, connection=connection)
    finally:
        connection.close()
    return 1 if failed else 0


def _prepare_model(connection: ModelConnection, console: Console) -> None:
    if isinstance(connection, EmbeddedConnection):
        with _bar(console) as report:

            def show(stage: Stage, done: int, total: int) -> None:
                report(done / total if total else 1.0, _STAGES[stage])

            fetch(connection.server.spec, show)
            connection.client(show)
    console.print(f"✓ model: {connection.description}", highlight=False)


def _prepare_stores(console: Console) -> None:
    with _bar(console) as report:
        ensure_demo_stores(progress=report)
    for name in DEMO_STORES:
        _prepare_store(name, console)


def _prepare_store(name: str, console: Console) -> None:
    """Index the reviews and train the forecasters, where that was not done."""
    shop = open_shop(name, default_embedder())
    try:
        reviews = shop.reviews
        if reviews is not None and not reviews.is_fresh():
            with _bar(console) as report:
                reviews.build(
                    lambda done, total: report(done / max(total, 1), f"Indexing the reviews of {name}")
                )
        if not shop.engine.is_current:
            with _bar(console) as report:
                shop.engine.train(
                    lambda share, stage: report(share, f"Training the forecasters of {name}: {stage}")
                )
        info = shop.store.info
        console.print(
            f"✓ store: {name} ({info.kind}), {info.product_count} products, "
            f"{info.sales_days:,} rows of sales, {info.review_count:,} reviews, data as of {info.as_of}",
            highlight=False,
        )
    finally:
        shop.store.close()


def _answer(connection: ModelConnection, console: Console) -> int:
    """Ask the demo questions; returns how many were not answered."""
    shop = open_shop(ANSWERING_STORE, default_embedder())
    failed = 0
    try:
        assistant = Assistant(shop, connection)
        for question in QUESTIONS:
            console.rule(question)
            answer = assistant.ask(question, conversation_id=str(uuid4()))
            print_answer(answer, console)
            failed += answer.error is not None
    finally:
        shop.store.close()
    return failed


@contextmanager
def _bar(console: Console) -> Iterator[Report]:
    """Show one line of progress: what is being done, and the share of it."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Looking what is there", total=1.0)

        def report(share: float, doing: str) -> None:
            progress.update(task, completed=share, description=doing)

        yield report
