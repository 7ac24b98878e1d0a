"""One small bazaar with its planted causes, its reviews indexed by the real embedder."""

import pytest

from serving.embedder import default_embedder
from store.database import Store
from store.demo.bazaar import build
from tools.shop import Shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    home = tmp_path_factory.mktemp("tools_home")
    with build(home, products=20, days=240, reviews=90) as store:
        yield Shop(store, default_embedder())


@pytest.fixture(scope="session")
def planted(shop):
    """The product of each planted cause."""
    return {cause["kind"]: cause["product_id"] for cause in shop.store.planted_causes()}


@pytest.fixture
def empty_shop(tmp_path):
    with Store.create(
        "bare", kind="imported", currency="EUR", timezone="Europe/Berlin", home=tmp_path
    ) as store:
        yield Shop(store)
