"""The stores that the page owns while it runs, each with its assistant."""

from __future__ import annotations

import logging
from threading import Lock

from agent.assistant import Assistant
from serving.connection import ModelConnection
from serving.embedder import default_embedder
from store.database import Store
from store.errors import StoreError
from store.location import list_stores
from tools.shop import Shop
from ui.web_stores import StoreCard

log = logging.getLogger(__name__)


class OpenShops:
    """Every store on this machine, opened by the page that owns them; assistants are made when first asked.

    Args:
        connection: where the model's answers come from.

    Raises:
        StoreError: there are stores, and not one of them could be opened.
    """

    def __init__(self, connection: ModelConnection | None) -> None:
        self._connection = connection
        self._lock = Lock()
        self._assistants: dict[str, Assistant] = {}
        self._stores: dict[str, Store] = {}
        failures = []
        for name in list_stores():
            try:
                self._stores[name] = Store.open(name)
            except StoreError as error:
                log.warning("%s", error)
                failures.append(error)
        if failures and not self._stores:
            raise failures[0]

    @property
    def cards(self) -> list[StoreCard]:
        """The stores as the selector shows them: own data first, then real, then synthetic."""
        order = ("imported", "real", "synthetic")
        infos = [store.info for store in self._stores.values()]
        return [
            StoreCard(info.name, info.kind, info.label, info.as_of, info.product_count)
            for info in sorted(infos, key=lambda info: order.index(info.kind))
        ]

    def assistant(self, name: str) -> Assistant:
        """Return the assistant of the store `name`."""
        with self._lock:
            if name not in self._assistants:
                shop = Shop(self._stores[name], default_embedder())
                self._assistants[name] = Assistant(shop, self._connection)
            return self._assistants[name]

    def close(self) -> None:
        """Close every store."""
        for store in self._stores.values():
            store.close()
