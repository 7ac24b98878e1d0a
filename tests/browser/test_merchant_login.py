"""Two merchants in one real browser: in by the token, out again, each with their own stores and chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.scripted import CARDS, ScriptedAssistant
from ui.merchants import Merchant, Merchants
from ui.web_merchants import create_merchant_sites

MERCHANTS = Merchants(
    {
        "a" * 32: Merchant("anna", frozenset({CARDS[0].name})),
        "b" * 32: Merchant("ben", frozenset({CARDS[1].name})),
    }
)


@pytest.fixture(scope="module")
def address(serve: Callable[[Any], str]) -> str:
    async def build() -> Any:
        return create_merchant_sites(MERCHANTS, CARDS, lambda name: ScriptedAssistant(), secret="for tests")

    # Inside a running event loop: outside one gradio opens sixteen and closes none.
    with ThreadPoolExecutor(max_workers=1) as pool:
        return serve(pool.submit(lambda: asyncio.run(build())).result())


def log_in(page: Page, address: str, letter: str) -> None:
    page.goto(address)
    page.locator("[name=token]").fill(letter * 32)
    page.keyboard.press("Enter")


def log_out(page: Page) -> None:
    page.get_by_label("Toggle Sidebar").click()
    page.locator("#log-out a").click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("[name=token]")).to_be_visible()


def test_each_comes_in_by_their_token_to_their_own_store_and_chats(browser: Browser, address: str) -> None:
    page = browser.new_page()
    log_in(page, address, "c")
    expect(page.locator("body")).to_contain_text("No shop has this token")
    expect(page.locator("body")).to_contain_text("没有店铺使用这个令牌")

    log_in(page, address, "a")
    expect(page.locator("#store input")).to_have_value(CARDS[0].choice("en"), timeout=60_000)
    page.locator("#ask textarea").fill("Anna's question")
    page.keyboard.press("Enter")
    expect(page.locator("#ask .submit-button")).to_be_visible(timeout=60_000)
    # Listed, it is kept as well.
    expect(page.locator("#chat-list label")).to_have_count(1)
    log_out(page)

    log_in(page, address, "b")
    expect(page.locator("#store input")).to_have_value(CARDS[1].choice("en"), timeout=60_000)
    expect(page.locator("#chat")).not_to_contain_text("Anna's question")
    log_out(page)

    log_in(page, address, "a")
    expect(page.locator("#chat")).to_contain_text("Anna's question", timeout=60_000)
    page.close()
