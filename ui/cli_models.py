"""`shopcast models`: which models there are, which is here, which is used."""

from __future__ import annotations

import click

from ui.cli_prose import earn


@click.group(name="models")
def models_group() -> None:
    """List, fetch, verify and choose the models that plan the answers."""


@models_group.command(name="list")
def list_models() -> None:
    """Show the registered models: which are on this machine, which is in use, how far each is trusted."""
    from ui.models import print_models

    print_models()


@models_group.command()
@click.argument("name", required=False)
def pull(name: str | None) -> None:
    """Fetch NAME (by default the model in use); an interrupted fetch goes on where it stopped."""
    from ui.models import pull_model

    pull_model(name)


@models_group.command()
@click.argument("name", required=False)
def verify(name: str | None) -> None:
    """Compare NAME (by default the model in use) with its registered sum, or with the hub's."""
    from ui.models import verify_model

    verify_model(name)


@models_group.command()
@click.argument("name")
def use(name: str) -> None:
    """Make NAME the model of every later command; SHOPCAST_MODEL still wins."""
    from ui.models import use_model

    use_model(name)


models_group.add_command(earn)
