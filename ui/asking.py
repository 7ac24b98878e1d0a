"""`shopcast ask`: one question to the terminal, or many from a file of JSON lines."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from rich.console import Console

from agent.answer import Answer
from agent.assistant import Assistant
from agent.events import AnswerReady, Event, Failed, PlanStarted, ToolStarted
from agent.language import detect_language
from serving.connection import ModelConnection, connect
from serving.embedder import default_embedder
from serving.interrupt import Interrupt
from tools.shop import open_shop
from ui.receipt import print_answer
from ui.texts import Texts, load_texts


@contextmanager
def assistant_for(store: str, connection: ModelConnection) -> Iterator[Assistant]:
    """Open a store for questions and close it afterwards."""
    shop = open_shop(store, default_embedder())
    try:
        yield Assistant(shop, connection)
    finally:
        shop.store.close()


def ask_one(question: str, store: str, *, as_json: bool, receipt: bool) -> int:
    """Answer one question on the terminal.

    Returns:
        Exit status: 0 answered, 1 not (the reason is printed).
    """
    with ExitStack() as stack:
        connection = connect()
        stack.callback(connection.close)
        assistant = stack.enter_context(assistant_for(store, connection))
        # Each command is a conversation of its own: what was asked yesterday must not colour this answer.
        interrupt = Interrupt()
        with _pressed_by_ctrl_c(interrupt):
            events = assistant.stream(question, str(uuid4()), interrupt=interrupt)
            answer = _watch(events, load_texts("zh" if detect_language(question) == "zh" else "en"))
    if answer is None:
        return 1
    if as_json:
        click.echo(answer.model_dump_json(indent=2))
    else:
        print_answer(answer, Console(), receipt=receipt)
    return 0 if answer.error is None else 1


@contextmanager
def _pressed_by_ctrl_c(interrupt: Interrupt) -> Iterator[None]:
    """Let Ctrl+C end the answer: as an exception it would wait for the model's reply first."""
    before = signal.signal(signal.SIGINT, lambda *_: interrupt.press())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watch(events: Iterator[Event], words: Texts) -> Answer | None:
    """Follow the events with a status line on standard error; standard output stays the answer's alone."""
    console = Console(stderr=True)
    with console.status(words("status.reading")) as status:
        for event in events:
            match event:
                case PlanStarted():
                    status.update(words("status.waking" if event.waking else "status.planning"))
                case ToolStarted():
                    status.update(words.get(f"tools.{event.tool}", event.tool) + "…")
                case AnswerReady():
                    return event.answer
                case Failed():
                    console.print(words.join(event.message[words.lang], event.remedy[words.lang]))
                    return None
    console.print(words("status.given_up"))
    return None


def ask_many(questions: Path, out: Path, default_store: str) -> int:
    """Answer a file of questions; each line `{id, question, store}` or `{id, turns: [...], store}`.

    Answers are written line by line as they are ready: {id, question, store, answer} or, for a conversation,
    {id, turns: [answers]}. A line that cannot be used is written with its error, and the run goes on.

    Returns:
        Exit status: 0 when every line was answered, 1 otherwise.
    """
    lines = _read_lines(questions)
    failed = 0
    connection = connect()
    console = Console(stderr=True)
    try:
        with out.open("w", encoding="utf-8") as sink:
            for store, group in _by_store(lines, default_store).items():
                failed += _answer_group(store, group, connection, sink, console, len(lines))
    finally:
        connection.close()
    console.print(f"{len(lines) - failed} of {len(lines)} answered, {failed} failed; written to {out}")
    return 1 if failed else 0


def _read_lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(
            f"cannot read {str(path)!r}: {error}. Remedy: give a UTF-8 file of JSON lines"
        ) from error
    return [
        _read_line(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()
    ]


def _read_line(number: int, line: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        return {"id": number, "error": f"line {number} is not JSON: {error}"}
    turns = entry.get("turns", [entry.get("question")]) if isinstance(entry, dict) else None
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) for turn in turns):
        return {"id": number, "error": f"line {number} has no `question` (text) or `turns` (list of texts)"}
    return {"id": number, **entry, "turns": turns, "is_conversation": "turns" in entry}


def _by_store(lines: list[dict[str, Any]], default_store: str) -> dict[str, list[dict[str, Any]]]:
    grouped: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        grouped.setdefault(str(line.get("store") or default_store), []).append(line)
    return grouped


def _answer_group(
    store: str,
    lines: list[dict[str, Any]],
    connection: ModelConnection,
    sink: Any,
    console: Console,
    total: int,
) -> int:
    failed = 0
    try:
        with assistant_for(store, connection) as assistant:
            for line in lines:
                record = _answer_line(assistant, line)
                failed += "error" in record
                _write(sink, record)
                console.print(f"[dim]{line['id']} of {total}: {store}[/dim]", highlight=False)
    except Exception as error:
        # A store that cannot be opened fails its own lines only.
        if not hasattr(error, "remedy"):
            raise
        for line in lines:
            _write(sink, {"id": line["id"], "store": store, "error": str(error)})
        failed = len(lines)
    return failed


def _answer_line(assistant: Assistant, line: dict[str, Any]) -> dict[str, Any]:
    if "error" in line:
        return {"id": line["id"], "error": line["error"]}
    conversation = str(uuid4())
    try:
        answers = [assistant.ask(turn, conversation).model_dump(mode="json") for turn in line["turns"]]
    except RuntimeError as error:
        return {"id": line["id"], "error": str(error)}
    # The line keeps its own id; the one that `shopcast trace` knows stands beside it.
    told = {"turns": answers} if line["is_conversation"] else {**answers[0], "answer_id": answers[0]["id"]}
    record: dict[str, Any] = {**told, "id": line["id"]}
    if not any(answer["error"] for answer in answers):
        record.pop("error", None)
    else:
        record["error"] = next(answer["error"] for answer in answers if answer["error"])
    return record


def _write(sink: Any, record: dict[str, Any]) -> None:
    sink.write(json.dumps(record, ensure_ascii=False) + "\n")
    sink.flush()
