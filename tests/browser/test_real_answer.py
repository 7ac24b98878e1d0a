"""The whole path once, with nothing scripted: typed question, real model, real sales, chart and receipt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from serving.connection import ModelConnection
from tests.browser.conftest import PHONE, Visit, build_site
from ui.web_shops import OpenShops

pytestmark = [pytest.mark.browser, pytest.mark.real_model]

# Two loaded cores may take this long to start the model and read its first prompt.
ANSWER_TIMEOUT_MS = 150_000


@pytest.fixture
def real_site(
    demo_home: Path,
    model_connection: ModelConnection,
    monkeypatch: pytest.MonkeyPatch,
    serve: Callable[[FastAPI], str],
) -> Iterator[str]:
    monkeypatch.setenv("SHOPCAST_HOME", str(demo_home))
    shops = OpenShops(model_connection)
    yield serve(build_site(shops.cards, shops.assistant))
    shops.close()


def test_a_real_question_is_answered_on_a_phone_with_chart_and_receipt(
    real_site: str, visit: Callable[..., Visit]
) -> None:
    opened = visit(f"{real_site}/zh", PHONE)
    page = opened.page
    expect(page.locator(".badge")).to_have_text("真实销售")
    opened.ask("柠檬未来14天能卖多少？")
    expect(page.locator("#chat .thought-group").first).to_be_visible()
    expect(page.locator("#ask .submit-button")).to_be_visible(timeout=ANSWER_TIMEOUT_MS)

    expect(page.locator("#chat .js-plotly-plot .scatterlayer .trace")).to_have_count(4)
    words = page.locator("#chat .bot-row .message-content").first.inner_text()
    numbers = re.findall(r"\d+(?:\.\d+)? 件", words)
    assert numbers, words
    receipt = page.locator("#chat .thought-group").filter(has=page.locator(".title", has_text="数字出处"))
    receipt.locator(".title").click()
    expect(receipt).to_contain_text("forecast_demand")
    values = receipt.locator("td").all_inner_texts()
    assert numbers[0] in values
    assert not opened.hangs_over()
