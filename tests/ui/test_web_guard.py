"""Only this machine's own pages reach the chat."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.web_guard import LocalOnly


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    app.add_middleware(LocalOnly)
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:7860", "[::1]:7860"])
def test_local_names_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/en", headers={"host": host}).text == "inside"


@pytest.mark.parametrize(
    "host",
    ["shop.example", "127.0.0.1.shop.example:7860", "127.0.0.1@shop.example", "", "[", "localhost.example"],
)
def test_a_rebound_host_name_is_refused(client: TestClient, host: str) -> None:
    reply = client.get("/en", headers={"host": host})
    assert reply.status_code == 421
    assert "inside" not in reply.text


@pytest.mark.parametrize("origin", ["http://stranger.example", "https://localhost.stranger.example", "null"])
def test_another_site_cannot_post_here(client: TestClient, origin: str) -> None:
    reply = client.post("/en/gradio_api/queue/join", headers={"origin": origin})
    assert reply.status_code == 403


def test_the_page_itself_may_post(client: TestClient) -> None:
    reply = client.post("/en/gradio_api/queue/join", headers={"origin": "http://127.0.0.1:7860"})
    assert reply.text == "inside"


@pytest.mark.parametrize(
    "call", ["upload", "upload/", "file=/etc/hosts", "file/x", "deep_link", "run/ask", "vibe-code"]
)
@pytest.mark.parametrize("page", ["en", "zh"])
def test_what_the_chat_has_no_use_for_is_closed(client: TestClient, page: str, call: str) -> None:
    assert client.post(f"/{page}/gradio_api/{call}").status_code == 404


def test_every_answer_carries_the_content_policy(client: TestClient) -> None:
    policy = client.get("/en").headers["content-security-policy"]
    for part in ("default-src 'self'", "img-src 'self' data: blob:", "frame-ancestors 'none'"):
        assert part in policy
    assert "http" not in policy
