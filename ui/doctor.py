"""`shopcast doctor`: what is found, what is missing, and the remedy."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import numpy as np
from rich.console import Console
from rich.markup import escape

from forecasting.ensemble_files import saved_version
from serving.breaker import open_breakers
from serving.client import ChatClient
from serving.connection import EmbeddedConnection, ModelConnection, ServedConnection, connect
from serving.embedder import default_embedder, review_embedder
from serving.errors import ModelMissing, ModelRejected, ServingError
from serving.hub import ready_folder
from serving.registry import HubModel
from serving.weights import ready_path
from store.database import Store
from store.errors import StoreError, StoreLocked
from store.location import list_stores, stores_home
from store.review_index import ReviewIndex
from tools.shop import MODELS_FOLDER

Status = Literal["ok", "missing", "broken"]

_PROBE_SCHEMA = {
    "title": "probe",
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["ok", "not ok"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
# Generous: the first call after a start on a busy machine.
_PROBE_SECONDS = 60.0
_LISTING_SECONDS = 5.0
_MODELS_NAMED = 8
_MIN_PYTHON = (3, 11)
_LOCK_FILE = Path(__file__).resolve().parents[1] / "requirements.lock"
_MARKS = {"ok": "[green]✓[/green]", "missing": "[yellow]–[/yellow]", "broken": "[red]✗[/red]"}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Args:
        name: what was looked at.
        status: "ok", "missing" or "broken".
        found: what was found, in words.
        remedy: what to do about it; empty when ok.
        stops_answering: whether questions cannot be answered as they should while it is not ok.
    """

    name: str
    status: Status
    found: str
    remedy: str = ""
    stops_answering: bool = True


def run_doctor() -> Iterator[Check]:
    """Look at everything that an answer needs; each check is given as soon as it is made."""
    yield _check_python()
    yield _check_packages()
    yield from _check_model()
    yield from _check_breakers()
    yield _guarded("embedder", _check_embedder)
    yield from _check_stores()


def print_doctor() -> int:
    """Print every check.

    Returns:
        Exit status: 1 when something that stops answering is missing or broken, else 0.
    """
    console = Console(highlight=False, soft_wrap=True)
    sick = 0
    for check in run_doctor():
        console.print(f"{_MARKS[check.status]} [bold]{escape(check.name)}[/bold]: {escape(check.found)}")
        if check.remedy:
            console.print(f"    remedy: {escape(check.remedy)}")
        sick += check.status != "ok" and check.stops_answering
    console.print("everything that an answer needs is there" if not sick else f"{sick} to be mended")
    return 1 if sick else 0


def _check_python() -> Check:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info >= _MIN_PYTHON:
        return Check("python", "ok", found)
    return Check(
        "python", "broken", found, "set up again with Python 3.11 or newer: `make PYTHON=python3.11`"
    )


def _check_packages() -> Check:
    """Compare what is installed with requirements.lock."""
    pinned = dict(
        line.strip().split("==", 1) for line in _LOCK_FILE.read_text("utf-8").splitlines() if "==" in line
    )
    different = [
        f"{name} {found or 'absent'} instead of {wanted}"
        for name, wanted in pinned.items()
        if (found := _installed(name)) != wanted
    ]
    if not different:
        return Check("packages", "ok", f"{len(pinned)} as pinned in {_LOCK_FILE.name}")
    found = "; ".join(different[:5]) + (f"; and {len(different) - 5} more" if len(different) > 5 else "")
    # Another version mostly works; an absent package does not.
    absent = any("absent" in entry for entry in different)
    return Check(
        "packages", "missing" if absent else "broken", found, "run `make setup`", stops_answering=absent
    )


def _installed(name: str) -> str | None:
    """Return the public part of the version: torch's CPU build calls itself 2.13.0+cpu."""
    try:
        return version(name).partition("+")[0]
    except PackageNotFoundError:
        return None


def _check_model() -> Iterator[Check]:
    """Check the file and its sum, the server's answer, and that the answer keeps to a schema."""
    try:
        connection = connect()
    except ServingError as error:
        yield _failed("model settings", error)
        return
    try:
        if isinstance(connection, EmbeddedConnection | ServedConnection):
            file = _guarded("model file", lambda: _check_model_file(connection))
            yield file
            if file.status != "ok":
                return
        yield from _check_server(connection)
    finally:
        connection.close()


def _check_model_file(connection: EmbeddedConnection | ServedConnection) -> Check:
    spec = connection.spec if isinstance(connection, ServedConnection) else connection.server.spec
    if isinstance(spec, HubModel):
        found = f"{ready_folder(spec)} (whole; `shopcast models verify` asks the hub for its sums)"
        return Check("model file", "ok", found)
    path = ready_path(spec, full=True)
    return Check("model file", "ok", f"{path} ({path.stat().st_size / 1e9:.2f} GB, sum verified)")


def _check_server(connection: ModelConnection) -> Iterator[Check]:
    client: ChatClient | None = None
    try:
        client = connection.client()
        question = [{"role": "user", "content": 'Answer in JSON: {"answer": "ok"}'}]
        reply = client.complete(question, max_tokens=8, timeout_seconds=_PROBE_SECONDS)
    except ServingError as error:
        failed = _failed("model server", error)
        offered = (
            client.offered_models(_LISTING_SECONDS) if client and isinstance(error, ModelRejected) else []
        )
        yield replace(failed, remedy=f"{failed.remedy}. {_tell_offered(offered)}") if offered else failed
        return
    yield Check("model server", "ok", f"{connection.description}, answered in {reply.seconds:.1f} s")
    try:
        reply = client.complete(question, schema=_PROBE_SCHEMA, max_tokens=64, timeout_seconds=_PROBE_SECONDS)
    except ServingError as error:
        yield _failed("answer by schema", error)
        return
    yield _judge_probe(reply.text)


def _tell_offered(models: list[str]) -> str:
    more = f" and {len(models) - _MODELS_NAMED} more" if len(models) > _MODELS_NAMED else ""
    return f"It serves {', '.join(map(repr, models[:_MODELS_NAMED]))}{more}"


def _check_breakers() -> Iterator[Check]:
    """Say which running program answers by keywords because its model kept failing."""
    for pid, reason in open_breakers():
        yield Check(
            f"model breaker of process {pid}",
            "broken",
            f"open: its model failed several times in a row ({reason}); keywords plan its answers",
            "mend the model server; the next question after 30 s tries it again by itself",
            stops_answering=False,
        )


def _judge_probe(text: str) -> Check:
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if isinstance(answer, dict) and answer.get("answer") in ("ok", "not ok") and len(answer) == 1:
        return Check("answer by schema", "ok", f"kept to the schema: {json.dumps(answer)}")
    return Check(
        "answer by schema",
        "broken",
        f"the model answered {text[:80]!r}",
        "use a server that honours response_format json_schema (see docs/models.md)",
    )


def _check_embedder() -> Check:
    embedder = default_embedder()
    vectors = embedder.embed_passages(["这个杯子漏水", "The cup leaks"])
    lengths = np.linalg.norm(vectors, axis=1)
    if vectors.shape != (2, embedder.dimensions) or not np.allclose(lengths, 1.0, atol=1e-3):
        return Check("embedder", "broken", f"vectors of shape {vectors.shape}", "run `make setup`")
    alike = float(vectors[0] @ vectors[1])
    found = f"{embedder.name}, {embedder.dimensions} dimensions, 漏水 ~ leaks {alike:.2f}"
    return Check("embedder", "ok", found)


def _check_stores() -> Iterator[Check]:
    names = list_stores()
    if not names:
        yield Check(
            "stores", "missing", f"none in {stores_home()}", "run `shopcast demo` or `shopcast import`"
        )
    for name in names:
        try:
            with Store.open(name) as store:
                yield _describe(store)
                if store.info.as_of is not None:
                    yield _check_forecasters(store)
                if store.info.review_count:
                    yield _check_index(store)
        except StoreLocked as error:
            # The chat holds its stores open: no fault of the store.
            yield Check(f"store {name}", "ok", f"in use, not looked into ({error.message})")
        except StoreError as error:
            yield Check(f"store {name}", "broken", error.message, error.remedy)


def _describe(store: Store) -> Check:
    info = store.info
    if info.as_of is None:
        return Check(
            f"store {store.name}",
            "missing",
            "no sales",
            f"run `shopcast import sales FILE --store {store.name}`",
            stops_answering=False,
        )
    found = (
        f"{info.kind}, {info.product_count} products, {info.sales_days:,} rows of sales, "
        f"{info.review_count:,} reviews, data as of {info.as_of}"
    )
    return Check(f"store {store.name}", "ok", found)


def _check_forecasters(store: Store) -> Check:
    name = f"forecasters of {store.name}"
    trained_on = saved_version(store.folder / MODELS_FOLDER)
    if trained_on == store.data_version():
        return Check(name, "ok", "trained on the store's sales")
    found = "not trained: each product is forecast from its own sales alone"
    if trained_on is not None:
        found = "trained on earlier sales, which they forecast from until they are trained again"
    return Check(name, "missing", found, f"run `shopcast train --store {store.name}`", stops_answering=False)


def _check_index(store: Store) -> Check:
    name = f"review index of {store.name}"
    if ReviewIndex(store, review_embedder(default_embedder())).is_fresh():
        return Check(name, "ok", "holds the store's reviews")
    return Check(
        name,
        "missing",
        "absent, damaged, or older than the reviews",
        "none needed: the next question about reviews builds it",
        stops_answering=False,
    )


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except ServingError as error:
        return _failed(name, error)
    except (OSError, ImportError, RuntimeError) as error:
        return Check(name, "broken", f"{type(error).__name__}: {error}", "run `make setup`")


def _failed(name: str, error: ServingError) -> Check:
    status: Status = "missing" if isinstance(error, ModelMissing) else "broken"
    return Check(name, status, error.message, error.remedy)
