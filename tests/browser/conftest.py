"""A real chromium before the real page; only the assistant behind it plays a script."""

from __future__ import annotations

import asyncio
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urljoin

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from tests.browser.scripted import CARDS, ScriptedAssistant
from ui.web import create_app
from ui.web_page import Assistants
from ui.web_stores import StoreCard

# A busy machine draws late; what never comes still fails.
expect.set_options(timeout=30_000)
SECRET = "a secret for tests"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


@dataclass
class Site:
    """A served page: its address and whoever answers behind it."""

    url: str
    assistant: ScriptedAssistant = field(default_factory=ScriptedAssistant)


@dataclass
class Visit:
    """One visitor's open page, and what must stay empty while they use it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.page.locator("#ask textarea").fill(question)
        self.page.keyboard.press("Enter")

    def expect_ready(self, turns: int = 1) -> None:
        """Wait until the answer to question number `turns` stands and the next may be sent."""
        expect(self.page.locator("#chat .user-row")).to_have_count(turns)
        expect(self.page.locator("#ask .submit-button")).to_be_visible(timeout=60_000)

    def hangs_over(self) -> bool:
        """Whether the page or the conversation scrolls sideways."""
        return bool(
            self.page.evaluate(
                """() => [document.documentElement, document.querySelector('#chat .bubble-wrap')]
                    .some(box => box.scrollWidth > box.clientWidth)"""
            )
        )


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[FastAPI], str]]:
    """Serves an app on a free port until the session ends."""
    servers = []

    def start(app: FastAPI) -> str:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        # From here on a browser that comes before uvicorn waits instead of being turned away.
        listener.listen(128)
        # A browser keeps its event stream open: without the limit the server never ends.
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        servers.append((server, thread, listener))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for server, thread, listener in servers:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def build_site(cards: Sequence[StoreCard], assistants: Assistants) -> FastAPI:
    """Build the site inside a running event loop: outside one gradio opens sixteen and closes none.

    In a thread of its own, because playwright's loop may already run in this one.
    """

    async def build() -> FastAPI:
        return create_app(cards, assistants, secret=SECRET)

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(lambda: asyncio.run(build())).result()


@pytest.fixture(scope="session")
def site(serve: Callable[[FastAPI], str]) -> Site:
    assistant = ScriptedAssistant()
    return Site(serve(build_site(CARDS, lambda name: assistant)), assistant)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> BrowserContext:
    """One context for all tests: its cache spares each of them the download of the page's scripts."""
    return browser.new_context()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Callable[..., Visit]]:
    """Opens pages; afterwards no page may have failed, nor called anything beyond this machine."""
    visits = []

    def open_page(address: str, size: ViewportSize = DESKTOP, *, dark: bool = False) -> Visit:
        page = context.new_page()
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="dark" if dark else "light")
        visit = Visit(page)
        page.on("pageerror", lambda error: visit.faults.append(str(error)))
        page.on("request", lambda request: _note_stranger(visit, request.url))
        # The page of an earlier test may have saved its chat while it closed.
        page.goto(urljoin(address, "/favicon.ico"))
        page.evaluate("localStorage.clear()")
        page.goto(address)
        expect(page.locator("#ask textarea")).to_be_visible(timeout=60_000)
        visits.append(visit)
        return visit

    yield open_page
    for visit in visits:
        visit.page.close()
    assert [fault for visit in visits for fault in visit.faults] == []
    assert [url for visit in visits for url in visit.strangers] == []


def _note_stranger(visit: Visit, url: str) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        visit.strangers.append(url)
