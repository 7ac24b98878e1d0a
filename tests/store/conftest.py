"""A small bazaar, built once; tests that write take a store of their own."""

from pathlib import Path

import pytest

from store.database import Store
from store.demo import bazaar

SHARED_DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def small_bazaar(tmp_path_factory):
    """12 products, 200 days, 150 reviews; read it, do not write to it."""
    with bazaar.build(tmp_path_factory.mktemp("bazaar"), products=12, days=200, reviews=150) as store:
        yield store


@pytest.fixture
def empty_store(tmp_path):
    with Store.create(
        "shop", kind="imported", currency="CNY", timezone="Asia/Shanghai", home=tmp_path
    ) as store:
        yield store


@pytest.fixture
def online_retail_file():
    path = SHARED_DATA / "uci_online_retail" / "transactions.parquet"
    if not path.is_file():
        pytest.skip("the UCI Online Retail data do not lie beside the checkout")
    return path
