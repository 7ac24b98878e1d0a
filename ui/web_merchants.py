"""Several merchants on one installation: a whole site each, chosen by who is logged in.

A merchant's site is made from their own stores alone. Whatever a request names - a store, a conversation, an event, a
session, a file - is looked up in that site, where nothing of another merchant exists.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from store.errors import StoreNotFound
from ui.merchants import Merchant, Merchants
from ui.web import create_app
from ui.web_chat import Answering
from ui.web_guard import LocalOnly
from ui.web_page import LOGOUT_PATH, Assistants
from ui.web_stores import StoreCard

COOKIE = "shopcast_merchant"
LOGIN_PATH = "/login"
_LONGEST_FORM_BYTES = 4096
# The site's pages send no referrer; with that policy a browser calls its own form's origin "null", which the guard
# refuses. The icon spares a request that nobody may make before they are in.
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shopcast</title>
<meta name="viewport" content="width=device-width"><meta name="referrer" content="same-origin">
<link rel="icon" href="data:,">
<style>body{{font-family:system-ui,sans-serif;max-width:24rem;margin:15vh auto;padding:0 1rem}}
input,button{{font:inherit;width:100%;padding:.6rem;margin:.4rem 0;box-sizing:border-box}}</style>
<h1>Shopcast</h1>{message}{form}</html>"""
_LOGIN_FORM = """<form method="post" action="/login"><input name="token" type="password" autocomplete="current-password"
autofocus aria-label="Access token / 访问令牌"><button>Log in / 登录</button></form>"""
_LOGOUT_FORM = """<form method="post" action="/logout"><button>Log out / 退出登录</button></form>"""
_ASK = ("Enter the access token of your shop.", "请输入您店铺的访问令牌。")
_WRONG = (
    "No shop has this token. Check that it was copied whole, or ask whoever runs Shopcast for yours.",
    "没有店铺使用这个令牌。请检查是否复制完整，或向管理员索取您的令牌。",
)
_LEAVE = (
    "Log out in this browser? Your chats stay in it and can be read again after the next login.",
    "要在此浏览器中退出登录吗？聊天记录会留在浏览器里，下次登录后仍可查看。",
)


def create_merchant_sites(
    merchants: Merchants, cards: Sequence[StoreCard], assistants: Assistants, *, secret: str
) -> ASGIApp:
    """Return the application that serves every merchant their own site, on this machine only.

    Args:
        merchants: who there is.
        cards: every store of the installation; one that no merchant has is shown to nobody.
        assistants: returns the assistant of a store, by name.
        secret: signs cookies; each merchant's own is made from it.
    """

    def make_site(merchant: Merchant) -> FastAPI:
        own = [card for card in cards if card.name in merchant.stores]

        def assistant(name: str) -> Answering:
            if name not in merchant.stores:
                raise StoreNotFound(f"there is no store named {name!r}", "name one of yours")
            return assistants(name)

        return create_app(
            own,
            assistant,
            secret=_derived(secret, "site", merchant.name),
            owner=_derived(secret, "chats", merchant.name)[:12],
        )

    return LocalOnly(MerchantSites(merchants, make_site, secret))


def _derived(secret: str, purpose: str, name: str) -> str:
    return hmac.new(secret.encode(), f"{purpose} {name}".encode(errors="replace"), hashlib.sha256).hexdigest()


class MerchantSites:
    """The ASGI application in front of every merchant's site.

    Args:
        merchants: who there is.
        make_site: returns a merchant's own site, made of nothing but their stores.
        secret: signs the cookie that keeps a merchant logged in.
    """

    def __init__(self, merchants: Merchants, make_site: Callable[[Merchant], FastAPI], secret: str) -> None:
        self._merchants = merchants
        self._secret = secret
        self._sites: dict[str, FastAPI] = {m.name: make_site(m) for m in merchants.all}
        self._front = Starlette(
            routes=[
                Route(LOGIN_PATH, _show_form, methods=["GET"]),
                Route(LOGIN_PATH, self._log_in, methods=["POST"]),
                Route(LOGOUT_PATH, _show_way_out, methods=["GET"]),
                Route(LOGOUT_PATH, _log_out, methods=["POST"]),
            ],
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a request to the site of whoever makes it; without a merchant there is only the form."""
        chosen = self._choose(scope)
        if chosen is None:
            await send({"type": "websocket.close", "code": 1008})
        else:
            await chosen(scope, receive, send)

    def _choose(self, scope: Scope) -> ASGIApp | None:
        if scope["type"] == "lifespan" or scope["path"] in (LOGIN_PATH, LOGOUT_PATH):
            return self._front
        merchant = self._merchant(Headers(scope=scope))
        if merchant is not None:
            return self._sites[merchant.name]
        if scope["type"] == "websocket":
            return None
        if "text/html" in Headers(scope=scope).get("accept", ""):
            return RedirectResponse(LOGIN_PATH, status_code=303)
        return JSONResponse(
            {
                "message": "nobody is logged in",
                "remedy": "send Authorization: Bearer TOKEN, or log in at /login",
            },
            status_code=401,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for site in self._sites.values():
                await stack.enter_async_context(site.router.lifespan_context(site))
            yield

    def _merchant(self, headers: Headers) -> Merchant | None:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._merchants.find(token.strip())
        return self._logged_in(_cookie(headers))

    def _logged_in(self, cookie: str) -> Merchant | None:
        for merchant in self._merchants.all:
            if hmac.compare_digest(self._signed(merchant), cookie.encode(errors="replace")):
                return merchant
        return None

    def _signed(self, merchant: Merchant) -> bytes:
        # The token is part of it: a new token logs out whoever came in with the old one.
        token = self._merchants.token_of(merchant.name)
        return _derived(self._secret, "merchant", f"{merchant.name} {token}").encode()

    async def _log_in(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST_FORM_BYTES:
                return _page(_WRONG, _LOGIN_FORM, 413)
        token = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]
        merchant = self._merchants.find(token.strip())
        if merchant is None:
            return _page(_WRONG, _LOGIN_FORM, 403)
        reply = RedirectResponse("/", status_code=303)
        reply.set_cookie(COOKIE, self._signed(merchant).decode(), httponly=True, samesite="strict")
        return reply


def _cookie(headers: Headers) -> str:
    try:
        kept = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return kept.value if kept else ""


def _page(message: tuple[str, str], form: str, status: int = 200) -> Response:
    words = "<p>{}<p lang='zh'>{}".format(*message)
    return HTMLResponse(_PAGE.format(message=words, form=form), status)


async def _show_form(_request: Request) -> Response:
    return _page(_ASK, _LOGIN_FORM)


async def _show_way_out(_request: Request) -> Response:
    return _page(_LEAVE, _LOGOUT_FORM)


async def _log_out(_request: Request) -> Response:
    reply = RedirectResponse(LOGIN_PATH, status_code=303)
    reply.delete_cookie(COOKIE)
    return reply
