"""The file of merchants: read strictly, or nobody is let in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest
import uvicorn
from starlette.testclient import TestClient

from serving.connection import ModelConnection
from ui.merchants import FILE_VARIABLE, Merchants, MerchantsInvalid, load_merchants
from ui.web import serve

ANNA = "anna: {token: " + "a" * 32 + ", stores: [annas-shop]}\n"
BEN = "ben: {token: " + "b" * 32 + ", stores: [bens-shop]}\n"


def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, mode: int = 0o600) -> Merchants:
    file = tmp_path / "merchants.yaml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    monkeypatch.setenv(FILE_VARIABLE, str(file))
    merchants = load_merchants()
    assert merchants is not None
    return merchants


def test_without_the_file_there_is_one_local_merchant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FILE_VARIABLE, raising=False)
    assert load_merchants() is None


def test_a_token_finds_its_merchant_and_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    merchants = load(tmp_path, monkeypatch, ANNA + BEN)
    found = merchants.find("b" * 32)
    assert found is not None
    assert (found.name, found.stores) == ("ben", frozenset({"bens-shop"}))
    assert merchants.find("") is None
    assert merchants.find("令牌") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("anna: {token: short, stores: [annas-shop]}", "anna.token"),
        ("anna: {token: " + "a" * 32 + "}", "anna.stores"),
        ("- anna", "the whole file"),
        ("", "the whole file"),
        ("anna: [" + "a" * 32, "YAML"),
        (ANNA + BEN.replace("b" * 32, "a" * 32), "one token"),
        (ANNA + BEN.replace("bens-shop", "annas-shop"), "two merchants"),
    ],
)
def test_a_file_that_lets_the_wrong_one_in_lets_nobody_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    with pytest.raises(MerchantsInvalid) as refused:
        load(tmp_path, monkeypatch, text)
    assert said in str(refused.value)
    assert "a" * 32 not in str(refused.value)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MerchantsInvalid, match="chmod 600"):
        load(tmp_path, monkeypatch, ANNA, mode=0o644)


def test_a_missing_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "none.yaml"))
    with pytest.raises(MerchantsInvalid, match="cannot be read"):
        load_merchants()


def test_the_page_asks_for_a_token_and_tells_of_a_store_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Any] = []
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    monkeypatch.setattr(uvicorn, "run", lambda app, **_: served.append(app))
    load(tmp_path, monkeypatch, ANNA)
    # In a thread of its own, as the browser tests' event loop may already run in this one.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(serve, connection=cast(ModelConnection, object())).result()
    assert "'annas-shop'" in capsys.readouterr().err
    with TestClient(served[0], base_url="http://127.0.0.1") as client:
        assert client.get("/api/stores").status_code == 401
        assert client.get("/api/stores", headers={"authorization": "Bearer " + "a" * 32}).json() == []


def test_with_a_broken_file_no_page_is_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn, "run", lambda *_, **__: pytest.fail("served without merchants"))
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path / "home"))
    with pytest.raises(MerchantsInvalid):
        load(tmp_path, monkeypatch, "anna: [")
    with pytest.raises(MerchantsInvalid):
        serve()
    assert not (tmp_path / "home").exists()
