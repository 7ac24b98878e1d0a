"""A conversation taken back on the page: stopped, edited, asked again, over the real assistant."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect

from agent.assistant import Assistant
from serving.client import Completion
from serving.interrupt import raise_if_stopped
from store.demo import bazaar
from tests.browser.conftest import Visit, build_site
from tests.browser.scripted import CARDS
from tools.shop import Shop

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Visit]
FOLLOW_UP = "How many of it did we sell last week?"
PATIENCE_SECONDS = 30.0


@dataclass
class SlowModel:
    """Plans sales of the product that a question names, else of "it"; thinks long where it is told to."""

    model: str = "scripted"
    description: str = "scripted model"
    is_awake: bool = True
    titles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    given_up: int = 0

    def client(self, on_progress: Any = None) -> Any:
        return self

    def warm(self, messages: Any) -> None: ...

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        self.asked.append(messages[-1]["content"])
        question = messages[-1]["content"].rpartition("Q: ")[2]
        if "ponder" in question:
            self._ponder()
        product = next((title for title in self.titles if title in question), "it")
        call = {"tool": "get_sales", "arguments": {"product": product, "period": "last week"}}
        return Completion(json.dumps({"calls": [call]}), 800, 40, 0.01, 790)

    def _ponder(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        try:
            while time.monotonic() < deadline:
                raise_if_stopped()
                time.sleep(0.02)
        except Exception:
            self.given_up += 1
            raise


@dataclass
class Real:
    """A served page over a real shop; only the model plays a script."""

    url: str
    model: SlowModel
    shop: Shop

    @property
    def titles(self) -> list[str]:
        return self.model.titles

    def answers(self) -> list[dict[str, Any]]:
        """Every answer that the store keeps, the latest first."""
        return self.shop.store.answers(limit=100)


@pytest.fixture(scope="module")
def real(serve: Callable[[FastAPI], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    store = bazaar.build(tmp_path_factory.mktemp("page"), products=12, days=200, reviews=20)
    shop = Shop(store)
    names = [product.title for product in shop.catalogue.products]
    model = SlowModel(titles=[name for name in names if sum(name in other for other in names) == 1])
    assistant = Assistant(shop, model)  # type: ignore[arg-type]
    yield Real(serve(build_site(CARDS, lambda name: assistant)), model, shop)
    store.close()


def sales_of(title: str) -> str:
    return f"How many {title} did we sell last week?"


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS / 3
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def edit(opened: Visit, question: int, text: str) -> None:
    opened.page.get_by_label("Edit").nth(question).click()
    opened.page.locator("#chat textarea").fill(text)
    opened.page.get_by_label("Submit").last.click()


@pytest.mark.parametrize(("lang", "stopped"), [("en", "Stopped."), ("zh", "已停止")])
def test_stop_gives_up_the_model_and_the_next_question_works(
    real: Real, visit: OpenPage, lang: str, stopped: str
) -> None:
    opened = visit(f"{real.url}/{lang}")
    page, model = opened.page, real.model
    opened.ask(sales_of(real.titles[0]))
    opened.expect_ready()
    kept, given_up = len(real.answers()), model.given_up
    asked = len(model.asked)
    opened.ask(
        f"ponder: 上周卖了多少 {real.titles[1]}?" if lang == "zh" else f"ponder {sales_of(real.titles[1])}"
    )
    until(lambda: len(model.asked) == asked + 1)
    page.locator("#ask .stop-button").click()
    opened.expect_ready(turns=2)
    expect(page.locator("#chat")).to_contain_text(stopped)
    assert page.locator("#chat .loading-spinner").count() == 0

    opened.ask(FOLLOW_UP)
    opened.expect_ready(turns=3)
    assert model.given_up == given_up + 1
    assert len(model.asked) == asked + 2
    assert real.titles[0] in model.asked[-1], "the memory is that of the first turn"
    assert real.titles[1] not in model.asked[-1]
    expect(page.locator("#chat .bot-row").last).to_contain_text(real.titles[0])
    assert len(real.answers()) == kept + 1


def test_an_edited_question_continues_what_stood_before_it(real: Real, visit: OpenPage) -> None:
    opened = visit(f"{real.url}/en")
    opened.ask(sales_of(real.titles[0]))
    opened.expect_ready()
    opened.ask(sales_of(real.titles[1]))
    opened.expect_ready(turns=2)
    edit(opened, 1, FOLLOW_UP)
    expect(opened.page.locator("#chat .user-row").nth(1)).to_contain_text("of it")
    opened.expect_ready(turns=2)
    expect(opened.page.locator("#chat .bot-row").last).to_contain_text(real.titles[0])
    assert real.titles[1] not in real.model.asked[-1]


def test_an_edited_first_question_drops_what_followed(real: Real, visit: OpenPage) -> None:
    opened = visit(f"{real.url}/en")
    for turn, title in enumerate(real.titles[:2], start=1):
        opened.ask(sales_of(title))
        opened.expect_ready(turns=turn)
    edit(opened, 0, sales_of(real.titles[2]))
    expect(opened.page.locator("#chat .bot-row").last).to_contain_text(real.titles[2])
    opened.expect_ready(turns=1)
    # The list of chats is drawn with what the browser keeps.
    expect(opened.page.locator("#chat-list label")).to_contain_text(real.titles[2])
    opened.page.reload()
    expect(opened.page.locator("#chat .user-row")).to_have_count(1)


def test_an_edit_to_nothing_changes_nothing(real: Real, visit: OpenPage) -> None:
    opened = visit(f"{real.url}/en")
    opened.ask(sales_of(real.titles[0]))
    opened.expect_ready()
    asked = len(real.model.asked)
    edit(opened, 0, "   ")
    expect(opened.page.locator("#chat .user-row")).to_contain_text(real.titles[0])
    opened.expect_ready()
    assert len(real.model.asked) == asked


def test_asking_again_gives_the_same_answer(real: Real, visit: OpenPage) -> None:
    opened = visit(f"{real.url}/en")
    opened.ask(sales_of(real.titles[0]))
    opened.expect_ready()
    opened.ask(FOLLOW_UP)
    opened.expect_ready(turns=2)
    words = real.answers()[0]["answer"]
    kept = len(real.answers())
    opened.page.get_by_label("Retry").click()
    expect(opened.page.locator("#ask .stop-button")).to_be_visible()
    opened.expect_ready(turns=2)
    assert len(real.answers()) == kept + 1
    assert real.answers()[0]["answer"] == words


def test_two_tabs_each_keep_their_product(real: Real, visit: OpenPage) -> None:
    tabs = [visit(f"{real.url}/en"), visit(f"{real.url}/en")]
    for tab, title in zip(tabs, real.titles, strict=False):
        tab.ask(sales_of(title))
    for tab in tabs:
        tab.expect_ready()
        tab.ask(FOLLOW_UP)
    for tab, title in zip(tabs, real.titles, strict=False):
        tab.expect_ready(turns=2)
        expect(tab.page.locator("#chat .bot-row").last).to_contain_text(title)


def test_a_new_chat_gives_up_the_answer_under_way(real: Real, visit: OpenPage) -> None:
    opened = visit(f"{real.url}/en")
    asked, given_up = len(real.model.asked), real.model.given_up
    opened.ask(f"ponder {sales_of(real.titles[0])}")
    until(lambda: len(real.model.asked) == asked + 1)
    opened.page.get_by_label("Toggle Sidebar").click()
    opened.page.locator("#new-chat").click()
    expect(opened.page.locator("#chat .user-row")).to_have_count(0)
    until(lambda: real.model.given_up == given_up + 1)
    opened.ask(sales_of(real.titles[0]))
    opened.expect_ready()
