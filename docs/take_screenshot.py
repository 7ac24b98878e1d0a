"""Take docs/screenshot.png: the chat answering a real question with the real model on a demo store.

Usage: .venv/bin/python docs/take_screenshot.py [--store bazaar] [--question "…"] [--out docs/screenshot.png]

Serves the page from the stores and the model of this machine (`shopcast demo` makes both) on a free port,
asks in Debian's chromium, waits for the answer and its chart, and writes the picture.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from playwright.sync_api import Page, expect, sync_playwright

from serving.connection import connect
from ui.web import create_app
from ui.web_shops import OpenShops

QUESTION = "What is trending, and how much of the top riser will sell in the next 14 days?"
SIZE = {"width": 1180, "height": 1240}
# The first question starts the model and trains nothing; a busy two-core machine still takes a while.
ANSWER_TIMEOUT_MS = 300_000
LARGEST_BYTES = 300_000


def main() -> None:
    """Serve, ask, photograph."""
    parser = argparse.ArgumentParser(description="Photograph an answered question.")
    parser.add_argument("--store", default="bazaar")
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("screenshot.png"))
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium was not found. Remedy: apt install chromium")

    connection = connect()
    shops = OpenShops(connection)
    cards = [card for card in shops.cards if card.name == options.store]
    if not cards:
        sys.exit(f"there is no store {options.store!r}. Remedy: shopcast demo --once")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    app = create_app(cards, shops.assistant, secret="only for this picture")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport=SIZE)
            page.goto(f"http://127.0.0.1:{listener.getsockname()[1]}/en")
            photograph(page, options.question, options.out)
            browser.close()
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        shops.close()
        connection.close()
    size = options.out.stat().st_size
    if size > LARGEST_BYTES:
        sys.exit(f"the picture is larger than {LARGEST_BYTES:,} bytes. Remedy: a smaller SIZE")


def photograph(page: Page, question: str, out: Path) -> None:
    """Ask, wait until the answer stands, and show its words together with the chart."""
    page.locator("#ask textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#ask .stop-button")).to_be_visible()
    expect(page.locator("#ask .submit-button")).to_be_visible(timeout=ANSWER_TIMEOUT_MS)
    expect(page.locator("#chat .js-plotly-plot")).not_to_have_count(0)
    page.locator("#chat .user-row").scroll_into_view_if_needed()
    page.locator("#ask textarea").blur()
    page.screenshot(path=out)


if __name__ == "__main__":
    main()
