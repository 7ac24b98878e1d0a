"""`shopcast forget` and `shopcast export`: a customer removed, and everything that is held handed over."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.command()
@click.argument("customer")
@click.option("--store", required=True, help="The store that the customer bought from.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def forget(customer: str, store: str, as_json: bool) -> None:
    """Remove all that a store keeps of CUSTOMER: the id, nickname or e-mail address that the platform knows."""
    from store.forgetting import forget_customer

    receipt = forget_customer(store, customer)
    if as_json:
        click.echo(json.dumps({"store": store, **receipt.as_dict()}))
        return
    if receipt.is_empty:
        click.echo(
            f"store {store!r} keeps nothing under that customer. Reviews that were imported without a column of"
            " customers belong to nobody it could know"
        )
        return
    click.echo(
        f"removed from store {store!r}: {receipt.reviews:,} reviews, {receipt.earlier_versions:,} entries of the"
        f" import log, {receipt.answers:,} answers, {receipt.traces:,} traces and {receipt.feedback:,} verdicts that"
        " quoted them; sales hold days, no customers. The review index is built again by the next question"
    )
    click.echo(
        "not reached from here: backups and exports made before, chats kept in browsers, and the platform's own"
        " files; importing one of those brings the reviews back"
    )


@click.command()
@click.argument("store")
@click.argument("folder", type=click.Path(path_type=Path))
def export(store: str, folder: Path) -> None:
    """Write everything that STORE holds into an empty FOLDER, readable without Shopcast."""
    from agent.conversation_export import read_conversations
    from store.database import Store
    from store.export import export_store, write_lines, write_readme

    with Store.open(store) as opened:
        files = export_store(opened, folder)
        remembered = (json.dumps(kept, ensure_ascii=False) for kept in read_conversations(opened.folder))
        files.append(write_lines(folder, "conversations", remembered))
        write_readme(opened, folder, files)
    click.echo(
        f"store {store!r} is in {str(folder)!r}: {len(files)} files, {sum(f.rows for f in files):,} rows"
    )
