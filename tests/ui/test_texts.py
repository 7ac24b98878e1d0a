"""The page's words exist in both languages, with the same keys and the same places to fill."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from ui.texts import TEXTS_FILE, load_texts

# Metrics are stated in English by the tools; only Chinese needs words for them.
ONE_SIDED = "metrics"


def leaves(words: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in words.items():
        if isinstance(value, dict):
            found |= leaves(value, f"{prefix}{key}.") if key != ONE_SIDED else {}
        elif isinstance(value, list):
            found |= {f"{prefix}{key}.{index}": text for index, text in enumerate(value)}
        else:
            found[prefix + key] = value
    return found


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, str], dict[str, str]]:
    words = yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))
    return leaves(words["en"]), leaves(words["zh"])


def test_both_languages_hold_the_same_keys(both: tuple[dict[str, str], dict[str, str]]) -> None:
    english, chinese = both
    assert english.keys() == chinese.keys()


def test_both_languages_fill_the_same_places(both: tuple[dict[str, str], dict[str, str]]) -> None:
    english, chinese = both
    places = re.compile(r"\{(\w+)\}")
    different = [
        k for k in english if sorted(places.findall(english[k])) != sorted(places.findall(chinese[k]))
    ]
    assert different == []


def test_no_english_is_left_in_the_chinese_page(both: tuple[dict[str, str], dict[str, str]]) -> None:
    english, chinese = both
    same = {key for key in english if english[key] == chinese[key]}
    assert same == {"page.title"}


def test_a_missing_key_is_an_error_and_never_an_empty_line() -> None:
    with pytest.raises(KeyError):
        load_texts("en")("status.no_such_words")


def test_chinese_sentences_join_without_a_space() -> None:
    assert load_texts("zh").join("出错了。", "请重试。") == "出错了。请重试。"
    assert load_texts("en").join("It broke.", "", "Try again.") == "It broke. Try again."
