"""The page's own words in each language, loaded strictly from `texts.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.results import Lang

TEXTS_FILE = Path(__file__).with_name("texts.yaml")


class Texts:
    """One language's words by dotted key ("status.reading").

    Args:
        lang: "en" or "zh".
        words: nested sections of words, as the YAML file holds them.
    """

    def __init__(self, lang: Lang, words: dict[str, Any]) -> None:
        self.lang = lang
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        """Return the words under `key`, `{name}` places filled from `values`.

        Raises:
            KeyError: the file has no such key.
        """
        section, _, name = key.partition(".")
        return str(self._words[section][name]).format(**values) if values else str(self._words[section][name])

    def get(self, key: str, default: str) -> str:
        """Return the words under `key`, or `default` for a name that only the data knows."""
        section, _, name = key.partition(".")
        return str(self._words[section].get(name, default))

    def join(self, *sentences: str) -> str:
        """Return sentences as one line; Chinese sets no space between them."""
        return ("" if self.lang == "zh" else " ").join(sentence for sentence in sentences if sentence)

    @property
    def examples(self) -> list[str]:
        """Questions to begin with."""
        return list(self._words["examples"])


@cache
def load_texts(lang: Lang) -> Texts:
    """Return one language's words, read once."""
    return Texts(lang, yaml.safe_load(TEXTS_FILE.read_text(encoding="utf-8"))[lang])


def metric_label(metric: str, lang: Lang) -> str:
    """Return what a fact measures in the reader's words; a metric without words of its own says its name."""
    plain = metric.replace("_", " ")
    return load_texts(lang).get(f"metrics.{plain}", plain)
