"""Demo stores, built on this machine: nothing of them lies in the repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from store.database import Store
from store.demo import bazaar, complete_journey
from store.demo.staging import Progress
from store.location import list_stores

DEMO_STORES: dict[str, Callable[[Path | str | None, Progress | None], Store]] = {
    bazaar.NAME: lambda home, progress: bazaar.build(home, progress=progress),
    complete_journey.NAME: lambda home, progress: complete_journey.build(home, progress=progress),
}


def ensure_demo_stores(home: Path | str | None = None, progress: Progress | None = None) -> list[str]:
    """Build the demo stores that are not there yet.

    Args:
        home: base folder instead of `SHOPCAST_HOME`.
        progress: told the share done of each store and what is being done.

    Returns:
        Names of the stores that were built now.
    """
    missing = [name for name in DEMO_STORES if name not in list_stores(home)]
    for name in missing:
        DEMO_STORES[name](home, progress).close()
    return missing
