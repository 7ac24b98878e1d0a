"""`shopcast train-text`: a text model fine-tuned on a store's own reviews, used where it is better."""

from __future__ import annotations

import sys

import click

from ui.cli_refresh import DEFAULT_STORE

_NAMES = {"trained": "fine-tuned encoder", "embedding": "embedding classifier", "shipped": "shipped n-grams"}


@click.command(name="train-text")
@click.argument("store", default=DEFAULT_STORE)
@click.option(
    "--minutes",
    default=30.0,
    show_default=True,
    type=click.FloatRange(min=0.1),
    help="CPU minutes that fine-tuning may take; it stops earlier when nothing is gained.",
)
@click.option(
    "--seed", default=7, show_default=True, help="Of the held-out reviews and the order of learning."
)
def train_text(store: str, minutes: float, seed: int) -> None:
    """Fine-tune a small encoder on the English reviews of STORE (title and text, stars as labels).

    Says AUC and F1 on held-out reviews beside the embedding classifier and the shipped model; the encoder is used
    from then on only where it is better. Needs the extra: pip install 'shopcast[text]'.
    """
    from serving.embedder import default_embedder
    from tools.shop import open_shop
    from tools.text_training import train_text as train

    shop = open_shop(store, default_embedder())
    try:
        with click.progressbar(length=1000, label=f"training on {store!r}", file=sys.stderr) as bar:

            def tell(done: int, total: int) -> None:
                bar.update(1000 * done // total - bar.pos)

            trial = train(shop, most_minutes=minutes, seed=seed, tell=tell)
    finally:
        shop.store.close()
    click.echo(
        f"learnt from {trial.reviews:,} reviews in {trial.cpu_minutes:.1f} CPU minutes;"
        f" on {trial.held_out:,} held-out ones:"
    )
    for name, score in trial.scores.items():
        click.echo(f"  {_NAMES[name]:<22} AUC {score.auc:.3f}   macro F1 {score.macro_f1:.3f}")
    click.echo(
        "The fine-tuned encoder is better: it is used for this store from now on."
        if trial.is_used
        else "The fine-tuned encoder is not clearly better: the shipped model stays in use."
    )
