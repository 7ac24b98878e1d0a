"""The chat as a merchant meets it: typed questions, real chromium, scripted or real answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import DESKTOP, PHONE, Site, Visit
from tests.browser.scripted import CARDS, LAMP, WORDS

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Visit]
QUESTION = {
    "en": "What is trending, and how much of the top riser will sell in the next 14 days?",
    "zh": "最近什么卖得火？涨得最猛的那款未来14天能卖多少？",
}
READING = {"en": "Reading your question", "zh": "正在理解问题"}
RECEIPT = {"en": "Receipt", "zh": "数字出处"}
STEPS = {"en": ["Find what is trending", "Forecast demand"], "zh": ["查找热销变化", "预测销量"]}
BAND = {"en": "80% range", "zh": "80% 区间"}


def accordion(page: Page, title: str) -> Any:
    return page.locator("#chat .thought-group").filter(has=page.locator(".title", has_text=title))


def contrast(page: Page, selector: str) -> float:
    """Contrast of an element's text against the page, by the WCAG formula."""
    return float(
        page.evaluate(
            """selector => {
                const light = color => {
                    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(v => v / 255)
                        .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                };
                const text = document.querySelector(selector);
                const ink = getComputedStyle(text)[text instanceof SVGElement ? 'fill' : 'color'];
                const paper = getComputedStyle(document.querySelector('gradio-app')).backgroundColor;
                const [low, high] = [light(ink), light(paper)].sort((a, b) => a - b);
                return (high + 0.05) / (low + 0.05);
            }""",
            selector,
        )
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_typed_question_becomes_tools_chart_words_and_receipt(
    site: Site, visit: OpenPage, lang: str, size: ViewportSize
) -> None:
    opened = visit(f"{site.url}/{lang}", size)
    page = opened.page
    opened.ask(QUESTION[lang])
    expect(page.locator("#chat .thought-group").first).to_be_visible()
    opened.expect_ready()

    for title in STEPS[lang]:
        expect(accordion(page, title)).to_be_visible()
    expect(page.locator("#chat .js-plotly-plot .scatterlayer .trace")).to_have_count(4)
    expect(page.locator("#chat .legend")).to_contain_text(BAND[lang])
    expect(page.locator("#chat .message-content", has_text="412")).to_be_visible()
    receipt = accordion(page, RECEIPT[lang])
    receipt.locator(".title").click()
    expect(receipt.locator("td", has_text="497")).to_be_visible()
    assert not opened.hangs_over()
    # Reading order: the tools stand above the chart, the chart above the words, the receipt below.
    spots = [
        accordion(page, STEPS[lang][1]),
        page.locator("#chat .js-plotly-plot"),
        page.locator("#chat .message-content", has_text="412").first,
        receipt,
    ]
    tops = [spot.bounding_box()["y"] for spot in spots]
    assert tops == sorted(tops)


def test_the_first_status_line_comes_at_once(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/zh")
    began = time.monotonic()
    opened.ask("slow: 上个月卖了多少？")
    expect(accordion(opened.page, READING["zh"])).to_be_visible()
    # The page's promise is 0.5 s; a loaded test machine gets some slack.
    assert time.monotonic() - began < 1.5
    opened.expect_ready()


def test_a_tool_shows_what_was_said_and_what_it_became(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    step = accordion(opened.page, "Forecast demand")
    step.locator(".title").click()
    expect(step.locator("tr", has_text="horizon")).to_contain_text("14 days")
    expect(step.locator("tr", has_text="product")).to_contain_text(LAMP)
    expect(step.locator(".title")).to_contain_text("0.3s")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_and_chart_can_be_read(site: Site, visit: OpenPage, dark: bool) -> None:
    opened = visit(f"{site.url}/en", dark=dark)
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    expect(opened.page.locator("#chat .js-plotly-plot .xtick text").first).to_be_visible()
    assert contrast(opened.page, "#chat .bot-row .message-content p") > 4.5
    assert contrast(opened.page, "#chat .js-plotly-plot .xtick text") > 3
    assert contrast(opened.page, ".badge") > 4.5


def test_a_review_cannot_draw_link_or_call(site: Site, visit: OpenPage) -> None:
    """The scripted review holds a picture's markdown and tags: they are shown, not obeyed."""
    opened = visit(f"{site.url}/en")
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    reviews = accordion(opened.page, "Reviews read")
    reviews.locator(".title").click()
    expect(reviews).to_contain_text("<b>all night</b> ![x](http://stranger.example/x.png)")
    assert reviews.locator("img, a, b").count() == 0


def test_the_content_policy_stops_what_escaping_misses(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    outcome = opened.page.evaluate(
        """() => new Promise(done => {
            document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            new Image().src = 'http://stranger.example/x.png';
        })"""
    )
    assert outcome == "img-src"
    opened.strangers.clear()


def test_an_unknown_product_offers_the_nearest(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    opened.ask("forecast the moon lamp")
    opened.expect_ready()
    expect(accordion(opened.page, "Did not work")).to_be_visible()
    opened.page.get_by_role("button", name=LAMP).click()
    opened.expect_ready(turns=2)
    assert site.assistant.asked[-1][0] == LAMP


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("die, model", "It can be asked anew"),
        ("break, program", "shopcast doctor"),
    ],
)
def test_a_failure_is_a_message_with_a_retry(site: Site, visit: OpenPage, question: str, said: str) -> None:
    opened = visit(f"{site.url}/en")
    opened.ask(question)
    opened.expect_ready()
    expect(opened.page.locator("#chat")).to_contain_text(said)
    assert opened.page.locator("#chat .loading-spinner").count() == 0
    asked = len(site.assistant.asked)
    opened.page.get_by_role("button", name="Try again").click()
    opened.expect_ready(turns=2)
    assert [question for question, _ in site.assistant.asked[asked:]] == [question]


def test_stop_ends_the_answer_and_the_assistant(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    closed = site.assistant.closed
    opened.ask("endless")
    expect(opened.page.locator("#chat")).to_contain_text("word 5")
    opened.page.locator("#ask .stop-button").click()
    opened.expect_ready()
    expect(opened.page.locator("#chat")).to_contain_text("Stopped.")
    shown = opened.page.locator("#chat .bot").inner_text()
    opened.ask(QUESTION["en"])
    opened.expect_ready(turns=2)
    assert "word 300" not in shown
    assert site.assistant.closed == closed + 2


def test_a_long_answer_stays_within_a_phone(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en", PHONE)
    opened.ask("long")
    opened.expect_ready()
    expect(opened.page.locator("#chat")).to_contain_text("Paragraph 59")
    assert not opened.hangs_over()


def test_examples_and_follow_ups_can_be_pressed(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/zh", PHONE)
    opened.page.get_by_role("button", name="哪些商品在下滑").click()
    opened.expect_ready()
    opened.page.get_by_role("button", name="该补多少货？").click()
    opened.expect_ready(turns=2)
    questions, conversations = zip(*site.assistant.asked[-2:], strict=True)
    assert questions == ("哪些商品在下滑？为什么？", "该补多少货？")
    assert len(set(conversations)) == 1


def test_a_reload_brings_the_chat_back_and_a_new_one_begins_empty(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    page = opened.page
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    expect(page.locator("#chat-list label")).to_have_count(1)
    page.reload()
    expect(page.locator("#chat .message-content", has_text="412")).to_be_visible(timeout=30_000)
    expect(page.locator("#chat .js-plotly-plot")).to_be_visible()
    opened.ask("Why is it rising?")
    opened.expect_ready(turns=2)
    assert site.assistant.asked[-1][1] == site.assistant.asked[-2][1]

    page.get_by_label("Toggle Sidebar").click()
    page.locator("#new-chat").click()
    expect(page.locator("#chat .user-row")).to_have_count(0)
    page.locator("#chat-list label").first.click()
    expect(page.locator("#chat .user-row")).to_have_count(2)


def test_another_store_starts_another_conversation(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    page = opened.page
    expect(page.locator(".badge")).to_have_text("Synthetic data")
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    page.locator("#store input").click()
    page.get_by_role("option", name=CARDS[1].label["en"]).click()
    expect(page.locator(".badge")).to_have_text("Real sales")
    expect(page.locator("#chat .user-row")).to_have_count(0)
    opened.ask(QUESTION["en"])
    opened.expect_ready()
    assert site.assistant.asked[-1][1] != site.assistant.asked[-2][1]


def test_two_visitors_never_share_a_conversation(site: Site, visit: OpenPage) -> None:
    for opened in (visit(f"{site.url}/en"), visit(f"{site.url}/en")):
        opened.ask(QUESTION["en"])
        opened.expect_ready()
    (_, first), (_, second) = site.assistant.asked[-2:]
    assert first != second
    assert min(len(first), len(second)) >= 16


def test_each_page_leads_to_the_other_language(site: Site, visit: OpenPage) -> None:
    opened = visit(f"{site.url}/en")
    opened.page.get_by_role("link", name="中文").click()
    expect(opened.page.get_by_text("您想了解店里的什么情况？")).to_be_visible(timeout=30_000)
    assert opened.page.evaluate("document.documentElement.lang") == "zh-CN"
    assert WORDS["zh"] not in opened.page.content()
