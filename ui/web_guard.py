"""Keeps the page to this machine: local names only, no files, no request to anywhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
# Scripts and styles are the page's own; a picture in a review's markdown must not call a stranger.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
)
# What the pages ask of gradio. All else that it offers is closed - files, uploads, links to a session's state: they lie
# in one folder of this machine, the same for every merchant, where `shopcast forget` does not reach.
GRADIO_CALLS = "/gradio_api/"
OPEN_CALLS = frozenset(
    {"app_id", "cancel", "heartbeat", "info", "queue", "reset", "startup-events", "theme.css"}
)


class LocalOnly:
    """ASGI middleware in front of the whole page.

    A page elsewhere can point its own host name at 127.0.0.1 (DNS rebinding) or post to it: both arrive
    with a foreign Host or Origin and are refused. So is what gradio offers and the chat, text only, has no use for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what is foreign, pass on the rest with the content policy."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = _refusal(Headers(scope=scope), scope["path"])
        if refusal:
            await refusal(scope, receive, send)
            return

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, send_with_policy)


def _refusal(headers: Headers, path: str) -> PlainTextResponse | None:
    if not _is_local(f"//{headers.get('host', '')}"):
        return PlainTextResponse("This page answers only at 127.0.0.1 or localhost.\n", status_code=421)
    origin = headers.get("origin")
    if origin is not None and not _is_local(origin):
        return PlainTextResponse("Requests from other sites are refused.\n", status_code=403)
    if is_closed(path):
        return PlainTextResponse(
            "This chat is text only: it has no files and no links to a session.\n", status_code=404
        )
    return None


def is_closed(path: str) -> bool:
    """Whether a path asks gradio for something that the pages have no use for."""
    _, is_call, call = path.partition(GRADIO_CALLS)
    return bool(is_call) and call.split("/")[0] not in OPEN_CALLS


def _is_local(address: str) -> bool:
    try:
        return urlsplit(address).hostname in LOCAL_NAMES
    except ValueError:
        return False
