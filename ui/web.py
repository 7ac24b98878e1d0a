"""The chat in the browser: two pages, /en and /zh, on this machine only."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click
import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from serving.connection import ModelConnection, connect
from serving.settings import home
from tools.results import Lang
from ui.api import add_api
from ui.merchants import Merchants, load_merchants
from ui.web_guard import LocalOnly
from ui.web_page import Assistants, build_page
from ui.web_stores import StoreCard

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ui.web_shops import OpenShops

LANGS: tuple[Lang, ...] = ("en", "zh")
STYLE_FILE = Path(__file__).with_name("web.css")
FONTS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "sans-serif",
)
MONO_FONTS = ("ui-monospace", "Consolas", "Noto Sans Mono CJK SC", "monospace")
SECRET_FILE = "web.secret"
# The document's language chooses between Chinese and Japanese glyphs and the screen reader's voice;
# gradio always says "en".
HEAD = '<script>document.documentElement.lang = "{tag}"</script>'
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="7" fill="#0d9488"/>'
    '<path d="M6 22l7-7 5 4 8-10" fill="none" stroke="white" stroke-width="3"/></svg>'
)


def create_app(
    cards: Sequence[StoreCard], assistants: Assistants, *, secret: str, owner: str = ""
) -> FastAPI:
    """Return the whole site: /en, /zh, / which leads to one of them, and /api for programs.

    Args:
        cards: the stores to choose from.
        assistants: returns the assistant of a store, by name.
        secret: encrypts the chats in the browser's storage.
        owner: whose chats they are, where several merchants may use one browser.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(LocalOnly)
    add_api(app, cards, assistants, secret)

    @app.get("/")
    def choose_language(request: Request) -> RedirectResponse:
        return RedirectResponse(f"/{preferred_language(request.headers.get('accept-language', ''))}")

    @app.get("/manifest.json")
    def describe_site() -> dict[str, str]:
        # Gradio's page always asks the root for it.
        return {"name": "Shopcast", "start_url": "/", "display": "browser"}

    @app.get("/favicon.ico")
    def draw_icon() -> Response:
        return Response(ICON, media_type="image/svg+xml")

    for lang in LANGS:
        page = build_page(lang, cards, assistants, secret=secret, owner=owner)
        gr.mount_gradio_app(
            app,
            page,
            path=f"/{lang}",
            theme=_theme(),
            head=HEAD.format(tag="zh-CN" if lang == "zh" else "en"),
            css=STYLE_FILE.read_text(encoding="utf-8"),
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            mcp_server=False,
        )
    return app


def preferred_language(accept_language: str) -> Lang:
    """Return the page for an Accept-Language header: whichever of zh and en ranks higher, else English."""
    ranks: dict[str, float] = {}
    for entry in accept_language.lower().split(","):
        tag, _, quality = entry.strip().partition(";q=")
        try:
            rank = float(quality) if quality else 1.0
        except ValueError:
            rank = 0.0
        lang = tag.split("-")[0]
        ranks[lang] = max(rank, ranks.get(lang, 0.0))
    return "zh" if ranks.get("zh", 0.0) > ranks.get("en", 0.0) else "en"


def serve(host: str = "127.0.0.1", port: int = 7860, *, connection: ModelConnection | None = None) -> None:
    """Serve the chat over every store there is, until interrupted.

    Args:
        host: a loopback address: without `SHOPCAST_MERCHANTS` the page has no login, and never TLS.
        port: TCP port.
        connection: a model connection that the caller already has and closes; by default one of its own.
    """
    # The shops pull in the whole engine; a page over other assistants does without it.
    from ui.web_shops import OpenShops

    # Before any store is opened: where it is set and broken, nobody is let in.
    merchants = load_merchants()
    own = None if connection else connect()
    shops = OpenShops(connection or own)
    try:
        app = asyncio.run(_build(shops, merchants))
        Thread(target=_warm, args=(shops,), daemon=True, name="warm").start()
        click.echo(f"Shopcast is at http://{host}:{port} - stop it with Ctrl+C")
        # A browser holds its event stream open for good; without a limit the program would never end.
        uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=1)
    finally:
        shops.close()
        if own:
            own.close()


async def _build(shops: OpenShops, merchants: Merchants | None) -> ASGIApp:
    """Return the one site, or each merchant's; inside an event loop, outside one gradio opens sixteen a page."""
    secret = stored_secret(home() / SECRET_FILE)
    if merchants is None:
        return create_app(shops.cards, shops.assistant, secret=secret)
    # It makes its sites with this module.
    from ui.web_merchants import create_merchant_sites

    for name in sorted(merchants.stores - {card.name for card in shops.cards}):
        click.echo(
            f"shopcast: a merchant has the store {name!r}, but there is none. See: shopcast stores", err=True
        )
    return create_merchant_sites(merchants, shops.cards, shops.assistant, secret=secret)


def _warm(shops: OpenShops) -> None:
    """Wake the model and the first shop's forecasters while the visitor still types."""
    for card in shops.cards[:1]:
        shops.assistant(card.name).warm()


def stored_secret(path: Path) -> str:
    """Return the secret in `path`, made at first use: chats in the browser outlive the program by it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _theme() -> gr.themes.Base:
    theme = gr.themes.Default(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="slate",
        # Plain font objects: a LocalFont would be asked from the server, a GoogleFont from the network.
        font=[gr.themes.Font(name) for name in FONTS],
        font_mono=[gr.themes.Font(name) for name in MONO_FONTS],
    )
    # The default grey of quiet words is too pale to read on white.
    return theme.set(body_text_color_subdued="*neutral_500", body_text_color_subdued_dark="*neutral_400")
