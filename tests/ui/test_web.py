"""The site around the two pages."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.browser.conftest import build_site
from tests.browser.scripted import CARDS, ScriptedAssistant
from ui.web import preferred_language, stored_secret


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(build_site(CARDS, lambda name: ScriptedAssistant()), base_url="http://127.0.0.1")


@pytest.mark.parametrize(
    ("header", "page"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh;q=0.5", "en"),
        ("de-DE,de;q=0.9,zh-TW;q=0.4", "zh"),
        ("fr", "en"),
        ("", "en"),
        ("en;q=nonsense,zh;q=0.1", "zh"),
    ],
)
def test_the_readers_language_chooses_the_page(header: str, page: str) -> None:
    assert preferred_language(header) == page


def test_the_root_leads_to_one_of_the_pages(client: TestClient) -> None:
    reply = client.get("/", headers={"accept-language": "zh-CN"}, follow_redirects=False)
    assert reply.is_redirect
    assert reply.headers["location"] == "/zh"


@pytest.mark.parametrize(("page", "words"), [("en", "Ask about your products"), ("zh", "问问您店里的商品")])
def test_each_page_speaks_its_language(client: TestClient, page: str, words: str) -> None:
    config = client.get(f"/{page}/config").json()
    texts = [str(component["props"].get("placeholder")) for component in config["components"]]
    assert any(words in text for text in texts)


@pytest.mark.parametrize("page", ["en", "zh"])
def test_no_event_is_a_public_endpoint(client: TestClient, page: str) -> None:
    info = client.get(f"/{page}/gradio_api/info").json()
    assert info["named_endpoints"] == {}


def test_uploads_are_closed_on_the_real_pages(client: TestClient) -> None:
    assert client.post("/en/gradio_api/upload", files={"files": b"x"}).status_code == 404


def test_a_synthetic_store_wears_its_badge_and_a_real_one_does_not() -> None:
    assert "Synthetic data" in CARDS[0].line("en")
    assert "模拟数据" in CARDS[0].line("zh")
    assert "Synthetic" not in CARDS[1].line("en")


def test_the_secret_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "web.secret"
    first = stored_secret(path)
    assert len(first) > 30
    assert stored_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
