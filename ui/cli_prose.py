"""`shopcast models earn`: has a model reword real answers, and keeps whether it may do so for readers."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from evals.prose import Measure
    from serving.client import ChatClient
    from tools.shop import Shop

DEMO_STORE = "bazaar"
_PASSED_WORDS = {
    True: "earned: its answers are prose from now on",
    False: "not earned: its answers stay statements",
}


@click.command(name="earn")
@click.argument("name", required=False)
@click.option("--store", default=DEMO_STORE, show_default=True, help="The store whose answers it rewords.")
@click.option("--show", is_flag=True, help="Print each text that was sent back, and why.")
def earn(name: str | None, store: str, show: bool) -> None:
    """Measure whether NAME (by default the model in use) may write prose, and keep the verdict.

    Where SHOPCAST_LLM_URL names a server, its model is measured instead.
    """
    from serving.connection import connect
    from serving.settings import load_settings
    from tools.shop import open_shop

    settings = load_settings()
    connection = connect(settings.model_copy(update={"model": name}) if name else settings)
    shop = open_shop(store, embedder=None)
    try:
        client = connection.client()
        measure = _measured(client, shop, show=show)
    finally:
        connection.close()
        shop.store.close()
    sys.exit(_kept(measure, client.model))


def _measured(client: ChatClient, shop: Shop, *, show: bool) -> Measure:
    from evals.prose import Trial, measure_prose, prose_briefs

    briefs = list(prose_briefs(shop))
    with click.progressbar(length=len(briefs), label="rewording", file=sys.stderr) as bar:

        def tell(trial: Trial) -> None:
            bar.update(1)
            if show and trial.is_sent_back:
                why = trial.error or "; ".join(
                    f"{fault.kind} {fault.detail}".strip() for fault in trial.faults
                )
                click.echo(f"\n{why}\n  {trial.brief.render(trial.text)}", err=True)

        return measure_prose(client, briefs, on_trial=tell)


def _kept(measure: Measure, served_name: str) -> int:
    """Print the figures, keep the verdict; the exit status says whether prose was earned."""
    from rich.console import Console
    from rich.table import Table

    from evals.prose import LEAST_CASES, MOST_SENT_BACK, keep_verdict

    verdict = measure.verdict(served_name, datetime.now(UTC).date().isoformat())
    table = Table(title=f"Prose by {verdict.model}", title_justify="left", box=None)
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("needed", justify="right")
    table.add_row("cases", str(verdict.cases), f"≥ {LEAST_CASES}")
    table.add_row("sent back to statements", f"{verdict.sent_back:.1%}", f"≤ {MOST_SENT_BACK:.0%}")
    for kind, count in verdict.faults.items():
        table.add_row(f"  {kind}", str(count), "")
    table.add_row("  no reply", str(verdict.failed), "")
    table.add_row("median seconds", f"{verdict.median_seconds:.1f}", "")
    Console().print(table)
    click.echo(f"{_PASSED_WORDS[verdict.earned]} ({keep_verdict(verdict)})")
    return 0 if verdict.earned else 1
