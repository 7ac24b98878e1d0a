"""Building a demo store beside its name, so that nobody ever sees half of one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from store.database import Store, StoreKind
from store.location import store_folder, stores_home
from store.vector_cache import copy_vectors

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
            old = Store.open(name, home=home) if final.exists() else None
            if old:
                # Texts that did not change need not be read again for the new index.
                copy_vectors(old.cursor(), new.cursor())
        if old:
            old.delete()
        new.folder.rename(final)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Store.open(name, home=home)
