"""The stores that the shipped suites are about, whole in sales; fewer reviews are quicker to index."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TRANSACTIONS = PROJECT.parent / "shared" / "data" / "uci_online_retail" / "transactions.parquet"


@pytest.fixture(scope="session")
def suite_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with `bazaar` and, where the Online Retail data lie beside the checkout, `uk`."""
    from serving.embedder import default_embedder
    from store.database import Store
    from store.demo import bazaar
    from store.importing import import_recognised, recognise_files
    from store.review_index import ReviewIndex

    base = tmp_path_factory.mktemp("suite-home")
    with bazaar.build(base, reviews=600) as store:
        ReviewIndex(store, default_embedder()).build()
    if TRANSACTIONS.exists():
        with Store.create(
            "uk", kind="imported", currency="GBP", timezone="Europe/London", home=base
        ) as store:
            export = recognise_files([TRANSACTIONS])
            assert export is not None
            import_recognised(store, export)
    return base
