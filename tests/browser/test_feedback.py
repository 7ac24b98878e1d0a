"""Thumbs under an answer: pressed in real chromium, found in the store's folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from store.feedback import Feedback, read_feedback
from store.location import store_folder
from tests.browser.conftest import DESKTOP, PHONE, Site, Visit
from tests.browser.scripted import CARDS, WORDS

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Visit]
QUESTION = {"en": "What is trending?", "zh": "最近什么卖得火？"}
ASKED = {"en": "What was wrong?", "zh": "哪里不对？"}
THANKS = {"en": "Your feedback stays on this computer.", "zh": "反馈只保存在这台电脑上。"}
WRONG_NUMBERS = {"en": "Wrong numbers", "zh": "数字不对"}
DOWN, UP = 0, 1


def thumbs(page: Page, answer: int = 0) -> Locator:
    return page.locator("#chat .message-buttons-left").nth(answer).locator("button[aria-label*='ike']")


def filled(page: Page, answer: int = 0) -> list[bool]:
    return [
        button.get_attribute("aria-label") in ("Liked", "Disliked") for button in thumbs(page, answer).all()
    ]


def kept() -> list[Feedback]:
    return read_feedback(store_folder("bazaar")).feedback


def asked(visit: OpenPage, site: Site, lang: str = "en", size: ViewportSize = DESKTOP) -> Visit:
    opened = visit(f"{site.url}/{lang}", size)
    opened.ask(QUESTION[lang])
    opened.expect_ready()
    return opened


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("zh", PHONE)])
def test_a_thumb_down_and_what_was_wrong_lie_in_the_stores_folder(
    site: Site, visit: OpenPage, lang: str, size: ViewportSize
) -> None:
    opened = asked(visit, site, lang, size)
    page = opened.page
    thumbs(page).nth(DOWN).click()
    expect(page.locator("#feedback")).to_contain_text(ASKED[lang])
    # Who says no more has said something already.
    (given,) = kept()
    assert (given.verdict, given.note, given.question) == ("down", "", QUESTION[lang])
    assert not opened.hangs_over()

    page.get_by_role("button", name=WRONG_NUMBERS[lang]).click()
    expect(page.locator("#feedback")).to_contain_text(THANKS[lang])
    expect(page.locator("#feedback button")).to_have_count(0)
    (given,) = kept()
    assert given.note == "wrong numbers"
    assert given.answer == WORDS[lang]
    assert [call.tool for call in given.calls] == ["list_trending", "forecast_demand"]
    assert filled(page) == [True, False]


def test_readers_may_change_their_mind_and_say_it_in_their_words(site: Site, visit: OpenPage) -> None:
    opened = asked(visit, site, "zh", PHONE)
    page = opened.page
    thumbs(page).nth(UP).click()
    expect(page.locator("#feedback")).to_contain_text(THANKS["zh"])
    assert [given.verdict for given in kept()] == ["up"]
    thumbs(page).nth(DOWN).click()
    page.get_by_role("button", name="其他问题").click()
    page.locator("#feedback-note input").fill("我问的是上个月")
    assert not opened.hangs_over()
    page.keyboard.press("Enter")
    expect(page.locator("#feedback")).to_contain_text(THANKS["zh"])
    assert [(given.verdict, given.note) for given in kept()] == [("down", "我问的是上个月")]
    thumbs(page).nth(DOWN).click()
    expect(page.locator("#feedback")).to_be_hidden()
    assert kept() == []


def test_the_line_leaves_with_the_next_question_and_an_answer_under_way_has_no_thumbs(
    site: Site, visit: OpenPage
) -> None:
    opened = asked(visit, site)
    page = opened.page
    thumbs(page).nth(DOWN).click()
    expect(page.locator("#feedback")).to_be_visible()
    opened.ask("endless")
    expect(page.locator("#chat")).to_contain_text("word 5")
    expect(page.locator("#feedback")).to_be_hidden()
    expect(thumbs(page, 0).first).to_be_visible()
    expect(thumbs(page, 1).first).to_be_hidden()
    page.locator("#ask .stop-button").click()
    opened.expect_ready(turns=2)
    thumbs(page, 1).nth(DOWN).click()
    expect(page.locator("#feedback")).to_be_visible()
    assert [(given.question, given.outcome) for given in kept()] == [
        (QUESTION["en"], "answered"),
        ("endless", "failed"),
    ]
    assert kept()[1].earlier_turns == [QUESTION["en"]]


def test_a_thumb_outlives_a_reload_and_belongs_to_its_chat_alone(site: Site, visit: OpenPage) -> None:
    page = asked(visit, site).page
    thumbs(page).nth(DOWN).click()
    page.get_by_role("button", name="Did not answer").click()
    expect(page.locator("#feedback")).to_contain_text(THANKS["en"])
    page.reload()
    expect(thumbs(page).nth(DOWN)).to_have_attribute("aria-label", "Disliked", timeout=30_000)

    # Another chat's first answer stands in the same place.
    page.get_by_label("Toggle Sidebar").click()
    page.locator("#new-chat").click()
    expect(page.locator("#chat .user-row")).to_have_count(0)
    page.locator("#ask textarea").fill("Another question")
    page.keyboard.press("Enter")
    expect(page.locator("#chat-list label")).to_have_count(2)
    assert filled(page) == [False, False]
    page.locator("#chat-list label", has_text=QUESTION["en"]).click()
    expect(thumbs(page).nth(DOWN)).to_have_attribute("aria-label", "Disliked")
    page.locator("#chat-list label", has_text="Another question").click()
    expect(thumbs(page).nth(DOWN)).to_have_attribute("aria-label", "Dislike")

    # The first chat's verdict can still be changed.
    page.locator("#chat-list label", has_text=QUESTION["en"]).click()
    expect(thumbs(page).nth(DOWN)).to_have_attribute("aria-label", "Disliked")
    thumbs(page).nth(UP).click()
    expect(page.locator("#feedback")).to_contain_text(THANKS["en"])
    assert [(given.question, given.verdict) for given in kept()] == [(QUESTION["en"], "up")]


def test_a_verdict_that_cannot_be_kept_is_told(site: Site, visit: OpenPage) -> None:
    page = asked(visit, site).page
    # Where the folder should be lies a file.
    folder = store_folder("bazaar")
    folder.parent.mkdir(parents=True)
    folder.touch()
    thumbs(page).nth(DOWN).click()
    expect(page.locator("#feedback")).to_contain_text("could not be saved")


def test_feedback_goes_to_the_store_that_answered(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    page = opened.page
    page.locator("#store input").click()
    page.get_by_role("option", name=CARDS[1].label["en"]).click()
    expect(page.locator(".badge")).to_have_text("Real sales")
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    thumbs(page).nth(UP).click()
    expect(page.locator("#feedback")).to_contain_text(THANKS["en"])
    assert kept() == []
    assert len(read_feedback(store_folder(CARDS[1].name)).feedback) == 1
