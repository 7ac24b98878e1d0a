"""Where stores lie on disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from store.errors import StoreNameInvalid

DATABASE_FILE = "store.duckdb"
# Can be built again from the database.
INDEX_FOLDER = "reviews_index"
# A name becomes a folder: letters of any script, digits, "-" and "_"; no dot, no separator.
_NAME = re.compile(r"^[^\W_][\w-]{0,63}$")


def stores_home(home: Path | str | None = None) -> Path:
    """Return the folder of all stores; nothing is created.

    Args:
        home: base folder; default `SHOPCAST_HOME`, else `shopcast` under the XDG data home.
    """
    if home is not None:
        base = Path(home)
    elif os.environ.get("SHOPCAST_HOME"):
        base = Path(os.environ["SHOPCAST_HOME"])
    elif os.environ.get("XDG_DATA_HOME"):
        base = Path(os.environ["XDG_DATA_HOME"]) / "shopcast"
    else:
        base = Path.home() / ".local" / "share" / "shopcast"
    return base.expanduser() / "stores"


def store_folder(name: str, home: Path | str | None = None) -> Path:
    """Return the folder of the store `name`, whether it exists or not.

    Raises:
        StoreNameInvalid: the name holds a separator, a dot or another sign that no folder should have.
    """
    if not _NAME.match(name):
        raise StoreNameInvalid(
            f"{name!r} cannot be the name of a store",
            "use 1 to 64 letters, digits, '-' and '_', beginning with a letter or digit",
        )
    return stores_home(home) / name


def list_stores(home: Path | str | None = None) -> list[str]:
    """Return the names of the stores that exist, sorted."""
    folder = stores_home(home)
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if _NAME.match(p.name) and (p / DATABASE_FILE).is_file())
