"""Two merchants on one installation: no route of one's site gives anything of the other's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from store.database import Store
from tests.security.two_merchants import (
    HERS,
    HIS,
    HIS_WORDS,
    TOKENS,
    as_merchant,
    ask,
)
from ui.web_bubble import Bubble
from ui.web_guard import is_closed
from ui.web_merchants import COOKIE

LONGEST_STREAM_SECONDS = 0.3

SESSION = "his-session"
OPEN_ROUTES: dict[str, dict[str, Any]] = {
    "/": {},
    "/login": {"token": "made-up"},
    "/logout": {},
    "/manifest.json": {},
    "/favicon.ico": {},
    "/api/stores": {"store": HIS["store"]},
    "/api/ask": {"question": "What do customers say?", "store": HIS["store"]},
    # What gradio answers below /en and /zh; the rest of its calls is closed, a new one too.
    "/PAGE/": {"deep_link": SESSION},
    "/PAGE/config": {"deep_link": SESSION, "session_hash": SESSION},
    "/PAGE/openapi.json": {},
    "/PAGE/login": {"username": "ben", "password": TOKENS["ben"]},
    "/PAGE/logout": {"all_session": True},
    "/PAGE/svelte/{path:path}": {},
    "/PAGE/static/{path:path}": {},
    "/PAGE/assets/{path:path}": {},
    "/PAGE/favicon.ico": {},
    "/PAGE/theme.css": {},
    "/PAGE/robots.txt": {},
    "/PAGE/pwa_icon": {"size": 1},
    "/PAGE/pwa_icon/{size}": {},
    "/PAGE/manifest.json": {},
    "/PAGE/monitoring": {},
    "/PAGE/monitoring/summary": {},
    "/PAGE/monitoring/{key}": {},
    "/PAGE/gradio_api/app_id": {},
    "/PAGE/gradio_api/info": {"all_endpoints": True},
    "/PAGE/gradio_api/queue/join": {"fn_index": 0, "data": [HIS["store"]], "session_hash": SESSION},
    "/PAGE/gradio_api/queue/data": {"session_hash": SESSION},
    "/PAGE/gradio_api/queue/status": {"session_hash": SESSION},
    "/PAGE/gradio_api/heartbeat/{session_hash}": {},
    "/PAGE/gradio_api/cancel": {"session_hash": SESSION, "fn_index": 0, "event_id": SESSION},
    "/PAGE/gradio_api/reset": {"event_id": SESSION},
    "/PAGE/gradio_api/startup-events": {},
    "/PAGE/gradio_api/theme.css": {},
}


def routes(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the method and path of every route of a site, its mounted pages and their routers included."""
    for route in iter_route_contexts(app.routes):
        if route.methods:
            yield from ((method, prefix + str(route.path)) for method in route.methods)
        else:
            yield from routes(route.app, prefix + str(route.path))


def case_of(path: str) -> str:
    """Return the route's key in OPEN_ROUTES; gradio has many with and without a last slash."""
    key = re.sub(r"^/(en|zh)/", "/PAGE/", path)
    return key if key in ("/", "/PAGE/") else key.rstrip("/")


@dataclass
class Reply:
    status: int = 0
    body: bytes = b""


async def exchange(app: Any, method: str, path: str, query: str, body: bytes, who: str) -> Reply:
    """Send one request; a stream that stays open is cut off after a while, one that breaks off ends there."""
    reply, sent = Reply(), False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await anyio.sleep_forever()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        reply.status = message.get("status", reply.status)
        reply.body += message.get("body", b"")

    headers = {
        "host": "127.0.0.1", "accept": "*/*", "authorization": f"Bearer {TOKENS[who]}",
        "content-type": "application/json", "content-length": str(len(body)),
    }  # fmt: skip
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "root_path": "", "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 5), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    with anyio.move_on_after(LONGEST_STREAM_SECONDS), suppress(Exception):
        await app(scope, receive, send)
    return reply


def fire(site: TestClient, who: str, name: str, data: list[Any], event_data: Any = None) -> str:
    """Fire an event of the English page as its script does, and return all that came back."""
    config = site.get("/en/config", headers=as_merchant(who)).json()
    event = next(d for d in config["dependencies"] if d["api_name"] == name)
    joined = site.post(
        "/en/gradio_api/queue/join",
        json={"data": data, "fn_index": event["id"], "session_hash": f"{who}s", "event_data": event_data},
        headers=as_merchant(who),
    )
    assert joined.status_code == 200, joined.text
    return site.get(
        "/en/gradio_api/queue/data", params={"session_hash": f"{who}s"}, headers=as_merchant(who)
    ).text


def her_routes(site: TestClient) -> list[tuple[str, str]]:
    front = site.app.app  # type: ignore[attr-defined]
    return sorted({*routes(front._sites["anna"]), *routes(front._front)})


def test_every_open_route_is_tried(site: TestClient) -> None:
    found = {case_of(path) for _, path in her_routes(site) if not is_closed(path)}
    assert not found - set(OPEN_ROUTES), "say in OPEN_ROUTES what of another merchant's they could be asked"
    assert not set(OPEN_ROUTES) - found
    # The pages' own router is one of those that are looked into.
    assert any("/gradio_api/queue/join" in path for path in found)


def test_every_route_keeps_his_words_from_her(site: TestClient, stores: dict[str, Store]) -> None:
    his = ask(site, "ben", f"How many {HIS['title']} did we sell last week?").json()["conversation"]
    file = stores["bens-shop"].folder / "store.duckdb"
    gaps = {
        "path": str(file), "path_or_url": str(file), "url_path": str(file), "file_name": str(file),
        "session_hash": SESSION, "event_id": SESSION, "component_id": "1", "run": "0", "key": his, "size": "1",
        "api_name": "ask", "id": "1", "environment": "client", "type": "component", "segment_id": "0", "ext": "ts",
    }  # fmt: skip
    for method, path in her_routes(site):
        said = {**OPEN_ROUTES.get(case_of(path), {}), "conversation": his}
        reply = site.portal.call(  # type: ignore[union-attr]
            exchange, site.app, method, re.sub(r"{(\w+)[^}]*}", lambda gap: gaps[gap[1]], path),
            urlencode(said), json.dumps(said).encode(), "anna",
        )  # fmt: skip
        if is_closed(path):
            assert reply.status == 404, (method, path)
        told = reply.body.decode("utf-8", "replace").lower()
        assert HIS_WORDS not in told, (method, path)
        assert "bens-shop card" not in told, (method, path)
        assert b"DUCK" not in reply.body[:64], (method, path)


def test_his_session_and_events_are_unknown_on_her_page(site: TestClient) -> None:
    """Gradio gives a result to whoever knows its session: hers has a queue of its own."""
    config = site.get("/en/config", headers=as_merchant("ben")).json()
    loading = next(d for d in config["dependencies"] if any(t[1] == "load" for t in d["targets"]))
    joined = site.post(
        "/en/gradio_api/queue/join",
        json={"data": [[], None], "fn_index": loading["id"], "session_hash": "bens", "trigger_id": None},
        headers=as_merchant("ben"),
    )
    assert joined.status_code == 200
    stolen = site.portal.call(  # type: ignore[union-attr]
        exchange, site.app, "GET", "/en/gradio_api/queue/data", "session_hash=bens", b"", "anna"
    )
    assert b"process_completed" not in stolen.body
    own = site.get("/en/gradio_api/queue/data", params={"session_hash": "bens"}, headers=as_merchant("ben"))
    assert "process_completed" in own.text


def test_a_made_up_chat_files_no_verdict_in_his_store(
    site: TestClient, stores: dict[str, Store], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chats come back from the browser, which may write whatever it likes into them."""
    monkeypatch.setenv("SHOPCAST_HOME", str(home))
    bubble = {**Bubble("en").dump(), "words": "An answer."}
    mine = {"id": "c1", "store": HERS["store"], "title": "t", "turns": [{"question": "q", "bubble": bubble}]}
    forged = {**mine, "store": HIS["store"]}
    assert "process_completed" in fire(site, "anna", "_restore", [[mine], None])
    fire(site, "anna", "_open", ["c1", [forged], None])
    fire(site, "anna", "rate", [None], {"index": 1, "value": "An answer.", "liked": False})
    assert not (stores["bens-shop"].folder / "feedback.jsonl").exists()
    assert (stores["annas-shop"].folder / "feedback.jsonl").exists()


def test_what_signs_cookies_never_reaches_a_browser(site: TestClient) -> None:
    configs = {name: site.get("/en/config", headers=as_merchant(name)).text for name in TOKENS}
    assert all("for tests" not in config for config in configs.values())
    kept = [set(re.findall(r'"(?:secret|storage_key)":"([^"]+)"', config)) for config in configs.values()]
    assert len(kept[0]) == 2
    assert not kept[0] & kept[1]


@pytest.mark.parametrize(
    "path", ["/", "/en/", "/zh/config", "/api/stores", "/en/gradio_api/info", "/manifest.json"]
)
def test_without_a_token_there_is_nothing(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 401
    assert site.get(path, headers={"authorization": "Bearer " + "c" * 32}).status_code == 401
    assert site.get(path, headers={"cookie": f"{COOKIE}=made-up"}).status_code == 401


def test_a_visitor_is_led_to_the_form_and_in_by_the_token(site: TestClient) -> None:
    with TestClient(site.app, base_url="http://127.0.0.1") as visitor:
        first = visitor.get("/", headers={"accept": "text/html"}, follow_redirects=False)
        assert first.headers["location"] == "/login"
        assert "访问令牌" in visitor.get("/login").text
        assert visitor.post("/login", data={"token": "wrong"}).status_code == 403
        logged_in = visitor.post("/login", data={"token": TOKENS["anna"]}, follow_redirects=False)
        assert logged_in.status_code == 303
        assert "HttpOnly" in logged_in.headers["set-cookie"]
        assert [store["name"] for store in visitor.get("/api/stores").json()] == [HERS["store"]]
        visitor.post("/logout")
        assert visitor.get("/api/stores").status_code == 401
