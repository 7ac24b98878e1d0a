"""The installation of Anna and Ben, served as one application."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from agent.assistant import Assistant
from store.database import Store
from tests.security.two_merchants import (
    HERS,
    HIS,
    HIS_UNITS,
    HIS_WORDS,
    TOKENS,
    PlainEmbedder,
    make_store,
)
from tools.shop import Shop
from ui.merchants import Merchant, Merchants
from ui.web_merchants import create_merchant_sites
from ui.web_stores import StoreCard


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tenants")


@pytest.fixture(scope="module")
def stores(home: Path) -> Iterator[dict[str, Store]]:
    made = {
        "annas-shop": make_store(home, HERS, "wicker", 7.0),
        "bens-shop": make_store(home, HIS, HIS_WORDS, HIS_UNITS),
    }
    yield made
    for store in made.values():
        store.close()


@pytest.fixture(scope="module")
def assistants(stores: dict[str, Store]) -> dict[str, Assistant]:
    return {name: Assistant(Shop(store, PlainEmbedder()), None) for name, store in stores.items()}


@pytest.fixture(scope="module")
def site(assistants: dict[str, Assistant]) -> Iterator[TestClient]:
    cards = [StoreCard(name, "imported", {"en": f"{name} card", "zh": name}) for name in assistants]
    merchants = Merchants(
        {
            TOKENS["anna"]: Merchant("anna", frozenset({HERS["store"]})),
            TOKENS["ben"]: Merchant("ben", frozenset({HIS["store"]})),
        }
    )

    async def build() -> Any:
        return create_merchant_sites(merchants, cards, assistants.__getitem__, secret="for tests")

    # Inside a running event loop: outside one gradio opens sixteen and closes none.
    with ThreadPoolExecutor(max_workers=1) as pool:
        app = pool.submit(lambda: asyncio.run(build())).result()
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client
