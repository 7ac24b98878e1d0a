"""What a merchant reads of a review, and what nobody reads any more."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from benchmarks.redaction_samples import KINDS, draw_samples
from store.redaction import PLACEHOLDERS, redact, redact_reviews


@pytest.mark.parametrize("kind", KINDS)
def test_made_up_identifiers_are_found(kind: str) -> None:
    samples = draw_samples(kind, 200, seed=11)
    missed = [s for s in samples if any(secret in redact(s.text).text for secret in s.secrets)]
    assert len(missed) <= 0.01 * len(samples), missed[:3]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("质量差，打13812345678退款", "质量差，打[电话]退款"),
        ("电话是１３８　１２３４　５６７８", "电话是[电话]"),
        ("一三八零零一三八零零零找我", "[电话]找我"),
        ("加微信 lily_8866 返现", "加微信 [社交账号] 返现"),
        ("我的订单号是:129175725，没人管", "我的订单号是:[单号]，没人管"),
        ("174208675是我的订单编号", "[单号]是我的订单编号"),
        ("Mail anna.b@example.org, thanks", "Mail [email], thanks"),
        ("anna.b at example dot org", "[email]"),
        ("call four one five three seven one one two two seven", "call [phone]"),
        ("My card 4111-1111-1111-1111 was charged", "My card [card number] was charged"),
        ("order #1042-77 never came", "order #[order number] never came"),
        ("It went to 742 Evergreen Terrace, Springfield, IL 62704.", "It went to [address]."),
        ("They sent it to PSC 1241, Box 5868, APO AP 25384 twice", "They sent it to [address] twice"),
        ("Unit 37 6 Jacob Street, Davidmouth, VIC, 3344 is mine", "[address] is mine"),
        ("J'habite rue Brun, 68318 Thierry", "J'habite [address]"),
        ("Cañada Yéssica Martí 56 is where I live", "[address] is where I live"),
        ("Reach me at 9030-7897", "Reach me at [phone]"),
        ("联系 9016 1033", "联系 [电话]"),
        ("DE89 3704 0044 0532 0130 00 is my account", "[bank account] is my account"),
    ],
)
def test_what_was_there_is_said_in_the_reviews_own_language(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "I'm 5'4\", 130 lbs, 34-26-38 and the M fits.",
        "Bought 2 for $1,299.99 on 2024-05-01 at 10:30, model SM-G991B/DS.",
        "屏幕1680*1050，跑分139882，6月18日买的，2999元，用了365天",
        "好评66666666666666666666",
        "A 5 minute drive down the road, a 3 way street.",
        "Skype is great and so is the 1080p camera, 10/10",
        "EAN 4006381333931, 192.168.1.100, version 10.15.7",
        "9 out of 10, one two three and done; two times five is ten.",
        "Look at amazon.com, or at target dot com",
        "From 2015-2016 on I wore size 38, 3840 2160 pixels, 5000-6000 a month",
        "目前3000-4000元级别手机，支持900/1800/1900三频, my stats 36c/38-27-35/135#",
        "Level 3 of 12, unit 4 was dead on arrival, 5 star place",
        "第一百二十三页，二零二四年一月一日",
        "",
    ],
)
def test_measures_prices_dates_and_models_stay(text: str) -> None:
    assert redact(text) == (text, {})


def test_redacted_text_is_left_as_it_is() -> None:
    for english, chinese in PLACEHOLDERS.values():
        assert redact(f"see {english} now").text == f"see {english} now"
        assert redact(f"请看{chinese}吧").text == f"请看{chinese}吧"


def test_invisible_signs_hide_nothing_and_words_around_stay() -> None:
    assert redact("打138\u200b1234\u200b5678\u200b吧").text == "打[电话]\u200b吧"


def test_titles_are_redacted_and_the_note_counts_in_both_languages() -> None:
    rows = pd.DataFrame(
        {
            "title": ["Call +1 415 371 1227", None],
            "text": ["a@example.org, b@example.org", "fine"],
            "rating": [1, 5],
        }
    )
    redacted, note = redact_reviews(rows)
    assert list(redacted["title"]) == ["Call [phone]", None]
    assert redacted["text"][0] == "[email], [email]"
    assert list(redacted["rating"]) == [1, 5]
    assert note is not None
    assert note[0] == "personal data taken out of 1 review: 2 e-mail addresses, 1 phone number"
    assert "邮箱 2 处" in note[1]
    assert redact_reviews(rows.iloc[1:])[1] is None


@pytest.mark.parametrize(
    "piece", ["1 ", "a@", "1-", "中路1", "(1", "+12345678 ", "DE12 ", "one ", "order no "]
)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    started = time.process_time()
    redact(piece * 1_500)
    assert time.process_time() - started < 5
