"""Names that share no spelling with their product, by the real embedder; what the shop lacks is never taken."""

from __future__ import annotations

import pytest

from serving.embedder import default_embedder
from store.demo.bazaar import build
from tools.product_meaning import MOST_PRODUCTS
from tools.products import resolve_product
from tools.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    with build(tmp_path_factory.mktemp("meaning"), products=200, days=120, reviews=20) as store:
        yield Shop(store, default_embedder())


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("half-metre bunny plushie", "Plush Rabbit, 50 cm"),
        ("dino rucksack for kids", "School Bag, dinosaur"),
        ("氮化加快充65w", "65 W"),
        ("stripy totes", "Tote"),
    ],
)
def test_a_name_is_found_by_its_meaning(shop, said, title):
    assert shop.catalogue.match(said).outcome == "unknown", "no spelling explains it"
    found = resolve_product(shop, said)
    assert found.outcome == "found"
    assert title in found.products[0].title


def test_a_variant_that_the_name_leaves_open_is_asked_back(shop):
    found = resolve_product(shop, "a bunny plushie")
    assert found.outcome == "ambiguous"
    assert len({product.title.split(",")[0] for product in found.products}) == 1


@pytest.mark.parametrize(
    "said", ["gaming chair", "garden hose", "吸尘器", "red wine", "儿童自行车", "smart watch", "laptop stand"]
)
def test_what_the_shop_lacks_is_never_taken_for_what_it_has(shop, said):
    assert resolve_product(shop, said).outcome == "unknown"


def test_without_an_embedder_spelling_alone_decides(shop):
    assert resolve_product(Shop(shop.store), "dino rucksack for kids").outcome == "unknown"


def test_a_catalogue_of_thousands_is_not_read(shop, monkeypatch):
    monkeypatch.setattr("tools.shop.MOST_PRODUCTS", len(shop.catalogue.products) - 1)
    assert len(shop.catalogue.products) <= MOST_PRODUCTS
    assert Shop(shop.store, default_embedder()).meanings is None
