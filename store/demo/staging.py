"""Building a demo store beside its name, so that nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from store.database import Store, StoreKind
from store.location import store_folder, stores_home

# Share done in 0..1, and what is being done now.
Progress = Callable[[float, str], None]


def silent(share: float, doing: str) -> None:
    """Report nothing."""


def build_and_swap(
    name: str,
    fill: Callable[[Store], None],
    *,
    kind: StoreKind,
    currency: str,
    timezone: str,
    label: dict[str, str],
    home: Path | str | None = None,
) -> Store:
    """Create a store under a temporary folder, fill it, and put it in the place of `name`.

    Args:
        name: the store's name; a store of that name is replaced, models included.
        fill: writes the data into the new store; when it raises, the old store stays as it was.
        kind: see `Store.create`.
        currency: see `Store.create`.
        timezone: see `Store.create`.
        label: see `Store.create`.
        home: base folder instead of `SHOPCAST_HOME`.

    Raises:
        StoreLocked: another process has the old store open.
    """
    final = store_folder(name, home)
    workshop = stores_home(home) / f".building-{name}-{os.getpid()}"
    shutil.rmtree(workshop, ignore_errors=True)
    try:
        with Store.create(
            name, kind=kind, currency=currency, timezone=timezone, label=label, home=workshop
        ) as new:
            fill(new)
            built = new.folder
        if final.exists():
            old = Store.open(name, home=home)
            _keep_index(old.folder, built)
            old.delete()
        built.rename(final)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Store.open(name, home=home)


def _keep_index(old: Path, new: Path) -> None:
    """Hand the old review index on: it is stale, but texts that did not change keep their vectors."""
    if (old / "reviews_index").is_dir():
        (old / "reviews_index").rename(new / "reviews_index")
