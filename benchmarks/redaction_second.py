"""A second author's personal data: what faker draws, held beside the samples that were written here."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from store.redaction import redact

# Locales of each kind. Left out is what faker draws and nobody issues: British insurance numbers with ZZ in front,
# and IBANs of en_GB's length for zh_CN, which has none.
_LOCALES = {
    "email": "en_US en_GB zh_CN de_DE fr_FR es_ES it_IT en_AU",
    "phone_number": "en_US en_GB zh_CN de_DE fr_FR es_ES it_IT en_IN ja_JP zh_TW en_AU",
    "address": "en_US en_GB zh_CN de_DE fr_FR es_ES it_IT en_AU",
    "ssn": "en_US zh_CN de_DE fr_FR es_ES it_IT",
    "iban": "en_GB de_DE fr_FR es_ES it_IT",
    "credit_card_number": "en_US",
}
_CARRIERS = ("Please reach me: {}.", "质量不错，联系{}，谢谢", "{}", "I gave them {} and nobody answered")
_SECRETS: dict[str, Callable[[str], str]] = {
    "email": lambda value: value.split("@")[0],
    "phone_number": lambda value: re.sub(r"(?i)\s*(?:x|ext\.?)\s*\d+$", "", value)[-6:],
    "address": lambda value: " ".join(value.split(", ")[0].split()[:2]),
    "ssn": lambda value: value,
    "iban": lambda value: value[-8:],
    "credit_card_number": lambda value: value[-6:],
}


def print_second_recall(count: int, seed: int) -> None:
    """Print the recall on faker's identifiers, a row a kind; faker is no dependency: without it, say so.

    Args:
        count: of each kind and locale.
        seed: of faker.
    """
    try:
        faker: Any = import_module("faker")
    except ImportError:
        print("\nA second generator: not run, faker is not installed (pip install faker==40.54.0)")
        return
    print(f"\nRecall on {count} identifiers of faker {faker.VERSION} of each kind and locale\n")
    print("| kind | recall by locale | missed, for instance |\n|---|---|---|")
    for kind, locales in _LOCALES.items():
        found, missed = [], ""
        for locale in locales.split():
            lost = _missed(faker.Faker(locale), kind, count, seed)
            found.append(f"{locale} {1 - len(lost) / count:.3f}")
            missed = missed or ", ".join(lost[:2])
        print(f"| {kind} | {', '.join(found)} | {missed or '-'} |", flush=True)


def _missed(source: Any, kind: str, count: int, seed: int) -> list[str]:
    source.seed_instance(seed)
    chance = random.Random(seed)
    drawn = [getattr(source, kind)().replace("\n", ", ") for _ in range(count)]
    return [v for v in drawn if _SECRETS[kind](v) in redact(chance.choice(_CARRIERS).format(v)).text]
