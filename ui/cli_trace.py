"""`shopcast trace`: how an answer came about, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.tree import Tree

    from agent.recording import ModelCall
    from agent.tracing import Trace, TracedCall

MOST_LISTED = 20
_LAST = "last"


@click.command()
@click.argument("answer", required=False)
@click.option("--list", "listed", is_flag=True, help="List the latest answers with their ids.")
@click.option("--prompts", is_flag=True, help="Show the whole text that the model was sent.")
@click.option("--json", "as_json", is_flag=True, help="Print what is kept as JSON.")
def trace(answer: str | None, listed: bool, prompts: bool, as_json: bool) -> None:
    """Show how ANSWER came about: an answer's id, or "last"."""
    if listed == (answer is not None):
        raise click.UsageError("name an answer (its id, or last), or ask for --list")
    traces = sorted(_traces(), key=lambda kept: kept.id)
    if listed:
        _print_list(traces[-MOST_LISTED:], as_json)
        return
    found = _find(traces, str(answer))
    if as_json:
        click.echo(found.model_dump_json(indent=2))
        return
    from rich.console import Console

    Console().print(trace_tree(found, with_prompts=prompts))


def _traces() -> Iterator[Trace]:
    """Yield every store's traces; no store is opened, so that they can be read while the page holds it."""
    from pydantic import ValidationError

    from agent.tracing import Trace
    from store.location import list_stores, store_folder
    from store.traces import read_traces

    for name in list_stores():
        for kept in read_traces(store_folder(name)):
            try:
                yield Trace.model_validate(kept)
            except ValidationError:
                # Written by another version; the rest can still be shown.
                continue


def _find(traces: list[Trace], name: str) -> Trace:
    if not traces:
        raise click.ClickException('no answer has been kept yet; ask something first: shopcast ask "…"')
    if name == _LAST:
        return traces[-1]
    found = [kept for kept in traces if kept.id.startswith(name)]
    if len(found) != 1:
        told = f"{len(found)} answers have ids that begin with" if found else "no kept answer has the id"
        raise click.ClickException(f"{told} {name!r}; `shopcast trace --list` shows the latest")
    return found[0]


def _print_list(traces: list[Trace], as_json: bool) -> None:
    if as_json:
        for kept in traces:
            click.echo(json.dumps(_line(kept), ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="dim")
    for heading in ("id", "when", "store", "outcome", "seconds", "question"):
        table.add_column(heading, no_wrap=heading in ("id", "when"))
    for kept in traces:
        line = _line(kept)
        table.add_row(*(str(line[key]) for key in ("id", "when", "store", "outcome", "seconds", "question")))
    Console().print(table)


def _line(kept: Trace) -> dict[str, object]:
    return {
        "id": kept.id,
        "when": f"{kept.at.astimezone():%Y-%m-%d %H:%M:%S}",
        "store": kept.store,
        "outcome": kept.outcome,
        "seconds": round(kept.seconds.total, 2),
        "question": kept.question,
    }


def trace_tree(kept: Trace, *, with_prompts: bool) -> Tree:
    """Return the walk as a tree for the terminal.

    Args:
        kept: what happened.
        with_prompts: whether the model's whole input is shown, not only its size.
    """
    from rich.text import Text
    from rich.tree import Tree

    tree = Tree(Text(f"{kept.id} · {kept.store} · {kept.at.astimezone():%Y-%m-%d %H:%M:%S}", style="bold"))
    tree.add(Text(f"question ({kept.language}): {kept.question}"))
    planned = tree.add(Text(_planned(kept)))
    for request in kept.model_calls:
        _add_request(planned, request, with_prompts)
    if kept.calls:
        calls = tree.add(Text(f"calls, {kept.seconds.tools:.2f} s"))
        for call in kept.calls:
            _add_call(calls, call)
    _add_verdict(tree, kept)
    told = tree.add(Text(f"{kept.outcome}{f' ({kept.reason})' if kept.reason else ''}"))
    told.add(Text(kept.answer))
    tokens = kept.tokens
    tree.add(
        Text(
            f"total {kept.seconds.total:.2f} s · {tokens.prompt} tokens read ({tokens.cached} cached),"
            f" {tokens.completion} written"
        )
    )
    return tree


def _planned(kept: Trace) -> str:
    by = {
        "model": f"the model ({kept.model})",
        "keywords": "keywords, without the model",
        "conversation": "the conversation, no model needed",
    }.get(kept.planned_by, "nobody: nothing had to be planned")
    return f"planned by {by}, {kept.seconds.plan:.2f} s{', twice' if kept.replanned else ''}"


def _add_request(tree: Tree, request: ModelCall, with_prompts: bool) -> None:
    from rich.text import Text

    sizes = ", ".join(
        f"{message['role']} {len(message['content']):,} characters" for message in request.messages
    )
    node = tree.add(
        Text(
            f"{request.model}: {request.seconds:.2f} s · {request.prompt_tokens} tokens read"
            f" ({request.cached_tokens} cached), {request.completion_tokens} written"
        )
    )
    prompt = node.add(Text(f"prompt: {sizes}"))
    for message in request.messages if with_prompts else []:
        prompt.add(Text(f"[{message['role']}]\n{message['content']}"))
    node.add(
        Text(f"failed: {request.error}", style="red") if request.error else Text(f"wrote: {request.reply}")
    )


def _add_call(tree: Tree, call: TracedCall) -> None:
    from rich.text import Text

    node = tree.add(Text(f"{call.tool}, {call.seconds:.2f} s", style="bold"))
    node.add(Text(f"said: {json.dumps(call.said, ensure_ascii=False)}"))
    node.add(Text(f"arguments: {json.dumps(call.arguments, ensure_ascii=False)}"))
    if call.error:
        node.add(Text(f"failed: {call.error}", style="red"))
        return
    facts = node.add(Text(f"{call.statements} statements, {call.reviews} reviews; facts in the answer:"))
    for fact in call.facts:
        facts.add(Text(fact))


def _add_verdict(tree: Tree, kept: Trace) -> None:
    from rich.text import Text

    verdict = "every number has its receipt" if kept.passed else "something was withheld"
    node = tree.add(
        Text(f"checker: {verdict}, {kept.seconds.check:.3f} s", style="green" if kept.passed else "red")
    )
    for withheld in kept.withheld:
        what = "the model's rewording" if withheld.stage == "prose" else "a paragraph"
        paragraph = node.add(Text(f"{what}: {withheld.paragraph}"))
        for violation in withheld.violations:
            paragraph.add(Text(f"{violation['kind']}: {violation['text']}", style="red"))
