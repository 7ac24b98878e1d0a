"""What every test stands on: a home of its own, and no way to a real model unless the test says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before any package reads it: whatever the developer's environment points at stays untouched.
for name in [name for name in os.environ if name.startswith("SHOPCAST_LLM_")]:
    del os.environ[name]

from serving.connection import ModelConnection, connect  # noqa: E402
from serving.embedded import EmbeddedServer  # noqa: E402
from serving.registry import find_model  # noqa: E402
from serving.settings import home  # noqa: E402
from serving.weights import fetch  # noqa: E402

PROJECT = Path(__file__).resolve().parents[1]
# The one thing that tests share with the user: the 1.1 GB of weights, verified by their sum.
USER_HOME = home()


@pytest.fixture(autouse=True)
def guarded(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Give each test an empty home, and refuse to start a real model where the test is not marked for it."""
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path / "home"))
    if request.node.get_closest_marker("real_model") is None:
        # Set for the whole session as soon as one test has used the real model.
        monkeypatch.delenv("SHOPCAST_MODEL_FILE", raising=False)

        def refuse(_server: EmbeddedServer) -> None:
            raise AssertionError("this test reached for the real model; mark it real_model if it means to")

        monkeypatch.setattr(EmbeddedServer, "_spawn", refuse)


@pytest.fixture(scope="session")
def model_file() -> Path:
    """The embedded default's weights, fetched on first use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPCAST_HOME", str(USER_HOME))
        return fetch(find_model())


@pytest.fixture(scope="session")
def model_connection(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelConnection]:
    """One running embedded model for the whole session."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOPCAST_HOME", str(tmp_path_factory.mktemp("model-home")))
        patch.setenv("SHOPCAST_MODEL_FILE", str(model_file))
        connection = connect()
        yield connection
        connection.close()


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with both demo stores: the grocery whole, the bazaar small, reviews indexed, nothing trained."""
    from serving.embedder import default_embedder
    from store.demo import bazaar, complete_journey
    from store.review_index import ReviewIndex

    base = tmp_path_factory.mktemp("demo-home")
    complete_journey.build(base).close()
    with bazaar.build(base, products=40, days=400, reviews=300) as store:
        ReviewIndex(store, default_embedder()).build()
    return base


@pytest.fixture
def shared_data() -> Path:
    """Real data sets that lie beside the checkout; never part of the project."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not here: expected ../shared/data beside the checkout")
    return folder
